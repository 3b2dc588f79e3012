"""Log-in method `none`: the address adds the token itself, as an agent's or a proxy's listener does."""

from __future__ import annotations

from vexec.vault.client import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.config.model import Login
    from vexec.vault.client import VaultClient


class NoneAuth:
    """No log-in and no token."""

    def __init__(self, settings: Login) -> None:
        pass

    def login(self, vault: VaultClient) -> Token:  # noqa: ARG002 - see the interface
        """See `AuthMethod.login`."""
        return Token("")
