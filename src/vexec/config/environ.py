"""From the environment's variables and the command line's options to a `Config`.

Every problem is collected and reported in one go, by the variable's name and never with its value.
"""

from __future__ import annotations

from vexec import log
from vexec.config.model import Config, Input, Login, Proxies, Server, Templates, Tls
from vexec.config.names import CLIENT_NAMES, SERVERS, is_any_match, is_service_link
from vexec.config.parse import KINDS
from vexec.config.settings import TABLE, Setting, names
from vexec.errors import ConfigError, Issue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

OURS = frozenset(name for setting in TABLE if setting.is_ours for name in names(setting))
CLIENTS = frozenset(prefix + name for prefix in SERVERS for name in CLIENT_NAMES)


def load(environ: Mapping[str, str], options: Mapping[str, str] | None = None) -> Config:
    """Read all settings; `options` maps option names (without `--`) to text and wins over variables.

    Raises ConfigError with every issue.
    """
    issues = list(unknown(environ))
    found: dict[str, Any] = {}
    for setting in TABLE:
        try:
            found[setting.name] = lookup(setting, environ, options or {})
        except ValueError as error:
            issues.append(Issue(str(error)))
    issues += contradictions(found)
    if issues:
        raise ConfigError(issues)
    return build(found, environ.get("HOME", ""), tuple(conflicts(environ)))


def conflicts(environ: Mapping[str, str]) -> list[str]:
    """Note settings that are given twice with different values, the first wins (T33); and vault-env's."""
    notes = []
    for setting in TABLE:
        given = [name for name in names(setting) if environ.get(name)]
        if len({environ[name] for name in given}) > 1:
            notes.append(f"{given[0]} is used, {' and '.join(given[1:])} ignored")
    if environ.get("VAULT_ENV_FROM_PATH"):
        notes.append("VAULT_ENV_FROM_PATH is not read: VEXEC_FROM=vault:PATH imports a whole secret")
    return notes


def lookup(setting: Setting, environ: Mapping[str, str], options: Mapping[str, str]) -> object:
    """Return the value of one setting; an empty variable counts as unset, as in Vault's own clients."""
    option = setting.option[2:]
    if option in options:
        return convert(setting, "--" + option, options[option])
    given = [name for name in names(setting) if environ.get(name)]
    if given:
        return convert(setting, given[0], environ[given[0]])
    return convert(setting, setting.variables[0], setting.default) if setting.default else None


def convert(setting: Setting, name: str, raw: str) -> object:
    """Turn text into the setting's value; ValueError names the variable or option."""
    try:
        value = KINDS[setting.kind](raw)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None
    if setting.choices and value not in setting.choices:
        raise ValueError(f"{name} is none of {', '.join(setting.choices)}")
    if setting.kind != "secret":
        return value
    if not raw.strip():
        raise ValueError(f"{name} holds nothing but white space")
    is_file = name.endswith(("_FILE", "-file"))
    return Input(name, file=raw) if is_file else Input(name, text=log.protect(raw.strip()))


def unknown(environ: Mapping[str, str]) -> list[Issue]:
    """Find VEXEC_* names that are no setting: a misspelt one must not be ignored (T39)."""
    issues = []
    for name in environ:
        if name.startswith("VEXEC_") and name not in OURS and not is_service_link(name):
            from difflib import get_close_matches

            known = {own.partition("_")[2]: own for own in sorted(OURS)}  # VEXEC_ROLE hides VAULT_ROLE
            near = get_close_matches(name.removeprefix("VEXEC_"), known, 1)
            hint = f"did you mean {known[near[0]]}?" if near else "`vexec help env` lists the variables"
            issues.append(Issue(f"unknown variable {name}", hint))
    return issues


def contradictions(found: Mapping[str, Any]) -> list[Issue]:
    """Check what a kind allows and a setting does not, and settings that are wrong together.

    `found` lacks the settings that could not be read.
    """
    issues = []
    if found.get("deadline") == 0:
        issues.append(Issue("VEXEC_DEADLINE must be more than 0"))
    if found.get("concurrency") == 0:
        issues.append(Issue("VEXEC_CONCURRENCY must be at least 1"))
    if found["client-key"] and not found["client-cert"]:
        issues.append(Issue("a client key is set (VAULT_CLIENT_KEY) without a client certificate"))
    if len(found.get("template-delimiters", ("", ""))) != 2:
        issues.append(Issue("VEXEC_TEMPLATE_DELIMITERS takes two words, such as {{ }}"))
    words = found["inherit"]
    if not words:
        issues.append(Issue("VEXEC_INHERIT holds nothing but white space"))
    if len(words) > 1 and {"all", "none"} & set(words):
        issues.append(Issue("VEXEC_INHERIT takes all, none, or names and globs, not both"))
    return issues


def build(found: Mapping[str, Any], home: str, notes: tuple[str, ...]) -> Config:
    """Put the settings together."""
    text = {name: value or "" for name, value in found.items()}
    tls = Tls(
        cacert=text["cacert"],
        cacert_bytes=text["cacert-bytes"],
        capath=text["capath"],
        client_cert=text["client-cert"],
        client_key=text["client-key"],
        server_name=text["tls-server-name"],
        is_unverified=found["skip-verify"],
        system_file=text["ssl-cert-file"],
        system_dir=text["ssl-cert-dir"],
    )
    proxies = Proxies(found["proxy-addr"], text["https-proxy"], text["http-proxy"], text["no-proxy"])
    server = Server(
        address=found["addr"],
        namespace=text["namespace"].strip("/"),
        tls=tls,
        proxies=proxies,
        timeout=found["client-timeout"],
        retries=found["max-retries"],
    )
    login = Login(
        method=text["auth"],
        mount=text["auth-mount"].strip("/"),
        namespace=text["auth-namespace"].strip("/") or server.namespace,
        role=text["role"],
        token=found["token"],
        role_id=found["role-id"],
        secret_id=found["secret-id"],
        jwt=found["jwt"],
        home=home,
    )
    return Config(
        server=server,
        login=login,
        sources=found["from"] or (),
        templates=templates(found),
        duplicates=found["duplicates"],
        passed=found["pass"] or (),
        inherited=found["inherit"],
        deadline=found["deadline"],
        concurrency=found["concurrency"],
        is_disabled=found["disable"],
        log_level=found["log-level"],
        log_format=found["log-format"],
        is_debug=found["debug"],
        notes=notes,
    )


def templates(found: Mapping[str, Any]) -> Templates:
    """Put the settings of templates together."""
    left, right = found["template-delimiters"]
    return Templates(
        text=found["template"] or "",
        files=tuple(sorted(found["template-file"] or ())),
        destinations=found["render"] or (),
        entries=found["templates"] or (),
        missing=found["missing"],
        allows_newlines=found["template-newlines"],
        delimiters=(left, right),
        denied=found["template-deny"] or (),
        sandbox=found["template-sandbox"] or "",
    )


def is_kept(name: str, config: Config) -> bool:
    """Tell whether the target inherits this variable: not what vexec or a Vault client reads (S1.12)."""
    if name in OURS or name in CLIENTS or (name.startswith("VEXEC_") and not is_service_link(name)):
        return is_any_match(config.passed, name)
    return config.inherited == ("all",) or (
        config.inherited != ("none",) and is_any_match(config.inherited, name)
    )
