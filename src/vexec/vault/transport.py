"""Connections to the server: TCP or a unix socket, TLS, proxies, keep-alive, each under one deadline.

Theory of operation: a connection that has served one request is kept for the next. A server may close it
at any moment, so a read that finds it closed is sent again on a new one, once; whatever writes, or issues
something, always gets a new connection. Every wait uses what is left of the limit, so a server
that sends a byte a second cannot stretch it. The functions of `_socket` are used as they are: `socket`
adds enumerations, which cost more to build than the connection. They are to be called from a worker thread.
"""

from __future__ import annotations

import _socket
import errno
from _thread import allocate_lock

from vexec.errors import ConfigError, Issue, VaultError, VaultUnavailable, VexecError
from vexec.vault.http import Hangup, Response, read_response, request_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from vexec.config.model import Address, Server
    from vexec.system.clock import Deadline

    class Stream(Protocol):
        """What a plain and a TLS socket have in common; `is_cut` after an end of TLS without leave."""

        is_cut: bool

        def settimeout(self, value: float | None, /) -> None:
            """Bound each call that follows, in seconds."""

        def sendall(self, data: bytes, /) -> None:
            """Send everything."""

        def recv(self, size: int, /) -> bytes:
            """Return what has come, b"" at the end."""

        def close(self) -> None:
            """Close it."""


CHUNK = 64 * 1024
IDLE_LIMIT = 64
ADDRESS_LIMIT = 2.0  # seconds for one of several addresses, so that a dead one costs no more
SAFE = ("GET", "HEAD", "LIST")


class Socket(_socket.socket):
    """A socket that can be referred to weakly, as `_ssl` wants it."""

    __slots__ = ("__weakref__",)
    is_cut = False


