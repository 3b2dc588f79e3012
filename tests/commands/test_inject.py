"""`vexec inject` as a process: its options, its first certificate, a review, SIGTERM."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.injector.process import injector
from tests.injector.serving import asked, connect, send
from vexec.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.pki import Pki

CANARY = "canary-4711"


def review(pki: Pki, port: int, **annotations: str) -> dict[str, Any]:
    """Send a review of a pod with annotations."""
    keyed = {f"vault.hashicorp.com/{name.replace('_', '-')}": value for name, value in annotations.items()}
    container = {"name": "app", "image": "app"}
    metadata = {"name": "api-1", "namespace": "web", "annotations": keyed}
    pod = {"metadata": metadata, "spec": {"containers": [container]}}
    kind = {"group": "", "version": "v1", "kind": "Pod"}
    document = asked(object=pod, kind=kind, operation="CREATE")
    return send(connect(port, pki.ca), "POST", "/mutate", json.dumps(document).encode()).response


def test_a_process_from_start_to_end(pki: Pki) -> None:
    """It listens, reviews, logs no value, and ends with 0 on SIGTERM."""
    files = pki.server()
    options = [f"--tls-cert-file={files.cert}", f"-tls-key-file={files.key}", "-listen=127.0.0.1:0"]
    env = {"AGENT_INJECT_LOG_FORMAT": "json", "AGENT_INJECT_LISTEN": ":1"}
    with injector(*options, env=env) as (process, port):
        assert review(pki, port) == {"uid": "u-1", "allowed": True}
        denied = review(pki, port, agent_inject=CANARY)
        assert not denied["allowed"]
        assert denied["status"]["message"].startswith("error checking if should inject agent: ")
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=20)

    assert process.returncode == 0
    lines = [json.loads(line) for line in rest.splitlines()]
    assert [line.get("decision", line["message"]) for line in lines] == ["skipped", "denied", "stopped"]
    assert CANARY not in rest


def test_a_wrong_setting_exits_78(capfd: pytest.CaptureFixture[str]) -> None:
    """What cannot be served is told, with the option's name."""
    assert main(["inject", "--listen", "here"], {}) == 78
    assert capfd.readouterr().err == "vexec: --listen: is not HOST:PORT\n"


def test_missing_files_exit_78(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Files that are not there end the start."""
    names = [f"--tls-cert-file={tmp_path}/crt", f"--tls-key-file={tmp_path}/key"]
    assert main(["inject", *names], {}) == 78
    assert "vexec: no certificate: " in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lisen", ":1"], "there is no option --lisen"),
        (["--deadline=3s"], "there is no option --deadline"),
        (["agent"], "`vexec inject` takes options only"),
        (["--", "x"], "vexec inject starts no command"),
    ],
)
def test_mistakes_exit_64(arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The injector has its own options only."""
    assert main(["inject", *arguments], {}) == 64
    assert capfd.readouterr().err.startswith(f"vexec: {message}\n")


def test_help_lists_every_option(capfd: pytest.CaptureFixture[str]) -> None:
    """`vexec inject --help` has each option and its variable."""
    assert main(["inject", "--help"], {}) == 0
    text = capfd.readouterr().out
    assert "\n  --tls-auto, AGENT_INJECT_TLS_AUTO\n" in text
    assert "\n  --vault-address, AGENT_INJECT_VAULT_ADDR\n" in text
    assert "[:8080]" in text


def test_one_of_several_needs_a_name(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Replicas that elect need a name each."""
    (tmp_path / "config").write_text(
        json.dumps(
            {
                "current-context": "c",
                "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
                "clusters": [{"name": "k", "cluster": {"server": "https://127.0.0.1:1"}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
            }
        )
    )
    options = ["--tls-auto=cfg", "--tls-auto-hosts=a", "--use-leader-elector"]
    assert main(["inject", *options], {"KUBECONFIG": str(tmp_path / "config")}) == 78
    assert "a replica needs a name of its own" in capfd.readouterr().err
