"""References: what the value of a variable, or a word of VEXEC_FROM, asks for.

Grammar:
    value    = reference | text with any number of "${" reference "}"
    reference = "vault:" PATH ["?" OPTIONS] ["#" KEY ["#" VERSION]]
              | "vexec:file:" PATH ["?" OPTIONS] ["#" KEY] | "vexec:literal:" TEXT
    source   = "vault:" PATH ["?" OPTIONS] | "file:" PATH ["?" OPTIONS]
PATH, KEY and the options' values are percent-decoded. Only a whole prefix is a reference (T19): a host and
port (`vault:8200`, no "/" and no "#") and a transit ciphertext (`vault:v1:…`) are an application's own.
"""

from __future__ import annotations

from vexec.value import Value

OPTIONS = {
    "vault": ("version", "namespace", "optional", "default", "decode", "kv", "as"),
    "file": ("optional", "default", "decode", "newline", "format", "as"),
}
IMPORTS = ("prefix", "upper", "only", "except", "names")
CHOICES = {
    "decode": ("base64",),
    "kv": ("1", "2"),
    "as": ("json",),
    "newline": ("keep",),
    "format": ("dotenv", "json", "raw"),
    "names": ("sanitize", "any"),
}
API = ("answer", "list", "write")  # forms of what templates ask for, see fetch/api.py
FLAGS = ("optional", "upper")
HEX = frozenset("0123456789abcdefABCDEF")
HINT_ESCAPE = "a value that is meant as it stands is written vexec:literal:TEXT"


class RefError(ValueError):
    """A reference that cannot be understood; the text never holds its value."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Ref(Value, secret=("default", "body")):
    """One thing to fetch: `key` None is the whole secret; `version` 0 the latest; `kv` 0 not known.

    `default` None where there is none; `form` is "json" for the whole secret as JSON. What a template asks
    for has one of the forms of fetch/api.py, and these alone have a `query`, encoded, and a `body` of k=v.
    """

    kind: str
    path: str
    key: str | None = None
    version: int = 0
    namespace: str = ""
    is_optional: bool = False
    default: str | None = None
    decode: str = ""
    kv: int = 0
    form: str = ""
    keeps_newline: bool = False
    format: str = ""
    query: str = ""
    body: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name the reference in messages: kind, path and key, no option."""
        kind = "vault" if self.kind == "vault" else f"vexec:{self.kind}"
        return f"{kind}:{self.path}" + ("" if self.key is None else f"#{self.key}")


class Source(Value):
    """A whole secret to import: how its keys become names; `only` None takes all."""

    ref: Ref
    prefix: str = ""
    is_upper: bool = False
    only: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    names: str = ""


def parse_value(text: str) -> tuple[str | Ref, ...] | None:
    """Return the parts of a variable's value, or None where it refers to nothing; raises RefError."""
    if text.startswith("vexec:literal:"):
        return (text[len("vexec:literal:") :],)
    if text.startswith(">>vault:"):
        raise RefError("writes (>>vault:) are not supported", HINT_ESCAPE)
    ref = parse_reference(text)
    if ref is not None:
        return (ref,)
    if "${vault:" not in text and "${vexec:" not in text:
        return None
    parts = tuple(inline_parts(text))
    return parts if any(isinstance(part, Ref) for part in parts) else None


def inline_parts(text: str) -> list[str | Ref]:
    """Split `text ${reference} text` into text and references; other `${…}` stay text."""
    parts: list[str | Ref] = []
    plain = ""
    while (start := first_inline(text)) >= 0:
        end = text.find("}", start)
        if end < 0:
            raise RefError("an inline reference has no closing }")
        plain += text[:start]
        ref = parse_reference(text[start + 2 : end])
        if ref is None:
            plain += text[start : end + 1]
        else:
            parts += [plain, ref] if plain else [ref]
            plain = ""
        text = text[end + 1 :]
    return [*parts, plain + text] if plain + text else parts


def first_inline(text: str) -> int:
    """Return where the first inline reference begins, -1 for none."""
    found = [index for index in (text.find("${vault:"), text.find("${vexec:")) if index >= 0]
    return min(found, default=-1)


def parse_reference(text: str) -> Ref | None:
    """Return the reference that a whole text is, or None where it is the application's own."""
    if text.startswith("vexec:"):
        kind, colon, body = text[len("vexec:") :].partition(":")
        if not colon or kind != "file":
            raise RefError("unknown kind of reference after vexec:, known are file and literal", HINT_ESCAPE)
        ref, _ = make_ref("file", body, ())
        if ref.key is not None or ref.form:
            return ref
        if ref.format in ("json", "dotenv"):
            raise RefError("a reference to a file of keys names no key", "write vexec:file:PATH#KEY")
        return ref.replace(format="raw")
    if not text.startswith("vault:"):
        return None
    body = text[len("vault:") :]
    if ("/" not in body and "#" not in body) or is_ciphertext(body):
        return None
    ref, _ = make_ref("vault", body, ())
    if ref.key is None and ref.form != "json":
        raise RefError(
            "a reference to a secret names no key", "write vault:PATH#KEY, or ?as=json for the whole"
        )
    return ref


