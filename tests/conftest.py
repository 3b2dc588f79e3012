"""What every test has: a clean environment, the real servers, and at the end a word on what was skipped."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.servers.container import Containers, probe
from tests.servers.fault import FaultServer
from tests.servers.kubernetes import KubernetesServer
from tests.servers.need import need
from tests.servers.pki import Pki
from tests.servers.vault import Tls, VaultServer
from vexec import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers.behaviour import Behaviour

SERVER_FIXTURES = {"vault", "tls_vault", "sealable_vault", "start_vault", "kubernetes", "containers"}
SCRUBBED = ("VEXEC_", "VAULT_", "BAO_")

hypothesis.settings.register_profile("vexec", derandomize=True, deadline=None)
hypothesis.settings.load_profile("vexec")


def pytest_configure() -> None:
    """Take back what the tests' starter ignores, such as nohup or a shell's background: it is inherited."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def scrubbed_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take everything that vexec reads out of the environment of each test."""
    for name in os.environ:
        if name.startswith(SCRUBBED) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def fresh_log() -> Iterator[None]:
    """Give each test a log that knows no secret of the tests before."""
    saved = log.State.level, log.State.is_json
    log.State.secrets.clear()
    yield
    log.State.level, log.State.is_json = saved
    log.State.secrets.clear()


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VaultServer]:
    """Give a dev server, one per test process: KV v2 at secret/, an audit device, plain HTTP."""
    need("vault")
    with VaultServer.dev(tmp_path_factory.mktemp("vault")) as server:
        yield server


@pytest.fixture(scope="session")
def tls_vault(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> Iterator[VaultServer]:
    """Give a server that keeps files, with TLS by the private CA `pki.ca`."""
    need("vault")
    tls = Tls(pki.ca, pki.server())
    with VaultServer.stored(tmp_path_factory.mktemp("tls-vault"), tls) as server:
        yield server


@pytest.fixture
def start_vault() -> Iterator[Callable[[VaultServer], VaultServer]]:
    """Start servers that the test describes, `start_vault(VaultServer.uninitialised(tmp_path / "vault"))`."""
    need("vault")
    with ExitStack() as servers:
        yield servers.enter_context


@pytest.fixture
def sealable_vault(start_vault: Callable[[VaultServer], VaultServer], tmp_path: Path) -> VaultServer:
    """Give a server of the test's own, unsealed, that may be sealed, stopped and started again."""
    return start_vault(VaultServer.stored(tmp_path / "vault"))


@pytest.fixture(scope="session")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesServer]:
    """Give a Kubernetes API server with its etcd, one per test process."""
    need("etcd")
    need("kube-apiserver")
    with KubernetesServer(tmp_path_factory.mktemp("kubernetes")) as server:
        yield server


@pytest.fixture(scope="session")
def containers() -> Iterator[Containers]:
    """Give podman and buildah, once it is known that this machine can run a container."""
    for name in ("podman", "buildah", "runc"):
        need(name)
    if (why := probe()) is not None:
        pytest.skip(f"podman — cannot run a container here: {why}")
    made = Containers()
    yield made
    made.close()


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """Give a throw-away CA; `Pki(directory)` makes another, unrelated one."""
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def fault_server() -> Iterator[Callable[..., FaultServer]]:
    """Make fault servers, `fault_server(script, greeting=…, tls=…, unix=…)`, that end with the test."""
    with ExitStack() as servers:

        def make(script: Behaviour, **options: Any) -> FaultServer:
            return servers.enter_context(FaultServer(script, **options))

        yield make


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that uses a real server or container, also through another fixture."""
    for item in items:
        if SERVER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """End with what was skipped, and why."""
    yield
    skipped = Counter(reason_of(report) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(skipped.items()):
        terminalreporter.write_line(f"skipped: {reason} ({count} test{'s' if count > 1 else ''})")
    if not skipped:
        terminalreporter.write_line("skipped: nothing")


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return NAME — why; a reason that names nothing gets the name of the test's file."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = text.removeprefix("Skipped: ")
    return reason if " — " in reason else f"{report.nodeid.partition('::')[0]} — {reason}"
