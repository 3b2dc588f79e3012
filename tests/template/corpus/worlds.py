"""What the cases of a corpus have in common, by name: data, secrets, variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.template.cases import encode
from tests.template.functions import FUNCTIONS
from vexec.template.values import Int, Map, Slice
from vexec.value import Number

if TYPE_CHECKING:
    from collections.abc import Mapping

# a value of every kind, by a short name
KINDS: Mapping[str, Any] = {
    "nil": None,
    "true": True,
    "false": False,
    "zero": 0,
    "one": 1,
    "int": 42,
    "minus": -5,
    "i8": Int(-8, "int8"),
    "i32": Int(97, "int32"),
    "i64": Int(42, "int64"),
    "uint": Int(7, "uint"),
    "u8": Int(200, "uint8"),
    "u64": Int(18446744073709551615, "uint64"),
    "f0": 0.0,
    "f": 1.5,
    "f42": 42.0,
    "million": 1e6,
    "inf": float("inf"),
    "nan": float("nan"),
    "complex": complex(1, -2),
    "n0": Number("0"),
    "n": Number("1.0"),
    "n42": Number("42"),
    "n1e3": Number("1e3"),
    "nbig": Number("12345678901234567890"),
    "nempty": Number(""),
    "empty": "",
    "s": "text",
    "s42": "42",
    "wide": "héllo ☃ 𝄞",
    "bad": "a\udcffb",
    "html": "<a href=\"x?a=1&b='2'\">\0</a>",
    "lines": "one\ntwo\r\n\tthree\n",
    "bytes": b"abc",
    "nobytes": b"",
    "list": [1, "a", None, 2.5, [True]],
    "elist": [],
    "nested": [[1, 2], ["x"], []],
    "names": Slice(["b", "a", "c"], "[]string"),
    "ints": Slice([3, 1, 2], "[]int"),
    "floats": Slice([0.5, 1e21], "[]float64"),
    "maps": Slice([{"a": 1}, {"a": 2}], "[]map[string]interface {}"),
    "nlist": Slice((), "[]string", is_nil=True),
    "map": {"b": 1, "a": "x", "c": {"d": "deep", "e": None}, "with space": 2, "n": Number("10")},
    "emap": {},
    "labels": Map({"z": "last", "a": "first"}, "map[string]string"),
    "counts": Map({"x": 1, "y": 0}, "map[string]int"),
    "byint": Map({10: "ten", 9: "nine", -1: "minus"}, "map[int]string"),
    "byany": Map({"k": "v", 2: "two", True: [1]}, "map[interface {}]interface {}"),
    "nmap": Map({}, "map[string]string", is_nil=True),
}

PEM = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQm9ndXM=\n-----END CERTIFICATE-----\n"
# a secret as applications have it
APP: Mapping[str, Any] = {
    "username": "admin",
    "password": "s3cr3t-P4ss&<w>\"'ord",
    "host": "db.example.com",
    "port": Number("5432"),
    "ratio": Number("0.50"),
    "big": Number("10000000000"),
    "tls": True,
    "off": False,
    "empty": "",
    "nothing": None,
    "tags": ["web", "eu-1", "prod"],
    "ports": [Number("80"), Number("443")],
    "nested": {"one": {"two": "deep", "list": [Number("1"), {"k": "v"}]}, "on": True},
    "emptymap": {},
    "emptylist": [],
    "cert": PEM,
    "key": PEM.replace("CERTIFICATE", "PRIVATE KEY"),
    "json": '{"a": 1, "b": [true, null, "x"], "c": {"d": 2.5, "e": 1e21}}',
    "yaml": "a: 1\nb:\n- x\n- 2.5\nc: {d: true, e: ~}\n",
    "b64": "aGVsbG8gd29ybGQ=",
    "badb64": "not base64!",
    "lines": "line 1\nline 2\n\nline 4",
    "unicode": "héllo ☃ 𝄞",
    "with-dash": "dashed",
    "with space": "spaced",
    "list": "a,b , c",
    "pairs": "a=1;b=2;c",
    "number": "42",
    "truth": "true",
}
META = {
    "created_time": "2024-01-02T03:04:05.678901Z",
    "custom_metadata": None,
    "deletion_time": "",
    "destroyed": False,
    "version": Number("3"),
}
PKI = json.loads((Path(__file__).parent / "certificates.json").read_text())  # data of answers of pki/issue
CREDENTIALS = {"username": "v-token-app-x7", "password": "A1a-generated"}
LEASED = {
    "request_id": "8f4a1d2c-0000",
    "lease_id": "database/creds/app/h7",
    "lease_duration": 3600,
    "renewable": True,
    "data": CREDENTIALS,
    "warnings": ["TTL of the role is long", "second"],
}
TOKEN = {
    "request_id": "77-auth",
    "auth": {
        "client_token": "hvs.TOKEN",
        "accessor": "acc-1",
        "policies": ["default", "app"],
        "metadata": {"role": "app", "a": "b"},
        "lease_duration": 60,
        "renewable": True,
    },
}
WRAPPED = {
    "wrap_info": {
        "token": "hvs.WRAP",
        "ttl": 120,
        "creation_time": "2024-01-02T03:04:05Z",
        "wrapped_accessor": "acc-2",
    }
}


def ask(function: str, *args: str, answer: Any) -> dict[str, Any]:
    """Return a call that reaches outside, with its answer."""
    return {"function": function, "args": list(args), "answer": answer}


API = {
    "API_KEY": "k3y-0123456789abcdef",
    "DATABASE_URL": "postgres://api:p%40ss@db:5432/api?sslmode=disable",
    "LOG_LEVEL": "info",
    "FEATURE": "a=b # no comment",
    "GREETING": 'héllo "wörld"',
}
CONSUL: Mapping[str, Any] = {
    "secrets": {
        "secret/data/spitikos/api": encode({"data": API, "metadata": META}),
        "secret/data/app": encode({"data": dict(APP), "metadata": META}),
        "kv/app": encode({"nest": dict(APP)}),
        "k": encode({"k": dict(KINDS)}),
    },
    "asks": [
        ask("secret", "database/creds/app", answer=LEASED),
        ask("secret", "auth/token/lookup-self", answer=TOKEN),
        ask("secret", "sys/wrap", answer=WRAPPED),
        ask(
            "secret",
            "secret/data/app?version=2",
            answer={
                "data": {"data": {"username": "older"}, "metadata": encode({**META, "version": Number("2")})}
            },
        ),
        ask("secret", "empty/secret", answer={}),
        ask(
            "secret",
            "transit/encrypt/app",
            "plaintext=aGVsbG8=",
            answer={"data": {"ciphertext": "vault:v1:abc=="}},
        ),
        ask(
            "secret",
            "ssh/sign/role",
            "public_key=ssh-ed25519 AAAA",
            "valid_principals=ha",
            answer={"data": {"signed_key": "ssh-cert AAAB\n", "serial_number": "01"}},
        ),
        ask(
            "secret",
            "pki/issue/app",
            "common_name=app.example.com",
            "ttl=1h",
            answer={"data": encode({**PKI["app"], "expiration": Number("2000000000")})},
        ),
        ask("secret", "kv/write", "a=b", answer=None),
        ask("secrets", "secret/metadata/app", answer=["a", "b/", "c"]),
        ask("secrets", "empty/list", answer=[]),
        ask("pkiCert", "pki/issue/app", "common_name=app.example.com", answer=PKI["app"]),
        ask("pkiCert", "pki/issue/self", answer=PKI["self"]),
    ],
    "env": {
        "HOME": "/home/app",
        "EMPTY": "",
        "POD_NAME": "app-0",
        "LIST": "a b c",
        "EQ": "a=b=c",
        "WIDE": "é☃",
    },
    "files": {
        "/etc/app.conf": "key = value\n",
        "/run/secrets/token": "t0ken",
        "relative.txt": "rel",
        "/empty": "",
    },
    "now": 1700000000123456789,
}

# the same with secrets that hold next to nothing
SPARSE: Mapping[str, Any] = {
    **CONSUL,
    "secrets": {
        path: {"data": {"username": "admin", "number": "", "list": ""}, "metadata": {}}
        for path in ("secret/data/app", "secret/data/spitikos/api")
    },
    "env": {},
}

WORLDS: Mapping[str, Mapping[str, Any]] = {
    "kinds": {"data": encode(dict(KINDS))},
    "functions": {
        "data": encode(
            {**KINDS, "fn": FUNCTIONS["add"], **{"f_" + name: row for name, row in FUNCTIONS.items()}}
        )
    },
    "consul": CONSUL,
    "sparse": SPARSE,
}
