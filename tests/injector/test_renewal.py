"""Certificates of the injector's own, with a real API server: trust first, then the certificate."""

from __future__ import annotations

import base64
import ssl
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.injector.cluster import Clock, Installed
from tests.injector.serving import Serving, connect
from vexec.injector.certificates import Pair, is_trusted, parse
from vexec.injector.leader import Lease
from vexec.injector.renewal import BUNDLE, WEBHOOKS, SelfMade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.kubernetes import KubernetesServer

HOSTS = ("injector.vault.svc", "127.0.0.1")


@pytest.fixture
def installed(kubernetes: KubernetesServer) -> Iterator[Installed]:
    made = Installed(kubernetes)
    yield made
    made.remove()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def single(installed: Installed, clock: Clock) -> SelfMade:
    """Return the source of a single replica."""
    return SelfMade(installed.cluster, installed.name, HOSTS, clock, namespace=installed.name)


def replica(installed: Installed, clock: Clock, name: str) -> SelfMade:
    """Return the source of one of several replicas."""
    lease = Lease(installed.cluster, installed.name, name, clock)
    return SelfMade(installed.cluster, installed.name, HOSTS, clock, namespace=installed.name, lease=lease)


def polled(source: SelfMade) -> Pair:
    """Take a turn that must give a certificate."""
    pair = source.poll()
    assert pair is not None
    return pair


def reset(installed: Installed) -> None:
    """Empty the caBundle, as a `helm upgrade` does."""
    operation = {"op": "remove", "path": BUNDLE}
    installed.cluster.send(
        "PATCH", f"{WEBHOOKS}/{installed.name}", [operation], "application/json-patch+json"
    )
    assert installed.bundle() == b""


def test_a_single_replica(installed: Installed, clock: Clock) -> None:
    """The first turn makes a certificate and has it trusted; the next ones change nothing."""
    installed.register()
    source = single(installed, clock)
    pair = polled(source)

    assert is_trusted(installed.bundle(), pair.cert)
    assert len(parse(installed.bundle())) == 1
    assert source.poll() is None
    assert installed.secret() == {}
    source.close()


def test_a_renewed_certificate_has_the_same_authority(installed: Installed, clock: Clock) -> None:
    """With a tenth of its life left there is a new certificate, at once, and the bundle stays."""
    installed.register()
    source = single(installed, clock)
    first, bundle = polled(source), installed.bundle()
    clock.advance(hours=21)
    assert source.poll() is None
    clock.advance(minutes=37)
    second = polled(source)

    assert first.cert != second.cert
    assert first.key != second.key
    assert installed.bundle() == bundle
    assert is_trusted(bundle, second.cert)


def test_a_restart_keeps_the_authority_before(installed: Installed, clock: Clock) -> None:
    """After a restart the bundle is [previous authority, new authority], never more."""
    installed.register()
    pairs = [polled(single(installed, clock)) for _ in range(3)]

    bundle = installed.bundle()
    assert len(parse(bundle)) == 2
    assert [is_trusted(bundle, pair.cert) for pair in pairs] == [False, True, True]


