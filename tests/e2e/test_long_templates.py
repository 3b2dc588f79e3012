"""A template that takes long: a signal ends it at once, and the deadline holds (T6, T29)."""

from __future__ import annotations

import signal
import time

import pytest

from tests.e2e.program import Vexec, told

# Python's own steps, and one step in a library; each goes on for longer than a test waits
LONG = {
    "steps": "{{ range $i, $x := loop 0 100000000 }}{{ $y := add $i 1 }}{{ end }}A=1",
    "sorting": "{{ $x := sprig_until 1000000 }}{{ range 1000 }}{{ $y := sprig_sortAlpha $x }}{{ end }}A=1",
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_it(vexec: Vexec, name: str, number: signal.Signals) -> None:
    """T6: the main thread does not evaluate, so that it dies of a signal at once."""
    running = vexec.start("--", "true", env={"VEXEC_TEMPLATE": LONG[name]})
    time.sleep(0.4)
    assert running.process.poll() is None
    sent = time.monotonic()
    running.send(number)

    assert running.wait().told == (-number, "")
    assert time.monotonic() - sent < 1


@pytest.mark.parametrize("name", LONG)
def test_the_deadline_holds(vexec: Vexec, name: str) -> None:
    """T29: it ends within a second of the deadline, and no server is blamed that nothing was asked of."""
    done = vexec("--", "true", env={"VEXEC_TEMPLATE": LONG[name], "VEXEC_DEADLINE": "300ms"})

    assert done.told == told(65, "the templates: no end after 0.3 s (VEXEC_DEADLINE)")
    assert 0.3 <= done.seconds < 1.8
