"""consul-template's functions of Vault: secret, secrets and pkiCert, and the structs that they return.

A function looks for its answer in `scope.known` and raises Missing where it is not there. What is asked for
is normal: `Ask("secret", (path,))` reads, with `k=v` after the path it writes (a single "" for no data at
all), the pairs sorted and each key once, so that calls that mean the same are one. The answer is Vault's
own, as JSON; of `secrets` the names, of `pkiCert` the data of the answer. An error in its place is raised.
"""

from __future__ import annotations

from vexec.errors import VexecError
from vexec.template.values import Ask, Function, FunctionError, Map, Missing, Slice, Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from vexec.template.scope import Scope

ANY = "interface {}"
SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


class Secret(Struct):
    """Vault's answer."""

    type = "*dependency.Secret"


class SecretAuth(Struct):
    """The token of an answer to a log-in."""

    type = "*dependency.SecretAuth"


class SecretWrapInfo(Struct):
    """The wrapping token of a wrapped answer."""

    type = "*dependency.SecretWrapInfo"


class PemEncoded(Struct):
    """A certificate with its key and issuers; `.Data` is itself, to look like a secret."""

    type = "dependency.PemEncoded"

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.methods = {
            "Data": Function("Data", lambda: self, (), self.type),
            "Equals": Function("Equals", lambda other: self.fields == other.fields, (self.type,), "bool"),
            "CaChainContains": Function(
                "CaChainContains", lambda item: item in self.fields["CAChain"], ("string",), "bool"
            ),
        }


def secret(scope: Scope, *args: str) -> Any:
    """Read a secret, or write with `k=v` pairs and return the answer; nil without arguments."""
    if not args:
        return None
    pairs = pairs_of(args[1:])
    path = path_of(args[0], "vault.read" if len(args) == 1 else "vault.write")
    if len(args) == 1:
        split_path(path)
        ask = Ask("secret", (path,))
    else:
        ask = Ask("secret", (path, *(pairs or ("",))))
    return remembered(scope, ask, args, secret_of)


def secrets(scope: Scope, path: str) -> Any:
    """List the names below a path; none for no path."""
    if not path:
        return Slice((), "[]string", is_nil=True)
    ask = Ask("secrets", (path_of(path, "vault.list"),))
    return remembered(scope, ask, (path,), names_of)


def pki_cert(scope: Scope, *args: str) -> Any:
    """Have a certificate issued with `k=v` pairs; nil without arguments."""
    if not args:
        return None
    pairs = pairs_of(args[1:])
    path = path_of(args[0], "vault.read")
    split_path(path)
    return remembered(scope, Ask("pkiCert", (path, *pairs)), args, certificate_of)


def remembered(scope: Scope, ask: Ask, args: tuple[str, ...], build: Callable[[Any], Any]) -> Any:
    """Return what an answer becomes, the same for one pass; raises Missing without, or an answer's error.

    An answer to the call as it is written counts, too: that is how a fetch ahead of evaluation is asked for.
    """
    structs = scope.memory.setdefault("answers", {})
    if ask not in structs:
        written = Ask(ask.function, args)
        answer = scope.known[written] if written in scope.known else scope.known.get(ask, ask)
        if answer is ask:
            raise Missing(ask)
        if isinstance(answer, VexecError):
            raise answer
        structs[ask] = answer if isinstance(answer, Struct) else build(answer)
    return structs[ask]


def path_of(text: str, query: str) -> str:
    """Return a path without space and slashes around it; raises FunctionError for none."""
    path = text.strip(SPACE).strip("/")
    if not path:
        raise FunctionError(f'{query}: invalid format: ""')
    return path


def pairs_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Read `k=v` texts, empty ones left out; the last of a key counts, sorted by key."""
    pairs: dict[str, str] = {}
    for text in texts:
        if text:
            key, found, value = text.partition("=")
            if not found:
                raise FunctionError('not k=v pair "…"')
            pairs[key.strip(SPACE)] = value.strip(SPACE)
    return tuple(f"{key}={pairs[key]}" for key in sorted(pairs))


def split_path(text: str) -> tuple[str, dict[str, list[str]]]:
    """Read a path as Go reads a URL: the decoded path and the query's values by name.

    Raises FunctionError for what is no URL.
    """
    if any(char < " " or char == "\x7f" for char in text):
        raise FunctionError('parse "…": net/url: invalid control character in URL')
    rest, _, fragment = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, colon, after = rest.partition(":")
    if colon and not scheme:
        raise FunctionError('parse "…": missing protocol scheme')
    if colon and is_scheme(scheme):
        rest = after if after[:1] == "/" else ""  # anything else is opaque: no path at all
        if rest[:2] == "//":
            rest = rest[2:][rest[2:].find("/") :] if "/" in rest[2:] else ""
    elif ":" in rest.partition("/")[0]:
        raise FunctionError('parse "…": first path segment in URL cannot contain colon')
    path = unescaped(rest)
    if path is None or unescaped(fragment) is None:
        raise FunctionError('parse "…": invalid URL escape "…"')
    values: dict[str, list[str]] = {}
    for pair in query.split("&"):
        key, _, value = (unescaped(part.replace("+", " ")) for part in pair.partition("="))
        if pair and ";" not in pair and key is not None and value is not None:
            values.setdefault(key, []).append(value)
    return path, values


def is_scheme(text: str) -> bool:
    """Tell whether a text is a URL's scheme."""
    return text.isascii() and text[:1].isalpha() and all(char.isalnum() or char in "+-." for char in text)


