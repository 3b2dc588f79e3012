"""What vexec is told through the environment: Agent → its variables, checked as it will read them.

No value is a secret: paths, templates, names of files (S1.6).
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

from vexec.auth import choose
from vexec.config.environ import load
from vexec.errors import ConfigError, VexecError
from vexec.fetch.ref import RefError, parse_source
from vexec.injector.annotations import PREFIX
from vexec.injector.models import Denial
from vexec.injector.parse import quoted
from vexec.render.templates import job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vexec.injector.agent import Agent, Server
    from vexec.injector.secret import Secret

LIMIT = 131072  # bytes of NAME=VALUE and its NUL, which the kernel sets (T14)
# variable → field of agent.Server
SERVER: Mapping[str, str] = {
    "VAULT_ADDR": "address",
    "VAULT_NAMESPACE": "namespace",
    "VAULT_PROXY_ADDR": "proxy",
    "VAULT_CLIENT_TIMEOUT": "client_timeout",
    "VAULT_MAX_RETRIES": "client_max_retries",
    "VAULT_CACERT": "ca_cert",
    "VAULT_CAPATH": "ca_path",
    "VAULT_CLIENT_CERT": "client_cert",
    "VAULT_CLIENT_KEY": "client_key",
    "VAULT_TLS_SERVER_NAME": "tls_server_name",
}
# auth-type → vexec's method, and parameter of auth-config → variable
METHODS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "kubernetes": ("kubernetes", {"role": "VEXEC_ROLE", "token_path": "VEXEC_JWT_FILE"}),
    "jwt": ("jwt", {"role": "VEXEC_ROLE", "path": "VEXEC_JWT_FILE"}),
    "approle": (
        "approle",
        {"role_id_file_path": "VEXEC_ROLE_ID_FILE", "secret_id_file_path": "VEXEC_SECRET_ID_FILE"},
    ),
    "token_file": ("token", {"token_file_path": "VAULT_TOKEN_FILE"}),
}
LEVELS = {
    "trace": "debug",
    "err": "error",
    "warning": "warn",
    "notice": "info",
}  # as Vault's agent spells them
FORMATS = {"standard": "text"}
MISSING = {None: "", True: "strict", False: "novalue"}
OF_TEMPLATES = ("agent-template-left-delim", "agent-template-right-delim", "error-on-missing-key")


def variables(agent: Agent) -> dict[str, str]:
    """Return what vexec is told, without what is its default anyway; raises Denial."""
    server = agent.server
    found = {
        **{name: getattr(server, attribute) for name, attribute in SERVER.items()},
        "VAULT_SKIP_VERIFY": "true" if server.skip_verify else "",
        "VAULT_CACERT_BYTES": "" if server.ca_cert or server.ca_path else pem(server.cacert_bytes),
        **login(server),
        "VEXEC_TEMPLATES": templates(agent.secrets),
        "VEXEC_FROM": sources(agent.secrets),
        "VEXEC_DUPLICATES": "" if agent.exec.duplicates == "error" else agent.exec.duplicates,
        "VEXEC_TEMPLATE_NEWLINES": "true" if agent.exec.allows_newlines else "",
    }
    if PREFIX + "log-level" in agent.given:  # the agent says more by default than a program's start should
        found["VEXEC_LOG_LEVEL"] = LEVELS.get(server.log_level.lower(), server.log_level.lower())
    if PREFIX + "log-format" in agent.given:
        found["VEXEC_LOG_FORMAT"] = FORMATS.get(server.log_format.lower(), server.log_format.lower())
    found = {name: value for name, value in found.items() if value}
    check(found)
    return found


def login(server: Server) -> dict[str, str]:
    """Return the variables of the log-in."""
    if server.auth_type not in METHODS:
        known = ", ".join(METHODS)
        raise Denial(f"auth-type {quoted(server.auth_type)} is not known in exec mode, which takes {known}")
    method, parameters = METHODS[server.auth_type]
    mount = server.auth_path.strip("/").removeprefix("auth/")
    given = {name: server.auth_config.get(parameter, "") for parameter, name in parameters.items()}
    return {"VEXEC_AUTH": method, "VEXEC_AUTH_MOUNT": mount, **given}


def pem(text: str) -> str:
    """Return certificates as PEM; they may be given in base64."""
    if not text or "-----BEGIN" in text:
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Denial("the injector's CA certificate is neither PEM nor PEM in base64") from None


def has_template(secret: Secret) -> bool:
    """Tell whether a secret's variables come from a template, else from each of its keys."""
    return bool(secret.template or secret.template_file)


