"""The table of settings, by group: every variable that vexec reads, its aliases, type, default and help.

It is the registry that `environ.py` reads by, the source of `vexec help env`, of the options and of
docs/reference/variables.md, which `build/reference.py` writes.
"""

from __future__ import annotations

from vexec.config.model import MISSING
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Setting(Value):
    """One setting: `variables` in the order in which they are looked at, the first that is set wins.

    `kind` is a key of `parse.KINDS`; `default` is text of that kind, "" for none; `choices` lists the words
    that a choice takes. A secret also comes from the file that NAME_FILE names.
    `is_ours` is False for what other programs read too and the target therefore keeps.
    """

    name: str
    variables: tuple[str, ...]
    kind: str
    default: str
    help: str
    choices: tuple[str, ...] = ()
    is_ours: bool = True

    @property
    def option(self) -> str:
        """Return the command-line option; a secret is never an argument, so it has only its file."""
        return "--" + self.name + ("-file" if self.kind == "secret" else "")


def own(name: str, kind: str, default: str, text: str, *choices: str) -> Setting:
    """Make a setting of vexec's own: VEXEC_NAME."""
    return Setting(name, ("VEXEC_" + variable(name),), kind, default, text, choices)


def server(name: str, kind: str, default: str, text: str, *more: str) -> Setting:
    """Make one of the server's standard settings: BAO_NAME first, then VAULT_NAME."""
    return Setting(name, ("BAO_" + variable(name), "VAULT_" + variable(name), *more), kind, default, text)


def shared(name: str, kind: str, text: str, *variables: str) -> Setting:
    """Make a setting that other programs read as well, so that it stays in the target's environment."""
    return Setting(name, variables, kind, "", text, (), is_ours=False)


def variable(name: str) -> str:
    """Return a setting's name as a variable's: deadline → DEADLINE."""
    return name.replace("-", "_").upper()


METHODS = ("token", "approle", "kubernetes", "jwt", "none")

GROUPS: Mapping[str, tuple[Setting, ...]] = {
    "server": (
        server(
            "addr",
            "address",
            "https://127.0.0.1:8200",
            "address of the server: http://, https:// or unix://",
        ),
        server("namespace", "text", "", "namespace of every request (a reference may name another)"),
        server("client-timeout", "duration", "60s", "limit of one request; 0 for none but the deadline"),
        server("max-retries", "count", "", "repeats of one request at the most; unset: until the deadline"),
        server(
            "proxy-addr", "secret", "", "HTTP proxy for the server, before HTTPS_PROXY", "VAULT_HTTP_PROXY"
        ),
        shared("https-proxy", "text", "proxy for https addresses", "HTTPS_PROXY", "https_proxy"),
        shared("http-proxy", "text", "proxy for http addresses", "HTTP_PROXY", "http_proxy"),
        shared("no-proxy", "text", "hosts that are reached without a proxy", "NO_PROXY", "no_proxy"),
    ),
    "TLS": (
        server("cacert", "text", "", "PEM file with the CA certificates to trust, in place of the system's"),
        server("cacert-bytes", "text", "", "the same as PEM text; wins over the file"),
        server("capath", "text", "", "directory of PEM files with CA certificates to trust"),
        server("client-cert", "text", "", "PEM file with the client certificate, for mTLS, or with its key"),
        server("client-key", "text", "", "PEM file with the client certificate's key"),
        server("tls-server-name", "text", "", "name to ask for and to check in the server's certificate"),
        server("skip-verify", "boolean", "false", "do not check the server's certificate (warned of)"),
        shared("ssl-cert-file", "text", "PEM file of the system's CA certificates", "SSL_CERT_FILE"),
        shared("ssl-cert-dir", "text", "directory of the system's CA certificates", "SSL_CERT_DIR"),
    ),
    "log-in": (
        own("auth", "choice", "", "method; unset: token, else kubernetes, else ~/.vault-token", *METHODS),
        own("auth-mount", "text", "", "where the method is mounted (default: its name)"),
        own("auth-namespace", "text", "", "namespace to log in to, where it is not the one to read from"),
        server("token", "secret", "", "token for the method `token`"),
        Setting("role", ("VEXEC_ROLE", "BAO_ROLE", "VAULT_ROLE"), "text", "", "role for kubernetes and jwt"),
        own("role-id", "secret", "", "role id for approle"),
        own("secret-id", "secret", "", "secret id for approle"),
        own("jwt", "secret", "", "token for jwt and kubernetes (default for kubernetes: the mounted one)"),
    ),
    "what to fetch": (
        own("from", "words", "", "whole secrets to import: vault:PATH or file:PATH, with ?options"),
        own("duplicates", "choice", "error", "a name that comes twice", "error", "keep", "overwrite"),
    ),
    "templates": (
        own("template", "text", "", "a template of KEY=VALUE lines that become variables"),
        own("template-file", "words", "", "files of such templates, taken in the order of their names"),
        own(
            "render", "destinations", "", "files to write before the start, each TEMPLATE:DESTINATION[:MODE]"
        ),
        own("templates", "entries", "", "templates with names, delimiters and destinations of their own"),
        own(
            "missing",
            "choice",
            "error",
            "a key that is not there and would be printed; strict: or tested for",
            *MISSING,
        ),
        own("template-newlines", "boolean", "false", "let a value in a line KEY=VALUE hold a newline"),
        own("template-delimiters", "words", "{{ }}", "what begins and what ends an action"),
        own("template-deny", "words", "", "names and globs of functions that templates must not call"),
        own("template-sandbox", "text", "", "directory that the function `file` does not leave"),
    ),
    "target": (
        own("inherit", "words", "all", "what the target inherits: all, none, or names and globs"),
        own("pass", "words", "", "names and globs of VEXEC_*, VAULT_*, BAO_* that the target keeps"),
    ),
    "behaviour": (
        own("deadline", "duration", "60s", "limit of everything before the target starts"),
        own("concurrency", "count", "10", "requests under way at once"),
        own("disable", "boolean", "false", "start the target without fetching; references are dropped"),
        own("log-level", "choice", "warn", "how much to say on stderr", "error", "warn", "info", "debug"),
        own("log-format", "choice", "text", "how to say it", "text", "json"),
        own("debug", "boolean", "false", "show the traceback of an unforeseen error"),
        own("unpack-dir", "text", "", "directory that takes code, where memory files are forbidden"),
    ),
}
TABLE: tuple[Setting, ...] = tuple(setting for group in GROUPS.values() for setting in group)


def names(setting: Setting) -> tuple[str, ...]:
    """Return all variables of a setting; for a secret, NAME and NAME_FILE in turn."""
    if setting.kind != "secret":
        return setting.variables
    return tuple(name for base in setting.variables for name in (base, base + "_FILE"))
