"""What a log-in method is."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from vexec.config.model import Login
    from vexec.vault.client import Token, VaultClient

    class AuthMethod(Protocol):
        """A way to get a token, made from the settings."""

        def __init__(self, settings: Login) -> None:
            """Take the settings; raise ConfigError when one that the method needs is missing."""

        def login(self, vault: VaultClient) -> Token:
            """Return a token. Raises AuthError, or VaultUnavailable when the deadline ends first."""
