"""Which requests a start makes, by the audit log and by a server that counts (T25)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.e2e.store import asked
from tests.servers.behaviour import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store
    from tests.servers.behaviour import Exchange
    from tests.servers.fault import FaultServer

LOOK_UP = "sys/internal/ui/mounts/"


def test_one_read_per_path_and_one_look_up_per_mount(vexec: Vexec, store: Store) -> None:
    """T25: many references to two secrets of one mount and one of another: three reads, two look-ups."""
    one = store.put({"A": "1", "B": "2"})
    two = store.put({"A": "1"}, f"{store.word}-two")
    other = store.put1({"A": "1", "B": "2"})
    env = {f"V{number}": f"vault:{one}#{'AB'[number % 2]}" for number in range(6)}
    env |= {"API": f"vault:{one.replace('/', '/data/')}#A", "INLINE": f"${{vault:{one}#A}}${{vault:{two}#A}}"}
    env |= {
        "JSON": f"vault:{one}?as=json",
        "TWO": f"vault:{two}#A",
        "C": f"vault:{other}#A",
        "D": f"vault:{other}#B",
    }
    env |= {"VEXEC_FROM": f"vault:{one}?prefix=I_ vault:{one}?prefix=J_"}
    mark = store.server.audit_mark()

    assert vexec("--", "/bin/true", env={**store.env, **env}).told == (0, "")
    entries = asked(store.server.audit_since(mark))
    look_ups = [
        path.removeprefix(LOOK_UP).partition("/")[0] for _, path in entries if path.startswith(LOOK_UP)
    ]
    assert sorted(look_ups) == sorted([store.mount("kv1"), "secret"])
    reads = [path for _, path in entries if not path.startswith(LOOK_UP)]
    assert sorted(reads) == sorted([other, f"secret/data/{store.word}", f"secret/data/{store.word}-two"])


def test_each_version_is_a_read_of_its_own(vexec: Vexec, store: Store) -> None:
    """T25: two versions of a secret are two reads, and each spelling of one version is the same."""
    path = store.put({"A": "1"})
    store.put({"A": "2"})
    forms = [f"vault:{path}#A#1", f"vault:{path}?version=1#A", f"vault:{path}?version=2#A", f"vault:{path}#A"]
    mark = store.server.audit_mark()

    variables = vexec.probe(env={**store.env, **{f"V{n}": form for n, form in enumerate(forms)}}).variables
    assert [variables[f"V{n}"] for n in range(4)] == ["1", "1", "2", "2"]
    reads = Counter(path for _, path in asked(store.server.audit_since(mark)) if LOOK_UP not in path)
    assert reads == {f"secret/data/{store.word}": 3}


def test_order_is_log_in_look_up_read(vexec: Vexec, store: Store) -> None:
    """One start with approle asks three things, in this order, and nothing else: nothing is revoked after."""
    server, mount, path = store.server, f"approle-{store.word}", store.put({"KEY": "value"})
    server.write(f"sys/auth/{mount}", {"type": "approle"})
    server.policy(store.word, f'path "secret/data/{store.word}" {{ capabilities = ["read"] }}')
    server.write(f"auth/{mount}/role/app", {"token_policies": [store.word]})
    role_id = server.read(f"auth/{mount}/role/app/role-id")["data"]["role_id"]
    secret_id = server.write(f"auth/{mount}/role/app/secret-id", {})["data"]["secret_id"]
    env = {"VAULT_ADDR": server.address, "VEXEC_AUTH": "approle", "VEXEC_AUTH_MOUNT": mount}
    env |= {"VEXEC_ROLE_ID": role_id, "VEXEC_SECRET_ID": secret_id, "A": f"vault:{path}#KEY"}
    mark = server.audit_mark()

    assert vexec("--", "/bin/true", env=env).told == (0, "")
    assert asked(server.audit_since(mark)) == [
        ("update", f"auth/{mount}/login"),
        ("read", f"{LOOK_UP}{path}"),
        ("read", f"secret/data/{store.word}"),
    ]


class Counting:
    """A behaviour of KV version 1 that takes a while, and counts how many requests are under way at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.lock = threading.Lock()
        self.now = self.most = 0

    def __call__(self, exchange: Exchange) -> bool:
        """Answer a look-up at once and a read after a while."""
        path = exchange.request.target.partition("/v1/")[2]
        if path.startswith(LOOK_UP):
            return answer({"data": {"path": "kv/", "type": "kv", "options": {"version": "1"}}})(exchange)
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(self.seconds)
        with self.lock:
            self.now -= 1
        return answer({"data": {"KEY": path}})(exchange)


@pytest.mark.parametrize(("limit", "most"), [(None, 10), ("1", 1), ("3", 3), ("100", 20)])
def test_concurrency_is_limited(
    vexec: Vexec, fault_server: Callable[..., FaultServer], limit: str | None, most: int
) -> None:
    """Reads run side by side up to VEXEC_CONCURRENCY, and no more."""
    counting = Counting(0.1)
    server = fault_server(counting)
    env = {f"V{number}": f"vault:kv/app-{number}#KEY" for number in range(20)}
    env |= {"VAULT_ADDR": server.address, "VAULT_TOKEN": "t"} | (
        {"VEXEC_CONCURRENCY": limit} if limit else {}
    )

    variables = vexec.probe(env=env).variables
    assert {variables[f"V{number}"] for number in range(20)} == {f"kv/app-{number}" for number in range(20)}
    assert counting.most == most
    assert server.connections <= most + 1


def test_connections_are_kept(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """With one request at a time, a whole start takes one connection."""
    server = fault_server(Counting(0))
    env = {f"V{number}": f"vault:kv/app-{number}#KEY" for number in range(20)}
    env |= {"VAULT_ADDR": server.address, "VAULT_TOKEN": "t", "VEXEC_CONCURRENCY": "1"}

    vexec.probe(env=env)
    assert (len(server.requests), server.connections) == (21, 1)


def test_headers_of_every_request(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """T33, T34: X-Vault-Request always, the token, and the namespace where one is set, per reference too."""
    server = fault_server(Counting(0))
    env = {"A": "vault:kv/a#KEY", "B": "vault:kv/b?namespace=team/blue#KEY", "VAULT_NAMESPACE": "/base/"}

    vexec.probe(env={**env, "VAULT_ADDR": f"{server.address}/prefix/", "VAULT_TOKEN": "t"})
    headers = [request.headers for request in server.requests]
    assert {each["x-vault-request"] for each in headers} == {"true"}
    assert {each["x-vault-token"] for each in headers} == {"t"}
    assert {(request.target, request.headers["x-vault-namespace"]) for request in server.requests} >= {
        ("/prefix/v1/kv/a", "base"),
        ("/prefix/v1/kv/b", "team/blue"),
    }
