"""T28: what may pass is tried again with full jitter until the deadline, and nothing else is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from vexec.errors import (
    AuthError,
    ConfigError,
    Issue,
    PermissionDenied,
    ProtocolError,
    SecretNotFound,
    VaultError,
    VaultUnavailable,
)
from vexec.system.clock import Deadline
from vexec.vault.http import Hangup
from vexec.vault.retry import FIRST, LONGEST, Policy

if TYPE_CHECKING:
    from vexec.errors import VexecError

FINAL = (
    VaultError("x"),
    PermissionDenied("x"),
    ProtocolError("x"),
    AuthError("x"),
    SecretNotFound("x"),
    ConfigError([Issue("x")]),
    ValueError("x"),
)


class Tries:
    """An operation that fails in turn, at last for ever or not; then it returns 7. It notes when it ran."""

    def __init__(self, *failures: Exception, is_lasting: bool = False) -> None:
        self.failures = list(failures)
        self.is_lasting = is_lasting
        self.moments: list[float] = []

    def __call__(self) -> int:
        self.moments.append(time.monotonic())
        if not self.failures:
            return 7
        raise self.failures[0] if self.is_lasting and len(self.failures) == 1 else self.failures.pop(0)

    @property
    def gaps(self) -> list[float]:
        """The waits between the tries."""
        return [after - before for before, after in pairwise(self.moments)]


def unavailable(
    message: str = "down", *, is_sent: bool = False, wait: float | None = None
) -> VaultUnavailable:
    """Return what may pass."""
    return VaultUnavailable(message, is_sent=is_sent, retry_after=wait)


def failure(policy: Policy, tries: Tries, *, is_repeatable: bool = True) -> VexecError:
    """Return the error that a policy gives up with."""
    with pytest.raises(VaultUnavailable) as caught:
        policy.call(tries, is_repeatable=is_repeatable)
    return caught.value


def test_success_is_returned_at_once() -> None:
    """A first try that succeeds is all there is."""
    tries = Tries()

    assert Policy(Deadline(5), None).call(tries, is_repeatable=True) == 7
    assert len(tries.moments) == 1


@pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("before", [0, 1])
def test_final_errors_are_not_tried_again(error: Exception, before: int) -> None:
    """What waiting does not mend ends the tries at once, also after a failure that may pass."""
    tries = Tries(*[unavailable() for _ in range(before)], error)

    with pytest.raises(type(error)) as caught:
        Policy(Deadline(5), None).call(tries, is_repeatable=True)
    assert caught.value is error
    assert len(tries.moments) == before + 1


def test_success_after_failures() -> None:
    """What may pass is tried again, with growing waits that are below their bounds."""
    tries = Tries(unavailable(), Hangup("gone", is_sent=True))

    assert Policy(Deadline(5), None).call(tries, is_repeatable=True) == 7
    assert len(tries.moments) == 3
    assert all(gap < FIRST * 2**index + 0.2 for index, gap in enumerate(tries.gaps))


def test_waits_have_full_jitter() -> None:
    """Many clients that fail together do not come back together: the waits spread from 0 to their bound."""

    def first_wait(_number: int) -> float:
        tries = Tries(unavailable())
        Policy(Deadline(5), None).call(tries, is_repeatable=True)
        return tries.gaps[0]

    with ThreadPoolExecutor(12) as pool:
        firsts = list(pool.map(first_wait, range(12)))

    assert min(firsts) < FIRST / 2 < max(firsts) < FIRST + 0.2
    assert len({round(gap, 3) for gap in firsts}) > 6
    assert LONGEST <= 10


def test_gives_up_at_the_deadline() -> None:
    """T29: the tries end at the deadline, not after it, and the hint says how many there were."""
    tries = Tries(unavailable("down"), is_lasting=True)
    deadline = Deadline(0.5)
    began = time.monotonic()
    error = failure(Policy(deadline, None), tries)

    assert 0.3 < time.monotonic() - began < 1
    assert str(error) == "down"
    assert error.hint == f"gave up after {len(tries.moments)} tries in 0.5 s (VEXEC_DEADLINE)"
    assert len(tries.moments) > 2


def test_last_error_and_its_hint_are_kept() -> None:
    """The last failure is told, its own hint before what was tried."""
    last = VaultUnavailable("last", hint="look there")
    error = failure(Policy(Deadline(5), 1), Tries(unavailable("first"), last))

    assert error is last
    assert error.hint == "look there; gave up after 2 tries (VAULT_MAX_RETRIES)"


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_max_retries_bounds_the_repeats(retries: int) -> None:
    """VAULT_MAX_RETRIES is the number of repeats, long before the deadline."""
    tries = Tries(unavailable(), is_lasting=True)
    error = failure(Policy(Deadline(30), retries), tries)

    assert len(tries.moments) == retries + 1
    assert ("VAULT_MAX_RETRIES" in error.hint) is (retries > 0)


def test_max_retries_does_not_extend_the_deadline() -> None:
    """With many retries allowed the deadline still ends them."""
    began = time.monotonic()
    error = failure(Policy(Deadline(0.3), 1000), Tries(unavailable(), is_lasting=True))

    assert time.monotonic() - began < 1
    assert "(VEXEC_DEADLINE)" in error.hint


def test_deadline_that_has_passed() -> None:
    """At the deadline there is one try, and no wait."""
    tries = Tries(unavailable(), is_lasting=True)
    error = failure(Policy(Deadline(0), None), tries)

    assert len(tries.moments) == 1
    assert error.hint == ""


# What must not be repeated


def test_sent_request_that_issues_is_not_repeated() -> None:
    """A request that may have been acted upon is not repeated where that does harm."""
    tries = Tries(unavailable(is_sent=True), is_lasting=True)
    error = failure(Policy(Deadline(5), None), tries, is_repeatable=False)

    assert len(tries.moments) == 1
    assert error.hint == ""


def test_unsent_request_that_issues_is_repeated() -> None:
    """A refused connection, a 429 or a sealed server has issued nothing, so it is tried again."""
    tries = Tries(unavailable(), unavailable())

    assert Policy(Deadline(5), None).call(tries, is_repeatable=False) == 7
    assert len(tries.moments) == 3


def test_request_that_was_sent_at_last_is_not_repeated() -> None:
    """Of several tries the first one that may have been acted upon is the last."""
    tries = Tries(unavailable(), unavailable("sent", is_sent=True), unavailable())

    assert str(failure(Policy(Deadline(5), None), tries, is_repeatable=False)) == "sent"
    assert len(tries.moments) == 2


# Retry-After


def test_retry_after_is_honoured() -> None:
    """The server's wish is waited for, even where the jitter would be shorter."""
    tries = Tries(unavailable(wait=0.3))

    assert Policy(Deadline(5), None).call(tries, is_repeatable=True) == 7
    assert 0.3 <= tries.gaps[0] < 1


def test_retry_after_beyond_the_deadline() -> None:
    """A wish for more than is left ends the tries at once, and the hint says so."""
    began = time.monotonic()
    tries = Tries(unavailable("busy", wait=30), is_lasting=True)
    error = failure(Policy(Deadline(5), None), tries)

    assert time.monotonic() - began < 0.5
    assert len(tries.moments) == 1
    assert error.hint == "gave up after 1 try: the server asks to wait 30 s, which is more than is left"


# What is said meanwhile


@pytest.mark.usefixtures("clean_log")
def test_each_kind_of_failure_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever looks at the log sees why it takes long, without a line for each try."""
    policy = Policy(Deadline(30), None)
    for failures in (["a is down", "b"], ["a is down"]):
        policy.call(Tries(*map(unavailable, failures)), is_repeatable=True)

    lines = capfd.readouterr().err.splitlines()
    assert [line.partition(";")[0] for line in lines] == ["vexec: a is down", "vexec: b"]
    assert lines[0].startswith("vexec: a is down; trying again for ")
