"""The table of annotations, its page, and the defaults that it takes from the injector's settings."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from vexec.injector.annotations import FAMILIES, PREFIX, SINGLE, TABLE, find, without_meaning
from vexec.injector.completion import table_defaults
from vexec.injector.settings import Defaults, load

ROOT = Path(__file__).resolve().parents[2]
FACTS = [
    "agent-inject",
    "agent-inject-status",
    "role",
    "service",
    "namespace",
    "auth-type",
    "auth-path",
    "auth-config-x",
    "auth-min-backoff",
    "auth-max-backoff",
    "agent-auto-auth-exit-on-err",
    "agent-request-namespace",
    "agent-inject-secret-x",
    "agent-inject-file-x",
    "agent-inject-perms-x",
    "agent-inject-template-x",
    "agent-inject-template-file-x",
    "agent-template-left-delim-x",
    "agent-template-right-delim-x",
    "agent-inject-command-x",
    "error-on-missing-key-x",
    "secret-volume-path",
    "secret-volume-path-x",
    "preserve-secret-case",
    "preserve-secret-case-x",
    "agent-inject-default-template",
    "agent-inject-token",
    "agent-inject-containers",
    "agent-image",
    "agent-init-first",
    "agent-pre-populate",
    "agent-pre-populate-only",
    "agent-configmap",
    "agent-extra-secret",
    "agent-copy-volume-mounts",
    "agent-share-process-namespace",
    "agent-service-account-token-volume-name",
    "agent-run-as-user",
    "agent-run-as-group",
    "agent-run-as-same-user",
    "agent-set-security-context",
    "agent-json-patch",
    "agent-init-json-patch",
    "agent-limits-cpu",
    "agent-limits-mem",
    "agent-limits-ephemeral",
    "agent-requests-cpu",
    "agent-requests-mem",
    "agent-requests-ephemeral",
    "agent-revoke-on-shutdown",
    "agent-revoke-grace",
    "agent-cache-enable",
    "agent-cache-use-auto-auth-token",
    "agent-cache-listener-port",
    "agent-cache-exit-on-err",
    "template-config-exit-on-retry-failure",
    "template-static-secret-render-interval",
    "template-max-connections-per-host",
    "template-lease-renewal-threshold",
    "agent-enable-quit",
    "agent-disable-idle-connections",
    "agent-disable-keep-alives",
    "agent-telemetry-x",
    "go-max-procs",
    "log-level",
    "log-format",
    "client-max-retries",
    "client-timeout",
    "proxy-address",
    "tls-skip-verify",
    "tls-secret",
    "tls-server-name",
    "ca-cert",
    "ca-key",
    "client-cert",
    "client-key",
    "agent-run-as-sidecar",
    "agent-exec-command",
    "agent-exec-command-x",
]


def test_every_annotation_of_the_original_is_there() -> None:
    """And those that this project defines."""
    assert [name for name in FACTS if find(name) is None] == []


def test_the_page_is_what_the_table_says() -> None:
    """docs/reference/annotations.md is what build/annotations.py makes of the table."""
    command = [sys.executable, str(ROOT / "build" / "annotations.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_names_are_unique() -> None:
    """Single ones and families each."""
    assert len(TABLE) == len(SINGLE) + len(FAMILIES)
    assert len({entry.name for entry in FAMILIES}) == len(FAMILIES)


def test_settings_are_fields_of_the_defaults() -> None:
    """Each default that the injector may change is one of its settings, with the same value."""
    values = {item.name: item.default for item in fields(Defaults)}

    for entry in TABLE:
        if entry.setting:
            expected = str(values[entry.setting])
            assert (entry.default or "") in (expected, expected.lower(), "")


def test_what_has_no_meaning_in_exec_mode_is_told() -> None:
    """By full name, sorted; a misspelt one too; one of another prefix not."""
    names = ["agent-telemetry-x", "agent-inject-secret-a", "agent-cache-enable", "agent-inject-scret-a"]
    expected = ["agent-cache-enable", "agent-inject-scret-a", "agent-telemetry-x"]

    assert without_meaning([*(PREFIX + name for name in names), "other.example/agent-cache-enable"]) == [
        PREFIX + name for name in expected
    ]


def test_the_longest_family_counts() -> None:
    """agent-inject-template-file-x is no template called file-x."""
    found = find("agent-inject-template-file-x")

    assert found is not None
    assert found.name == "agent-inject-template-file"


def test_an_annotation_without_a_default_stays_absent() -> None:
    """Absence means something else than any value."""
    assert "agent-share-process-namespace" not in table_defaults(Defaults())
    assert table_defaults(Defaults(share_process_namespace=True))["agent-share-process-namespace"] == "true"


def test_settings_come_from_flags_and_variables() -> None:
    """A flag wins; an empty one counts as unset; types are read."""
    environ = {
        "AGENT_INJECT_VAULT_ADDR": "https://a",
        "AGENT_INJECT_CPU_LIMIT": "1",
        "AGENT_INJECT_REVOKE_ON_SHUTDOWN": "true",
        "AGENT_INJECT_TEMPLATE_MAX_CONNECTIONS_PER_HOST": "5",
        "AGENT_INJECT_RUN_AS_USER": "",
    }
    found = load(environ, {"vault-address": "https://b", "cpu-limit": ""})

    assert (found.address, found.limits_cpu, found.user) == ("https://b", "1", "100")
    assert (found.revoke_on_shutdown, found.max_connections) == (True, 5)


@pytest.mark.parametrize(
    ("environ", "options", "name"),
    [
        ({"AGENT_INJECT_REVOKE_ON_SHUTDOWN": "yes"}, {}, "AGENT_INJECT_REVOKE_ON_SHUTDOWN"),
        ({}, {"max-connections-per-host": "x"}, "--max-connections-per-host"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(
    environ: dict[str, str], options: dict[str, str], name: str
) -> None:
    """The flag or the variable."""
    with pytest.raises(ValueError, match=f"^{name}: "):
        load(environ, options)
