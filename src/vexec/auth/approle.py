"""Log-in method `approle`: a role id and, where the role binds one, a secret id."""

from __future__ import annotations

from vexec.auth.input import required, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.config.model import Login
    from vexec.vault.client import Token, VaultClient


class ApproleAuth:
    """POST auth/approle/login {"role_id": …, "secret_id": …}."""

    def __init__(self, settings: Login) -> None:
        self.mount = settings.mount or "approle"
        self.namespace = settings.namespace
        self.role_id = required(settings.role_id, "approle", "VEXEC_ROLE_ID")
        self.secret_id = settings.secret_id

    def login(self, vault: VaultClient) -> Token:
        """See `AuthMethod.login`; not repeated once sent: a secret id may be used up (T28)."""
        path = f"auth/{self.mount}/login"
        return vault.login(path, self.body, namespace=self.namespace, is_repeatable=False)

    def body(self) -> dict[str, str]:
        """Read the inputs anew."""
        body = {"role_id": value(self.role_id)}
        if self.secret_id:
            body["secret_id"] = value(self.secret_id)
        return body
