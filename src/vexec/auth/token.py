"""Log-in method `token`: the token is there already."""

from __future__ import annotations

from vexec.auth.input import home_file, value
from vexec.config.model import Input
from vexec.errors import ConfigError, Issue
from vexec.vault.client import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.config.model import Login
    from vexec.vault.client import VaultClient


class TokenAuth:
    """The token of BAO_TOKEN or VAULT_TOKEN, of the file that *_TOKEN_FILE names, or of ~/.vault-token."""

    def __init__(self, settings: Login) -> None:
        given = settings.token or (
            Input("~/.vault-token", file=home_file(settings)) if settings.home else None
        )
        if given is None:
            raise ConfigError([Issue("the log-in method token needs VAULT_TOKEN or VAULT_TOKEN_FILE")])
        self.given = given

    def login(self, vault: VaultClient) -> Token:
        """See `AuthMethod.login`; nothing is asked of the server, and a file is read again at each try."""
        if self.given.file:
            vault.reread = self.read
        return self.read()

    def read(self) -> Token:
        """Return the token as it is now."""
        return Token(value(self.given))
