"""From variables and options to a Config: names, order, files, and every problem told in one go."""

from __future__ import annotations

import secrets

import pytest

from tests.config.test_names import SERVICES
from vexec import log
from vexec.config.environ import CLIENTS, OURS, is_kept, load
from vexec.config.model import Address, Config, Destination, Entry, Input, Templates
from vexec.config.names import CLIENT_NAMES, SERVERS
from vexec.config.settings import TABLE, Setting, names
from vexec.errors import ConfigError

SECRETS = [setting for setting in TABLE if setting.kind == "secret"]


def problems(environ: dict[str, str], options: dict[str, str] | None = None) -> list[str]:
    """Return what is wrong with an environment."""
    with pytest.raises(ConfigError) as caught:
        load(environ, options)
    return [str(issue) for issue in caught.value.issues]


def test_an_empty_environment_has_the_defaults() -> None:
    """Nothing has to be set."""
    config = load({})

    assert config.server.address == Address("https", "127.0.0.1", 8200)
    assert (config.server.timeout, config.server.retries, config.deadline, config.concurrency) == (
        60,
        None,
        60,
        10,
    )
    assert (config.duplicates, config.inherited, config.sources, config.passed) == ("error", ("all",), (), ())
    assert (config.log_level, config.log_format, config.is_disabled, config.is_debug) == (
        "warn",
        "text",
        False,
        False,
    )
    assert (config.login.method, config.login.token, config.login.home, config.notes) == ("", None, "", ())
    assert config.server.tls.is_unverified is False


def test_every_setting_has_its_place() -> None:
    """What each variable says arrives where the rest of vexec looks for it."""
    config = load(
        {
            "HOME": "/h", "VAULT_ADDR": "http://h:1/p", "VAULT_NAMESPACE": "/a/b/", "VAULT_CACERT": "ca",
            "VAULT_CACERT_BYTES": "pem", "VAULT_CAPATH": "dir", "VAULT_CLIENT_CERT": "cc",
            "VAULT_CLIENT_KEY": "ck", "VAULT_TLS_SERVER_NAME": "n", "VAULT_SKIP_VERIFY": "1",
            "VAULT_CLIENT_TIMEOUT": "5", "VAULT_MAX_RETRIES": "3", "VAULT_PROXY_ADDR": "http://p",
            "HTTPS_PROXY": "hs", "HTTP_PROXY": "hp", "NO_PROXY": "no", "SSL_CERT_FILE": "sf",
            "SSL_CERT_DIR": "sd", "VEXEC_AUTH": "jwt", "VEXEC_AUTH_MOUNT": "/m/",
            "VEXEC_AUTH_NAMESPACE": "/n/", "VEXEC_ROLE": "r", "VEXEC_ROLE_ID": "ri", "VEXEC_SECRET_ID": "si",
            "VEXEC_JWT": "j", "VAULT_TOKEN": " t\n", "VEXEC_FROM": "file:/a\n vault:b/c",
            "VEXEC_DUPLICATES": "keep", "VEXEC_PASS": "VAULT_*", "VEXEC_INHERIT": "A B_*",
            "VEXEC_DEADLINE": "1m", "VEXEC_CONCURRENCY": "2", "VEXEC_DISABLE": "true",
            "VEXEC_LOG_LEVEL": "debug", "VEXEC_LOG_FORMAT": "json", "VEXEC_DEBUG": "t",
            "VEXEC_TEMPLATE": "A=1", "VEXEC_TEMPLATE_FILE": "/b /a", "VEXEC_RENDER": "/t:/d:0600 /u:/e",
            "VEXEC_MISSING": "novalue", "VEXEC_TEMPLATE_NEWLINES": "1",
            "VEXEC_TEMPLATE_DELIMITERS": "[[ ]]", "VEXEC_TEMPLATE_DENY": "env sprig_*",
            "VEXEC_TEMPLATE_SANDBOX": "/box", "VEXEC_TEMPLATES": '[{"name": "n", "text": "x"}]',
        }
    )  # fmt: skip
    server, tls, login = config.server, config.server.tls, config.login

    assert (server.address, server.namespace) == (Address("http", "h", 1, "/p"), "a/b")
    assert (server.timeout, server.retries) == (5, 3)
    assert (tls.cacert, tls.cacert_bytes, tls.capath, tls.client_cert, tls.client_key) == (
        "ca", "pem", "dir", "cc", "ck",
    )  # fmt: skip
    assert (tls.server_name, tls.is_unverified, tls.system_file, tls.system_dir) == ("n", True, "sf", "sd")
    assert server.proxies.own == Input("VAULT_PROXY_ADDR", text="http://p")
    assert (server.proxies.https, server.proxies.http, server.proxies.bypass) == ("hs", "hp", "no")
    assert (login.method, login.mount, login.namespace, login.role, login.home) == (
        "jwt",
        "m",
        "n",
        "r",
        "/h",
    )
    assert (login.role_id, login.secret_id) == (Input("VEXEC_ROLE_ID", "ri"), Input("VEXEC_SECRET_ID", "si"))
    assert (login.jwt, login.token) == (Input("VEXEC_JWT", "j"), Input("VAULT_TOKEN", "t"))
    templates = Templates(
        text="A=1", files=("/a", "/b"),
        destinations=(Destination("/t", "/d", 0o600), Destination("/u", "/e")), entries=(Entry("n", "x"),),
        missing="novalue", allows_newlines=True, delimiters=("[[", "]]"), denied=("env", "sprig_*"),
        sandbox="/box",
    )  # fmt: skip
    assert config.replace(server=server, login=login, notes=()) == Config(
        server, login, ("file:/a", "vault:b/c"), templates, "keep", ("VAULT_*",), ("A", "B_*"), 60, 2,
        is_disabled=True, log_level="debug", log_format="json", is_debug=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "setting", [s for s in TABLE if len(s.variables) > 1], ids=lambda setting: setting.name
)
def test_the_first_name_wins(setting: Setting) -> None:
    """T33: of a setting's names the one that stands first in the table counts, BAO_ before VAULT_."""
    values = {
        "address": ["http://one", "http://two", "http://three"],
        "boolean": ["true", "false", "false"],
        "duration": ["1s", "2s", "3s"],
        "count": ["1", "2", "3"],
    }.get(setting.kind, ["one", "two", "three"])
    given = dict(zip(setting.variables, values, strict=False))
    first, second, *_ = setting.variables
    needed = {"VAULT_CLIENT_CERT": "pem"} if setting.name == "client-key" else {}
    alone, both = load({**needed, first: given[first]}), load({**needed, **given})

    assert both.replace(notes=()) == alone
    assert load({**needed, second: given[second]}) != alone
    assert both.notes == (f"{first} is used, {' and '.join(setting.variables[1:])} ignored",)


