"""From a setting's text to its value, one function a kind; `ValueError` says what the text should be."""

from __future__ import annotations

from vexec.config.model import MISSING, Address, Destination, Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Go's strconv.ParseBool
BOOLEANS = dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "FALSE", "false", "False"), False
)
# Go's time.ParseDuration, and d as Vault has it; in seconds
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
NUMBER = "0123456789."
LETTERS = "".join(UNITS)
LONGEST = 1e9  # seconds, some 30 years: more than that the kernel's clocks do not take
NO_DURATION = "is not a duration (60, 60s, 1m30s, 500ms)"
# field of an entry of VEXEC_TEMPLATES → the model's
FIELDS = {
    "name": "name",
    "text": "text",
    "file": "file",
    "left": "left",
    "right": "right",
    "missing": "missing",
    "destination": "path",
    "mode": "mode",
}
PORTS = {"http": 80, "https": 443}


def text(raw: str) -> str:
    """Take the text as it is."""
    return raw


def words(raw: str) -> tuple[str, ...]:
    """Split at white space."""
    return tuple(raw.split())


def boolean(raw: str) -> bool:
    """Read a boolean by the rules of Go's ParseBool."""
    if raw not in BOOLEANS:
        raise ValueError("is not a boolean (true, false, 1, 0, t, f)")
    return BOOLEANS[raw]


def count(raw: str) -> int:
    """Read a whole number that is not negative."""
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        raise ValueError("is not a whole number")
    return int(raw)


def duration(raw: str) -> float:
    """Read seconds: `60`, `1.5`, `60s`, `1m30s`, `500ms`."""
    number, rest = span(raw, NUMBER)
    total = 0.0 if rest else seconds(number, "s")
    while rest:
        unit, rest = span(rest, LETTERS)
        total += seconds(number, unit)
        number, rest = span(rest, NUMBER)
        if number and not rest:
            raise ValueError(NO_DURATION)
    if total > LONGEST:
        raise ValueError("is too long for a duration")
    return total


def span(raw: str, characters: str) -> tuple[str, str]:
    """Split off the longest beginning that is made of the given characters."""
    rest = raw.lstrip(characters)
    return raw[: len(raw) - len(rest)], rest


def seconds(number: str, unit: str) -> float:
    """Return a number of some unit in seconds."""
    if unit not in UNITS or not number.replace(".", "", 1).isdigit():
        raise ValueError(NO_DURATION)
    return float(number) * UNITS[unit]


def address(raw: str) -> Address:
    """Read `http[s]://HOST[:PORT][/PREFIX]` or `unix:///PATH`; the text is never part of the error (T33)."""
    scheme, separator, rest = raw.strip().partition("://")
    scheme = scheme.lower()
    if not separator:
        raise ValueError("has no scheme: write http://HOST:PORT or https://HOST:PORT")
    if scheme == "unix":
        if not rest.startswith("/"):
            raise ValueError("is not a unix address: write unix:///path/to/socket")
        return Address("unix", "localhost", 0, "", rest)
    if scheme not in PORTS:
        raise ValueError("has an unknown scheme: use http, https or unix")
    if "?" in rest or "#" in rest or not rest.isprintable() or " " in rest:
        raise ValueError("is not an address: it holds a query, a fragment or a space")
    if not rest.isascii():
        raise ValueError("holds a character beyond ASCII: write a host as xn--…, a path with %XX")
    authority, _, path = rest.partition("/")
    if "@" in authority:
        raise ValueError("holds a user name or password, which Vault does not use")
    host, port = host_port(authority, PORTS[scheme])
    return Address(scheme, host, port, "/" + path.strip("/") if path.strip("/") else "")


