"""Promises of running work in threads: results, failures, the deadline, and how many run side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import pytest

from vexec.errors import PermissionDenied, SecretNotFound, VaultUnavailable, VexecError
from vexec.system.clock import Deadline
from vexec.system.threads import GRACE, run_all, run_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEADLINE = 5.0


def fail(error: BaseException) -> NoReturn:
    """Raise an error, as a job."""
    raise error


@pytest.fixture
def hanging() -> Iterator[Callable[[], None]]:
    """Give a job that hangs until the test is over."""
    over = threading.Event()

    def hang() -> None:
        over.wait(30)

    yield hang
    over.set()


def threads_end(count: int) -> bool:
    """Tell whether the number of threads comes down to this one soon."""
    until = time.monotonic() + 2
    while len(os.listdir("/proc/self/task")) > count and time.monotonic() < until:
        time.sleep(0.005)
    return len(os.listdir("/proc/self/task")) <= count


# One piece of work


def test_result_comes_back() -> None:
    """The result of the work is returned, and its thread has ended."""
    before = len(os.listdir("/proc/self/task"))

    assert run_beside(lambda: 7, Deadline(DEADLINE), "x") == 7
    assert threads_end(before)


def test_work_runs_in_another_thread() -> None:
    """T6: the main thread only waits."""
    main = threading.get_ident()

    assert run_beside(threading.get_ident, Deadline(DEADLINE), "x") != main


@pytest.mark.parametrize(
    "error", [PermissionDenied("no"), VaultUnavailable("down"), ValueError("bug"), KeyError(1)]
)
def test_error_of_the_work_is_raised(error: Exception) -> None:
    """Errors of ours and of others come out as they are."""
    with pytest.raises(type(error)) as caught:
        run_beside(lambda: fail(error), Deadline(DEADLINE), "x")
    assert caught.value is error


def test_work_that_hangs_ends_at_the_deadline(hanging: Callable[[], None]) -> None:
    """T29: work that does not come back, as a name service that is silent, is left behind at the deadline."""
    began = time.monotonic()

    with pytest.raises(VaultUnavailable, match=r"http://v: no end after 0.1 s \(VEXEC_DEADLINE\)"):
        run_beside(hanging, Deadline(0.1), "http://v")
    assert 0.1 <= time.monotonic() - began < 0.1 + GRACE + 0.3


def test_better_error_of_the_work_is_preferred() -> None:
    """Work that keeps the deadline itself has a moment more to say what it waited for."""

    def work() -> None:
        time.sleep(0.15)
        raise VaultUnavailable("no answer within 0.1 s")

    with pytest.raises(VaultUnavailable, match="no answer within"):
        run_beside(work, Deadline(0.1), "x")


def test_signal_is_handled_while_work_hangs(hanging: Callable[[], None]) -> None:
    """T6: a signal's handler runs at once, although the work sits in C code."""

    class ArrivedError(Exception):
        """A signal came."""

    def arrive(_number: int, _frame: object) -> None:
        raise ArrivedError

    before = signal.signal(signal.SIGUSR1, arrive)
    began = time.monotonic()
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        with pytest.raises(ArrivedError):
            run_beside(hanging, Deadline(30), "x")
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)
    assert time.monotonic() - began < 2


# Many jobs


@pytest.mark.parametrize("limit", [1, 2, 8, 100])
@pytest.mark.parametrize("number", [0, 1, 2, 50])
@pytest.mark.parametrize("is_patient", [True, False])
def test_results_by_number(limit: int, number: int, is_patient: bool) -> None:
    """Every job runs once; results come by its number and in order, whatever the limit."""
    ran: list[int] = []

    def job(index: int) -> int:
        ran.append(index)
        return index * 10

    jobs = [lambda index=index: job(index) for index in range(number)]
    results = run_all(jobs, limit, Deadline(DEADLINE), is_patient=is_patient)

    assert list(results.items()) == [(index, index * 10) for index in range(number)]
    assert sorted(ran) == list(range(number))


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_at_most_so_many_side_by_side(limit: int) -> None:
    """VEXEC_CONCURRENCY jobs run side by side, no more, and no fewer where there is work."""
    lock, running, peaks = threading.Lock(), set[int](), list[int]()

    def job() -> None:
        with lock:
            running.add(threading.get_ident())
            peaks.append(len(running))
        time.sleep(0.03)
        with lock:
            running.discard(threading.get_ident())

    run_all([job] * 16, limit, Deadline(DEADLINE))
    assert max(peaks) == limit


