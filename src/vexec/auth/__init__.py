"""Log-in methods: one module and one row each."""

from __future__ import annotations

from os.path import lexists

from vexec.auth.input import MOUNTED, home_file
from vexec.errors import ConfigError, Issue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.auth.interface import AuthMethod
    from vexec.config.model import Login

# spelling → class, in the module of the spelling's name; only the one that is used is imported
METHODS: Mapping[str, str] = {
    "token": "TokenAuth",
    "approle": "ApproleAuth",
    "kubernetes": "KubernetesAuth",
    "jwt": "JwtAuth",
    "none": "NoneAuth",
}


def choose(settings: Login) -> AuthMethod:
    """Return the configured method, or the first that has what it needs.

    Raises ConfigError where a setting is missing, or where there is no way to log in.
    """
    name = settings.method or discover(settings)
    module = __import__(f"vexec.auth.{name}", fromlist=[METHODS[name]])
    method: type[AuthMethod] = getattr(module, METHODS[name])
    return method(settings)


def discover(settings: Login) -> str:
    """Return `token` if one is given, else `kubernetes` in a pod with a role, else ~/.vault-token's."""
    if settings.token:
        return "token"
    if settings.role and lexists(MOUNTED):  # one that may not be read is told as that, by the method
        return "kubernetes"
    if settings.home and lexists(home_file(settings)):
        return "token"
    hint = "set VAULT_TOKEN, or VEXEC_AUTH and what the method needs (`vexec help env`)"
    raise ConfigError([Issue("a secret of the server is asked for, but there is no way to log in", hint)])
