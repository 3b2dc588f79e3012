"""Which mount serves a path comes from the server, never from a guess (T21, T22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer
from vexec.errors import PermissionDenied, ProtocolError, VaultError, VaultUnavailable
from vexec.vault.client import Mount

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.fault import FaultServer
    from tests.servers.vault import VaultServer
    from vexec.vault.client import VaultClient

    Make = Callable[..., FaultServer]
    Open = Callable[..., VaultClient]


def test_real_mounts(vault: VaultServer, open_client: Open) -> None:
    """The mount of a path comes with its type and, for kv, its version."""
    for path, kind, options in (
        ("client-v1", "kv", {"version": "1"}),
        ("deep/client-v2", "kv", {"version": "2"}),
    ):
        vault.write(f"sys/mounts/{path}", {"type": kind, "options": options})
    vault.write("sys/mounts/client-transit", {"type": "transit"})
    client = open_client(vault.address, vault.root_token)

    assert client.mount("secret/app") == Mount("secret/", "kv", 2)
    assert client.mount("client-v1/a/b") == Mount("client-v1/", "kv", 1)
    assert client.mount("deep/client-v2/data/x") == Mount("deep/client-v2/", "kv", 2)
    assert client.mount("client-transit/keys/x") == Mount("client-transit/", "transit", 0)
    assert client.mount("cubbyhole/x") == Mount("cubbyhole/", "cubbyhole", 0)
    with pytest.raises(PermissionDenied):
        client.mount("client-nowhere/x")


@pytest.mark.parametrize(
    ("data", "mount"),
    [
        ({"path": "a/", "type": "kv", "options": {"version": "2"}}, Mount("a/", "kv", 2)),
        ({"path": "a/", "type": "kv", "options": {"version": "1"}}, Mount("a/", "kv", 1)),
        ({"path": "a/", "type": "kv", "options": {}}, Mount("a/", "kv", 1)),
        ({"path": "a/", "type": "kv", "options": None}, Mount("a/", "kv", 1)),
        ({"path": "a/", "type": "kv"}, Mount("a/", "kv", 1)),
        ({"path": "a/", "type": "pki", "options": {"version": "2"}}, Mount("a/", "pki", 0)),
    ],
)
def test_mount_is_parsed(data: object, mount: Mount, fault_server: Make, open_client: Open) -> None:
    """A kv mount without a version is version 1, as the server treats it."""
    assert open_client(fault_server(answer({"data": data})).address).mount("a/b") == mount


@pytest.mark.parametrize(
    "script",
    [
        answer({"data": None}),
        answer({"data": []}),
        answer({"data": {}}),
        answer({"data": {"path": ["a/"], "type": "kv"}}),
        answer({}),
        answer({"errors": []}, 404),
        answer(None, 204),
    ],
    ids=["null", "list", "empty", "path that is no text", "nothing", "404", "204"],
)
def test_mount_that_cannot_be_understood(
    script: Callable[..., bool], fault_server: Make, open_client: Open
) -> None:
    """T22: a look-up without a usable answer is an error, never version 1."""
    with pytest.raises(ProtocolError, match="the look-up of the mount of a/b has no usable answer"):
        open_client(fault_server(script).address).mount("a/b")


def test_failed_look_up_is_no_answer(fault_server: Make, open_client: Open) -> None:
    """T22: a look-up that is denied or fails ends in that error."""
    for status, kind in ((403, PermissionDenied), (400, VaultError), (503, VaultUnavailable)):
        with pytest.raises(kind):
            open_client(fault_server(answer({}, status)).address, retries=0).mount("a/b")


@pytest.mark.parametrize("mount", ["wei/", "other/", "a/b/c/", "/"])
def test_mount_that_the_path_is_not_below(mount: str, fault_server: Make, open_client: Open) -> None:
    """What would be read below another mount is another secret, so the answer is refused."""
    server = fault_server(answer({"data": {"path": mount, "type": "kv", "options": {"version": "2"}}}))

    with pytest.raises(ProtocolError, match="names another one"):
        open_client(server.address).mount("weird/app")


def test_mount_with_a_namespace_before_it(fault_server: Make, open_client: Open) -> None:
    """T34: the server may name a mount by its namespace, which the path leaves out."""
    server = fault_server(answer({"data": {"path": "team/sub/secret/", "type": "kv"}}))

    assert open_client(server.address).mount("sub/secret/app") == Mount("sub/secret/", "kv", 1)
