"""A loopback or unix listener that gives every connection a thread, all of them ended by `close`."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class Listener:
    """Accepts connections until closed; a subclass says in `serve` what becomes of one."""

    def __init__(self, unix: Path | None = None) -> None:
        self.unix = unix
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listening = listen(unix)
        self.port = 0 if unix else int(self._listening.getsockname()[1])
        self._run(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def serve(self, connection: socket.socket) -> None:
        """Serve one connection; it is closed when this returns."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop accepting, cut every connection and wait for the threads."""
        self.stopping.set()
        cut(self._listening)
        self._listening.close()
        with self._lock:
            for connection in self._open:
                cut(connection)
        for thread in self._threads:
            thread.join(10)
        if self.unix is not None:
            self.unix.unlink(missing_ok=True)

    def adopt(self, connection: socket.socket) -> None:
        """Have a socket cut by `close`."""
        with self._lock:
            self._open.add(connection)
            if self.stopping.is_set():
                cut(connection)

    def disown(self, connection: socket.socket) -> None:
        """Close a socket that was adopted."""
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _run(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.adopt(connection)
            self._run(self._guard, connection)

    def _guard(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):  # the peer may go at any moment
                self.serve(connection)
        finally:
            self.disown(connection)


def listen(unix: Path | None, backlog: int = 128) -> socket.socket:
    """Listen on a free loopback port, or on a unix socket."""
    if unix is None:
        return socket.create_server(("127.0.0.1", 0), backlog=backlog)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(unix))
    listening.listen(backlog)
    return listening


def cut(connection: socket.socket) -> None:
    """Shut a socket down in both directions, which wakes whoever waits on it."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
