"""Which proxy a request takes: Go's rules for NO_PROXY, as Vault's own clients follow them (T31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.proxy import basic
from vexec.config.model import Address, Input, Proxies
from vexec.config.parse import address as parse_address
from vexec.errors import ConfigError
from vexec.vault.proxy import Proxy, choose, parse

if TYPE_CHECKING:
    from pathlib import Path

PROXY = Proxy(Address("http", "proxy.test", 3128), ())
RULES = (
    " example.com , .sub.test,*.wild.test, 192.0.2.1, 192.0.2.2:8200,192.0.2.3:443, 198.51.100.0/30,"
    "2001:db8::1,[2001:db8::2]:8200, [2001:db8::3]:443,2001:db8:a::/48,UPPER.test, port.test:8200,,"
    "10.0.0.0/99, *odd.test, host.test:http, a/b"
)
# host → is it reached without a proxy, at https://HOST:8200
HOSTS = {
    "localhost": True,
    "LOCALHOST": True,
    "127.0.0.1": True,
    "127.8.8.8": True,
    "[::1]": True,
    "[::2]": False,
    "localhost.test": False,
    "a.localhost": False,
    "example.com": True,
    "EXAMPLE.com": True,
    "example.com.": True,
    "www.example.com": True,
    "a.b.example.com": True,
    "anexample.com": False,
    "example.com.test": False,
    "com": False,
    "sub.test": False,
    "a.sub.test": True,
    "asub.test": False,
    "wild.test": False,
    "a.wild.test": True,
    "awild.test": False,
    "upper.test": True,
    "port.test": True,
    "a.port.test": True,
    "odd.test": False,
    "a.odd.test": False,
    "host.test": False,
    "192.0.2.1": True,
    "192.0.2.2": True,
    "192.0.2.3": False,
    "192.0.2.4": False,
    "198.51.100.3": True,
    "198.51.100.4": False,
    "[2001:db8::1]": True,
    "[2001:db8:0::1]": True,
    "[2001:db8::2]": True,
    "[2001:db8::3]": False,
    "[2001:db8:a::9]": True,
    "[2001:db8:b::9]": False,
}


@pytest.mark.parametrize("host", HOSTS)
def test_no_proxy(host: str) -> None:
    """Names, suffixes, addresses, networks and ports of NO_PROXY cover what they cover in Go's httpproxy."""
    proxies = Proxies(https="http://proxy.test:3128", bypass=RULES)

    assert choose(proxies, parse_address(f"https://{host}:8200")) == (None if HOSTS[host] else PROXY)


@pytest.mark.parametrize(("port", "is_direct"), [(8200, True), (443, False), (8201, False)])
def test_no_proxy_for_a_port(port: int, is_direct: bool) -> None:
    """A rule with a port covers that port only, the scheme's own where the address has none."""
    proxies = Proxies(https="proxy.test:3128", bypass="port.test:8200")
    address = parse_address("https://port.test" + (f":{port}" if port != 443 else ""))

    assert (choose(proxies, address) is None) is is_direct


@pytest.mark.parametrize("rules", ["*", "a.test, *", " * "])
def test_no_proxy_at_all(rules: str) -> None:
    """An asterisk alone covers everything."""
    assert choose(Proxies(https="proxy.test", bypass=rules), parse_address("https://vault.test")) is None


def test_proxy_by_scheme() -> None:
    """HTTPS_PROXY is for https addresses, HTTP_PROXY for http ones; neither stands in for the other."""
    https, http = parse_address("https://vault.test"), parse_address("http://vault.test")
    both = Proxies(https="http://s.test", http="http://p.test")

    assert (choose(both, https), choose(both, http)) == (
        Proxy(Address("http", "s.test", 80), ()),
        Proxy(Address("http", "p.test", 80), ()),
    )
    assert choose(Proxies(https="http://s.test"), http) is None
    assert choose(Proxies(http="http://p.test"), https) is None
    assert choose(Proxies(), https) is None


