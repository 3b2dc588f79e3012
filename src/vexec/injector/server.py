"""The server: an application over TLS, from its first certificate to SIGTERM; the only user of `uvicorn`.

Theory of operation: nothing listens before there is a certificate. Then two things go on side by side,
uvicorn and the source of certificates, whose turns run in a thread, for they may ask the Kubernetes API.
SIGTERM closes the listener, lets reviews under way end, and gives back what another replica waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any, cast

import uvicorn

from vexec.errors import ConfigError, Issue
from vexec.injector import tls
from vexec.injector.journal import Once, note

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

    from vexec.injector.certificates import Pair, Source
    from vexec.injector.options import Options

LINGER = 1.0  # seconds that idle connections have to end
HEADER_LIMIT = 64 * 1024  # bytes of a request's head


class Listener(uvicorn.Server):
    """uvicorn's server, which leaves signals to us and says when it listens."""

    def __init__(self, config: uvicorn.Config, told: Callable[[str], None]) -> None:
        super().__init__(config)
        self._told = told

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: Any = None) -> None:
        """Listen, and tell where."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._told(f"{host}:{port}")

    async def shutdown(self, sockets: Any = None) -> None:
        """Close gracefully; a client that does not answer the end of TLS on an idle connection is left."""
        asyncio.get_running_loop().call_later(LINGER, self._drop)
        await super().shutdown(sockets)

    def _drop(self) -> None:
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is None or cycle.response_complete:
                cast(Any, connection).transport.abort()


class Server:
    """Serves an application with certificates of a source, until `stop`."""

    def __init__(self, application: ASGIApp, source: Source, options: Options) -> None:
        self._source = source
        self._options = options
        self._context = tls.context(options.minimum, options.ciphers)
        self._stopped = asyncio.Event()
        self._trouble = Once("certificates")
        host, port = options.address
        self._listener = Listener(
            uvicorn.Config(
                application,
                host=host,
                port=port,
                ssl_context_factory=lambda _config, _default: self._context,
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=HEADER_LIMIT,
                timeout_graceful_shutdown=options.grace,
            ),
            self._listening,
        )
        self.address = asyncio.get_running_loop().create_future()

    @property
    def context(self) -> ssl.SSLContext:
        """The context of new connections."""
        return self._context

    def stop(self) -> None:
        """End gracefully; a second time, at once."""
        self._listener.force_exit = self._stopped.is_set()
        self._listener.should_exit = True
        self._stopped.set()

    async def run(self) -> None:
        """Serve until `stop`; raises ConfigError where files hold none, or nothing can be listened on."""
        turns = None
        try:
            await self._begin()
            if not self._stopped.is_set():
                turns = asyncio.create_task(self._go_on())
                await self._serve()
        finally:
            self._stopped.set()
            if turns is not None:  # a turn under way would take again what is given back
                await asyncio.wait({turns}, timeout=self._options.grace)
            await asyncio.to_thread(self._source.close)
        note("info", "stopped")

    async def _serve(self) -> None:
        try:
            await self._listener.serve()
        except SystemExit:  # how uvicorn says that it cannot
            raise ConfigError([Issue(f"cannot listen on {self._options.listen}", BUSY)]) from None

    async def _begin(self) -> None:
        """Wait for the first certificate."""
        while not self._stopped.is_set():
            try:
                pair = await asyncio.to_thread(self._source.poll)
                if pair is not None:
                    return self._take(pair)
            except (OSError, ValueError) as error:
                raise ConfigError([Issue(f"no certificate: {error}")]) from None
            await self._pause()
        return None

    async def _go_on(self) -> None:
        """Take turns of the source until the end; what is unfit is warned of and changes nothing."""
        await self._pause()
        while not self._stopped.is_set():
            try:
                pair = await asyncio.to_thread(self._source.poll)
                if pair is not None:
                    self._take(pair)
            except (OSError, ValueError) as error:
                self._trouble.warn(str(error))
            await self._pause()

    def _take(self, pair: Pair) -> None:
        tls.load(self._context, pair)
        self._trouble.clear()
        note("info", "a new certificate is served")

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), self._source.interval)

    def _listening(self, address: str) -> None:
        note("info", "listening", address=address)
        self.address.set_result(address)


BUSY = "is it taken, or a port below 1024?"


async def serve(application: ASGIApp, source: Source, options: Options) -> None:
    """Serve until SIGTERM or SIGINT."""
    server = Server(application, source, options)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.run()
