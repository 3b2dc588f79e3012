"""The closed tree of vexec's errors: each class states its exit code and whether a retry may help.

The codes follow sysexits.h where it has one; docs/reference/exit-codes.md lists them for people.
Messages are lower case, without a full stop, and never hold a value.
"""

from __future__ import annotations


class Issue(str):
    """One thing that is wrong, with an optional hint."""

    __slots__ = ("hint",)
    hint: str

    def __new__(cls, message: str, hint: str = "") -> Issue:
        """Build the message with its hint beside it."""
        issue = super().__new__(cls, message)
        issue.hint = hint
        return issue


class VexecError(Exception):
    """The base; never raised itself. An unforeseen exception exits 70, too."""

    exit_code = 70
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.others: list[VexecError] = []

    def __str__(self) -> str:
        """Return the message as it is now: what is known of the place is added on the way up."""
        return self.message

    @property
    def issues(self) -> list[Issue]:
        """Return everything that is wrong: this error and the `others` that were met beside it."""
        return [Issue(self.message, self.hint), *(issue for error in self.others for issue in error.issues)]


class Issues(VexecError):
    """An error that lists every issue, not the first; never raised itself."""

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__(str(issues[0]), hint=issues[0].hint)
        self.collected = issues

    @property
    def issues(self) -> list[Issue]:
        """Return everything that is wrong, each with the place that was put before the message on its way."""
        place = self.message.removesuffix(self.collected[0])
        own = [Issue(place + issue, issue.hint) for issue in self.collected]
        return [*own, *(issue for error in self.others for issue in error.issues)]


class UsageError(VexecError):
    """The command line cannot be understood."""

    exit_code = 64


class TemplateError(VexecError):
    """A template cannot be parsed or evaluated."""

    exit_code = 65


class SecretNotFound(VexecError):
    """A path, a version or a key does not exist."""

    exit_code = 66


class FileError(VexecError):
    """A file cannot be read; `is_missing` tells whether it is not there at all."""

    exit_code = 66

    def __init__(self, message: str, *, hint: str = "", is_missing: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_missing = is_missing


class VaultError(VexecError):
    """The server refused in a way that asking again would not change."""

    exit_code = 69


class VaultUnavailable(VaultError):
    """The server cannot answer now: no route, a timeout, 429, 5xx, sealed.

    `is_sent` tells whether the request may have reached the server; `retry_after` is what the
    server asked for, in seconds, or None.
    """

    exit_code = 75
    retryable = True

    def __init__(
        self, message: str, *, hint: str = "", is_sent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.is_sent = is_sent
        self.retry_after = retry_after


class PermissionDenied(VaultError):
    """The token may not do this, or the log-in was not granted the path (403)."""

    exit_code = 77


class AuthError(VexecError):
    """No token can be had: the log-in was refused, or its input is unusable."""

    exit_code = 77


class ProtocolError(VexecError):
    """The answer is not Vault's."""

    exit_code = 76


class TamperError(VexecError):
    """A wrapping token was used before, or does not come from where it should."""

    exit_code = 80


class RenderError(Issues):
    """Values were fetched but cannot become the target's environment, or a file, or an output."""

    exit_code = 73


class PlatformError(VexecError):
    """vexec cannot run here: neither from memory nor unpacked."""

    exit_code = 71


class LaunchError(VexecError):
    """The target cannot be started: 127 when it is not found, 126 when it is not executable."""

    exit_code = 126

    def __init__(self, message: str, *, hint: str = "", is_found: bool = True) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = 126 if is_found else 127


class ConfigError(Issues):
    """The configuration is wrong."""

    exit_code = 78
