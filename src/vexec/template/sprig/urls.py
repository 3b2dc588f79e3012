"""Sprig's functions on URLs, which are read and written as Go's net/url does."""

from __future__ import annotations

from vexec.template.sprig import table
from vexec.template.sprig.cast import NIL_POINTER
from vexec.template.sprig.netip import AddressError, parse_address
from vexec.template.strconv import from_bytes, to_bytes
from vexec.template.timefmt import is_digit
from vexec.template.unicode import to_lower
from vexec.template.values import FunctionError, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PLAIN = LETTERS + "0123456789-._~"
# what stays as it is in each part of a URL
PATH = frozenset(to_bytes(PLAIN + "$&+,/:;=@"))
HOST = frozenset(to_bytes(PLAIN + "!\"$&'()*+,:;<=>[]"))
USER = frozenset(to_bytes(PLAIN + "$&+,;="))
FRAGMENT = frozenset(to_bytes(PLAIN + "!$&()*+,/:;=?@"))
USER_INFO = frozenset(PLAIN + "!$&'()*+,;=%:@")
READ = 8  # steps that reading a URL counts for
HEX = frozenset("0123456789abcdefABCDEF")
PORT = 'invalid port "…" after host'
DICT = "map[string]interface {}"


class UrlError(ValueError):
    """A text is no URL; the words are Go's, without the text."""


class Url:
    """The parts of a URL, decoded where Go decodes them; `user` is the encoded user with its password."""

    def __init__(self) -> None:
        self.scheme = self.opaque = self.host = self.path = self.query = self.fragment = ""
        self.user: str | None = None


def unescape(text: str, part: str = "") -> str:
    """Decode %XX; hosts and zones may only encode what they could not hold."""
    data = to_bytes(text)
    result = bytearray()
    index = 0
    while index < len(data):
        byte = data[index]
        if byte != 0x25:
            if part and byte < 0x80 and byte not in HOST:
                raise UrlError('invalid character "…" in host name')
            result.append(byte)
            index += 1
            continue
        digits = from_bytes(data[index + 1 : index + 3])
        if len(digits) < 2 or not HEX.issuperset(digits) or not may_escape(int(digits, 16), part):
            raise UrlError('invalid URL escape "…"')
        result.append(int(digits, 16))
        index += 3
    return from_bytes(bytes(result))


def may_escape(code: int, part: str) -> bool:
    """Tell whether a byte may be written as %XX in a part of a URL."""
    if part == "host":
        return code >= 0x80 or code == 0x25
    return part != "zone" or code in HOST or code in (0x20, 0x25)


def escape(text: str, kept: frozenset[int]) -> str:
    """Encode as %XX what a part of a URL cannot hold."""
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in to_bytes(text))


def parse_url(text: str) -> Url:
    """Read a URL, absolute or relative; raises UrlError."""
    before, _, fragment = text.partition("#")
    url = Url()
    if any(char < " " or char == "\x7f" for char in before):
        raise UrlError("net/url: invalid control character in URL")
    if before == "*":
        url.path = "*"
    else:
        scheme, rest = split_scheme(before)
        url.scheme = to_lower(scheme)
        rest, _, url.query = rest.partition("?")
        parse_rest(url, rest)
    url.fragment = unescape(fragment)
    return url


def split_scheme(text: str) -> tuple[str, str]:
    """Split a URL into scheme and rest."""
    for index, char in enumerate(text):
        if char == ":":
            if not index:
                raise UrlError("missing protocol scheme")
            return text[:index], text[index + 1 :]
        if char not in LETTERS and (not index or not (is_digit(char) or char in "+-.")):
            break
    return "", text


