"""The server: nothing before a certificate, new ones without a break, an end that leaves nobody waiting."""

from __future__ import annotations

import datetime
import http.client
import json
import ssl
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.injector.serving import Pairs, Reply, Serving, allow, ask, asked, connect, send
from vexec import log
from vexec.errors import ConfigError
from vexec.injector.certificates import Authority, Files, Pair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.servers.pki import Pki

NOW = datetime.datetime.now(datetime.UTC)
BODY = json.dumps(asked()).encode()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make(NOW)


def leaf(authority: Authority) -> Pair:
    """Issue a certificate for loopback."""
    return authority.issue(("127.0.0.1",), NOW)


def encrypted(connection: http.client.HTTPSConnection) -> ssl.SSLSocket:
    """Return a connection's socket."""
    assert isinstance(connection.sock, ssl.SSLSocket)
    return connection.sock


def serial(connection: http.client.HTTPSConnection) -> object:
    """Return the number of the certificate that a server shows."""
    certificate = encrypted(connection).getpeercert()
    assert certificate is not None
    return certificate["serialNumber"]


def wait_for(serving: Serving, ca: bytes) -> None:
    """Wait until the server shows a certificate of this authority."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return connect(serving.port, ca).close()
        except ssl.SSLError:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_a_connection_keeps_its_certificate(authority: Authority) -> None:
    """A new certificate is for new connections; those that are open go on."""
    other = Authority.make(NOW)
    source = Pairs(leaf(authority))
    with Serving(source) as serving, closing(serving.connect(authority.cert)) as old:
        assert ask(old, "POST", "/mutate", BODY).status == 200
        source.pairs.append(leaf(other))
        wait_for(serving, other.cert)

        assert ask(old, "POST", "/mutate", BODY).status == 200
        with pytest.raises(ssl.SSLError):
            connect(serving.port, authority.cert)


def test_new_files_under_constant_requests(authority: Authority, tmp_path: Path) -> None:
    """Files are replaced again and again while reviews come on new and kept connections: none fails."""
    paths = tmp_path / "tls.crt", tmp_path / "tls.key"

    def write(pair: Pair) -> None:
        for path, content in zip(paths, (pair.cert, pair.key), strict=True):
            (tmp_path / "new").write_bytes(content)
            (tmp_path / "new").replace(path)

    write(leaf(authority))
    source = Files(*map(str, paths))
    source.interval = 0.01
    serials = set()
    with Serving(source) as serving, closing(serving.connect(authority.cert)) as kept:
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            write(leaf(authority))
            for _ in range(3):
                with closing(serving.connect(authority.cert)) as connection:
                    serials.add(serial(connection))
                    assert ask(connection, "POST", "/mutate", BODY).status == 200
                assert ask(kept, "POST", "/mutate", BODY).status == 200
    assert len(serials) > 5


@pytest.mark.parametrize("what", ["another key", "no PEM", "nothing"])
def test_an_unfit_pair_changes_nothing(
    authority: Authority, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A certificate whose key is another's, as when files are half replaced, is warned of and not served."""
    good = leaf(authority)
    unfit = {
        "another key": Pair(leaf(authority).cert, good.key),
        "no PEM": Pair(b"x", b"y"),
        "nothing": Pair(b"", b""),
    }
    source = Pairs(good)
    with Serving(source) as serving:
        source.pairs.append(unfit[what])
        while source.pairs:
            time.sleep(0.01)
        time.sleep(0.1)
        assert serving.post(authority.cert).status == 200
    assert "vexec: certificates: the certificate cannot be served: " in capfd.readouterr().err


def test_an_encrypted_key_asks_nobody(authority: Authority) -> None:
    """A key with a password is an error; the terminal is not asked."""
    text = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHj\n-----END ENCRYPTED PRIVATE KEY-----\n"

    with pytest.raises(ConfigError), Serving(Pairs(Pair(leaf(authority).cert, text))):
        pass