class Transport:
    """The way to one server; it may be used from several threads."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.idle: list[tuple[Address, Connection]] = []
        self.context: object = None
        self.lock = allocate_lock()

    def send(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None = None,
        *,
        deadline: Deadline,
        address: Address | None = None,
        is_repeatable: bool = True,
    ) -> Response:
        """Send one request and return its answer, whatever its status.

        `address` is another server than the configured one, after a redirect. Where sending a request twice
        does harm, `is_repeatable` is False; only reads are taken for repeatable at all.
        Raises VaultUnavailable (is_sent tells whether the request may have arrived), VaultError,
        ProtocolError, or ConfigError for what TLS cannot use.
        """
        address = address or self.server.address
        limit = deadline.within(self.server.timeout, "VAULT_CLIENT_TIMEOUT")
        connection = self.take(address) if is_repeatable and method in SAFE else None
        if connection is not None:
            try:
                return self.exchange(connection, method, target, headers, body, limit)
            except Hangup:
                connection = None
        return self.exchange(self.connect(address, limit), method, target, headers, body, limit)

    def take(self, address: Address) -> Connection | None:
        """Take a kept connection to that address, if there is one."""
        for entry in list(self.idle):
            if entry[0] == address:
                try:
                    self.idle.remove(entry)
                except ValueError:  # another thread was faster
                    continue
                return entry[1]
        return None

    def exchange(  # noqa: PLR0917 - one request has this many parts
        self,
        connection: Connection,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        limit: Deadline,
    ) -> Response:
        """Send and read on one connection; keep it if it may serve again, close it otherwise."""
        all_headers = [("Host", connection.address.authority), *connection.headers, *headers]
        raw = request_bytes(method, connection.prefix + connection.address.path + target, all_headers, body)
        try:
            response = connection.exchange(raw, method, limit)
        except BaseException:
            connection.close()
            raise
        if response.is_reusable and len(self.idle) < IDLE_LIMIT:
            self.idle.append((connection.address, connection))
        else:
            connection.close()
        return response

    def connect(self, address: Address, limit: Deadline) -> Connection:
        """Open a connection, through a proxy where one is set, with TLS where the address has it."""
        proxy = self.proxy(address)
        if address.scheme == "https":
            self.prepare(address)
        stream: Stream = open_stream(proxy.address if proxy else address, limit)
        connection = Connection(stream, address)
        try:
            if proxy and address.scheme == "https":
                tunnel(Connection(stream, proxy.address), proxy, address, limit)
            elif proxy:
                connection.headers, connection.prefix = proxy.headers, f"http://{address.authority}"
            if address.scheme == "https":
                connection.stream = self.secure(stream, address, limit)
        except BaseException:
            connection.close()
            raise
        return connection

    def prepare(self, address: Address) -> None:
        """Load what TLS trusts and shows before connecting: a mistake there is no reason to wait.

        Only here is `_ssl` imported.
        """
        from vexec.vault import tls

        tls.check_name(self.server.tls.server_name or address.host)
        with self.lock:
            if self.context is None:
                self.context = tls.context(self.server.tls)

    def secure(self, stream: Stream, address: Address, limit: Deadline) -> Stream:
        """Put TLS on a connected stream."""
        from vexec.vault import tls

        try:
            stream.settimeout(wait_time(limit))
            return tls.wrap(self.context, stream, self.server.tls.server_name or address.host)
        except OSError as error:
            raise translate(error, address, limit, is_sent=False) from None

    def proxy(self, address: Address) -> Proxy | None:
        """Return the proxy for that address; the module is only imported when one is configured."""
        proxies = self.server.proxies
        if address.scheme == "unix" or not (proxies.own or proxies.https or proxies.http):
            return None
        from vexec.vault.proxy import choose

        return choose(proxies, address)

    def close(self) -> None:
        """Close all kept connections."""
        while self.idle:
            self.idle.pop()[1].close()


class Connection:
    """One open stream to `address`; a plain proxy wants `headers` and `prefix` with each request."""

    def __init__(self, stream: Stream, address: Address) -> None:
        self.stream = stream
        self.address = address
        self.headers: Sequence[tuple[str, str]] = ()
        self.prefix = ""

    def exchange(self, raw: bytes, method: str, limit: Deadline) -> Response:
        """Send the bytes of a request and read its answer."""
        stream = self.stream

        def receive() -> bytes:
            stream.settimeout(wait_time(limit))
            return stream.recv(CHUNK)

        try:
            stream.settimeout(wait_time(limit))
            send_all(stream, raw)
            response = read_response(receive, method)
            if stream.is_cut:  # the body had no other end, so somebody may have shortened it
                raise VaultUnavailable("the connection was cut off in the middle of the answer", is_sent=True)
            return response
        except OSError as error:
            raise translate(error, self.address, limit, is_sent=True) from None
        except VexecError as error:
            raise located(error, self.address) from None

    def close(self) -> None:
        """Close the stream; an error on the way out is nobody's business."""
        try:
            self.stream.close()
        except OSError:
            return


def send_all(stream: Stream, raw: bytes) -> None:
    """Send a request; where the server has hung up, what it said before is still to be read.

    With TLS that may be an alert: that a client certificate is wanted, say.
    """
    try:
        stream.sendall(raw)
    except OSError as error:
        is_hangup = isinstance(error, BrokenPipeError | ConnectionResetError)
        if not is_hangup and type(error).__name__ != "SSLEOFError":
            raise


def located(error: VexecError, address: Address) -> VexecError:
    """Say at which address an answer went wrong."""
    error.message = f"{address}: {error.message}"
    return error


def open_stream(address: Address, limit: Deadline) -> Socket:
    """Connect to a unix socket, or to the first of a host's addresses that answers."""
    if address.scheme == "unix":
        return connect_to(_socket.AF_UNIX, address.socket, address, limit)
    return connect_first(resolve(address, limit), address, limit)


def connect_first(found: Sequence[Found], address: Address, limit: Deadline) -> Socket:
    """Connect to the first that answers; each but the last has no more than ADDRESS_LIMIT.

    Raises the failure of one that may come back, if there is one, and else that of the first.
    """
    failure: VexecError | None = None
    for index, (family, _, _, _, where) in enumerate(found):
        is_last = index + 1 == len(found)
        share = limit if is_last else limit.within(min(ADDRESS_LIMIT, limit.remaining() / 2), limit.name)
        try:
            return connect_to(family, where, address, share)
        except VaultError as error:
            if failure is None or error.retryable:
                failure = error
    raise failure or VaultError(f"{address.host} has no address")


