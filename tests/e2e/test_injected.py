"""What the injector makes of a pod, started: its variables and its argv, the real server and a real token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.program import PROBE, told
from tests.e2e.test_templates import names
from tests.injector.pods import container, environ, first, pod
from tests.servers.kubernetes import enable_kubernetes_auth, write_kubernetes_role
from vexec.injector.settings import Defaults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Seen, Vexec
    from tests.e2e.store import Store
    from tests.servers.kubernetes import KubernetesServer

ACCOUNT = "vexec-injected"
SECRET = "secret/data/spitikos/api"
KEYS = {"DB_USER": "canary", "DB_PASSWORD": "p=1 '$(HOME)$x' \"", "PORT": "canary:80"}


class Cluster:
    """A place where a container that was injected can be started: a token, and an injector's defaults."""

    def __init__(self, vexec: Vexec, store: Store, tokens: Path) -> None:
        self.vexec = vexec
        self.store = store
        self.tokens = str(tokens)
        self.defaults = Defaults(address=store.server.address)

    def inject(self, annotations: dict[str, str | None], **more: Any) -> dict[str, Any]:
        """Return the container after the patch."""
        return first(pod(annotations, container("api", self.tokens, **more)), self.defaults)

    def start(self, made: dict[str, Any]) -> Seen:
        """Start a container's command, the probe in place of /server, and return what that saw."""
        assert made["command"] == ["/vexec-bin/vexec", "--"]
        assert made["args"][0] == "/server"
        return self.vexec.probe(*made["args"][1:], env=kubelet(environ(made)))


def kubelet(variables: dict[str, str]) -> dict[str, str]:
    """Return variables as the kubelet hands them over; none of these holds a `$(NAME)` unescaped."""
    return {name: value.replace("$$", "$") for name, value in variables.items()}


@pytest.fixture
def cluster(vexec: Vexec, store: Store, kubernetes: KubernetesServer, tmp_path: Path) -> Cluster:
    """Give the secret of S1.1, the role `api` that may read it, and a projected token."""
    store.server.write(SECRET, {"data": KEYS})
    store.server.policy("api", f'path "{SECRET}" {{ capabilities = ["read"] }}')
    kubernetes.service_account("default", ACCOUNT)
    enable_kubernetes_auth(store.server, kubernetes)
    write_kubernetes_role(store.server, "api", service_account=ACCOUNT, policies=["api"])
    tokens = tmp_path / "serviceaccount"
    tokens.mkdir()
    (tokens / "token").write_text(kubernetes.token("default", ACCOUNT, ["vault"]))
    return Cluster(vexec, store, tokens)


def test_the_pod_of_the_requirements(cluster: Cluster) -> None:
    """S1.1: the annotations byte for byte; every key of the secret is a variable, and nothing of vexec's."""
    made = cluster.inject({}, args=["--port", "80"], env=[{"name": "OWN", "value": "1"}])
    seen = cluster.start(made)

    assert names(seen.variables) == {**KEYS, "OWN": "1"}
    assert seen.arguments == ["--port", "80"]
    assert "canary" not in json.dumps(made)


def test_without_a_template(cluster: Cluster) -> None:
    """S1.9: the keys come as they are, a newline too."""
    keys = {**KEYS, "LINES": "a\nEVIL=b\n"}
    cluster.store.server.write(SECRET, {"data": keys})
    made = cluster.inject({"agent-inject-template-config.env": None})

    assert names(cluster.start(made).variables) == keys


def test_several_templates(cluster: Cluster, tmp_path: Path) -> None:
    """S1.10: delimiters and files of their own; a text with `$(NAME)` arrives as it was written."""
    (tmp_path / "t").write_text('FROM_FILE={{ with secret "%s" }}{{ .Data.data.PORT }}{{ end }}' % SECRET)
    made = cluster.inject(
        {
            "agent-inject-template-config.env": "A=<< 1 >>{{ 2 }}$(HOME)",
            "agent-template-left-delim-config.env": "<<",
            "agent-template-right-delim-config.env": ">>",
            "agent-inject-template-file-b": str(tmp_path / "t"),
        }
    )

    assert names(cluster.start(made).variables) == {"A": "1{{ 2 }}$(HOME)", "FROM_FILE": "canary:80"}


def test_a_missing_key(cluster: Cluster) -> None:
    """S1.11: an error where it would be printed; with error-on-missing-key at a test; or `<no value>`."""
    text = 'A={{ with secret "%s" }}{{ if .Data.data.NO }}x{{ end }}' % SECRET

    def start(more: str, missing: str | None) -> tuple[int, str]:
        annotations: dict[str, str | None] = {
            "agent-inject-template-config.env": text + more + "{{ end }}",
            "error-on-missing-key-config.env": missing,
        }
        env = kubelet(environ(cluster.inject(annotations)))
        done = cluster.vexec("--", "/bin/sh", "-c", 'printf "%s" "$A"', env=env)
        return done.status, done.stdout

    assert start("", None) == (0, "")
    assert start("{{ .Data.data.NO }}", None) == (65, "")
    assert start("{{ .Data.data.NO }}", "false") == (0, "<no value>")
    assert start("", "true") == (65, "")


def test_a_role_that_does_not_exist(cluster: Cluster) -> None:
    """S1.11: what cannot be fetched never starts the target."""
    env = kubelet(environ(cluster.inject({"role": "none"})))
    status, words = cluster.vexec("--", *PROBE, env=env).told

    assert status == 77
    assert words.startswith("vexec: log-in refused: ")


def test_a_probe_that_goes_through_vexec(cluster: Cluster) -> None:
    """A wrapped probe sees the variables, too."""
    probe = {"exec": {"command": ["/bin/sh", "-c", 'test "$PORT" = canary:80']}}
    made = cluster.inject({"agent-exec-wrap-probes": "true"}, livenessProbe=probe)
    command = made["livenessProbe"]["exec"]["command"]

    assert command[:2] == made["command"]
    assert cluster.vexec(*command[1:], env=kubelet(environ(made))).told == told(0)
