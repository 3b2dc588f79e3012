"""What vexec is told: each annotation as a variable, checked as vexec itself will read it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.injector.pods import DEFAULTS, TEMPLATE, TOKENS, admitted, container, environ, first, pod, refused
from vexec.injector.configuration import LIMIT

PLAIN = {"agent-inject-template-config.env": None}
LOGIN = {
    "VAULT_ADDR": "https://vault.vault.svc:8200",
    "VEXEC_AUTH": "kubernetes",
    "VEXEC_AUTH_MOUNT": "kubernetes",
    "VEXEC_ROLE": "api",
    "VEXEC_JWT_FILE": f"{TOKENS}/token",
}


def told(annotations: dict[str, str | None]) -> dict[str, str]:
    """Return the variables that a container gets."""
    return environ(first(pod(annotations)))


def test_the_pod_of_the_requirements() -> None:
    """S1.1, S1.6: the address, the log-in, the template; nothing else and no secret."""
    assert told({}) == {
        **LOGIN,
        "VEXEC_TEMPLATES": json.dumps([{"name": "config.env", "text": TEMPLATE}], separators=(",", ":")),
    }


def test_a_secret_without_a_template() -> None:
    """Its keys become variables as they are, by VEXEC_FROM; the default template has no meaning."""
    made = told({**PLAIN, "agent-inject-secret-b": "secret/a b%#c?version=2&prefix=X_"})
    assert made == {
        **LOGIN,
        "VEXEC_FROM": "vault:secret/a%20b%25%23c?version=2&prefix=X_ vault:secret/data/spitikos/api",
    }

    _, warnings = admitted(pod({**PLAIN, "agent-inject-default-template": "json"}))
    assert warnings == ["vault.hashicorp.com/agent-inject-default-template has no meaning in exec mode"]


def test_several_templates() -> None:
    """S1.10: in the order of their names, each with its delimiters and its rule for missing keys."""
    made = told(
        {
            "agent-inject-template-b": "B=<< 1 >>",
            "agent-template-left-delim-b": "<<",
            "agent-template-right-delim-b": ">>",
            "error-on-missing-key-b": "true",
            "agent-inject-template-file-a": "/vault/configs/a.ctmpl",
            "error-on-missing-key-a": "false",
        }
    )

    assert json.loads(made["VEXEC_TEMPLATES"]) == [
        {"name": "a", "file": "/vault/configs/a.ctmpl", "missing": "novalue"},
        {"name": "b", "text": "B=<< 1 >>", "left": "<<", "right": ">>", "missing": "strict"},
        {"name": "config.env", "text": TEMPLATE},
    ]


@pytest.mark.parametrize(
    ("annotation", "text", "variables"),
    [
        ("service", "http://other:8200", {"VAULT_ADDR": "http://other:8200"}),
        ("namespace", "team/a", {"VAULT_NAMESPACE": "team/a"}),
        ("auth-path", "auth/clusters/one", {"VEXEC_AUTH_MOUNT": "clusters/one"}),
        ("auth-path", "/clusters/one/", {"VEXEC_AUTH_MOUNT": "clusters/one"}),
        ("auth-config-token-path", "/t", {"VEXEC_JWT_FILE": "/t"}),
        ("proxy-address", "http://proxy:3128", {"VAULT_PROXY_ADDR": "http://proxy:3128"}),
        ("client-timeout", "5s", {"VAULT_CLIENT_TIMEOUT": "5s"}),
        ("client-max-retries", "3", {"VAULT_MAX_RETRIES": "3"}),
        ("tls-skip-verify", "true", {"VAULT_SKIP_VERIFY": "true"}),
        ("tls-server-name", "vault", {"VAULT_TLS_SERVER_NAME": "vault"}),
        ("ca-cert", "/vault/tls/ca.crt", {"VAULT_CACERT": "/vault/tls/ca.crt"}),
        ("ca-key", "/vault/tls", {"VAULT_CAPATH": "/vault/tls"}),
        ("client-cert", "/vault/tls/c.crt", {"VAULT_CLIENT_CERT": "/vault/tls/c.crt"}),
        ("log-level", "trace", {"VEXEC_LOG_LEVEL": "debug"}),
        ("log-level", "Info", {"VEXEC_LOG_LEVEL": "info"}),
        ("log-format", "standard", {"VEXEC_LOG_FORMAT": "text"}),
        ("log-format", "json", {"VEXEC_LOG_FORMAT": "json"}),
        ("agent-exec-duplicates", "overwrite", {"VEXEC_DUPLICATES": "overwrite"}),
        ("agent-exec-template-newlines", "true", {"VEXEC_TEMPLATE_NEWLINES": "true"}),
    ],
)
def test_annotations(annotation: str, text: str, variables: dict[str, str]) -> None:
    """Each means what it means upstream, and causes no warning."""
    made, warnings = admitted(pod({annotation: text}))

    plain = told({})
    assert environ(made["spec"]["containers"][0]) == plain | variables
    assert warnings == []


@pytest.mark.parametrize(
    ("annotations", "variables"),
    [
        (
            {"auth-type": "approle", "auth-path": "auth/approle", "auth-config-role-id-file-path": "/r",
             "auth-config-secret-id-file-path": "/s"},
            {"VEXEC_AUTH": "approle", "VEXEC_AUTH_MOUNT": "approle", "VEXEC_ROLE_ID_FILE": "/r",
             "VEXEC_SECRET_ID_FILE": "/s"},
        ),
        (
            {"auth-type": "jwt", "auth-path": "auth/jwt", "auth-config-path": "/t"},
            {"VEXEC_AUTH": "jwt", "VEXEC_AUTH_MOUNT": "jwt", "VEXEC_ROLE": "api", "VEXEC_JWT_FILE": "/t"},
        ),
        (
            {"auth-type": "token_file", "auth-path": "auth/token", "auth-config-token-file-path": "/t"},
            {"VEXEC_AUTH": "token", "VEXEC_AUTH_MOUNT": "token", "VAULT_TOKEN_FILE": "/t"},
        ),
    ],
)  # fmt: skip
def test_other_methods(annotations: dict[str, str | None], variables: dict[str, str]) -> None:
    """Their parameters are upstream's."""
    made = told(annotations)
    del made["VEXEC_TEMPLATES"], made["VAULT_ADDR"]

    assert made == variables