def is_ciphertext(body: str) -> bool:
    """Tell whether `vault:` is followed by a version as transit writes it: `v1:…`."""
    version, colon, _ = body.partition(":")
    return bool(colon) and version[:1] == "v" and version[1:].isdigit()


def parse_source(text: str) -> Source:
    """Read one word of VEXEC_FROM, or one SOURCE argument; raises RefError."""
    kind, colon, body = text.partition(":")
    if not colon or kind not in OPTIONS:
        raise RefError(
            "a source begins with vault: or file:", "for example vault:secret/app or file:/run/secrets"
        )
    ref, extra = make_ref(kind, body, IMPORTS)
    if ref.key is not None:
        raise RefError("a source is a whole secret and names no key", "use ?only=KEY, or VAR=vault:PATH#KEY")
    if ref.default is not None or ref.form or ref.decode:
        raise RefError("default, as and decode are for a single value, not for a source")
    return Source(
        ref,
        prefix=extra.get("prefix", ""),
        is_upper="upper" in extra,
        only=tuple(extra["only"].split(",")) if "only" in extra else None,
        excluded=tuple(extra.get("except", "").split(",")) if extra.get("except") else (),
        names=extra.get("names", ""),
    )


def make_ref(kind: str, body: str, more: tuple[str, ...]) -> tuple[Ref, dict[str, str]]:
    """Read `PATH[?OPTIONS][#KEY[#VERSION]]`; return the reference and the options named in `more`."""
    rest, mark, key = body.partition("#")
    path, _, query = rest.partition("?")
    options = parse_options(query, OPTIONS[kind] + more)
    version = options.get("version", "")
    if kind == "vault" and "#" in key:
        key, version = split_version(key, version)
    if version and not (version.isascii() and version.isdigit() and len(version) < 10):
        raise RefError("version is not a number")
    if mark and not key:
        raise RefError("the key after # is empty")
    if key.startswith("${"):
        raise RefError("a template in place of a key (#${…}) is not supported")
    if options.get("as") and mark:
        raise RefError("as=json is the whole secret and takes no key")
    ref = Ref(
        kind,
        clean_path(kind, decoded(path)),
        decoded(key) if mark else None,
        version=int(version or 0),
        namespace=options.get("namespace", "").strip("/"),
        is_optional="optional" in options,
        default=options.get("default"),
        decode=options.get("decode", ""),
        kv=int(options.get("kv", 0)),
        form=options.get("as", ""),
        keeps_newline="newline" in options,
        format=options.get("format", ""),
    )
    return ref, {name: value for name, value in options.items() if name in more}


def split_version(key: str, version: str) -> tuple[str, str]:
    """Split `KEY#VERSION`; a key that holds a # is written with %23."""
    name, _, number = key.rpartition("#")
    if version:
        raise RefError("the version is given twice")
    if not number.isdigit() or "#" in name:
        raise RefError("what follows the second # is no version", "a # in a key is written %23")
    return name, number


def clean_path(kind: str, path: str) -> str:
    """Check a path; a secret's has no slash at its ends and at least a mount and a name."""
    if kind == "file":
        if not path or "\0" in path:
            raise RefError("the path of the file is empty or holds a NUL byte")
        return path
    path = api_path(path)
    if "/" not in path:
        raise RefError("the path of the secret has only one part", "write vault:MOUNT/PATH#KEY")
    return path


def api_path(path: str) -> str:
    """Check a path of the API and return it without slashes at its ends."""
    path = path.strip("/")
    if not path or "//" in path or any(part in (".", "..") for part in path.split("/")):
        raise RefError("the path of the secret is empty or has an empty or dotted part")
    if not path.isprintable():
        raise RefError("the path of the secret holds a control character")
    return path


def parse_options(query: str, known: tuple[str, ...]) -> dict[str, str]:
    """Read `name=value&flag`; every unknown, repeated or malformed option is an error.

    An unknown one is not shown: it may be what follows an & in a default.
    """
    options: dict[str, str] = {}
    for pair in query.split("&") if query else ():
        name, has_value, value = pair.partition("=")
        if name not in known:
            raise RefError(f"unknown option; known are {', '.join(known)}", "an & in a value is written %26")
        if name in options:
            raise RefError(f"the option {name} is given twice")
        if name in CHOICES and value not in CHOICES[name]:
            raise RefError(f"the option {name} takes {' or '.join(CHOICES[name])}")
        if name in FLAGS:
            if value not in ("", "true", "false"):
                raise RefError(f"the option {name} takes no value")
            if value == "false":
                continue
        elif not has_value:
            raise RefError(f"the option {name} needs a value")
        options[name] = decoded(value)
    return options


def decoded(text: str) -> str:
    """Decode %XX; what is no escape stays as it is."""
    head, *rest = text.split("%")
    raw = head.encode("utf-8", "surrogateescape")
    for piece in rest:
        code, tail = piece[:2], piece[2:]
        if len(code) == 2 and HEX.issuperset(code):
            raw += bytes.fromhex(code) + tail.encode("utf-8", "surrogateescape")
        else:
            raw += b"%" + piece.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")
