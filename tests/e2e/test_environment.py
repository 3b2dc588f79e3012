"""The target's environment: what it inherits byte for byte, what is taken out, and nothing added."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

BYTES = bytes(range(1, 256)).decode("latin-1")
LOCALES = {
    "none": {},
    "LANG=C": {"LANG": "C"},
    "LC_ALL=POSIX": {"LC_ALL": "POSIX"},
    "LC_ALL=C.UTF-8": {"LC_ALL": "C.UTF-8"},
    "unknown": {"LC_ALL": "xx_XX.ISO-8859-1"},
    "C without coercion": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}
LINKS = {
    "VEXEC_SERVICE_HOST": "10.0.0.1",
    "VEXEC_SERVICE_PORT": "80",
    "VEXEC_SERVICE_PORT_HTTP": "80",
    "VEXEC_PORT": "tcp://10.0.0.1:80",
    "VEXEC_PORT_80_TCP": "tcp://10.0.0.1:80",
    "VEXEC_PORT_80_TCP_ADDR": "10.0.0.1",
    "VAULT_SERVICE_HOST": "10.0.0.2",
    "VAULT_PORT": "tcp://10.0.0.2:8200",
    "VAULT_PORT_8200_TCP": "tcp://10.0.0.2:8200",
    "VAULT_PORT_8200_TCP_PROTO": "tcp",
    "BAO_SERVICE_PORT": "8200",
}
OWN = {
    "VAULT_ADDR": "http://127.0.0.1:1",
    "BAO_ADDR": "http://127.0.0.1:1",
    "VAULT_TOKEN": "t",
    "BAO_TOKEN_FILE": "/t",
    "VAULT_NAMESPACE": "team",
    "VAULT_CACERT": "/ca.pem",
    "VAULT_CACERT_BYTES": "pem",
    "VAULT_CLIENT_KEY": "/key.pem",
    "VAULT_CLIENT_CERT": "/cert.pem",
    "VAULT_SKIP_VERIFY": "true",
    "VAULT_MAX_RETRIES": "2",
    "VAULT_CLIENT_TIMEOUT": "60s",
    "VAULT_HTTP_PROXY": "http://127.0.0.1:1",
    "VAULT_PROXY_ADDR_FILE": "/proxy",
    "VAULT_ROLE": "app",
    "VAULT_AGENT_ADDR": "http://127.0.0.1:1",
    "VAULT_WRAP_TTL": "60s",
    "VEXEC_AUTH": "approle",
    "VEXEC_ROLE_ID": "r",
    "VEXEC_ROLE_ID_FILE": "/r",
    "VEXEC_SECRET_ID": "s",
    "VEXEC_SECRET_ID_FILE": "/s",
    "VEXEC_JWT": "j",
    "VEXEC_JWT_FILE": "/j",
    "VEXEC_DEADLINE": "5s",
    "VEXEC_LOG_LEVEL": "error",
}


@pytest.fixture(scope="session")
def latin1(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the variables of a locale whose encoding is Latin-1, made by the test."""
    directory = tmp_path_factory.mktemp("locale")
    localedef = shutil.which("localedef")
    if localedef is None:
        pytest.skip("localedef — not found; Debian has it in libc-bin")
    command = [localedef, "-i", "C", "-f", "ISO-8859-1", str(directory / "xx_XX")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"localedef — {done.stderr.strip().splitlines()[-1]}")
    return {"LOCPATH": str(directory), "LC_ALL": "xx_XX"}


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_bytes_pass_in_every_locale(vexec: Vexec, locale: dict[str, str]) -> None:
    """T11, T12: values and names that are not UTF-8 arrive as they are, and no variable is added."""
    given = {"BYTES": BYTES, "N\xff\xe9": "\xc3\xa9\xff", "EMPTY": "", "LINES": "a\nb\n", **locale}
    seen = vexec.probe(env={name.encode("latin-1"): value.encode("latin-1") for name, value in given.items()})

    assert seen.variables == {"PATH": "/usr/bin:/bin", "HOME": str(vexec.directory), **given}


def test_bytes_pass_in_a_latin_1_locale(vexec: Vexec, latin1: dict[str, str]) -> None:
    """T11: the same where the locale's encoding takes every byte."""
    given = {"BYTES": BYTES, **latin1}
    seen = vexec.probe(env={name: value.encode("latin-1") for name, value in given.items()})

    assert seen.variables == {"PATH": "/usr/bin:/bin", "HOME": str(vexec.directory), **given}


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_fetched_text_is_utf_8_in_every_locale(vexec: Vexec, store: Store, locale: dict[str, str]) -> None:
    """T11: a fetched value is UTF-8 whatever the locale, beside inherited bytes that are not."""
    path = store.put({"KEY": "grüße €"})
    env = {**store.env, **locale, "RAW": b"\xff", "A": f"vault:{path}#KEY"}

    variables = vexec.probe(env=env).variables
    assert variables["A"].encode("latin-1").decode() == "grüße €"
    assert variables["RAW"] == "\xff"