@pytest.mark.parametrize("form", [str, lambda pem: base64.b64encode(pem.encode()).decode()])
def test_the_injectors_ca(form: Any) -> None:
    """The injector's CA reaches vexec as PEM, unless an annotation names a file."""
    pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    defaults = replace(DEFAULTS, cacert_bytes=form(pem))

    assert environ(first(pod(), defaults))["VAULT_CACERT_BYTES"] == pem
    assert "VAULT_CACERT_BYTES" not in environ(first(pod({"ca-cert": "/ca"}), defaults))
    assert "neither PEM nor PEM in base64" in refused(pod(), replace(DEFAULTS, cacert_bytes="canary!"))


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        (
            {"auth-type": "aws"},
            'auth-type "aws" is not known in exec mode, which takes kubernetes, jwt, approle, token_file',
        ),
        ({"auth-type": "jwt"}, "the log-in method jwt needs VEXEC_JWT or VEXEC_JWT_FILE"),
        ({"role": None, "agent-configmap": "c"}, "the log-in method kubernetes needs VEXEC_ROLE"),
        ({"service": "vault:8200"}, "VAULT_ADDR has no scheme: write http://HOST:PORT or https://HOST:PORT"),
        (
            {"client-timeout": "soon", "client-max-retries": "-1"},
            (
                "VAULT_CLIENT_TIMEOUT is not a duration (60, 60s, 1m30s, 500ms); "
                "VAULT_MAX_RETRIES is not a whole number"
            ),
        ),
        ({"log-level": "loud"}, "VEXEC_LOG_LEVEL is none of error, warn, info, debug"),
        ({"client-key": "/k"}, "a client key is set (VAULT_CLIENT_KEY) without a client certificate"),
        ({"agent-inject-template-config.env": "{{ if }}"}, "template: config.env:1: missing value for if"),
        (
            {"agent-inject-template-config.env": "\n{{ nosuch }}"},
            'template: config.env:2: function "nosuch" not defined',
        ),
        (
            {**PLAIN, "agent-inject-secret-config.env": "secret/../x"},
            (
                "vault.hashicorp.com/agent-inject-secret-config.env: "
                "the path of the secret is empty or has an empty or dotted part"
            ),
        ),
        (
            {"agent-inject-template-config.env": "a\0b"},
            "VEXEC_TEMPLATES entry 1, text: holds a NUL character",
        ),
        ({"namespace": "a\0b"}, "an annotation holds a NUL character, which VAULT_NAMESPACE cannot take"),
        ({"agent-exec-duplicates": "some"}, "it takes one of error, keep, overwrite"),
    ],
)
def test_mistakes_are_told_at_once(annotations: dict[str, str | None], reason: str) -> None:
    """What vexec would refuse at each start is refused when the pod is made, in the same words."""
    assert refused(pod(annotations)).endswith(reason)


def test_over_128_kib() -> None:
    """S1.6, T14: what no variable can hold is refused, and the way out is named."""
    reason = refused(pod({"agent-inject-template-config.env": "# " + "x" * LIMIT}))
    assert "VEXEC_TEMPLATES would be " in reason
    assert "vault.hashicorp.com/agent-configmap" in reason

    rest = (
        len(f"VEXEC_TEMPLATES={json.dumps([{'name': 'config.env', 'text': ''}], separators=(',', ':'))}") + 1
    )
    assert told({"agent-inject-template-config.env": "#" * (LIMIT - rest)})
    assert refused(pod({"agent-inject-template-config.env": "#" * (LIMIT - rest + 1)}))


def test_too_many_secrets() -> None:
    """S1.6: a list of secrets has the same bound."""
    many: dict[str, str | None] = {f"agent-inject-secret-{number}": "secret/x" for number in range(20000)}

    assert "VEXEC_FROM would be " in refused(pod(many))


def test_kubernetes_replaces_nothing() -> None:
    """A `$(NAME)` of a template stays what it is, and `$key` needs nothing."""
    made = told({"agent-inject-template-config.env": "A=$(HOME)$$ {{ $x := 1 }}{{ $x }}"})

    assert json.loads(made["VEXEC_TEMPLATES"])[0]["text"] == "A=$$(HOME)$$$ {{ $x := 1 }}{{ $x }}"


def test_annotations_that_the_method_or_the_secret_does_not_use() -> None:
    """They are named, never dropped in silence."""
    _, warnings = admitted(
        pod({**PLAIN, "auth-config-headers": "x", "error-on-missing-key-config.env": "true"}, container())
    )

    assert warnings == [
        f"vault.hashicorp.com/{name} has no meaning with this auth-type, or without a template"
        for name in ("auth-config-headers", "error-on-missing-key-config.env")
    ]
