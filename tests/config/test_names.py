"""Names of variables: globs, identifiers, dangerous ones, and the service links of Kubernetes."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.config.names import is_any_match, is_dangerous, is_identifier, is_match, is_service_link


@given(st.text(alphabet="ab*?_", max_size=10), st.text(alphabet="ab_", max_size=10))
def test_globs_match_as_fnmatch_does(pattern: str, name: str) -> None:
    """`*` and `?` mean what they mean to a shell, over the whole name."""
    assert is_match(pattern, name) == fnmatchcase(name, pattern)


@given(st.text(alphabet="aB*?.[]é-!", max_size=8), st.text(alphabet="aB.[]é-!", max_size=8))
def test_nothing_else_is_special(pattern: str, name: str) -> None:
    """Brackets, dots and letters beyond ASCII stand for themselves, and case counts."""
    expected = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)

    assert is_match(pattern, name) == bool(re.fullmatch(expected, name, re.DOTALL))


@pytest.mark.parametrize(("pattern", "name"), [("a**b", "ab"), ("**", ""), ("*a*", "a"), ("*a*b*", "ab")])
def test_a_star_may_stand_for_nothing(pattern: str, name: str) -> None:
    """Stars side by side and around each part match the empty text, too."""
    assert is_match(pattern, name)


def test_one_of_several_patterns() -> None:
    """A list of names and globs covers what any of them does."""
    assert is_any_match(("A", "B_*"), "A")
    assert is_any_match(("A", "B_*"), "B_C")
    assert not is_any_match(("A", "B_*"), "AB")
    assert not is_any_match((), "A")


@pytest.mark.parametrize(
    "name",
    [
        # those that T16 lists …
        "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "GLIBC_TUNABLES", "PYTHONPATH", "NODE_OPTIONS", "BASH_ENV",
        "ENV", "IFS", "HOME", "VEXEC_FROM", "VEXEC_ANYTHING",
        # … and some of their kind
        "LD_AUDIT", "PYTHONSTARTUP", "PERL5LIB", "RUBYOPT", "JAVA_TOOL_OPTIONS", "DYLD_INSERT_LIBRARIES",
        "GIT_SSH_COMMAND", "BASH_FUNC_x%%", "HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "OPENSSL_CONF",
    ],
)  # fmt: skip
def test_dangerous_names(name: str) -> None:
    """T16: what changes what a program loads, runs or trusts."""
    assert is_dangerous(name)


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "PATHS", "MY_PATH", "path", "ENVIRONMENT", "USER", "TOKEN", "A"]
)
def test_harmless_names(name: str) -> None:
    """T16: ordinary names are not refused, also where they look like a dangerous one."""
    assert not is_dangerous(name)


@given(st.text(max_size=6))
def test_identifiers(name: str) -> None:
    """T15: an identifier is `[A-Za-z_][A-Za-z0-9_]*` and nothing else, whatever Python calls one."""
    assert is_identifier(name) == bool(re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name))


def links(service: str, ports: dict[str, tuple[int, str]]) -> dict[str, str]:
    """Make the variables of a Service as the kubelet does (pkg/kubelet/envvars/envvars.go)."""
    prefix = service.upper().replace("-", "_")
    number, protocol = next(iter(ports.values()))
    address = "10.0.0.11"
    made = {
        f"{prefix}_SERVICE_HOST": address,
        f"{prefix}_SERVICE_PORT": str(number),
        f"{prefix}_PORT": f"{protocol.lower()}://{address}:{number}",
    }
    for name, (number, protocol) in ports.items():
        if name:
            made[f"{prefix}_SERVICE_PORT_{name.upper().replace('-', '_')}"] = str(number)
        port = f"{prefix}_PORT_{number}_{protocol}"
        made |= {
            port: f"{protocol.lower()}://{address}:{number}",
            f"{port}_PROTO": protocol.lower(),
            f"{port}_PORT": str(number),
            f"{port}_ADDR": address,
        }
    return made


SERVICES = [
    *links("vexec", {"": (80, "TCP")}),
    *links("vault", {"http": (8200, "TCP"), "https-internal": (8201, "TCP")}),
    *links("bao", {"dns": (53, "UDP"), "stream": (9, "SCTP")}),
    *links("vexec-injector", {"https": (443, "TCP")}),
    *links("vault-agent-injector-svc", {"https": (443, "TCP")}),
    *links("vexec-port", {"": (1, "TCP")}),
]


@pytest.mark.parametrize("name", SERVICES)
def test_service_links(name: str) -> None:
    """T39: each variable that Kubernetes makes for a Service is known as such."""
    assert is_service_link(name)


@pytest.mark.parametrize(
    "name",
    [
        "VEXEC_FROM", "VEXEC_PORTS", "VEXEC_PORT_HTTP", "VEXEC_PORT_80", "VEXEC_PORT_80_HTTP",
        "VEXEC_PORT_80_TCPX", "VEXEC_PORT_X_TCP", "VEXEC_SERVICE", "VEXEC_SERVICE_HOSTS", "VAULT_ADDR",
        "VEXEC_PORT_80_TCP_NAME", "VEXEC_PORT_80_TCP_ADDR_X", "VEXECPORT",
    ],
)  # fmt: skip
def test_no_service_links(name: str) -> None:
    """T39: what only looks like a service link is none, so that a misspelt setting is still found."""
    assert not is_service_link(name)
