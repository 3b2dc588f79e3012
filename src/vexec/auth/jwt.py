"""Log-in method `jwt`: a signed token that the server checks by its issuer's keys."""

from __future__ import annotations

from vexec.auth.input import required, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.config.model import Login
    from vexec.vault.client import Token, VaultClient


class JwtAuth:
    """POST auth/jwt/login {"role": …, "jwt": …}; without a role the mount's default_role counts."""

    def __init__(self, settings: Login) -> None:
        self.mount = settings.mount or "jwt"
        self.namespace = settings.namespace
        self.role = settings.role
        self.jwt = required(settings.jwt, "jwt", "VEXEC_JWT")

    def login(self, vault: VaultClient) -> Token:
        """See `AuthMethod.login`."""
        return vault.login(
            f"auth/{self.mount}/login", self.body, namespace=self.namespace, is_repeatable=True
        )

    def body(self) -> dict[str, str]:
        """Read the token anew: whoever mounts it may have put a fresh one in its place."""
        body = {"jwt": value(self.jwt)}
        if self.role:
            body["role"] = self.role
        return body
