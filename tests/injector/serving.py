"""The injector's server in a thread of its own, and clients that speak real TLS with it."""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
import threading
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from vexec.injector.options import Options
from vexec.injector.server import Server
from vexec.injector.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vexec.injector.certificates import Pair, Source

JSON = {"Content-Type": "application/json"}
LONGEST = 20  # seconds that a test waits for the server at most


def allow(document: Mapping[str, Any]) -> dict[str, Any]:
    """Review: allow everything."""
    return answered(document, allowed=True)


def answered(document: Mapping[str, Any], **response: Any) -> dict[str, Any]:
    """Return the answer to a review."""
    response = {"uid": document["request"]["uid"], **response}
    return {"apiVersion": document["apiVersion"], "kind": document["kind"], "response": response}


def asked(uid: str = "u-1", **request: Any) -> dict[str, Any]:
    """Return a review."""
    head = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}
    return {**head, "request": {"uid": uid, "namespace": "web", "name": "api-1", **request}}


class Pairs:
    """A source of certificates that a test changes by hand."""

    interval = 0.02

    def __init__(self, *pairs: Pair | None) -> None:
        self.pairs = list(pairs)
        self.is_closed = False

    def poll(self) -> Pair | None:
        return self.pairs.pop(0) if self.pairs else None

    def close(self) -> None:
        self.is_closed = True


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def response(self) -> dict[str, Any]:
        """The answer's response."""
        found: dict[str, Any] = json.loads(self.text)["response"]
        return found


class Serving:
    """A running server; use it as a context manager."""

    def __init__(
        self, source: Source, review: Any = allow, *, telemetry: str = "", limit: float = 8, **options: Any
    ) -> None:
        self.source = source
        self.options = Options(listen="127.0.0.1:0", **options)
        self.webhook = Webhook(review, self.options.largest, limit)
        self._telemetry = telemetry
        self._ready: Future[tuple[Server, asyncio.AbstractEventLoop, str]] = Future()
        self._ended: Future[None] = Future()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Self:
        self._thread.start()
        self.server, self._loop, address = self._ready.result(LONGEST)
        self.port = int(address.rpartition(":")[2])
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Stop the server and wait for its end."""
        self.stop()
        self._thread.join(LONGEST)
        self._ended.result(0)

    def stop(self) -> None:
        """Ask the server to end, as SIGTERM does; once, since a second time means at once."""
        if self._thread.is_alive() and not self._is_stopped:
            self._is_stopped = True
            self._loop.call_soon_threadsafe(self.server.stop)

    def _work(self) -> None:
        try:
            asyncio.run(self._run())
        except BaseException as error:  # noqa: BLE001 - the test's thread is told
            if not self._ready.done():
                self._ready.set_exception(error)
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    async def _run(self) -> None:
        server = Server(self.webhook.application(self._telemetry), self.source, self.options)
        loop = asyncio.get_running_loop()

        def tell(address: asyncio.Future[str]) -> None:
            if not address.cancelled():
                self._ready.set_result((server, loop, address.result()))

        server.address.add_done_callback(tell)
        await server.run()

    def connect(self, ca: Path | bytes, **versions: ssl.TLSVersion) -> http.client.HTTPSConnection:
        """Open a connection that trusts a CA."""
        return connect(self.port, ca, **versions)

    def post(self, ca: Path | bytes, body: object = None, headers: Mapping[str, str] = JSON) -> Reply:
        """Send a review, or bytes as they are, on a connection of its own."""
        content = body if isinstance(body, bytes) else json.dumps(asked() if body is None else body).encode()
        return send(self.connect(ca), "POST", "/mutate", content, headers)


def connect(port: int, ca: Path | bytes, **versions: ssl.TLSVersion) -> http.client.HTTPSConnection:
    """Open a connection to loopback that trusts a CA; the handshake is done."""
    context = ssl.create_default_context()
    if isinstance(ca, bytes):
        context.load_verify_locations(cadata=ca.decode())
    else:
        context.load_verify_locations(ca)
    for name, version in versions.items():
        setattr(context, name, version)
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=LONGEST, context=context)
    connection.connect()
    return connection


def send(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] = JSON,
) -> Reply:
    """Send the last request of a connection; see `ask`."""
    with closing(connection):
        return ask(connection, method, path, body, headers)


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] = JSON,
) -> Reply:
    """Send a request and read the whole answer; the connection stays open."""
    connection.request(method, path, body, dict(headers))
    answer = connection.getresponse()
    return Reply(answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()})
