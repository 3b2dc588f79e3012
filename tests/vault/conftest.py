"""Transports and clients for the tests of the way to the server; their connections end with the test."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.vault.secure import TlsServer
from vexec import log
from vexec.config.model import Server
from vexec.config.parse import address as parse_address
from vexec.system.clock import Deadline
from vexec.vault.client import Token, VaultClient
from vexec.vault.transport import Transport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Make tenacity's waits, which it takes from `random`, the same in each run, and short at first."""
    random.seed(8916)


@pytest.fixture
def open_transport() -> Iterator[Callable[..., Transport]]:
    """Make transports, `open_transport(address, timeout=…, tls=…, proxies=…)`."""
    made: list[Transport] = []

    def make(address: str, **settings: Any) -> Transport:
        made.append(Transport(Server(parse_address(address), **settings)))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def open_client() -> Iterator[Callable[..., VaultClient]]:
    """Make clients, `open_client(address, token, deadline=…, retries=…, namespace=…)`."""
    made: list[VaultClient] = []

    def make(address: str, token: str = "", *, deadline: float = 5, **settings: Any) -> VaultClient:
        client = VaultClient(Server(parse_address(address), **settings), Deadline(deadline))
        client.token = Token(token)
        made.append(client)
        return client

    yield make
    for client in made:
        client.transport.close()


@pytest.fixture
def clean_log() -> Iterator[None]:
    """Give the log its state back: what it knows to be secret, its level and its format."""
    before = (log.State.level, log.State.is_json, set(log.State.secrets))
    yield
    log.State.level, log.State.is_json, log.State.secrets = before


@pytest.fixture
def secure_server() -> Iterator[Callable[[ssl.SSLContext], TlsServer]]:
    """Make TLS servers with a context of their own."""
    made: list[TlsServer] = []

    def make(context: ssl.SSLContext) -> TlsServer:
        made.append(TlsServer(context))
        return made[-1]

    yield make
    for server in made:
        server.close()
