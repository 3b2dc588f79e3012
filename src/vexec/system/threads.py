"""Work beside the main thread, so that a signal ends vexec at once (T6).

Theory of operation: Python runs a signal's handler in the main thread and only between two of its own
steps, not while C code such as getaddrinfo() or a TLS handshake runs there. So everything that talks to
the network runs in worker threads, and the main thread waits on a lock, which a signal interrupts.
`_thread` is used as it is: `threading` and `concurrent.futures` import more than they would give here.
A worker that hangs is left behind when the process ends with an error; on success all have ended.
"""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread

from vexec.errors import PlatformError, VaultUnavailable, VexecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    from vexec.system.clock import Deadline

    T = TypeVar("T")

GRACE = 0.25  # a worker that keeps the deadline itself reports a better error than the wait does


def run_beside(work: Callable[[], T], deadline: Deadline, what: str) -> T:
    """Run the work in a worker thread and wait for it until the deadline, open to signals.

    Raises what the work raises, or VaultUnavailable, which says `what` did not come to an end.
    """
    outcome = Batch([work], is_patient=False).run(1, deadline, what)[0]
    if isinstance(outcome, VexecError):
        raise outcome
    return outcome  # type: ignore[no-any-return]  # what the one job returned


def run_all(
    jobs: Sequence[Callable[[], T]], limit: int, deadline: Deadline, *, is_patient: bool = False
) -> dict[int, T | VexecError]:
    """Run the jobs in at most `limit` threads; return each one's result or error by its number, in order.

    To be called from a worker: a job that is alone runs where it is. The first failure ends the run, unless
    `is_patient`: jobs that have not been started then stay undone, those under way are not waited for, and
    both are absent from the result.
    Raises VaultUnavailable at the deadline, PlatformError where the system gives no thread, and whatever is
    no VexecError as it is.
    """
    batch = Batch(jobs, is_patient=is_patient)
    if len(jobs) == 1:
        batch.work()
        return batch.outcomes()
    return batch.run(limit, deadline, "the requests")


class Batch:
    """The jobs of one `run_all`, and the state that its threads share under a lock."""

    def __init__(self, jobs: Sequence[Callable[[], object]], *, is_patient: bool) -> None:
        self.jobs = jobs
        self.is_patient = is_patient
        self.lock = allocate_lock()
        self.done = allocate_lock()
        self.done.acquire()
        self.results: dict[int, object] = {}
        self.next = 0
        self.is_over = not jobs

    def run(self, limit: int, deadline: Deadline, what: str) -> dict[int, Any]:
        """Work in at most `limit` threads and wait for them."""
        for number in range(min(limit, len(self.jobs))):
            try:
                start_new_thread(self.work, ())
            except RuntimeError:  # fewer threads do the same work
                if number == 0:
                    raise PlatformError(
                        "no thread can be started: is a limit of processes reached?"
                    ) from None
                break
        if self.jobs and not self.done.acquire(timeout=min(deadline.remaining() + GRACE, 1e6)):
            raise VaultUnavailable(f"{what}: no end after {deadline.seconds:g} s ({deadline.name})")
        return self.outcomes()

    def work(self) -> None:
        """Take one job after the other until none is left or one has failed."""
        while (index := self.take()) is not None:
            try:
                result: object = self.jobs[index]()
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
                result = error
            self.put(index, result)

    def take(self) -> int | None:
        """Return the next job's number, or None."""
        with self.lock:
            if self.is_over or self.next == len(self.jobs):
                return None
            self.next += 1
            return self.next - 1

    def put(self, index: int, result: object) -> None:
        """Keep a result; wake the thread that waits when it is the last, or the first failure."""
        with self.lock:
            self.results[index] = result
            is_failure = isinstance(result, BaseException) and not self.is_patient
            if not self.is_over and (is_failure or len(self.results) == len(self.jobs)):
                self.is_over = True
                self.done.release()

    def outcomes(self) -> dict[int, Any]:
        """Return what is there, in the jobs' order; raise what was not foreseen."""
        with self.lock:
            results = {index: self.results[index] for index in sorted(self.results)}
        for result in results.values():
            if isinstance(result, BaseException) and not isinstance(result, VexecError):
                raise result
        return results