def test_a_webhook_that_comes_later(
    installed: Installed, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without the object there is a certificate and one warning; it is patched when it comes."""
    source = single(installed, clock)
    pair = polled(source)
    assert source.poll() is None
    warning = f"certificates: there is no webhook {installed.name} to patch yet"
    assert capfd.readouterr().err == f"vexec: {warning}\n"

    installed.register()
    assert source.poll() is None
    assert is_trusted(installed.bundle(), pair.cert)


def test_a_bundle_that_was_reset_is_restored(installed: Installed, clock: Clock) -> None:
    """What an upgrade empties is put back at the next look, ten seconds later at the most."""
    installed.register()
    source = single(installed, clock)
    pair = polled(source)
    reset(installed)
    source.poll()
    assert installed.bundle() == b""
    clock.advance(seconds=10)
    source.poll()

    assert is_trusted(installed.bundle(), pair.cert)


def test_a_follower_serves_the_secret(installed: Installed, clock: Clock) -> None:
    """The Secret has the leader's certificate, and the others serve it, also after its renewal."""
    installed.register()
    follower, leader = (replica(installed, clock, name) for name in ("b", "a"))
    pair = polled(leader)
    assert installed.secret() == {"cert": pair.cert, "key": pair.key}
    assert polled(follower) == pair
    assert follower.poll() is None

    clock.advance(hours=22)
    leader.poll()  # renews the Lease and the certificate
    renewed = installed.secret()
    assert renewed["cert"] != pair.cert
    assert polled(follower) == Pair(renewed["cert"], renewed["key"])


def test_a_follower_waits_for_the_secret(installed: Installed, clock: Clock) -> None:
    """A follower without a Secret has nothing to serve yet."""
    installed.register()
    assert Lease(installed.cluster, installed.name, "a", clock).hold()

    assert replica(installed, clock, "b").poll() is None


def test_a_new_leader_is_trusted_before_it_is_seen(installed: Installed, clock: Clock) -> None:
    """A leader that ends gives the Lease back; the next one has its authority trusted first."""
    installed.register()
    leader, follower = (replica(installed, clock, name) for name in ("a", "b"))
    pair = polled(leader)
    assert polled(follower) == pair
    leader.close()

    assert follower.poll() is None
    bundle = installed.bundle()
    assert len(parse(bundle)) == 2
    assert installed.secret()["cert"] == pair.cert
    clock.advance(seconds=10)
    mine = polled(follower)
    assert installed.bundle() == bundle
    assert is_trusted(bundle, pair.cert)
    assert is_trusted(bundle, mine.cert)
    assert installed.secret() == {"cert": mine.cert, "key": mine.key}


def test_a_new_leader_starts_with_the_secret(installed: Installed, clock: Clock) -> None:
    """A replica that begins as leader serves what is trusted, the Secret's, until its own is."""
    installed.register()
    first = replica(installed, clock, "a")
    pair = polled(first)
    first.close()
    second = replica(installed, clock, "c")

    assert polled(second) == pair
    clock.advance(seconds=10)
    assert polled(second) != pair


def test_a_secret_that_is_over_is_not_served_for_long(installed: Installed, clock: Clock) -> None:
    """A Secret of days ago is of no use: the new leader's own certificate is served at once."""
    installed.register()
    first = replica(installed, clock, "a")
    pair = polled(first)
    first.close()
    clock.advance(days=2)

    assert polled(replica(installed, clock, "c")) != pair


def test_a_secret_that_is_none_is_replaced(installed: Installed, clock: Clock) -> None:
    """What somebody else wrote into the Secret is no certificate."""
    installed.register()
    junk = {"cert": "%", "key": base64.b64encode(b"x").decode()}
    document = {"metadata": {"name": "vault-injector-certs"}, "stringData": junk}
    installed.cluster.send("POST", f"/api/v1/namespaces/{installed.name}/secrets", document)
    pair = polled(replica(installed, clock, "a"))

    assert installed.secret() == {"cert": pair.cert, "key": pair.key}


def test_an_api_server_that_is_away(
    installed: Installed, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without the API server a replica goes on as it is, warns once, and says when it is back."""
    installed.register()
    source = replica(installed, clock, "a")
    polled(source)
    path = source._lease._path  # type: ignore[union-attr]
    source._lease._path = "/nowhere"  # type: ignore[union-attr]
    assert source.poll() is None
    assert source.poll() is None
    assert capfd.readouterr().err.count("vexec: certificates: ") == 1
    source._lease._path = path  # type: ignore[union-attr]
    assert source.poll() is None


def constantly(work: Callable[[], object], until: threading.Event) -> threading.Thread:
    """Do something again and again in a thread."""

    def go_on() -> None:
        while not until.is_set():
            work()

    thread = threading.Thread(target=go_on)
    thread.start()
    return thread


def test_a_leader_that_is_killed(installed: Installed, clock: Clock) -> None:
    """Who ends without a word is followed when its Lease is over; until then nothing changes."""
    installed.register()
    leader, follower = (replica(installed, clock, name) for name in ("a", "b"))
    pair = polled(leader)
    assert polled(follower) == pair
    clock.advance(seconds=14)
    assert follower.poll() is None
    assert len(parse(installed.bundle())) == 1
    clock.advance(seconds=2)
    assert follower.poll() is None
    assert len(parse(installed.bundle())) == 2
    clock.advance(seconds=10)

    followed = polled(follower)
    assert is_trusted(installed.bundle(), followed.cert)
    assert polled(leader) == followed  # it comes back, and follows


class Reaching:
    """Connects anew again and again, trusting what the API server is told to trust at that moment."""

    def __init__(self, installed: Installed, *ports: int) -> None:
        self._installed = installed
        self._ports = ports
        self.failures: list[str] = []
        self.done = 0

    def __call__(self) -> None:
        bundle = self._installed.bundle()
        time.sleep(0.05)  # the API server hears of it later
        for port in self._ports:
            try:
                connect(port, bundle).close()
            except ssl.SSLError as error:
                self.failures.append(str(error))
            else:
                self.done += 1


def wait(condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_renewal_under_constant_reviews(installed: Installed, clock: Clock) -> None:
    """Pods go through the API server, policy Fail, while the certificate is renewed: none is refused."""
    clock.advance(hours=-21.7)  # both certificates are valid at the real time
    source = single(installed, clock)
    source.interval = 0.02
    statuses: list[int] = []
    with Serving(source) as serving:
        installed.register(serving.port)
        wait(lambda: installed.create_pod() == 201)
        reaching = Reaching(installed, serving.port)
        before = source._served
        until = threading.Event()
        threads = [constantly(lambda: statuses.append(installed.create_pod()), until)]
        threads.append(constantly(reaching, until))
        time.sleep(0.5)
        clock.advance(hours=21.65)
        wait(lambda: source._served != before)
        time.sleep(1)
        until.set()
        for thread in threads:
            thread.join()
    assert (set(statuses), reaching.failures) == ({201}, [])
    assert len(statuses) > 20
    assert reaching.done > 5


def test_two_replicas_and_the_leader_ends(installed: Installed, clock: Clock) -> None:
    """Whoever trusts the caBundle of the moment reaches the other replica, also when the leader is gone."""
    installed.register()
    sources = [replica(installed, clock, name) for name in ("a", "b")]
    for source in sources:
        source.interval = 0.02
    until = threading.Event()
    with Serving(sources[0]) as leading, Serving(sources[1]) as other:
        reaching = Reaching(installed, other.port)
        thread = constantly(reaching, until)
        before = sources[1]._served
        assert before == sources[0]._served
        leading.end()
        wait(lambda: len(parse(installed.bundle())) == 2)
        time.sleep(0.3)
        clock.advance(seconds=10)
        wait(lambda: sources[1]._served != before)
        time.sleep(0.3)
        until.set()
        thread.join()
    assert reaching.failures == []
    assert reaching.done > 5
