"""One monotonic deadline over everything that a start does (T29)."""

from __future__ import annotations

from time import monotonic


class Deadline:
    """A moment on the monotonic clock; `seconds` and the variable `name` are what messages show."""

    __slots__ = ("moment", "name", "seconds")

    def __init__(self, seconds: float, name: str = "VEXEC_DEADLINE") -> None:
        self.seconds = seconds
        self.name = name
        self.moment = monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left, 0 when it has passed."""
        return max(0.0, self.moment - monotonic())

    def within(self, seconds: float, name: str) -> Deadline:
        """Return the nearer of this deadline and one `seconds` (0: none) from now."""
        if seconds and seconds < self.remaining():
            return Deadline(seconds, name)
        return self