def unescaped(text: str) -> str | None:
    """Decode %XX, None where a % begins no such thing."""
    head, *rest = text.split("%")
    raw = as_bytes(head)
    for piece in rest:
        code = piece[:2]
        if len(code) < 2 or code.strip("0123456789abcdefABCDEF"):
            return None
        raw += bytes.fromhex(code) + as_bytes(piece[2:])
    return raw.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """Return a Go string's bytes."""
    return text.encode("utf-8", "surrogateescape")


def secret_of(answer: Mapping[str, Any] | None) -> Secret:
    """Build the struct of Vault's answer; a nil pointer for none, as after a write that returns nothing."""
    given = answer or {}
    secret = Secret(
        RequestID=text_of(given, "request_id"),
        LeaseID=text_of(given, "lease_id"),
        LeaseDuration=number_of(given, "lease_duration"),
        Renewable=given.get("renewable") is True,
        Data=copied(given["data"]) if given.get("data") else Map((), is_nil=True),
        Warnings=strings_of(given.get("warnings")),
        Auth=auth_of(given.get("auth")),
        WrapInfo=wrap_info_of(given.get("wrap_info")),
    )
    secret.is_nil = answer is None
    return secret


def auth_of(answer: Mapping[str, Any] | None) -> SecretAuth:
    """Build the struct of an answer's `auth`, a nil pointer where there is none."""
    given = answer or {}
    metadata = Map(copied(given.get("metadata") or {}), "map[string]string", is_nil=not given.get("metadata"))
    auth = SecretAuth(
        ClientToken=text_of(given, "client_token"),
        Accessor=text_of(given, "accessor"),
        Policies=strings_of(given.get("policies")),
        Metadata=metadata,
        LeaseDuration=number_of(given, "lease_duration"),
        Renewable=given.get("renewable") is True,
    )
    auth.is_nil = answer is None
    return auth


def wrap_info_of(answer: Mapping[str, Any] | None) -> SecretWrapInfo:
    """Build the struct of an answer's `wrap_info`, a nil pointer where there is none."""
    given = answer or {}
    info = SecretWrapInfo(
        Token=text_of(given, "token"),
        TTL=number_of(given, "ttl"),
        CreationTime=time_of(text_of(given, "creation_time")),
        WrappedAccessor=text_of(given, "wrapped_accessor"),
    )
    info.is_nil = answer is None
    return info


def time_of(text: str) -> Any:
    """Return the time that an answer names, the zero time for none."""
    if not text:
        from vexec.template.timefmt import NEVER

        return NEVER
    from vexec.template.timeparse import parse_time

    return parse_time("2006-01-02T15:04:05.999999999Z07:00", text)


def text_of(answer: Mapping[str, Any], key: str) -> str:
    """Return a string of an answer, "" where it is not there."""
    return str(answer.get(key) or "")


def number_of(answer: Mapping[str, Any], key: str) -> int:
    """Return an integer of an answer, 0 where it is not there."""
    return int(answer.get(key) or 0)


def strings_of(answer: Any) -> Slice:
    """Return a list of strings of an answer, nil where it is not there."""
    return Slice(map(copied, answer or ()), "[]string", is_nil=not answer)


def names_of(answer: Iterable[str] | None) -> Slice:
    """Return the names of a list in Go's order, nil for none."""
    names = sorted(map(copied, answer or ()), key=as_bytes)
    return Slice(names, "[]string", is_nil=not names)


def copied(value: Any) -> Any:
    """Copy an answer, since functions may change it; half of a surrogate pair becomes U+FFFD as in Go."""
    root = [value]
    places: list[tuple[Any, Any]] = [(root, 0)]  # what is still to be copied: a list or map, and where in it
    while places:
        container, place = places.pop()
        item = container[place]
        if isinstance(item, str):
            container[place] = mended(item)
        elif isinstance(item, dict):
            container[place] = inner = {mended(key): member for key, member in item.items()}
            places += [(inner, key) for key in inner]
        elif isinstance(item, list):
            container[place] = items = list(item)
            places += [(items, number) for number in range(len(items))]
    return root[0]


def mended(text: str) -> str:
    """Return a text of JSON as Go reads it."""
    if text.isascii():
        return text
    return type(text)("".join("\ufffd" if "\ud800" <= char < "\ue000" else char for char in text))


def certificate_of(data: Mapping[str, Any]) -> PemEncoded:
    """Sort what an answer holds in PEM: the key, the certificate, and its issuers."""
    from vexec.template.pem import blocks_of, is_authority

    order = sorted(data, key=lambda name: ("certificate", "issuing_ca", "ca_chain", name).index(name))
    fields: dict[str, Any] = {"Cert": "", "Key": "", "CA": "", "CAChain": Slice((), "[]string", is_nil=True)}
    chain: list[str] = []
    for name in order:
        value = data[name]
        texts = value if isinstance(value, list) and name == "ca_chain" else [value]
        for kind, body, text in blocks_of("\n".join(item for item in texts if isinstance(item, str))):
            if kind.endswith("PRIVATE KEY"):
                fields["Key"] = text
            elif is_authority(body):
                chain += [] if text in chain else [text]
            else:
                fields["Cert"] = text
    if chain:
        fields.update(CA=chain[0], CAChain=Slice(chain, "[]string"))
    return PemEncoded(**fields)


FUNCTIONS: Mapping[str, Function] = {
    "secret": Function("secret", secret, ("string",), ANY, is_variadic=True, is_scoped=True),
    "secrets": Function("secrets", secrets, ("string",), "[]string", is_scoped=True),
    "pkiCert": Function("pkiCert", pki_cert, ("string",), ANY, is_variadic=True, is_scoped=True),
}