def host_port(authority: str, default: int) -> tuple[str, int]:
    """Split `HOST[:PORT]`, where HOST may be `[IPv6]`; the host comes back without brackets."""
    if authority.startswith("["):
        host, bracket, port = authority[1:].partition("]")
        if not bracket or ":" not in host or (port and not port.startswith(":")):
            raise ValueError("has a malformed IPv6 host: write [::1]:8200")
        port = port[1:]
    else:
        host, _, port = authority.partition(":")
        if ":" in port:
            raise ValueError("has an IPv6 host without brackets: write [::1]:8200")
    if not host:
        raise ValueError("has no host")
    if not port:
        return host, default
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise ValueError("has a port that is not a number from 1 to 65535")
    return host, int(port)


def destinations(raw: str) -> tuple[Destination, ...]:
    """Read words of TEMPLATE:DESTINATION[:MODE]."""
    return tuple(map(destination, raw.split()))


def destination(raw: str) -> Destination:
    """Read TEMPLATE:DESTINATION[:MODE], the mode in octal."""
    template, _, rest = raw.partition(":")
    path, _, mode = rest.partition(":")
    if not template or not path or ":" in mode or (rest.endswith(":") and not mode):
        raise ValueError("holds a word that is not TEMPLATE:DESTINATION[:MODE]")
    if mode and not is_octal(mode):
        raise ValueError("holds a mode that is not octal (0600, 0644)")
    return Destination(template, path, int(mode, 8) if mode else None)


def is_octal(mode: str) -> bool:
    """Tell whether a text is a file's mode: three or four octal digits."""
    return len(mode) in (3, 4) and set(mode) <= set("01234567")


def entries(raw: str) -> tuple[Entry, ...]:
    """Read a JSON array of templates, in the order of their names (S1.10).

    [{"name": "config.env", "text": "A=<< .b >>", "left": "<<", "right": ">>", "missing": "strict"},
     {"name": "tls", "file": "/templates/tls.ctmpl", "destination": "/secrets/tls.pem", "mode": "0600"}]
    """
    from vexec.codec import decode

    try:
        items = decode(raw.encode("utf-8", "surrogateescape"))
    except ValueError:
        raise ValueError("is not JSON") from None
    if not isinstance(items, list):
        raise ValueError("is not a JSON array of objects")
    found: dict[str, Entry] = {}
    for number, item in enumerate(items, 1):
        read = entry(item, f"entry {number}")
        if read.name in found:
            raise ValueError(f"entry {number}, name: an entry before it has the same")
        found[read.name] = read
    return tuple(found[name] for name in sorted(found))


def entry(item: object, place: str) -> Entry:
    """Read one template of the array; ValueError names the entry and the field, never what they hold."""
    if not isinstance(item, dict):
        raise ValueError(f"{place} is not an object")
    if not item.keys() <= FIELDS.keys():
        raise ValueError(f"{place} holds an unknown field; known are {', '.join(FIELDS)}")
    for name, given in item.items():
        why = fault(name, given)
        if why:
            raise ValueError(f"{place}, {name}: {why}")
    if "name" not in item:
        raise ValueError(f"{place} has no name")
    if ("text" in item) == ("file" in item):
        raise ValueError(f"{place} takes text or file, one of them")
    if "mode" in item and "destination" not in item:
        raise ValueError(f"{place} has a mode and no destination")
    fields = {FIELDS[name]: given for name, given in item.items()}
    mode = fields.pop("mode", "")
    return Entry(**fields, mode=int(mode, 8) if mode else None)


def fault(name: str, given: object) -> str:
    """Say what is wrong with one field of a template, "" for nothing."""
    if type(given) is not str:  # a number is a text here that keeps its spelling
        return "is not a text"
    if not given and name in ("name", "file", "destination", "mode"):
        return "is empty"
    if "\0" in given:
        return "holds a NUL character"
    if name == "missing" and given not in ("", *MISSING):
        return f"is none of {', '.join(MISSING)}"
    if name == "mode" and not is_octal(given):
        return "is not octal (0600, 0644)"
    return ""


KINDS: Mapping[str, Callable[[str], object]] = {
    "text": text,
    "secret": text,
    "choice": text,
    "words": words,
    "destinations": destinations,
    "entries": entries,
    "boolean": boolean,
    "count": count,
    "duration": duration,
    "address": address,
}