def test_nothing_listens_before_there_is_a_certificate(authority: Authority) -> None:
    """The server waits for its first certificate."""
    source = Pairs(None, None, None, leaf(authority))
    with Serving(source) as serving:
        assert source.pairs == []
        assert serving.post(authority.cert).status == 200


def test_missing_files_end_the_start(tmp_path: Path) -> None:
    """Files that are not there are a mistake in the configuration."""
    with pytest.raises(ConfigError, match=r"no certificate: .*No such file"):
        Serving(Files(str(tmp_path / "none"), str(tmp_path / "none"))).__enter__()


def test_a_taken_port_ends_the_start(authority: Authority) -> None:
    """A port that another server has is said to be."""
    with Serving(Pairs(leaf(authority))) as serving:
        second = Serving(Pairs(leaf(authority)))
        object.__setattr__(second.options, "listen", f"127.0.0.1:{serving.port}")
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{serving.port}"):
            second.__enter__()


def test_tls_1_3_only(authority: Authority) -> None:
    """A minimum of TLS 1.3 refuses 1.2; the default takes both."""
    with Serving(Pairs(leaf(authority)), minimum="tls13") as serving:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            serving.connect(authority.cert, maximum_version=ssl.TLSVersion.TLSv1_2)
        serving.connect(authority.cert).close()
    with Serving(Pairs(leaf(authority))) as serving:
        serving.connect(authority.cert, maximum_version=ssl.TLSVersion.TLSv1_2).close()


def test_cipher_suites(authority: Authority) -> None:
    """Suites that are named are the only ones for TLS 1.2."""
    suites = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    limit = {"maximum_version": ssl.TLSVersion.TLSv1_2}
    with (
        Serving(Pairs(leaf(authority)), suites=suites) as serving,
        closing(serving.connect(authority.cert, **limit)) as connection,
    ):
        assert encrypted(connection).cipher() == ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2", 256)


def test_an_end_leaves_nobody_waiting(authority: Authority) -> None:
    """At the end the listener closes, the review under way is answered, and the source is closed."""
    begun = threading.Event()

    def slow(document: Mapping[str, Any]) -> dict[str, Any]:
        begun.set()
        time.sleep(0.7)
        return allow(document)

    log.configure("debug", "text")
    source = Pairs(leaf(authority))
    replies: list[Reply] = []
    with Serving(source, slow) as serving:
        thread = threading.Thread(target=lambda: replies.append(serving.post(authority.cert)))
        thread.start()
        assert begun.wait(10)
        serving.stop()
    thread.join()

    assert [(reply.status, reply.text) for reply in replies] == [(200, json.dumps(allow(asked())))]
    assert source.is_closed
    with pytest.raises(OSError, match="refused"):
        connect(serving.port, authority.cert)


def test_idle_connections_do_not_hold_the_end_up(authority: Authority) -> None:
    """The API server keeps connections open; they are closed."""
    with Serving(Pairs(leaf(authority))) as serving:
        connection = serving.connect(authority.cert)
        assert ask(connection, "POST", "/mutate", BODY).status == 200
        began = time.monotonic()
    assert time.monotonic() - began < 5
    connection.close()


def test_plain_text_is_no_request(authority: Authority, capfd: pytest.CaptureFixture[str]) -> None:
    """Who speaks no TLS gets nothing, and the log gets no traceback."""
    log.configure("info", "text")
    with Serving(Pairs(leaf(authority))) as serving:
        plain = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            send(plain, "GET", "/health/ready")
        assert serving.post(authority.cert).status == 200
    assert "Traceback" not in capfd.readouterr().err


def test_readiness(authority: Authority, pki: Pki) -> None:
    """Readiness is asked over TLS and answers 204 without a body."""
    with Serving(Pairs(leaf(authority))) as serving:
        reply = send(serving.connect(authority.cert), "GET", "/health/ready", headers={})

    assert (reply.status, reply.text) == (204, "")
    assert "server" not in reply.headers
