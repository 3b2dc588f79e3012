"""Which proxy a request takes, by the rules of Go's net/http as Vault's own clients follow them (T31).

VAULT_PROXY_ADDR (or VAULT_HTTP_PROXY) is for every request. HTTPS_PROXY and HTTP_PROXY are for addresses
of their scheme, unless NO_PROXY covers the host; loopback addresses never use them.
"""

from __future__ import annotations

import binascii
from ipaddress import ip_address, ip_network
from urllib.parse import unquote_to_bytes

from vexec import log
from vexec.config.model import Address
from vexec.config.parse import host_port
from vexec.errors import ConfigError, Issue
from vexec.system.files import read_token
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

    from vexec.config.model import Proxies


class Proxy(Value, secret=("headers",)):
    """A proxy's address and the headers that it wants."""

    address: Address
    headers: tuple[tuple[str, str], ...]


def choose(proxies: Proxies, address: Address) -> Proxy | None:
    """Return the proxy for an address, or None; raises ConfigError for one that cannot be used."""
    if proxies.own:
        own = proxies.own
        return parse(own.text or read_token(own.file, own.name), own.name)
    name, text = ("HTTPS_PROXY", proxies.https) if address.scheme == "https" else ("HTTP_PROXY", proxies.http)
    if not text or is_bypassed(proxies.bypass, address.host, address.port):
        return None
    return parse(text, name)


def parse(text: str, name: str) -> Proxy:
    """Read `[http://][USER[:PASSWORD]@]HOST[:PORT]`; the text may hold a password and is never shown."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "http", scheme
    user, at, host = rest.rstrip("/").rpartition("@")
    if scheme.lower() != "http":
        raise ConfigError([Issue(f"{name}: only proxies that are spoken to over http:// are supported")])
    try:
        where = Address("http", *host_port(host, 80))
    except ValueError as error:
        raise ConfigError([Issue(f"{name} {error}")]) from None
    if not at:
        return Proxy(where, ())
    credentials = unquote_to_bytes(user if ":" in user else user + ":")
    log.protect(credentials.decode("utf-8", "surrogateescape"))
    log.protect(credentials.partition(b":")[2].decode("utf-8", "surrogateescape"))
    value = "Basic " + binascii.b2a_base64(credentials, newline=False).decode()
    return Proxy(where, (("Proxy-Authorization", value),))


def is_bypassed(rules: str, host: str, port: int) -> bool:
    """Tell whether NO_PROXY covers the host: `*`, IP, CIDR, `.suffix` or `name`, each with a port or not."""
    host = host.lower().rstrip(".")
    ip = literal(host)
    if host == "localhost" or (ip is not None and ip.is_loopback):
        return True
    return any(covers(rule.strip().lower(), host, port, ip) for rule in rules.split(",") if rule.strip())


def covers(rule: str, host: str, port: int, ip: IPv4Address | IPv6Address | None) -> bool:
    """Tell whether one rule of NO_PROXY covers the host."""
    if rule == "*":
        return True
    if "/" in rule:
        try:
            return ip is not None and ip in ip_network(rule, strict=False)
        except ValueError:
            return False
    if literal(rule) is None:
        try:
            rule, wanted = host_port(rule, 0)
        except ValueError:
            return False
        if wanted not in (0, port):
            return False
    if ip is not None:
        return literal(rule) == ip
    suffix = rule.removeprefix("*")
    return host.endswith(suffix) if suffix.startswith(".") else host == rule or host.endswith("." + rule)


def literal(text: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address, or None where the text is a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None
