"""What is asked of Vault, and the structs that its answers become."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.consul.calls import call, failure
from tests.template.consul.certificates import AUTHORITY, KEY, LEAF, OTHER
from vexec.errors import PermissionDenied
from vexec.template.evaluate import evaluate
from vexec.template.functions.vault import secret_of, split_path
from vexec.template.parse import parse
from vexec.template.scope import Scope
from vexec.template.values import Ask, FunctionError, Missing, type_of
from vexec.value import Number

ANSWER = {
    "request_id": "r-1",
    "lease_id": "l-1",
    "lease_duration": Number("60"),
    "renewable": True,
    "data": {"k": "v", "n": Number("1.0"), "half": "\ud800x"},
    "warnings": ["careful"],
    "auth": {
        "client_token": "t",
        "accessor": "a",
        "policies": ["p"],
        "metadata": {"m": "x"},
        "lease_duration": Number("5"),
        "renewable": True,
    },
    "wrap_info": {
        "token": "w",
        "ttl": Number("30"),
        "creation_time": "2024-02-03T04:05:06.5Z",
        "wrapped_accessor": "wa",
    },
}


def asked(name: str, *args: str) -> Ask:
    """Return what a function asks for."""
    with pytest.raises(Missing) as caught:
        call(name, *args)
    return caught.value.ask


@pytest.mark.parametrize(
    ("name", "args", "ask"),
    [
        ("secret", (" /secret/data/a/ ",), ("secret/data/a",)),
        ("secret", ("a?version=2",), ("a?version=2",)),
        ("secret", ("a", "z=1", " k = v ", "", "z=2"), ("a", "k=v", "z=2")),
        ("secret", ("a", ""), ("a", "")),
        ("secret", ("a%zz", "k=v"), ("a%zz", "k=v")),
        ("secrets", ("/secret/metadata/",), ("secret/metadata",)),
        (
            "pkiCert",
            ("pki/issue/x", "ttl=1h", "common_name=a=b"),
            ("pki/issue/x", "common_name=a=b", "ttl=1h"),
        ),
        ("pkiCert", ("pki/issue/x", ""), ("pki/issue/x",)),
    ],
)
def test_what_is_asked(name: str, args: tuple[str, ...], ask: tuple[str, ...]) -> None:
    """Calls that mean the same ask the same; a write without data is no read."""
    assert asked(name, *args) == Ask(name, ask)


def test_without_a_path_nothing_is_asked() -> None:
    """No argument is nil, no path no names."""
    assert call("secret") is None
    assert call("pkiCert") is None
    assert call("secrets", "").is_nil


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("secret", (" ",), 'vault.read: invalid format: ""'),
        ("secret", ("/", ""), 'vault.write: invalid format: ""'),
        ("secrets", ("/",), 'vault.list: invalid format: ""'),
        ("pkiCert", ("/",), 'vault.read: invalid format: ""'),
        ("secret", ("a", "hunter2"), 'not k=v pair "…"'),
        ("pkiCert", ("a", "hunter2"), 'not k=v pair "…"'),
        ("secret", ("a%zz",), 'parse "…": invalid URL escape "…"'),
        ("secret", (":x",), 'parse "…": missing protocol scheme'),
        ("secret", ("a b:c/d",), 'parse "…": first path segment in URL cannot contain colon'),
        ("pkiCert", ("a\x01",), 'parse "…": net/url: invalid control character in URL'),
    ],
)
def test_what_cannot_be_asked(name: str, args: tuple[str, ...], message: str) -> None:
    """The words are upstream's, without values."""
    assert failure(name, *args) == message


@pytest.mark.parametrize(
    ("text", "path", "query"),
    [
        ("a/b", "a/b", {}),
        ("a%20b/c?version=2&x=1&x=2&bad=%zz&semi;colon&flag", "a b/c",
         {"version": ["2"], "x": ["1", "2"], "flag": [""]}),
        ("a#b", "a", {}),
        ("a?q=a+b", "a", {"q": ["a b"]}),
        ("https://host/a/b", "/a/b", {}),
        ("https://host", "", {}),
        ("kv:a", "", {}),
        ("a/b:c", "a/b:c", {}),
    ],
)  # fmt: skip
def test_a_path_is_read_as_a_url(text: str, path: str, query: dict[str, list[str]]) -> None:
    """As Go's net/url reads it."""
    assert split_path(text) == (path, query)


@given(st.text(max_size=12))
def test_any_path_is_read_or_refused(text: str) -> None:
    """No text does anything else."""
    try:
        path, _ = split_path(text)
    except FunctionError as error:
        assert text not in str(error) or len(text) < 3  # noqa: PT017 - one of two right outcomes
        return
    assert "?" not in path or "%3f" in text.lower()