def test_no_more_threads_than_jobs() -> None:
    """Two jobs take two threads, whatever the limit."""
    seen: list[int] = []
    before = len(os.listdir("/proc/self/task"))

    def job() -> None:
        time.sleep(0.05)
        seen.append(len(os.listdir("/proc/self/task")) - before)

    run_all([job, job], 8, Deadline(DEADLINE))
    assert max(seen) <= 2


def test_job_that_is_alone_needs_no_thread() -> None:
    """One job runs where it is."""
    assert run_all([threading.get_ident], 8, Deadline(DEADLINE)) == {0: threading.get_ident()}


def test_first_failure_ends_the_run() -> None:
    """Jobs that were not begun when one failed stay undone and are absent."""
    error = SecretNotFound("gone")
    ran: list[int] = []

    def job(index: int) -> int:
        ran.append(index)
        return index if index != 2 else fail(error)

    jobs = [partial(job, index) for index in range(9)]
    results = run_all(jobs, 1, Deadline(DEADLINE))
    assert results == {0: 0, 1: 1, 2: error}
    assert ran == [0, 1, 2]


def test_failure_does_not_wait_for_others(hanging: Callable[[], None]) -> None:
    """A failure comes back at once, although other jobs are under way."""
    error = PermissionDenied("no")
    began = time.monotonic()
    results = run_all([hanging, hanging, lambda: fail(error)], 3, Deadline(DEADLINE))

    assert results == {2: error}
    assert time.monotonic() - began < 1


def test_patience_collects_every_failure() -> None:
    """`check` wants every problem: all jobs run, and errors stand beside results."""
    errors: list[VexecError] = [SecretNotFound("a"), PermissionDenied("b")]
    jobs = [lambda: fail(errors[0]), lambda: 1, lambda: fail(errors[1]), lambda: 2]

    for limit in (1, 4):
        assert run_all(jobs, limit, Deadline(DEADLINE), is_patient=True) == {
            0: errors[0],
            1: 1,
            2: errors[1],
            3: 2,
        }


@pytest.mark.parametrize("is_patient", [True, False])
@pytest.mark.parametrize("number", [1, 3])
def test_unforeseen_errors_are_raised(is_patient: bool, number: int) -> None:
    """What is no error of ours is a bug, and is never a result."""
    jobs = [lambda: fail(ZeroDivisionError("bug")), *[lambda: None] * (number - 1)]

    with pytest.raises(ZeroDivisionError, match="bug"):
        run_all(jobs, 2, Deadline(DEADLINE), is_patient=is_patient)


@pytest.mark.parametrize("is_patient", [True, False])
def test_jobs_that_hang_end_at_the_deadline(is_patient: bool, hanging: Callable[[], None]) -> None:
    """T29: the deadline ends the wait, also a patient one."""
    began = time.monotonic()

    with pytest.raises(VaultUnavailable, match=r"no end after 0.1 s \(VEXEC_DEADLINE\)"):
        run_all([lambda: None, hanging], 2, Deadline(0.1), is_patient=is_patient)
    assert 0.1 <= time.monotonic() - began < 0.1 + GRACE + 0.3


@pytest.mark.parametrize(
    ("megabytes", "outcome"),
    [(32, "PlatformError 71 no thread can be started"), (112, "[1, 1, 1, 1]")],
    ids=["none", "one of four"],
)
def test_system_that_gives_few_threads(megabytes: int, outcome: str) -> None:
    """With fewer threads than asked for the work is done all the same; without any the error says so."""
    program = (
        "import resource, _thread\n"
        "from vexec.system.threads import run_all\n"
        "from vexec.system.clock import Deadline\n"
        "_thread.stack_size(80 << 20)\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"resource.setrlimit(resource.RLIMIT_AS, (used + ({megabytes} << 20),) * 2)\n"
        "try: print(list(run_all([lambda: 1] * 4, 4, Deadline(5)).values()))\n"
        "except Exception as error: print(type(error).__name__, error.exit_code, error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.startswith(outcome)
