"""Which method is taken, and that each reads its inputs anew at every try."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import vexec.auth
from tests.fakes import FakeVault
from vexec.auth import METHODS, choose, discover
from vexec.auth.input import MOUNTED, home_file, required, value
from vexec.config.model import Input, Login
from vexec.config.settings import METHODS as SPELLINGS
from vexec.errors import AuthError, ConfigError

TEXT = Input("VEXEC_X", text="text")
COMPLETE: dict[str, dict[str, Any]] = {
    "token": {"token": TEXT},
    "approle": {"role_id": TEXT},
    "kubernetes": {"role": "app"},
    "jwt": {"jwt": TEXT},
    "none": {},
}
LACKING = {
    "token": "the log-in method token needs VAULT_TOKEN or VAULT_TOKEN_FILE",
    "approle": "the log-in method approle needs VEXEC_ROLE_ID or VEXEC_ROLE_ID_FILE",
    "kubernetes": "the log-in method kubernetes needs VEXEC_ROLE",
    "jwt": "the log-in method jwt needs VEXEC_JWT or VEXEC_JWT_FILE",
}


def test_every_spelling_has_a_method() -> None:
    """The setting's choices, the registry, the modules and the classes are the same words."""
    directory = Path(vexec.auth.__file__).parent
    modules = {path.stem for path in directory.glob("*.py")} - {"__init__", "interface", "input"}

    assert set(SPELLINGS) == set(METHODS) == modules
    for spelling, name in METHODS.items():
        tree = ast.parse((directory / f"{spelling}.py").read_text())
        assert name in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        assert name == f"{spelling.title()}Auth"


@pytest.mark.parametrize("spelling", METHODS)
def test_a_named_method_is_taken(spelling: str) -> None:
    """VEXEC_AUTH decides, whatever else is set."""
    chosen = choose(Login(method=spelling, **COMPLETE[spelling]))

    assert type(chosen).__name__ == METHODS[spelling]


@pytest.mark.parametrize(("spelling", "words"), LACKING.items(), ids=LACKING)
def test_what_a_method_lacks_is_named(spelling: str, words: str) -> None:
    """A missing input is an error of the configuration, before any request."""
    with pytest.raises(ConfigError) as caught:
        choose(Login(method=spelling))
    assert list(caught.value.issues) == [words]


def test_a_given_token_is_the_first_choice(tmp_path: Path) -> None:
    """A token in a variable or a named file comes before a pod's and before the one at home."""
    (tmp_path / ".vault-token").write_text("home")

    given = Login(token=TEXT, role="app", home=str(tmp_path))
    assert discover(given) == "token"
    assert choose(given).login(FakeVault()).text == "text"


def test_the_token_at_home_is_the_last_choice(tmp_path: Path) -> None:
    """Without a given token ~/.vault-token is taken, if it is there."""
    with pytest.raises(ConfigError):
        discover(Login(home=str(tmp_path)))
    with pytest.raises(ConfigError):
        discover(Login())

    (tmp_path / ".vault-token").write_text(" home\n")
    settings = Login(home=f"{tmp_path}/")
    assert discover(settings) == "token"
    assert choose(settings).login(FakeVault()).text == "home"


@pytest.mark.parametrize("home", ["/home/app", "/home/app/", "/"])
def test_the_file_at_home(home: str) -> None:
    """The token's file lies directly in $HOME, also where that ends in a slash."""
    assert home_file(Login(home=home)) == f"{home.rstrip('/')}/.vault-token"


FORMS: list[tuple[dict[str, Any], str, dict[str, str], bool]] = [
    ({"method": "approle", "role_id": TEXT}, "auth/approle/login", {"role_id": "text"}, False),
    (
        {"method": "approle", "role_id": TEXT, "secret_id": TEXT, "mount": "team/roles"},
        "auth/team/roles/login",
        {"role_id": "text", "secret_id": "text"},
        False,
    ),
    ({"method": "jwt", "jwt": TEXT}, "auth/jwt/login", {"jwt": "text"}, True),
    ({"method": "jwt", "jwt": TEXT, "role": "app"}, "auth/jwt/login", {"jwt": "text", "role": "app"}, True),
    (
        {"method": "kubernetes", "jwt": TEXT, "role": "app"},
        "auth/kubernetes/login",
        {"jwt": "text", "role": "app"},
        True,
    ),
    (
        {"method": "kubernetes", "jwt": TEXT, "role": "app", "mount": "blue"},
        "auth/blue/login",
        {"jwt": "text", "role": "app"},
        True,
    ),
]


@pytest.mark.parametrize(("settings", "path", "body", "is_repeatable"), FORMS)
def test_what_a_method_sends(
    settings: dict[str, Any], path: str, body: dict[str, str], is_repeatable: bool
) -> None:
    """Mount, body and namespace of each log-in; only one that may use a secret up is not repeated (T28)."""
    vault = FakeVault()
    token = choose(Login(namespace="team", **settings)).login(vault)

    assert token.text == "made"
    assert vault.asked == [("login", path, "", "team")]
    assert vault.bodies[0] == body
    assert vault.is_repeatable is is_repeatable


@pytest.mark.parametrize("settings", [{"method": "token", "token": TEXT}, {"method": "none"}], ids=str)
def test_methods_that_ask_nothing(settings: dict[str, Any]) -> None:
    """`token` and `none` make no request."""
    vault = FakeVault()

    assert choose(Login(**settings)).login(vault).text == ("text" if "token" in settings else "")
    assert vault.asked == []


def test_files_are_read_at_each_try(tmp_path: Path) -> None:
    """T32: the body of each try is made anew, so that a rotated token counts."""
    file = tmp_path / "jwt"

    class Rotating(FakeVault):
        def login(self, path: str, make_body: Any, **given: Any) -> Any:
            for text in ("old", "new"):
                file.write_text(text)
                self.bodies.append(make_body())
            return None

    vault = Rotating()
    choose(Login(method="jwt", jwt=Input("VEXEC_JWT_FILE", file=str(file)))).login(vault)
    assert [body["jwt"] for body in vault.bodies] == ["old", "new"]


def test_the_mounted_token_is_where_the_kubelet_puts_it() -> None:
    """Without VEXEC_JWT the kubernetes method reads the service-account token of the pod."""
    method: Any = choose(Login(method="kubernetes", role="app"))

    assert (method.jwt.file, method.mount) == (MOUNTED, "kubernetes")
    assert MOUNTED == "/var/run/secrets/kubernetes.io/serviceaccount/token"


def test_a_file_that_is_missing_is_an_error_of_the_log_in(tmp_path: Path) -> None:
    """T32: reading an input that is not there is AuthError, with the variable's name and the path."""
    with pytest.raises(AuthError) as caught:
        value(Input("VEXEC_JWT_FILE", file=str(tmp_path / "absent")))
    assert str(caught.value) == f"VEXEC_JWT_FILE: {tmp_path}/absent does not exist"


def test_required_gives_what_is_there() -> None:
    """An input that is there is handed back as it is."""
    assert required(TEXT, "jwt", "VEXEC_JWT") is TEXT


def test_no_input_shows_its_text() -> None:
    """T38: the repr of a method's input hides its text."""
    assert "text=…" in repr(Input("VEXEC_JWT", text="canary"))
    assert "canary" not in repr(Login(token=Input("VAULT_TOKEN", text="canary")))
