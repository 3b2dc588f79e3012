"""Reading the inputs of log-in methods: a variable's text, or a file that is read at each use (T32)."""

from __future__ import annotations

from vexec import log
from vexec.errors import AuthError, ConfigError, FileError, Issue
from vexec.system.files import read_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.config.model import Input, Login

MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # where the kubelet mounts a pod's token


def required(given: Input | None, method: str, variable: str) -> Input:
    """Return an input, or raise ConfigError that says which variable the method needs."""
    if given is None:
        raise ConfigError([Issue(f"the log-in method {method} needs {variable} or {variable}_FILE")])
    return given


def named(given: str, method: str, variable: str) -> str:
    """Return a setting, or raise ConfigError that says which variable the method needs."""
    if not given:
        raise ConfigError([Issue(f"the log-in method {method} needs {variable}")])
    return given


def value(given: Input) -> str:
    """Return the secret that an input stands for; raises AuthError for a file that cannot be used."""
    if not given.file:
        return given.text
    try:
        return log.protect(read_token(given.file, f"{given.name}:"))
    except FileError as error:
        raise AuthError(error.message, hint=error.hint) from None


def home_file(settings: Login) -> str:
    """Return the path where `vault login` leaves its token."""
    return settings.home.rstrip("/") + "/.vault-token"
