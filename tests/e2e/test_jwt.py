"""Log-in by a signed token, against Vault's jwt method and a test issuer; tokens that are re-read (T32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.issuer import AUDIENCE, Issuer
from tests.e2e.program import steady, told
from tests.e2e.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.servers.vault import VaultServer


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """Give an issuer."""
    return Issuer()


@pytest.fixture
def env(store: Store, issuer: Issuer) -> dict[str, str]:
    """Give an environment that logs in by jwt, without the token."""
    path = store.put({"KEY": "value"})
    store.server.policy(store.word, f'path "secret/data/{store.word}" {{ capabilities = ["read"] }}')
    issuer.enable(store.server, f"jwt-{store.word}", store.word)
    names = {"VEXEC_AUTH": "jwt", "VEXEC_AUTH_MOUNT": f"jwt-{store.word}", "VEXEC_ROLE": "app"}
    return {"VAULT_ADDR": store.server.address, **names, "A": f"vault:{path}#KEY"}


def test_a_signed_token_logs_in(vexec: Vexec, env: dict[str, str], issuer: Issuer, tmp_path: Path) -> None:
    """The token comes from a variable, or from a file with white space around it."""
    token = issuer.token()
    (tmp_path / "jwt").write_text(f"{token}\n")

    assert vexec.probe(env={**env, "VEXEC_JWT": token}).variables["A"] == "value"
    assert vexec.probe(env={**env, "VEXEC_JWT_FILE": str(tmp_path / "jwt")}).variables["A"] == "value"


def test_the_mounts_default_role(vexec: Vexec, env: dict[str, str], issuer: Issuer, store: Store) -> None:
    """Without a role the mount's default_role counts."""
    store.server.write(
        f"auth/{env['VEXEC_AUTH_MOUNT']}/config",
        {"jwt_validation_pubkeys": [issuer.public], "default_role": "app"},
    )
    del env["VEXEC_ROLE"]

    assert vexec.probe(env={**env, "VEXEC_JWT": issuer.token()}).variables["A"] == "value"


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "audience": ({"aud": "elsewhere"}, "audience"),
    "issuer": ({"iss": "https://other.test"}, "issuer"),
    "expired": ({"seconds": -60}, "expired"),
    "unsigned": ({"algorithm": "none"}, "signature"),
}


@pytest.mark.parametrize(("claims", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_refusals_give_the_servers_reason(
    vexec: Vexec, env: dict[str, str], issuer: Issuer, store: Store, claims: dict[str, Any], reason: str
) -> None:
    """A wrong audience or issuer, an expired or unsigned token: 77 with the server's words, never the JWT."""
    token = issuer.token(**claims)

    status, words = vexec("--", "/bin/true", env={**env, "VEXEC_JWT": token}).told
    login = f"{store.server.address}: POST /v1/auth/jwt-{store.word}/login"
    assert status == 77
    assert words.startswith(f"vexec: log-in refused: {login} is refused (400): ")
    assert reason in words.partition("(400): ")[2]
    assert not [piece for piece in token.split(".") if piece and piece in words]


def test_another_issuers_key(vexec: Vexec, env: dict[str, str], store: Store) -> None:
    """A token that somebody else has signed is refused."""
    token = Issuer().token()

    status, words = vexec("--", "/bin/true", env={**env, "VEXEC_JWT": token}).told
    assert status == 77
    assert "signature" in words
    assert token not in words


def test_a_role_that_does_not_exist(vexec: Vexec, env: dict[str, str], issuer: Issuer, store: Store) -> None:
    """The server's words name the role."""
    env |= {"VEXEC_ROLE": "nobody", "VEXEC_JWT": issuer.token()}

    assert vexec("--", "/bin/true", env=env).told == told(
        77,
        f"log-in refused: {store.server.address}: POST /v1/auth/jwt-{store.word}/login is refused (400): "
        'role "nobody" could not be found',
    )


def test_jwt_needs_a_token(vexec: Vexec, env: dict[str, str]) -> None:
    """Without a token the variable is named."""
    assert vexec("--", "/bin/true", env=env).told == told(
        78, "the log-in method jwt needs VEXEC_JWT or VEXEC_JWT_FILE"
    )


def test_the_file_is_read_again_on_each_try(
    vexec: Vexec, sealable_vault: VaultServer, issuer: Issuer, tmp_path: Path
) -> None:
    """T32: a token that was rotated while the server was sealed counts: `..data` links, as the kubelet's."""
    store = Store(sealable_vault, "app")
    sealable_vault.policy("app", 'path "secret/data/app" { capabilities = ["read"] }')
    issuer.enable(sealable_vault, "jwt", "app")
    env = {"VAULT_ADDR": sealable_vault.address, "VEXEC_AUTH": "jwt", "VEXEC_ROLE": "app"}
    env |= {"A": f"vault:{store.put({'KEY': 'value'})}#KEY", "VEXEC_JWT_FILE": str(tmp_path / "token")}
    for name, token in (("one", issuer.token(seconds=-60)), ("two", issuer.token(aud=[AUDIENCE, "x"]))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "token").write_text(token)
    (tmp_path / "..data").symlink_to("one")
    (tmp_path / "token").symlink_to("..data/token")
    sealable_vault.seal()

    running = vexec.start("--", "/usr/bin/printenv", "A", env=env)
    assert running.process.stderr is not None
    first = steady(running.process.stderr.readline().decode())
    assert first == f"vexec: {sealable_vault.address} is sealed; trying again for N s at most\n"
    (tmp_path / "..next").symlink_to("two")
    (tmp_path / "..next").rename(tmp_path / "..data")
    sealable_vault.unseal()
    done = running.wait()
    assert (done.told, done.stdout) == ((0, ""), "value\n")
