"""Trying again: what may pass is repeated with full jitter until the deadline. The sole import of tenacity.

The first try is made without it, since most starts need no second (T28).
"""

from __future__ import annotations

from vexec import log
from vexec.errors import VaultUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from tenacity import RetryCallState

    from vexec.system.clock import Deadline

    T = TypeVar("T")

FIRST, LONGEST = 0.25, 10.0  # seconds: the first wait's upper bound, and that of any wait
LAST = 0.2  # less than this left: no further try, which would only end in a time-out


class Policy:
    """When one request is tried again; `retries` bounds the repeats, None leaves that to the deadline."""

    def __init__(self, deadline: Deadline, retries: int | None) -> None:
        self.deadline = deadline
        self.retries = retries
        self.announced: set[str] = set()

    def call(self, operation: Callable[[], T], *, is_repeatable: bool) -> T:
        """Run the operation, again and again while it raises what may pass.

        What is not repeatable is repeated only when the request cannot have been acted upon.
        Raises the operation's last error, with what was tried in its hint.
        """
        try:
            return operation()
        except VaultUnavailable as error:
            if self.retries == 0 or self.deadline.remaining() <= LAST:  # no time, and none for tenacity
                raise
            if not self.may_pass(error, is_repeatable=is_repeatable):
                raise
            first = error
        return self.repeat(operation, first, is_repeatable=is_repeatable)

    @staticmethod
    def may_pass(error: BaseException, *, is_repeatable: bool) -> bool:
        """Tell whether another try may succeed and does no harm."""
        return (
            isinstance(error, VaultUnavailable) and error.retryable and (is_repeatable or not error.is_sent)
        )

    def repeat(self, operation: Callable[[], T], first: VaultUnavailable, *, is_repeatable: bool) -> T:
        """Go on after a first failure, which stands for the first of tenacity's attempts."""
        from tenacity import Retrying, retry_if_exception, wait_random_exponential

        jitter = wait_random_exponential(multiplier=FIRST, max=LONGEST)
        pending: list[VaultUnavailable] = [first]

        def attempt() -> T:
            if pending:
                raise pending.pop()
            return operation()

        def wait(state: RetryCallState) -> float:
            asked = getattr(state.outcome and state.outcome.exception(), "retry_after", None) or 0.0
            left = self.deadline.remaining()
            return max(asked, min(jitter(state), max(left - 2 * LAST, LAST)))

        def stop(state: RetryCallState) -> bool:
            is_spent = self.retries is not None and state.attempt_number > self.retries
            return is_spent or state.upcoming_sleep >= self.deadline.remaining()

        retrying = Retrying(
            wait=wait,
            stop=stop,
            retry=retry_if_exception(lambda error: self.may_pass(error, is_repeatable=is_repeatable)),
            before_sleep=self.announce,
            retry_error_callback=self.give_up,
        )
        return retrying(attempt)

    def announce(self, state: RetryCallState) -> None:
        """Say once for each kind of failure that vexec goes on trying, and each try at level debug."""
        message = str(state.outcome and state.outcome.exception())
        if message not in self.announced:
            self.announced.add(message)
            log.warn(f"{message}; trying again for {self.deadline.remaining():.0f} s at most")
        else:
            log.debug(f"{message}; next try in {state.upcoming_sleep:.2f} s")

    def give_up(self, state: RetryCallState) -> object:
        """Raise the last error with what was tried."""
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, VaultUnavailable)
        number = state.attempt_number
        tries = f"gave up after {number} {'try' if number == 1 else 'tries'}"
        if error.retry_after and error.retry_after >= self.deadline.remaining():
            tries += f": the server asks to wait {error.retry_after:g} s, which is more than is left"
        elif self.retries is not None and number > self.retries:
            tries += " (VAULT_MAX_RETRIES)"
        else:
            tries += f" in {self.deadline.seconds:g} s ({self.deadline.name})"
        error.hint = f"{error.hint}; {tries}" if error.hint else tries
        raise error
