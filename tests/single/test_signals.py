"""Signals reach the target as vexec inherited them: the built file's interpreter touches none (T4, T5)."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.fault import FaultServer
    from tests.single.program import Single

from tests.single.hold import fetching, secret

CASES = [[], ["SIGHUP"], ["SIGPIPE"], ["SIGPIPE", "SIGXFSZ", "SIGTERM", "SIGINT"]]


@pytest.mark.parametrize("ignored", CASES, ids=lambda names: " ".join(names) or "none")
@pytest.mark.parametrize("is_fetching", [True, False], ids=["with a fetch", "nothing to fetch"])
def test_ignored_signals_stay_ignored(
    single: Single, fault_server: Callable[..., FaultServer], ignored: list[str], is_fetching: bool
) -> None:
    """T4: what was ignored is ignored by the target, SIGPIPE too, and nothing else; nothing is caught."""
    env = fetching(fault_server(secret())) if is_fetching else {}
    seen = single.report(env=env, launch={"ignore": ignored})

    numbers = {int(signal.Signals[name]) for name in ignored}
    assert seen.signals == {"SigBlk": set(), "SigIgn": numbers, "SigCgt": set()}


@pytest.mark.parametrize("ignored", CASES, ids=lambda names: " ".join(names) or "none")
def test_as_process_1(single: Single, fault_server: Callable[..., FaultServer], ignored: list[str]) -> None:
    """T4: the same as process 1 of a namespace, which a container's engine starts."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare — not installed")
    before = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")
    env = fetching(fault_server(secret()))
    seen = single.report(env=env, before=before, launch={"ignore": ignored})

    numbers = {int(signal.Signals[name]) for name in ignored}
    assert seen.processes == [1]
    assert seen.signals == {"SigBlk": set(), "SigIgn": numbers, "SigCgt": set()}


def test_no_signal_is_blocked(single: Single) -> None:
    """T5: the target blocks nothing, although vexec was started with signals blocked."""
    assert single.report(launch={"block": ["SIGTERM", "SIGUSR1", "SIGCHLD"]}).signals["SigBlk"] == set()