def test_own_proxy_is_for_every_request() -> None:
    """VAULT_PROXY_ADDR wins over the others, and NO_PROXY and loopback do not count for it."""
    proxies = Proxies(
        Input("VAULT_PROXY_ADDR", text="http://proxy.test:3128"), "http://other", "http://other", "*"
    )

    for address in ("https://vault.test", "http://vault.test", "https://127.0.0.1:8200", "http://localhost"):
        assert choose(proxies, parse_address(address)) == PROXY


def test_own_proxy_from_a_file(tmp_path: Path) -> None:
    """A proxy with a password may come from a file, which is read each time."""
    file = tmp_path / "proxy"
    proxies = Proxies(Input("VAULT_PROXY_ADDR_FILE", file=str(file)))
    for host in ("one.test", "two.test"):
        file.write_text(f"http://{host}:3128\n")
        chosen = choose(proxies, parse_address("https://vault.test"))
        assert chosen is not None
        assert chosen.address.host == host


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("http://proxy.test:3128", "proxy.test", 3128),
        ("HTTP://proxy.test:3128/", "proxy.test", 3128),
        (" proxy.test:3128\n", "proxy.test", 3128),
        ("proxy.test", "proxy.test", 80),
        ("http://[2001:db8::1]:3128", "2001:db8::1", 3128),
        ("user:password@proxy.test:1", "proxy.test", 1),
    ],
)
def test_proxy_is_parsed(text: str, host: str, port: int) -> None:
    """A scheme, a final slash and a port may be there or not."""
    assert parse(text, "HTTPS_PROXY").address == Address("http", host, port)


@pytest.mark.usefixtures("clean_log")
@pytest.mark.parametrize(
    ("credentials", "user", "password"),
    [
        ("user:pass:word", "user", "pass:word"),
        ("user:p%40ss%2Fw%C3%B6rd", "user", "p@ss/wörd"),
        ("user:p@ss", "user", "p@ss"),
        ("user:", "user", ""),
        ("user", "user", ""),
        (":password", "", "password"),
    ],
)
def test_credentials(credentials: str, user: str, password: str) -> None:
    """Credentials become a header, percent-decoded; the password ends at the last @."""
    proxy = parse(f"http://{credentials}@proxy.test", "HTTPS_PROXY")

    assert proxy.headers == (("Proxy-Authorization", basic(user, password)),)
    assert proxy.address == Address("http", "proxy.test", 80)


@pytest.mark.usefixtures("clean_log")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://user:canary@proxy.test", "only proxies that are spoken to over http:// are supported"),
        ("socks5://user:canary@proxy.test", "only proxies that are spoken to over http:// are supported"),
        ("http://user:canary@proxy.test:port", "has a port that is not a number from 1 to 65535"),
        ("http://user:canary@", "has no host"),
        ("http://user:canary@2001:db8::1", "has an IPv6 host without brackets: write [::1]:8200"),
        ("http://user:canary@[2001:db8::1", "has a malformed IPv6 host: write [::1]:8200"),
        ("http://canary/path@proxy.test:99999", "has a port that is not a number from 1 to 65535"),
    ],
)
def test_proxy_that_cannot_be_used(text: str, words: str) -> None:
    """T38: a proxy that cannot be used names its variable and shows nothing of its text."""
    with pytest.raises(ConfigError) as caught:
        parse(text, "HTTPS_PROXY")
    assert str(caught.value).endswith(words)
    assert str(caught.value).startswith("HTTPS_PROXY")
    assert "canary" not in str(caught.value) + repr(caught.value)


@pytest.mark.usefixtures("clean_log")
def test_password_is_not_in_a_repr() -> None:
    """T38: neither the settings nor the parsed proxy show a password."""
    text = "http://user:canary@proxy.test"

    for shown in (parse(text, "X"), Proxies(Input("X", text=text), text, text, "")):
        assert "canary" not in f"{shown!r} {shown}"
        assert basic("user", "canary") not in repr(shown)
