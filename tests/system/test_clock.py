"""One monotonic deadline, and nearer limits within it (T29)."""

from __future__ import annotations

import time

import pytest

from vexec.system.clock import Deadline


def test_deadline_runs_out() -> None:
    """What is left shrinks with the monotonic clock and stays 0 at the end."""
    deadline = Deadline(0.05)

    first = deadline.remaining()
    assert 0 < first <= 0.05
    time.sleep(0.02)
    assert deadline.remaining() <= first - 0.02
    time.sleep(0.04)
    assert deadline.remaining() == 0


def test_deadline_is_monotonic() -> None:
    """T29: the moment is one of the monotonic clock, which nobody sets."""
    before = time.monotonic()
    deadline = Deadline(60)

    assert before + 60 <= deadline.moment <= time.monotonic() + 60


def test_deadline_says_what_it_is() -> None:
    """Messages show the seconds as they were given and the variable."""
    deadline = Deadline(60)
    assert (deadline.seconds, deadline.name) == (60, "VEXEC_DEADLINE")


def test_nearer_limit_counts() -> None:
    """Within a deadline a shorter limit has its own name and seconds."""
    limit = Deadline(60).within(5, "VAULT_CLIENT_TIMEOUT")

    assert (limit.seconds, limit.name) == (5, "VAULT_CLIENT_TIMEOUT")
    assert 4.9 < limit.remaining() <= 5


@pytest.mark.parametrize("seconds", [0, 60, 1000])
def test_farther_limit_does_not_count(seconds: float) -> None:
    """A limit of 0 is none, and one beyond the deadline changes nothing."""
    deadline = Deadline(60)

    assert deadline.within(seconds, "VAULT_CLIENT_TIMEOUT") is deadline


def test_limit_after_the_end() -> None:
    """After the end there is nothing left for any limit."""
    deadline = Deadline(0)

    assert deadline.within(5, "X") is deadline
    assert deadline.remaining() == 0
