"""How the server is told to serve: flags and AGENT_INJECT_ variables beside those of `settings.py`.

Names and values are those of the original; the limits at the end are ours.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from vexec.injector.journal import FORMATS, LEVELS
from vexec.injector.models import Denial
from vexec.injector.parse import boolean, integer
from vexec.injector.settings import option
from vexec.injector.tls import SUITES, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
PATHS = ("/mutate", "/health/ready")


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve."""

    listen: str = option(
        "listen", "LISTEN", "address to listen on: HOST:PORT, or :PORT for all", default=":8080"
    )
    webhook: str = option(
        "tls-auto",
        "TLS_AUTO",
        "make certificates; the MutatingWebhookConfiguration that is to trust them",
        default="",
    )
    hosts: str = option(
        "tls-auto-hosts", "TLS_AUTO_HOSTS", "names of those certificates, with commas", default=""
    )
    cert: str = option("tls-cert-file", "TLS_CERT_FILE", "PEM file with the certificate", default="")
    key: str = option("tls-key-file", "TLS_KEY_FILE", "PEM file with its key", default="")
    authority: str = option(
        "tls-ca-cert-file", "TLS_CA_CERT_FILE", "PEM file to add to its chain", default=""
    )
    minimum: str = option(
        "tls-min-version", "TLS_MIN_VERSION", "lowest version: tls12 or tls13", default="tls12"
    )
    suites: str = option(
        "tls-cipher-suites",
        "TLS_CIPHER_SUITES",
        "suites for TLS 1.2 by their IANA names, with commas",
        default="",
    )
    elects: bool = option(
        "use-leader-elector", "USE_LEADER_ELECTOR", "replicas agree on who makes certificates", default=False
    )
    telemetry: str = option("telemetry-path", "TELEMETRY_PATH", "path of metrics; unset: none", default="")
    level: str = option("log-level", "LOG_LEVEL", "trace, debug, info, warn or error", default="info")
    form: str = option("log-format", "LOG_FORMAT", "standard or json", default="standard")
    largest: int = option("max-request-bytes", "MAX_REQUEST_BYTES", "largest review", default=4 * 1024 * 1024)
    limit: int = option("review-timeout", "REVIEW_TIMEOUT", "seconds for one review", default=8)
    grace: int = option(
        "shutdown-timeout", "SHUTDOWN_TIMEOUT", "seconds for what is under way at the end", default=10
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The names and addresses of certificates that are made here."""
        return tuple(name.strip() for name in self.hosts.split(",") if name.strip())

    @property
    def ciphers(self) -> tuple[str, ...]:
        """The suites by their IANA names."""
        return tuple(name.strip() for name in self.suites.split(",") if name.strip())

    @property
    def address(self) -> tuple[str, int]:
        """Host, "" for all, and port; raises ValueError."""
        host, colon, port = self.listen.rpartition(":")
        if not colon or not port.isdigit() or int(port) > 65535:
            raise ValueError("is not HOST:PORT")
        return host.removeprefix("[").removesuffix("]"), int(port)


def load(environ: Mapping[str, str], options: Mapping[str, str]) -> Options:
    """Read the options as `settings.load` does; raises ValueError, which names the flag or the variable."""
    values: dict[str, Any] = {}
    spoken: dict[str, str] = {}
    for item in fields(Options):
        flag, variable = item.metadata["flag"], item.metadata["variable"]
        raw = options.get(flag) or environ.get(variable)
        spoken[item.name] = f"--{flag}" if options.get(flag) else variable
        if raw:
            values[item.name] = convert(raw, type(item.default), spoken[item.name])
    return checked(Options(**values), spoken)


def convert(raw: str, kind: type, name: str) -> Any:
    """Read a text as the type of a default."""
    if kind is bool:
        return named(name, lambda: boolean(raw))
    return named(name, lambda: positive(raw)) if kind is int else raw


def positive(raw: str) -> int:
    """Read a number that is at least 1."""
    if (number := integer(raw)) < 1:
        raise ValueError("must be 1 or more")
    return number


def named(name: str, read: Callable[[], T]) -> T:
    """Put the name of a flag or variable before what is wrong with its value."""
    try:
        return read()
    except (Denial, ValueError) as error:
        raise ValueError(f"{name}: {error}") from None


def checked(options: Options, spoken: Mapping[str, str]) -> Options:
    """Return options that can be served; raises ValueError."""
    choices: Mapping[str, Mapping[str, object]] = {"level": LEVELS, "form": FORMATS, "minimum": VERSIONS}
    for name, words in choices.items():
        if getattr(options, name) not in words:
            raise ValueError(f"{spoken[name]}: is none of {', '.join(word for word in words if word)}")
    unknown = [name for name in options.ciphers if name not in SUITES]
    if unknown:
        raise ValueError(f"{spoken['suites']}: there is no suite {unknown[0]!r}")
    named(spoken["listen"], lambda: options.address)
    if options.telemetry and (not options.telemetry.startswith("/") or options.telemetry in PATHS):
        raise ValueError(f"{spoken['telemetry']}: is no path of its own")
    return with_certificates(options)


def with_certificates(options: Options) -> Options:
    """Return options that say where certificates come from, in one way only; raises ValueError."""
    if bool(options.cert) != bool(options.key):
        raise ValueError("--tls-cert-file and --tls-key-file belong together")
    if bool(options.cert) == bool(options.webhook):
        raise ValueError("give either --tls-auto, or --tls-cert-file with --tls-key-file")
    if options.webhook and not options.names:
        raise ValueError("--tls-auto needs --tls-auto-hosts")
    return options