def test_servers_names_come_bao_first() -> None:
    """T33: as the `bao` program does, BAO_X is looked at before VAULT_X, for each of its settings."""
    pairs = [setting.variables[:2] for setting in TABLE if setting.variables[0].startswith("BAO_")]

    assert len(pairs) >= 13
    assert all((a.removeprefix("BAO_"), b[:6]) == (b.removeprefix("VAULT_"), "VAULT_") for a, b in pairs)


def test_the_same_value_twice_is_no_conflict() -> None:
    """T33: only a difference is noted."""
    assert load({"BAO_ADDR": "http://a", "VAULT_ADDR": "http://a"}).notes == ()
    assert load({"VAULT_ADDR": "http://a"}).notes == ()


def test_what_is_known_from_elsewhere_is_noted() -> None:
    """A variable of vault-env's that asks for secrets is not passed over in silence."""
    (note,) = load({"VAULT_ENV_FROM_PATH": "secret/app"}).notes

    assert note == "VAULT_ENV_FROM_PATH is not read: VEXEC_FROM=vault:PATH imports a whole secret"


@pytest.mark.parametrize("setting", SECRETS, ids=lambda setting: setting.name)
def test_every_secret_has_a_file_form(setting: Setting) -> None:
    """A setting that holds a secret also comes from the file that NAME_FILE names; NAME itself wins."""
    name = setting.variables[0]

    def found(environ: dict[str, str]) -> Input | None:
        config = load(environ)
        where = {"proxy-addr": config.server.proxies.own, "token": config.login.token}
        where |= {
            "role-id": config.login.role_id,
            "secret-id": config.login.secret_id,
            "jwt": config.login.jwt,
        }
        return where[setting.name]

    assert found({name + "_FILE": "/a b"}) == Input(name + "_FILE", file="/a b")
    assert found({name + "_FILE": "/a", name: "text"}) == Input(name, text="text")
    assert load({name + "_FILE": "/a", name: "text"}).notes == (f"{name} is used, {name}_FILE ignored",)


@pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)
def test_an_empty_variable_is_unset(setting: Setting) -> None:
    """As for the server's own clients, an empty variable says nothing, under any of its names."""
    assert load(dict.fromkeys(names(setting), "")) == load({})


def test_an_empty_first_name_leaves_the_second() -> None:
    """BAO_ADDR= does not hide VAULT_ADDR."""
    config = load({"BAO_ADDR": "", "VAULT_ADDR": "http://a"})

    assert (config.server.address.host, config.notes) == ("a", ())


@pytest.mark.parametrize("name", [setting.variables[0] for setting in SECRETS] + ["VAULT_TOKEN_FILE"])
def test_a_blank_secret_is_an_error(name: str) -> None:
    """A secret of white space only was meant to be something."""
    assert problems({name: " \n"}) == [f"{name} holds nothing but white space"]


def test_options_win_over_variables() -> None:
    """An option is the same text as its variable, and comes first."""
    environ = {"VEXEC_DEADLINE": "x", "BAO_ADDR": "http://a", "VEXEC_FROM": "file:/a", "VAULT_TOKEN": "t"}
    options = {"deadline": "5s", "addr": "http://b", "from": "file:/b file:/c", "token-file": "/t"}
    config = load(environ, options)

    assert (config.deadline, config.server.address.host) == (5, "b")
    assert (config.sources, config.login.token) == (("file:/b", "file:/c"), Input("--token-file", file="/t"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"deadline": ""}, "--deadline is not a duration (60, 60s, 1m30s, 500ms)"),
        ({"auth": "password"}, "--auth is none of token, approle, kubernetes, jwt, none"),
        ({"token-file": ""}, "--token-file holds nothing but white space"),
        ({"skip-verify": "yes"}, "--skip-verify is not a boolean (true, false, 1, 0, t, f)"),
    ],
)
def test_a_bad_option_is_told_by_its_name(options: dict[str, str], told: str) -> None:
    """An error in an option names the option, not a variable."""
    assert problems({}, options) == [told]


def test_every_problem_is_told_in_one_go() -> None:
    """Bad values, unknown names and contradictions come together, by name and without their values."""
    canary = "hunter2-" + secrets.token_hex(4)
    environ = {
        "VAULT_ADDR": f"http://u:{canary}@h", "VAULT_CLIENT_TIMEOUT": canary, "VAULT_MAX_RETRIES": canary,
        "BAO_SKIP_VERIFY": canary, "VEXEC_AUTH": canary, "VEXEC_DUPLICATES": canary, "VEXEC_DEADLINE": canary,
        "VEXEC_CONCURRENCY": "0", "VEXEC_DISABLE": canary, "VEXEC_LOG_LEVEL": canary,
        "VEXEC_LOG_FORMAT": canary, "VEXEC_DEBUG": canary, "VEXEC_INHERIT": f"all {canary}",
        "VAULT_CLIENT_KEY": canary, "VEXEC_DEADLNE": canary,
    }  # fmt: skip
    told = problems(environ)

    assert canary not in "\n".join(told)
    assert {line.split()[0] for line in told} == {*environ, "unknown", "a"} - {
        "VAULT_CLIENT_KEY",
        "VEXEC_DEADLNE",
    }
    assert "unknown variable VEXEC_DEADLNE" in told
    assert "a client key is set (VAULT_CLIENT_KEY) without a client certificate" in told
    assert len(told) == len(environ)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"VEXEC_DEADLINE": "0"}, "VEXEC_DEADLINE must be more than 0"),
        ({"VEXEC_CONCURRENCY": "0"}, "VEXEC_CONCURRENCY must be at least 1"),
        ({"VEXEC_INHERIT": "none A"}, "VEXEC_INHERIT takes all, none, or names and globs, not both"),
        ({"VEXEC_INHERIT": " "}, "VEXEC_INHERIT holds nothing but white space"),
        (
            {"BAO_CLIENT_KEY": "k"},
            "a client key is set (VAULT_CLIENT_KEY) without a client certificate",
        ),
        (
            {"VAULT_ADDR": "vault:8200"},
            "VAULT_ADDR has no scheme: write http://HOST:PORT or https://HOST:PORT",
        ),
    ],
)
def test_one_problem(environ: dict[str, str], told: str) -> None:
    """What is wrong is told by the variable that says it."""
    assert problems(environ) == [told]


