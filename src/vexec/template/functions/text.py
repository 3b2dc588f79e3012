"""consul-template's functions of text: cutting, joining, replacing, case, base64.

Go's strings are bytes. Text is cut as characters wherever that comes to the same; only a separator that is
itself no UTF-8 needs the bytes.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from vexec.template.strconv import canonical, from_bytes, to_bytes
from vexec.template.unicode import to_lower, to_upper, trim_space
from vexec.template.values import Function, FunctionError, Map, Slice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vexec.template.scope import Scope

STRAY = "\ufffd" + "".join(map(chr, range(0xDC80, 0xDD00)))  # what Go takes for U+FFFD when it trims
BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
TO_URL = bytes.maketrans(b"+/", b"-_")
FROM_URL = bytes.maketrans(b"-_+/", b"+/--")


def is_utf8(text: str) -> bool:
    """Tell whether a Go string is UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def pieces_of(text: str, separator: str) -> list[str]:
    """Split a text at each separator, or into characters at an empty one."""
    if not separator:
        return list(text)
    if is_utf8(separator):
        return text.split(separator)
    return [from_bytes(piece) for piece in to_bytes(text).split(to_bytes(separator))]


def count_text(scope: Scope, size: int) -> None:
    """Count the work of making a text; raises FunctionError for one that no output could hold."""
    if size > scope.output:
        raise FunctionError("the result is too long")
    scope.count(1 + size // 64)


def split(scope: Scope, separator: str, text: str) -> Slice:
    """Split the trimmed text; an empty one has no parts."""
    text = trim_space(text)
    parts = pieces_of(text, separator) if text else []
    scope.count(len(parts))
    return Slice(parts, "[]string")


def split_to_map(scope: Scope, outer: str, inner: str, text: str) -> Map:
    """Split the trimmed text twice, into keys and values; a part without the inner separator is left out."""
    result = Map((), "map[string]string")
    text = trim_space(text)
    for part in pieces_of(text, outer) if text else ():
        scope.count()
        if not inner:
            result[""] = part
        elif is_utf8(inner):
            key, found, value = part.partition(inner)
            if found:
                result[key] = value
        else:
            raw = to_bytes(part).partition(to_bytes(inner))
            if raw[1]:
                result[from_bytes(raw[0])] = from_bytes(raw[2])
    return result


def join(scope: Scope, separator: str, parts: Iterable[str] | None) -> str:
    """Join the strings of a list."""
    texts = list(parts or ())
    count_text(scope, sum(map(len, texts)) + len(separator) * len(texts))
    return canonical(separator.join(texts))


def replace_all(scope: Scope, old: str, new: str, text: str) -> str:
    """Replace each occurrence; an empty old one is before each character and at the end."""
    count_text(scope, len(text) + (text.count(old) if is_utf8(old) else len(text)) * len(new))
    if is_utf8(old):
        return canonical(text.replace(old, new))
    return from_bytes(to_bytes(text).replace(to_bytes(old), to_bytes(new)))


def trim(cutset: str, text: str) -> str:
    """Remove the characters of a set from both ends."""
    if not is_utf8(cutset) or "\ufffd" in cutset:
        cutset += STRAY
    return text.strip(cutset) if cutset else text


def trim_prefix(prefix: str, text: str) -> str:
    """Remove a beginning."""
    if is_utf8(prefix):
        return text.removeprefix(prefix)
    return from_bytes(to_bytes(text).removeprefix(to_bytes(prefix)))


def trim_suffix(suffix: str, text: str) -> str:
    """Remove an end."""
    if is_utf8(suffix):
        return text.removesuffix(suffix)
    return from_bytes(to_bytes(text).removesuffix(to_bytes(suffix)))


def indent(scope: Scope, spaces: int, text: str) -> str:
    """Put spaces before each line that is not empty."""
    if spaces < 0:
        raise FunctionError("indent value must be a positive integer")
    lines = text.split("\n")
    count_text(scope, len(text) + spaces * len(lines))
    margin = " " * spaces
    return "\n".join(margin + line if line else line for line in lines)


def title(text: str) -> str:
    """Put the first letter of each word in title case."""
    from vexec.template.titlecase import to_title

    return to_title(text)


def encoded(text: str) -> str:
    """Return the base64 of a text."""
    return b2a_base64(to_bytes(text), newline=False).decode()


def url_encoded(text: str) -> str:
    """Return the base64 of a text in the alphabet that is safe in URLs."""
    return b2a_base64(to_bytes(text), newline=False).translate(TO_URL).decode()


def decoded(text: str) -> str:
    """Read base64; line ends within are skipped."""
    return from_bytes(decode(to_bytes(text), "base64Decode"))


def url_decoded(text: str) -> str:
    """Read base64 in the alphabet that is safe in URLs."""
    return from_bytes(decode(to_bytes(text).translate(FROM_URL), "base64URLDecode"))


def decode(data: bytes, function: str) -> bytes:
    """Read base64 as Go does; raises FunctionError with the place of the first byte that does not fit."""
    plain = data.translate(None, b"\r\n")
    place = wrong_place(data, plain)
    if place < 0:
        return a2b_base64(plain)
    raise FunctionError(f"{function}: illegal base64 data at input byte {place}")


def wrong_place(data: bytes, plain: bytes) -> int:
    """Return where base64 goes wrong as Go counts, -1 where it is right; `plain` is without line ends."""
    size = len(plain)
    end = next((index for index, byte in enumerate(plain) if byte not in BASE64), size)
    if end == size:  # what is left over is counted back from the end
        return -1 if size % 4 == 0 else len(data) - size % 4
    places = [place for place, byte in enumerate(data) if byte not in b"\r\n"] + [len(data)]
    if plain[end : end + 1] != b"=" or end % 4 < 2:
        return places[end]
    if end % 4 == 2:
        if plain[end + 1 : end + 2] != b"=":
            return places[end + 1] - (size > end + 1)
        end += 1
    return -1 if size == end + 1 else places[end + 1]


FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        Function("split", split, ("string", "string"), "[]string", is_scoped=True),
        Function("splitToMap", split_to_map, ("string",) * 3, "map[string]string", is_scoped=True),
        Function("join", join, ("string", "[]string"), "string", is_scoped=True),
        Function("replaceAll", replace_all, ("string",) * 3, "string", is_scoped=True),
        Function("indent", indent, ("int", "string"), "string", is_scoped=True),
        Function("trim", trim, ("string", "string"), "string"),
        Function("trimPrefix", trim_prefix, ("string", "string"), "string"),
        Function("trimSuffix", trim_suffix, ("string", "string"), "string"),
        Function("trimSpace", trim_space, ("string",), "string"),
        Function("toLower", to_lower, ("string",), "string"),
        Function("toUpper", to_upper, ("string",), "string"),
        Function("toTitle", title, ("string",), "string"),
        Function("base64Encode", encoded, ("string",), "string"),
        Function("base64Decode", decoded, ("string",), "string"),
        Function("base64URLEncode", url_encoded, ("string",), "string"),
        Function("base64URLDecode", url_decoded, ("string",), "string"),
    )
}
