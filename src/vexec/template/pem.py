"""PEM blocks, and whether the certificate in one is an authority's."""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN = "-----BEGIN "
END = "-----END "
DASHES = "-----"
CONSTRAINTS = bytes.fromhex("0603551d13")  # the object identifier of the extension basicConstraints
TRUE = bytes.fromhex("0101ff")
LINE = 48  # bytes of a line of base64


def blocks_of(text: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield each block of a text: its kind, its bytes, and the block as Go writes it."""
    while (start := text.find(BEGIN)) >= 0:
        text = text[start + len(BEGIN) :]
        kind, _, rest = text.partition(DASHES)
        body, _, text = rest.partition(f"{END}{kind}{DASHES}")
        headers, _, lines = body.rpartition("\n\n") if ": " in body else ("", "", body)
        try:
            data = a2b_base64(lines)
        except Error:
            continue
        yield kind, data, written(kind, headers.strip("\n"), data)


def written(kind: str, headers: str, data: bytes) -> str:
    """Return a block with lines of 64 characters."""
    lines = [b2a_base64(data[place : place + LINE]).decode() for place in range(0, len(data), LINE)]
    between = headers + "\n\n" if headers else ""
    return f"{BEGIN}{kind}{DASHES}\n{between}{''.join(lines)}{END}{kind}{DASHES}\n"


def is_authority(certificate: bytes) -> bool:
    """Tell whether a certificate's basic constraints say CA:TRUE.

    The extension is its identifier, a critical mark or none, and a string of octets that holds a sequence,
    which begins with TRUE for an authority (RFC 5280, 4.2.1.9).
    """
    place = certificate.find(CONSTRAINTS)
    if place < 0:
        return False
    rest = certificate[place + len(CONSTRAINTS) :].removeprefix(TRUE)
    return rest[:1] == b"\x04" and rest[2:3] == b"\x30" and rest[4:7] == TRUE
