"""One replica leads, by a Lease of a real API server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.injector.cluster import Clock, Installed
from vexec.injector.cluster import ClusterError
from vexec.injector.leader import NAME, SECONDS, Lease

if TYPE_CHECKING:
    from tests.servers.kubernetes import KubernetesServer


@pytest.fixture
def installed(kubernetes: KubernetesServer) -> Installed:
    return Installed(kubernetes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def path(installed: Installed) -> str:
    """Return where the Lease is."""
    return f"/apis/coordination.k8s.io/v1/namespaces/{installed.name}/leases/{NAME}"


def spec(installed: Installed) -> dict[str, Any]:
    """Return the Lease as it is."""
    found: dict[str, Any] = (installed.cluster.get(path(installed)) or {})["spec"]
    return found


def test_the_first_one_leads(installed: Installed, clock: Clock) -> None:
    """Who asks first leads, and goes on to; the second does not."""
    first, second = (Lease(installed.cluster, installed.name, name, clock) for name in "ab")

    assert [first.hold(), second.hold(), first.hold(), second.hold()] == [True, False, True, False]
    assert spec(installed)["holderIdentity"] == "a"
    assert spec(installed)["leaseDurationSeconds"] == SECONDS


def test_another_takes_over_after_the_end(installed: Installed, clock: Clock) -> None:
    """A holder that is silent for as long as the Lease lasts, by the other's clock, leads no more."""
    first, second = (Lease(installed.cluster, installed.name, name, clock) for name in "ab")
    assert first.hold()
    assert not second.hold()
    clock.advance(seconds=SECONDS - 2)
    assert not second.hold()
    clock.advance(seconds=3)

    assert second.hold()
    assert not first.hold()
    assert (spec(installed)["holderIdentity"], spec(installed)["leaseTransitions"]) == ("b", 1)


def test_a_renewal_begins_the_time_anew(installed: Installed, clock: Clock) -> None:
    """As long as the holder renews, nobody takes over."""
    first, second = (Lease(installed.cluster, installed.name, name, clock) for name in "ab")
    for _ in range(3):
        assert first.hold()
        assert not second.hold()
        clock.advance(seconds=SECONDS - 2)


def test_a_clock_that_differs_takes_nothing(installed: Installed, clock: Clock) -> None:
    """A replica whose clock is an hour ahead does not take a Lease for ended."""
    assert Lease(installed.cluster, installed.name, "a", clock).hold()
    ahead = Clock()
    ahead.advance(hours=1)

    assert not Lease(installed.cluster, installed.name, "b", ahead).hold()


def test_a_released_lease_is_free(installed: Installed, clock: Clock) -> None:
    """Who gives the Lease back is followed at once; nobody gives back what another holds."""
    first, second = (Lease(installed.cluster, installed.name, name, clock) for name in "ab")
    first.release()
    assert first.hold()
    second.release()
    assert not second.hold()
    first.release()

    assert second.hold()


class Racing:
    """A cluster in which another replica is always a moment faster."""

    def __init__(self, installed: Installed, clock: Clock) -> None:
        self._cluster = installed.cluster
        self._rival = Lease(installed.cluster, installed.name, "rival", clock)

    def get(self, path: str) -> dict[str, Any] | None:
        found = self._cluster.get(path)
        assert self._rival.hold()
        return found

    def send(self, *request: Any) -> dict[str, Any]:
        return self._cluster.send(*request)


def test_of_two_that_write_one_leads(installed: Installed, clock: Clock) -> None:
    """Whoever writes second is refused by the API server, with a new Lease and with a free one."""
    racing: Any = Racing(installed, clock)
    assert not Lease(racing, installed.name, "a", clock).hold()
    racing._rival.release()

    assert not Lease(racing, installed.name, "a", clock).hold()


def test_other_refusals_are_errors(installed: Installed, clock: Clock) -> None:
    """What is no conflict is told, with the API server's own words."""
    with pytest.raises(ClusterError, match='404 namespaces "none" not found') as caught:
        Lease(installed.cluster, "none", "a", clock).hold()
    assert caught.value.status == 404
