"""Names of environment variables: globs over them, whose they are, and which are dangerous to import."""

from __future__ import annotations

# What a Vault or OpenBao client, server or agent reads from its environment beside the settings of our
# own table. None of it is the target's business (requirement S1.12), so it goes with the settings.
CLIENT_NAMES = (
    "AGENT_ADDR", "API_ADDR", "CLI_NO_COLOR", "CLUSTER_ADDR", "DETAILED", "DISABLE_REDIRECTS", "FORMAT",
    "LICENSE", "LICENSE_PATH", "LOCAL_CONFIG", "LOG_FORMAT", "LOG_LEVEL", "MFA", "RATE_LIMIT",
    "REDIRECT_ADDR", "SECRET_ID", "SECRET_ID_FILE", "SRV_LOOKUP", "WRAP_TTL", "ROLE_ID", "ROLE_ID_FILE",
    "ENV_FROM_PATH", "ENV_PASSTHROUGH", "ENV_DAEMON", "ENV_DELAY", "JSON_LOG", "IGNORE_MISSING_SECRETS",
    "AUTH_METHOD", "PATH", "JWT", "JWT_FILE",
)  # fmt: skip
SERVERS = ("BAO_", "VAULT_")

# Variables that change what a program loads, runs or trusts. A secret that somebody else may write must
# not set them through a whole-secret import (T16).
DANGEROUS = (
    "PATH", "HOME", "IFS", "ENV", "SHELL", "SHELLOPTS", "BASHOPTS", "BASH_ENV", "BASH_FUNC_*", "CDPATH",
    "GLOBIGNORE", "PROMPT_COMMAND", "PS0", "PS1", "PS2", "PS4", "ZDOTDIR", "FPATH", "LD_*", "DYLD_*",
    "GLIBC_TUNABLES", "GCONV_PATH", "LOCPATH", "NLSPATH", "MALLOC_*", "HOSTALIASES", "LOCALDOMAIN",
    "RES_OPTIONS", "RESOLV_*", "NIS_PATH", "TMPDIR", "TZDIR", "TERMINFO", "TERMINFO_DIRS", "TERMCAP",
    "PYTHON*", "NODE_OPTIONS", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_*", "PERL5LIB", "PERL5OPT",
    "PERL5DB", "PERLLIB", "RUBYLIB", "RUBYOPT", "GEM_HOME", "GEM_PATH", "BUNDLE_GEMFILE", "CLASSPATH",
    "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTIONS", "PHPRC", "PHP_INI_SCAN_DIR",
    "LUA_INIT*", "LUA_PATH", "LUA_CPATH", "DOTNET_STARTUP_HOOKS", "DOTNET_*", "COMPLUS_*", "CORECLR_*",
    "GODEBUG", "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSLKEYLOGFILE", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE",
    "NODE_TLS_REJECT_UNAUTHORIZED", "LESSOPEN", "LESSCLOSE", "ERL_FLAGS", "ERL_AFLAGS", "ERL_ZFLAGS",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy",
    "all_proxy", "no_proxy", "GIT_*", "EDITOR", "VISUAL", "PAGER", "BROWSER", "VEXEC_*",
)  # fmt: skip


def is_match(pattern: str, name: str) -> bool:
    """Tell whether a glob (`*` any run, `?` one character) covers the whole name.

    `fnmatch` would import `re`; two characters do not need it.
    """
    if "*" not in pattern:
        return len(pattern) == len(name) and all(p in ("?", n) for p, n in zip(pattern, name, strict=True))
    head, *middle, tail = pattern.split("*")
    if len(name) < len(head) + len(tail) or not is_match(head, name[: len(head)]):
        return False
    if not is_match(tail, name[len(name) - len(tail) :]):
        return False
    start, end = len(head), len(name) - len(tail)
    for piece in middle:
        places = range(start, end - len(piece) + 1)
        found = next((i for i in places if is_match(piece, name[i : i + len(piece)])), -1)
        if found < 0:
            return False
        start = found + len(piece)
    return True


def is_any_match(patterns: tuple[str, ...], name: str) -> bool:
    """Tell whether one of the globs covers the name."""
    return name in patterns or any(is_match(p, name) for p in patterns if "*" in p or "?" in p)


def is_dangerous(name: str) -> bool:
    """Tell whether a whole-secret import must not set this variable unless asked for by name."""
    return is_any_match(DANGEROUS, name)


def is_identifier(name: str) -> bool:
    """Tell whether the name is `[A-Za-z_][A-Za-z0-9_]*`, which every shell and program takes."""
    return name.isascii() and name.isidentifier()


def is_service_link(name: str) -> bool:
    """Tell whether Kubernetes made this variable for a Service called vexec, vault or bao (T39).

    The kubelet sets, for each Service of the namespace: NAME_SERVICE_HOST, NAME_SERVICE_PORT[_PORTNAME],
    NAME_PORT and NAME_PORT_<number>_<TCP|UDP|SCTP>[_PROTO|_PORT|_ADDR].
    """
    if name.endswith(("_SERVICE_HOST", "_SERVICE_PORT", "_PORT")) or "_SERVICE_PORT_" in name:
        return True
    _, separator, rest = name.rpartition("_PORT_")
    number, _, rest = rest.partition("_")
    protocol, _, part = rest.partition("_")
    is_part = part in ("", "PROTO", "PORT", "ADDR")
    return bool(separator) and number.isdigit() and protocol in ("TCP", "UDP", "SCTP") and is_part