def test_a_bad_value_hides_no_other_problem() -> None:
    """What cannot be read at all does not keep a contradiction elsewhere from being told."""
    assert problems({"VEXEC_DEBUG": "x", "VEXEC_DEADLINE": "0"}) == [
        "VEXEC_DEBUG is not a boolean (true, false, 1, 0, t, f)",
        "VEXEC_DEADLINE must be more than 0",
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("VEXEC_DEADLNE", "did you mean VEXEC_DEADLINE?"),
        ("VEXEC_FORM", "did you mean VEXEC_FROM?"),
        ("VEXEC_TOKEN", "did you mean VAULT_TOKEN?"),
        ("VEXEC_ADDRESS", "did you mean VAULT_ADDR?"),
        ("VEXEC_ROLES", "did you mean VEXEC_ROLE?"),
        ("VEXEC_SECRETID", "did you mean VEXEC_SECRET_ID?"),
        ("VEXEC_QQQQQQQQQQQQQQQ", "`vexec help env` lists the variables"),
        ("VEXEC_", "`vexec help env` lists the variables"),
    ],
)
def test_a_misspelt_name_is_an_error(name: str, hint: str) -> None:
    """T39: an unknown VEXEC_* is an error, with the nearest name where there is one."""
    with pytest.raises(ConfigError, match=f"^unknown variable {name}$") as caught:
        load({name: "hunter2"})

    assert caught.value.hint.startswith(hint)


def test_service_links_are_no_errors_and_stay() -> None:
    """T39: the variables of Services called vexec, vault, bao and the like are the target's."""
    config = load(dict.fromkeys(SERVICES, "tcp://10.0.0.1:80"))

    assert [name for name in SERVICES if not is_kept(name, config)] == []


@pytest.mark.parametrize("name", sorted(OURS | CLIENTS))
def test_the_target_does_not_get_what_vexec_reads(name: str) -> None:
    """T39: every name that vexec or a Vault client reads is gone, unless VEXEC_PASS keeps it."""
    assert not is_kept(name, load({}))
    assert is_kept(name, load({"VEXEC_PASS": f"OTHER {name}"}))
    assert is_kept(name, load({"VEXEC_PASS": name[:4] + "*", "VEXEC_INHERIT": "none"}))


def test_wrappers_names_with_all_their_forms() -> None:
    """T39: aliases, *_FILE forms, and both servers' prefixes are among them."""
    gone = "VAULT_TOKEN BAO_TOKEN VAULT_TOKEN_FILE VAULT_ROLE BAO_ROLE VEXEC_SECRET_ID VEXEC_SECRET_ID_FILE"
    gone += " VAULT_SECRET_ID VAULT_SECRET_ID_FILE VEXEC_JWT_FILE VAULT_JWT_FILE VAULT_HTTP_PROXY VAULT_ADDR"

    assert set(gone.split()) <= OURS | CLIENTS
    assert {prefix + name for prefix in SERVERS for name in CLIENT_NAMES} == CLIENTS


@pytest.mark.parametrize(
    "name", ["HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "PATH", "VAULT_PORT", "VAULTED", "A"]
)
def test_the_target_keeps_what_others_read_too(name: str) -> None:
    """What other programs read as well stays, although vexec looks at some of it."""
    assert is_kept(name, load({}))
    assert not is_kept(name, load({"VEXEC_INHERIT": "none"}))


def test_inherit_names_and_globs() -> None:
    """VEXEC_INHERIT: all, none, or what is listed; it gives back nothing that vexec takes away."""
    config = load({"VEXEC_INHERIT": "PATH LC_*"})

    kept = [name for name in ("PATH", "LC_ALL", "LANG", "VAULT_TOKEN", "VEXEC_FROM") if is_kept(name, config)]
    assert kept == ["PATH", "LC_ALL"]
    assert not is_kept("VAULT_TOKEN", load({"VEXEC_INHERIT": "*"}))


def test_a_secret_of_a_variable_is_redacted() -> None:
    """T38: what a variable or an option gives as a secret is known to the log, and hidden in the repr."""
    canary = secrets.token_hex(8)
    config = load({"VEXEC_SECRET_ID": f" {canary}\n"})

    assert log.redact(f"no {canary} here") == "no [redacted] here"
    assert canary not in repr(config)
