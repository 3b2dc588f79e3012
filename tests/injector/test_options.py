"""How the server is told to serve: options before variables, and every mistake by its name."""

from __future__ import annotations

from dataclasses import fields

import pytest

from vexec.injector import settings
from vexec.injector.options import Options, load

FILES = {"tls-cert-file": "/tls.crt", "tls-key-file": "/tls.key"}


def test_defaults() -> None:
    """Without more than files for TLS the values are the original's."""
    found = load({}, FILES)

    assert found == Options(cert="/tls.crt", key="/tls.key")
    assert (found.address, found.minimum, found.telemetry) == (("", 8080), "tls12", "")
    assert (found.level, found.form, found.elects) == ("info", "standard", False)


def test_variables() -> None:
    """Each option is a variable, AGENT_INJECT_ and its name."""
    told = {
        "LISTEN": "[::1]:8443",
        "TLS_AUTO": "cfg",
        "TLS_AUTO_HOSTS": "a, b.c",
        "TLS_MIN_VERSION": "tls13",
        "TLS_CIPHER_SUITES": "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "LOG_LEVEL": "warn",
        "LOG_FORMAT": "json",
        "USE_LEADER_ELECTOR": "true",
        "TELEMETRY_PATH": "/metrics",
        "MAX_REQUEST_BYTES": "1000",
    }
    found = load({f"AGENT_INJECT_{name}": value for name, value in told.items()}, {})

    assert found.address == ("::1", 8443)
    assert (found.webhook, found.names, found.elects) == ("cfg", ("a", "b.c"), True)
    assert (found.minimum, found.ciphers) == ("tls13", ("TLS_RSA_WITH_AES_128_GCM_SHA256",))
    assert (found.level, found.form, found.telemetry, found.largest) == ("warn", "json", "/metrics", 1000)


def test_an_option_wins() -> None:
    """An option goes before its variable; an empty variable is none."""
    environ = {"AGENT_INJECT_LISTEN": ":1", "AGENT_INJECT_LOG_LEVEL": ""}

    assert load(environ, {**FILES, "listen": ":2"}).address == ("", 2)
    assert load(environ, FILES).level == "info"


MISTAKES = [
    ({"listen": "8080"}, "--listen: is not HOST:PORT"),
    ({"listen": ":http"}, "--listen: is not HOST:PORT"),
    ({"listen": ":65536"}, "--listen: is not HOST:PORT"),
    ({"log-level": "loud"}, "--log-level: is none of trace, debug"),
    ({"log-format": "xml"}, "--log-format: is none of standard, json"),
    ({"tls-min-version": "tls10"}, "--tls-min-version: is none of tls12, tls13"),
    ({"tls-cipher-suites": "TLS_NULL"}, "--tls-cipher-suites: there is no suite 'TLS_NULL'"),
    ({"use-leader-elector": "maybe"}, "--use-leader-elector: cannot parse"),
    ({"max-request-bytes": "0"}, "--max-request-bytes: must be 1 or more"),
    ({"review-timeout": "soon"}, "--review-timeout: "),
    ({"telemetry-path": "metrics"}, "--telemetry-path: is no path of its own"),
    ({"telemetry-path": "/mutate"}, "--telemetry-path: is no path of its own"),
    ({"tls-auto": "cfg", "tls-auto-hosts": "a"}, "give either --tls-auto, or"),
    ({"tls-key-file": ""}, "belong together"),
    ({"tls-key-file": "", "tls-cert-file": ""}, "give either --tls-auto, or"),
    ({"tls-key-file": "", "tls-cert-file": "", "tls-auto": "cfg"}, "--tls-auto needs --tls-auto-hosts"),
]


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_mistakes(options: dict[str, str], message: str) -> None:
    """What cannot be served is told by the name of the option."""
    with pytest.raises(ValueError, match=message):
        load({}, {**FILES, **options})


def test_a_mistake_in_a_variable() -> None:
    """What comes from a variable is told by the variable's name."""
    with pytest.raises(ValueError, match=r"^AGENT_INJECT_LISTEN: is not HOST:PORT$"):
        load({"AGENT_INJECT_LISTEN": "x"}, FILES)


def test_no_option_comes_twice() -> None:
    """The server's options and the defaults of annotations have no name in common."""
    for key in ("flag", "variable"):
        names = [item.metadata[key] for kind in (Options, settings.Defaults) for item in fields(kind)]
        assert len(set(names)) == len(names)