def test_an_answer_becomes_a_struct() -> None:
    """Every field of Vault's JSON has its place and Go's type."""
    fields = secret_of(ANSWER).fields

    assert list(fields) == [
        "RequestID", "LeaseID", "LeaseDuration", "Renewable", "Data", "Warnings", "Auth", "WrapInfo",
    ]  # fmt: skip
    assert [fields[name] for name in ("RequestID", "LeaseID", "LeaseDuration", "Renewable")] == [
        "r-1",
        "l-1",
        60,
        True,
    ]
    assert fields["Data"] == {"k": "v", "n": Number("1.0"), "half": "\ufffdx"}
    assert type(fields["Data"]["n"]) is Number
    assert (type_of(fields["Warnings"]), fields["Warnings"]) == ("[]string", ["careful"])
    assert fields["Auth"].fields == {
        "ClientToken": "t", "Accessor": "a", "Policies": ["p"], "Metadata": {"m": "x"},
        "LeaseDuration": 5, "Renewable": True,
    }  # fmt: skip
    assert type_of(fields["Auth"].fields["Metadata"]) == "map[string]string"
    wrap = fields["WrapInfo"].fields
    assert (wrap["Token"], wrap["TTL"], wrap["WrappedAccessor"]) == ("w", 30, "wa")
    assert str(wrap["CreationTime"]) == "2024-02-03 04:05:06.5 +0000 UTC"


def test_what_an_answer_lacks_is_nil() -> None:
    """As upstream leaves its fields."""
    secret = secret_of({"data": {}, "warnings": None, "auth": None})

    assert not secret.is_nil
    assert secret.fields["Data"].is_nil
    assert secret.fields["Warnings"].is_nil
    assert secret.fields["Auth"].is_nil
    assert secret.fields["WrapInfo"].is_nil
    assert str(secret.fields["WrapInfo"].fields["CreationTime"]) == "0001-01-01 00:00:00 +0000 UTC"
    assert secret_of(None).is_nil


def test_an_answer_is_the_same_within_a_pass() -> None:
    """What a function changes of it is seen by the next call, but not by the next pass."""
    text = (
        '{{(secret "a").Data.k}}{{mergeMapWithOverride (secret "a").Data (parseJSON "{\\"k\\": \\"w\\"}")}}'
    )
    scope = Scope(known={Ask("secret", ("a",)): {"data": {"k": "v"}}})

    for _ in range(2):
        assert evaluate(parse(text + '{{(secret " a").Data.k}}'), scope) == "vmap[k:w]w"


def test_a_fetch_ahead_counts() -> None:
    """An answer to the call as it is written is found."""
    scope = Scope(known={Ask("secret", (" a/",)): {"data": {"k": "v"}}})

    assert evaluate(parse('{{with secret " a/"}}{{.Data.k}}{{end}}'), scope) == "v"


def test_the_error_of_a_fetch_is_raised_as_it_is() -> None:
    """It keeps its exit code, and is raised only where the call is reached."""
    scope = Scope(known={Ask("secret", ("a",)): PermissionDenied("no")})

    assert evaluate(parse('{{if false}}{{secret "a"}}{{end}}x'), scope) == "x"
    with pytest.raises(PermissionDenied, match=r"^no$"):
        evaluate(parse('{{secret "a"}}'), scope)


def test_names_are_sorted() -> None:
    """In the order of their bytes; no names are a nil slice."""
    scope = Scope(known={Ask("secrets", ("a",)): ["ü", "b/", "a", "B"], Ask("secrets", ("b",)): []})

    assert call("secrets", "a", scope=scope) == ["B", "a", "b/", "ü"]
    assert call("secrets", "b", scope=scope).is_nil


def test_an_answer_may_be_deep() -> None:
    """It is copied, however deep it is."""
    value: Any = ["x"]
    for _ in range(5000):
        value = [value]
    found = secret_of({"data": {"k": value}}).fields["Data"]["k"]

    assert found is not value
    while isinstance(found, list):
        found = found[0]
    assert found == "x"


def test_a_certificate_is_sorted_by_what_it_holds() -> None:
    """The key, the certificate, and its issuers, each once, as Go writes PEM."""
    data = {
        "ca_chain": [AUTHORITY.strip(), OTHER],
        "certificate": LEAF.strip(),
        "issuing_ca": AUTHORITY.strip(),
        "private_key": KEY.strip(),
        "serial_number": "1",
        "expiration": Number("5"),
    }
    scope = Scope(known={Ask("pkiCert", ("pki/issue/x",)): data})
    cert = call("pkiCert", "pki/issue/x", scope=scope)

    assert cert.type == "dependency.PemEncoded"
    assert cert.fields == {"Cert": LEAF, "Key": KEY, "CA": AUTHORITY, "CAChain": [AUTHORITY, OTHER]}
    assert cert.methods["Data"].call() is cert
    assert cert.methods["CaChainContains"].call(OTHER)
    assert cert.methods["Equals"].call(cert)


def test_a_certificate_without_issuers() -> None:
    """What is not there is empty or nil."""
    scope = Scope(known={Ask("pkiCert", ("x",)): {"certificate": LEAF, "ca_chain": []}})
    fields = call("pkiCert", "x", scope=scope).fields

    assert (fields["Cert"], fields["Key"], fields["CA"]) == (LEAF, "", "")
    assert fields["CAChain"].is_nil