@pytest.mark.parametrize("value", ["C.UTF-8", "de_DE.UTF-8", ""])
def test_an_inherited_lc_ctype_stays(vexec: Vexec, value: str) -> None:
    """T12: LC_CTYPE is kept where it was inherited, also with the value that Python would have set."""
    assert vexec.probe(env={"LC_CTYPE": value}).variables["LC_CTYPE"] == value


def test_no_name_comes_twice(vexec: Vexec, store: Store) -> None:
    """T13: of two entries of one name the first is kept, as in libc, and a reference replaces both."""
    path = store.put({"KEY": "fetched"})
    block = [
        *("TWICE=first", "TWICE=second", f"REF=vault:{path}#KEY", "REF=plain", "NO_EQUALS_SIGN"),
        *(f"{name}={value}" for name, value in store.env.items()),
        "VAULT_TOKEN=another",
    ]

    variables = vexec.probe(launch={"environ": block}).variables
    assert variables == {"TWICE": "first", "REF": "fetched"}


def test_own_variables_are_gone(vexec: Vexec) -> None:
    """T39: nothing that vexec or a client of the server reads reaches the target, also none of its files."""
    assert set(vexec.probe(env=OWN).variables) == {"PATH", "HOME"}


def test_service_links_stay(vexec: Vexec) -> None:
    """T39: what Kubernetes sets for a Service called vexec, vault or bao is neither an error nor removed."""
    assert vexec.probe(env=LINKS).variables.items() >= LINKS.items()


def test_unknown_names_of_the_server_stay(vexec: Vexec) -> None:
    """A VAULT_ or BAO_ variable that no client reads is the application's own."""
    mine = {"VAULT_OF_THE_BANK": "1", "BAO_BAB": "2", "VAULTS": "3", "VEXECUTIVE": "4"}

    assert vexec.probe(env=mine).variables.items() >= mine.items()


def test_an_unknown_own_name_is_an_error(vexec: Vexec) -> None:
    """T39: a misspelt VEXEC_* is not ignored; the nearest name is the hint."""
    assert vexec("--", "/bin/true", env={"VEXEC_DEADLINES": "5", "VEXEC_XYZZY_Q": "1"}).told == told(
        78,
        "unknown variable VEXEC_DEADLINES",
        "hint: did you mean VEXEC_DEADLINE?",
        "unknown variable VEXEC_XYZZY_Q",
        "hint: `vexec help env` lists the variables",
    )


def test_pass_keeps_what_it_names(vexec: Vexec) -> None:
    """T39: VEXEC_PASS takes names and globs of vexec's and the server's variables."""
    env = {"VAULT_ADDR": "http://a", "VAULT_TOKEN": "t", "VAULT_CACERT": "/c", "VAULT_CAPATH": "/d"}
    env |= {"VEXEC_DEADLINE": "9", "VEXEC_PASS": "VAULT_ADDR VAULT_CA* VEXEC_PASS"}

    kept = vexec.probe(env=env).variables.keys() - {"PATH", "HOME"}
    assert kept == {"VAULT_ADDR", "VAULT_CACERT", "VAULT_CAPATH", "VEXEC_PASS"}


def test_a_token_is_passed_only_when_named(vexec: Vexec, store: Store) -> None:
    """T39: after a fetch the token is gone, unless VEXEC_PASS asks for it."""
    env = {**store.env, "A": f"vault:{store.put({'KEY': 'value'})}#KEY"}

    assert "VAULT_TOKEN" not in vexec.probe(env=env).variables
    passed = vexec.probe(env={**env, "VEXEC_PASS": "VAULT_TOKEN"}).variables
    assert passed["VAULT_TOKEN"] == env["VAULT_TOKEN"]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("all", {"PATH", "HOME", "APP_A", "APP_B", "OTHER"}),
        ("none", set()),
        ("PATH APP_*", {"PATH", "APP_A", "APP_B"}),
        ("OTHER APP_?", {"OTHER", "APP_A", "APP_B"}),
        ("NOT_THERE", set()),
    ],
)
def test_inherit_chooses(vexec: Vexec, words: str, kept: set[str]) -> None:
    """VEXEC_INHERIT is all, none, or names and globs."""
    env = {"APP_A": "1", "APP_B": "2", "OTHER": "3", "VEXEC_INHERIT": words}

    assert set(vexec.probe(env=env).variables) == kept


def test_inherit_none_keeps_what_is_fetched(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """VEXEC_INHERIT is about values that are inherited: a reference or an import is set whatever its name."""
    (tmp_path / "file.env").write_text("IMPORTED=1\n")
    path = store.put({"KEY": "fetched"})
    env = {**store.env, "A": f"vault:{path}#KEY", "B": "vexec:literal:text", "OTHER": "3"}
    env |= {"VEXEC_INHERIT": "none", "VEXEC_FROM": f"file:{tmp_path}/file.env"}

    assert vexec.probe(env=env).variables == {"A": "fetched", "B": "text", "IMPORTED": "1"}
