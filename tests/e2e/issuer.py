"""A test issuer: signs the tokens that Vault's jwt method checks by its public key."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from tests.servers.vault import VaultServer

ISSUER = "https://issuer.test"
AUDIENCE = "vexec-test"


class Issuer:
    """One key; `enable` makes a mount and a role that trust it."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = self._key.public_key()
        self.public = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def token(self, *, seconds: int = 600, algorithm: str = "RS256", **claims: Any) -> str:
        """Sign a token; other claims come in place of the usual ones."""
        now = int(time.time())
        body = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "app",
            "iat": now - 3600,
            "exp": now + seconds,
            **claims,
        }
        signed = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(body)}"
        if algorithm == "none":
            return f"{signed}."
        return f"{signed}.{encode(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def enable(self, vault: VaultServer, mount: str, *policies: str) -> None:
        """Enable the jwt method at a mount, with a role `app`, and no leeway for tokens that have expired."""
        vault.write(f"sys/auth/{mount}", {"type": "jwt"})
        vault.write(f"auth/{mount}/config", {"jwt_validation_pubkeys": [self.public], "bound_issuer": ISSUER})
        role = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": [AUDIENCE]}
        leeway = {"expiration_leeway": -1, "not_before_leeway": -1, "clock_skew_leeway": -1}
        vault.write(f"auth/{mount}/role/app", {**role, **leeway, "token_policies": policies})


def part(value: object) -> str:
    """Write one part of a token."""
    return encode(json.dumps(value).encode())


def encode(raw: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