def templates(secrets: Iterable[Secret]) -> str:
    """Return VEXEC_TEMPLATES, "" for no entry."""
    entries = [entry(secret) for secret in secrets if has_template(secret)]
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")) if entries else ""


def entry(secret: Secret) -> dict[str, str]:
    """Return one entry of VEXEC_TEMPLATES."""
    fields = {
        "name": secret.name,
        "text": secret.template,
        "file": "" if secret.template else secret.template_file,
        "left": "" if secret.left == "{{" else secret.left,
        "right": "" if secret.right == "}}" else secret.right,
        "missing": MISSING[secret.error_on_missing],
    }
    return {name: value for name, value in fields.items() if value}


def sources(secrets: Iterable[Secret]) -> str:
    """Return VEXEC_FROM, "" for no word."""
    plain = [secret for secret in secrets if not has_template(secret)]
    measure("VEXEC_FROM", sum(len(secret.path) for secret in plain))  # before each is looked at
    return " ".join(map(word, plain))


def word(secret: Secret) -> str:
    """Return a word of VEXEC_FROM that takes every key of a secret; after a `?` its path may have options."""
    path, mark, options = secret.path.strip().partition("?")
    path = "".join(f"%{ord(c):02X}" if c in "%#" else c for c in path)
    source = f"vault:{path}{mark}{options}"
    source = "".join("".join(f"%{byte:02X}" for byte in c.encode()) if c.isspace() else c for c in source)
    try:
        parse_source(source)
    except RefError as error:
        raise Denial(f"{PREFIX}agent-inject-secret-{secret.raw_name}: {error}") from None
    return source


def check(found: Mapping[str, str]) -> None:
    """Read the variables as vexec will, so that a mistake is told now; raises Denial with all of them."""
    for name, value in found.items():
        if "\0" in value:
            raise Denial(f"an annotation holds a NUL character, which {name} cannot take")
        measure(name, len(f"{name}={value}".encode()) + 1)
    try:
        config = load(found)
        choose(config.login)
        for item in config.templates.entries:
            if not item.file:
                job(item, config.templates)
    except ConfigError as error:
        raise Denial("; ".join(error.issues)) from None
    except VexecError as error:
        raise Denial(error.message) from None


def measure(name: str, size: int) -> None:
    """Refuse what no variable can hold."""
    if size > LIMIT:
        raise Denial(
            f"{name} would be {size} bytes, and a variable holds 128 KiB: put templates "
            f"into a ConfigMap, name it in {PREFIX}agent-configmap, which mounts it at /vault/configs, "
            f"and its files in {PREFIX}agent-inject-template-file-<name>"
        )


def idle(agent: Agent) -> list[str]:
    """Return the annotations that this method, or a secret without a template, has no use for."""
    parameters = METHODS[agent.server.auth_type][1]
    start = PREFIX + "auth-config-"
    found = [
        name
        for name in agent.given
        if name.startswith(start) and name.removeprefix(start).replace("-", "_") not in parameters
    ]
    plain = [secret.raw_name for secret in agent.secrets if not has_template(secret)]
    names = [f"{PREFIX}{prefix}-{name}" for prefix in OF_TEMPLATES for name in plain]
    return sorted(found + [name for name in names if name in agent.given])