def resolve(address: Address, limit: Deadline) -> list[Found]:
    """Look a host up; bytes keep the idna codec from being imported."""
    try:
        host = address.host.encode("ascii")
        return _socket.getaddrinfo(host, address.port, 0, _socket.SOCK_STREAM)  # type: ignore[return-value]  # stubs name more kinds of address
    except UnicodeError:
        raise ConfigError([Issue(f"the address's host is no host name: {address.host}")]) from None
    except OSError as error:
        raise translate(error, address, limit, is_sent=False) from None


def connect_to(family: int, where: object, address: Address, limit: Deadline) -> Socket:
    """Connect one stream socket; Python makes it close-on-exec (PEP 446)."""
    stream: Socket | None = None
    try:
        stream = Socket(family, _socket.SOCK_STREAM)  # fails where the kernel has no IPv6
        stream.settimeout(wait_time(limit))
        stream.connect(where)  # type: ignore[arg-type]  # the kind of address belongs to the family
        if family != _socket.AF_UNIX:
            stream.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    except OSError as error:
        if stream is not None:
            stream.close()
        raise translate(error, address, limit, is_sent=False) from None
    return stream


def tunnel(connection: Connection, proxy: Proxy, address: Address, limit: Deadline) -> None:
    """Ask a proxy for a tunnel (RFC 9110, 9.3.6); its answer has no body to read."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    target = f"{host}:{address.port}"
    raw = request_bytes("CONNECT", target, [("Host", target), *proxy.headers], None)
    try:
        status = connection.exchange(raw, "HEAD", limit).status
    except VaultUnavailable as error:
        error.is_sent = False  # nothing has reached the server
        raise
    refusal = f"{proxy.address}: the proxy refuses a tunnel to {target} ({status})"
    if status == 429 or status >= 500:
        raise VaultUnavailable(refusal)
    if status // 100 != 2:
        hint = "the proxy wants a user name and a password" if status == 407 else ""
        raise VaultError(refusal, hint=hint)


def wait_time(limit: Deadline) -> float:
    """Return how long one call may wait; raises TimeoutError at the end, also where bytes keep coming."""
    left = limit.remaining()
    if not left:
        raise TimeoutError
    return left


# what the operating system says → in words; all of these may pass (T28)
PASSING = {
    errno.ECONNREFUSED: "the connection is refused",
    errno.ECONNRESET: "the connection was reset",
    errno.ECONNABORTED: "the connection was aborted",
    errno.EPIPE: "the connection was closed",
    errno.ENOENT: "the socket does not exist",
    errno.ENETUNREACH: "there is no route to the network",
    errno.EHOSTUNREACH: "there is no route to the host",
    errno.ENETDOWN: "the network is down",
    errno.ETIMEDOUT: "the connection timed out",
    errno.EAGAIN: "the connection is refused for now",
}


def translate(error: OSError, address: Address, limit: Deadline, *, is_sent: bool) -> VexecError:
    """Turn an error of the socket, the resolver or TLS into vexec's own."""
    if isinstance(error, TimeoutError) and error.errno is None:
        return VaultUnavailable(
            f"{address}: no answer within {limit.seconds:g} s ({limit.name})", is_sent=is_sent
        )
    if isinstance(error, _socket.gaierror):
        if error.errno == _socket.EAI_AGAIN:
            return VaultUnavailable(f"{address}: the name service does not answer for {address.host}")
        hint = "is the address right, and does the name service know the host?"
        return VaultError(f"{address}: host {address.host} is not known", hint=hint)
    if type(error).__module__ == "ssl":
        from vexec.vault import tls

        return tls.translate(error, address, is_sent=is_sent)
    if error.errno in PASSING:
        kind = Hangup if error.errno == errno.ECONNRESET else VaultUnavailable
        return kind(f"{address}: {PASSING[error.errno]}", is_sent=is_sent)
    return VaultError(f"{address}: {(error.strerror or type(error).__name__).lower()}")


if TYPE_CHECKING:
    from vexec.vault.proxy import Proxy

    Found = tuple[int, int, int, str, object]  # as getaddrinfo returns them