def parse_rest(url: Url, rest: str) -> None:
    """Read what stands between scheme and query."""
    if not rest.startswith("/"):
        if url.scheme:
            url.opaque = rest
            return
        if ":" in rest.partition("/")[0]:
            raise UrlError("first path segment in URL cannot contain colon")
    if rest.startswith("//") and (url.scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        parse_authority(url, authority)
        rest = slash + path
    url.path = unescape(rest)


def parse_authority(url: Url, authority: str) -> None:
    """Read `user:password@host:port`."""
    info, at, host = authority.rpartition("@")
    url.host = parse_host(url.scheme, host)
    if not at:
        return
    if not USER_INFO.issuperset(info):
        raise UrlError("net/url: invalid userinfo")
    name, colon, password = info.partition(":")
    url.user = escape(unescape(name), USER) + colon + escape(unescape(password), USER)


def parse_host(scheme: str, host: str) -> str:
    """Read a host, which may be an address in brackets, and its port."""
    bracket = host.rfind("[")
    if bracket > 0:
        raise UrlError("invalid IP-literal")
    if bracket == 0:
        return parse_literal(host)
    colon = host.find(":")
    if colon >= 0:
        if scheme not in ("http", "https"):
            colon = host.rfind(":")
        require_port(host[colon:])
    return unescape(host, "host")


def parse_literal(host: str) -> str:
    """Read an IPv6 address in brackets, with its zone and its port."""
    end = host.rfind("]")
    if end < 0:
        raise UrlError("missing ']' in host")
    require_port(host[end + 1 :])
    name = host[1:end]
    percent = name.find("%25")
    if percent >= 0:
        name = unescape(name[:percent], "host") + unescape(name[percent:], "zone")
    else:
        name = unescape(name, "host")
    try:
        address = parse_address(name)
    except AddressError as error:
        raise UrlError(f"invalid host: {error}") from None
    if len(address) == 4:
        raise UrlError("invalid IP-literal")
    return f"[{name}]{host[end + 1 :]}"


def require_port(text: str) -> None:
    """Check that a text is empty, or a colon and digits."""
    if text and not is_port(text):
        raise UrlError(PORT)


def is_port(text: str) -> bool:
    """Tell whether a text is a colon and digits."""
    return text[0] == ":" and all(map(is_digit, text[1:]))


def hostname(host: str) -> str:
    """Return a host without its port and without the brackets of an address."""
    colon = host.rfind(":")
    if colon >= 0 and is_port(host[colon:]):
        host = host[:colon]
    return host[1:-1] if host.startswith("[") and host.endswith("]") and len(host) > 1 else host


def to_dict(scope: Scope, text: str) -> dict[str, str]:
    """Return the parts of a URL as a map."""
    scope.count(READ + len(text) // 16)
    try:
        url = parse_url(text)
    except UrlError as error:
        raise FunctionError(f'unable to parse url: parse "…": {error}') from None
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": hostname(url.host),
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": url.user or "",
    }


def part_of(items: dict[str, Any], key: str) -> str:
    """Return a part of a URL from a map, "" where it is not there."""
    if not items or key not in items:
        return ""
    value = items[key]
    if value is None:
        raise FunctionError(NIL_POINTER)
    if kind_of(value) != "string":
        raise FunctionError(f"unable to parse {key} key, must be of type string, but {kind_of(value)} found")
    return str(value)


def from_dict(items: dict[str, Any]) -> str:
    """Return the URL whose parts a map holds."""
    names = ("scheme", "host", "path", "query", "opaque", "fragment")
    scheme, host, path, query, opaque, fragment = (part_of(items, name) for name in names)
    user = parse_user(part_of(items, "userinfo"))
    text = f"{scheme}:" if scheme else ""
    if opaque:
        text += opaque
    else:
        if (scheme or host or user is not None) and (host or path or user is not None):
            text += "//"
        if user is not None:
            text += user + "@"
        text += escape(host, HOST)
        shown = path if path == "*" else escape(path, PATH)
        if shown and shown[0] != "/" and host:
            text += "/"
        if not text and ":" in shown.partition("/")[0]:
            text = "./"
        text += shown
    text += f"?{query}" if query else ""
    return text + (f"#{escape(fragment, FRAGMENT)}" if fragment else "")


def parse_user(info: str) -> str | None:
    """Read `user:password` and encode it again; None where there is none."""
    if not info:
        return None
    try:
        return parse_url(f"proto://{info}@host").user
    except UrlError as error:
        raise FunctionError(f'unable to parse userinfo in dict: parse "…": {error}') from None


FUNCTIONS = table(
    {
        "urlJoin": (f"func({DICT}) string", from_dict),
    },
    {
        "urlParse": (f"func(string) {DICT}", to_dict),
    },
)
