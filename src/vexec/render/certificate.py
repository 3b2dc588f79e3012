"""A certificate that a file holds already: kept as long as it is good, in place of a new one (S3.8)."""

from __future__ import annotations

from calendar import timegm

from vexec.system.place import present
from vexec.template.pem import blocks_of, is_authority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

RENEWAL = 0.9  # of its life after which a certificate is replaced, as upstream's lease_renewal_threshold
SEQUENCE, UTC_TIME, VERSION = 0x30, 0x17, 0xA0  # tags of DER (X.690, 8.1.2)


def kept(path: str, now: float) -> dict[str, str] | None:
    """Return what a file holds, as pkiCert's answer, where its certificate has a key and is good for a while.

    A file with the certificates of several calls is not kept: it does not tell which is whose.
    Raises RenderError for a file that cannot be read.
    """
    text = present(path).decode("ascii", "replace")
    blocks = list(blocks_of(text))
    own = [body for kind, body, _ in blocks if kind == "CERTIFICATE" and not is_authority(body)]
    has_key = any(kind.endswith("PRIVATE KEY") for kind, _, _ in blocks)
    return {"file": text} if len(own) == 1 and has_key and is_good(own[0], now) else None


def is_good(certificate: bytes, now: float) -> bool:
    """Tell whether a certificate is valid and not near its end."""
    try:
        begin, end = validity(certificate)
    except (ValueError, IndexError):
        return False
    return begin <= now < begin + (end - begin) * RENEWAL


def validity(certificate: bytes) -> tuple[int, int]:
    """Return a certificate's notBefore and notAfter in seconds since 1970 (RFC 5280, 4.1).

    Certificate = SEQUENCE {SEQUENCE {[0] version OPTIONAL, serial, algorithm, issuer, SEQUENCE {time, time}…
    Raises ValueError or IndexError for what is none.
    """
    (_, whole), *_ = elements(certificate)
    (_, body), *_ = elements(whole)
    fields = [content for tag, content in elements(body) if tag != VERSION]
    times = [moment(tag, content) for tag, content in elements(fields[3])]
    return times[0], times[1]


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and the content of each element that stands in a row."""
    place = 0
    while place < len(data):
        tag, size = data[place], data[place + 1]
        place += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[place : place + count], "big")
            place += count
        yield tag, data[place : place + size]
        place += size


def moment(tag: int, content: bytes) -> int:
    """Read YYMMDDHHMMSSZ, or with a year of four digits, in seconds since 1970 (RFC 5280, 4.1.2.5)."""
    text = content.decode("ascii").removesuffix("Z")
    if tag == UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    return timegm((int(text[:4]), *(int(text[at : at + 2]) for at in range(4, 14, 2)), 0, 0, 0))
