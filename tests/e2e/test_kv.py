"""KV version 1 and 2: told apart by the mount, deleted and destroyed versions, what a policy lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.e2e.store import asked
from tests.servers.behaviour import answer, by_path, raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store
    from tests.servers.behaviour import Behaviour
    from tests.servers.fault import FaultServer

MOUNTS = "/v1/sys/internal/ui/mounts/"
MISSING = "hint: is the path right? ?optional or ?default=TEXT is for what may be missing"
OTHER = "?version=N reads another version, without it the latest"


def test_a_v1_secret_with_the_fields_of_v2(vexec: Vexec, store: Store) -> None:
    """T21: a secret of version 1 with fields data and metadata is read as what it is."""
    path = store.put1({"data": {"KEY": "inner"}, "metadata": {"version": 3}, "KEY": "outer"})
    env = {"A": f"vault:{path}#KEY", "B": f"vault:{path}#data", "C": f"vault:{path}?as=json"}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert variables["A"] == "outer"
    assert variables["B"] == '{"KEY":"inner"}'
    assert variables["C"] == '{"KEY":"outer","data":{"KEY":"inner"},"metadata":{"version":3}}'


def test_a_v2_secret_with_the_fields_of_an_answer(vexec: Vexec, store: Store) -> None:
    """T21: the fields data and metadata of a secret of version 2 are its own."""
    path = store.put({"data": "mine", "metadata": "too"})
    env = {"A": f"vault:{path}#data", "B": f"vault:{path}#metadata"}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert (variables["A"], variables["B"]) == ("mine", "too")


def test_the_first_data_is_the_apis(vexec: Vexec, store: Store) -> None:
    """T21: with version 2 the first data/ after the mount is the API's; a secret named data/x has two."""
    mount = store.mount("kv2")
    store.server.write(f"{mount}/data/x", {"data": {"KEY": "x"}})
    store.server.write(f"{mount}/data/data/x", {"data": {"KEY": "data/x"}})
    env = {
        "A": f"vault:{mount}/x#KEY",
        "B": f"vault:{mount}/data/x#KEY",
        "C": f"vault:{mount}/data/data/x#KEY",
    }

    variables = vexec.probe(env={**store.env, **env}).variables
    assert [variables[name] for name in "ABC"] == ["x", "x", "data/x"]


def test_data_in_a_v1_path_is_a_name(vexec: Vexec, store: Store) -> None:
    """T21: with version 1 data/ in the path is part of the name."""
    path = store.put1({"KEY": "x"}, "data/x")
    store.put1({"KEY": "other"}, "x")

    assert vexec.probe(env={**store.env, "A": f"vault:{path}#KEY"}).variables["A"] == "x"


def test_a_mount_of_several_parts(vexec: Vexec, store: Store) -> None:
    """A mount's path may have slashes; the look-up tells where it ends."""
    mount = f"team/{store.word}/kv"
    store.server.write(f"sys/mounts/{mount}", {"type": "kv", "options": {"version": "1"}})
    store.server.write(f"{mount}/app/db", {"KEY": "deep"})

    assert vexec.probe(env={**store.env, "A": f"vault:{mount}/app/db#KEY"}).variables["A"] == "deep"


def test_a_stated_version_needs_no_look_up(vexec: Vexec, store: Store) -> None:
    """`?kv=` reads at once: the audit log shows the read and nothing else."""
    path2, path1 = store.put({"KEY": "two"}), store.put1({"KEY": "one"})
    env = {"A": f"vault:{path2}?kv=2#KEY", "B": f"vault:{path1}?kv=1#KEY"}
    mark = store.server.audit_mark()

    vexec.probe(env={**store.env, **env})
    assert sorted(asked(store.server.audit_since(mark))) == [
        ("read", path1),
        ("read", f"secret/data/{store.word}"),
    ]


def test_a_wrong_statement_is_told(vexec: Vexec, store: Store) -> None:
    """`?kv=1` on a mount of version 2 is an error of the configuration, and not a missing secret."""
    path = store.put({"KEY": "two"})

    for options in ("kv=1", "kv=1&optional"):
        assert vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}?{options}#KEY"}).told == told(
            78,
            f"variable A: {path} is on a mount of kv version 2",
            "hint: ?kv=2, or leave kv= out",
        )


def test_version_1_keeps_no_versions(vexec: Vexec, store: Store) -> None:
    """A version of a secret of kv version 1 is an error of the configuration."""
    path = store.put1({"KEY": "one"})
    mount = store.mount("kv1")

    assert vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}?version=2#KEY"}).told == told(
        78, f"variable A: vault:{path}#KEY: {mount}/ is kv version 1, which keeps no versions"
    )


def test_a_deleted_version_says_so(vexec: Vexec, store: Store) -> None:
    """T23: the latest version is deleted: version and time are told, not that there is nothing."""
    path = store.put({"KEY": "one"})
    store.put({"KEY": "two"})
    store.server.request("DELETE", f"secret/data/{store.word}")
    metadata = store.server.read(f"secret/metadata/{store.word}")
    when = metadata["data"]["versions"]["2"]["deletion_time"]

    assert vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}#KEY"}).told == told(
        66,
        f"variable A: version 2 of secret/data/{store.word} was deleted at {when}",
        f"hint: an undelete brings it back; {OTHER}",
    )
    assert vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}#KEY#1"}).told == (0, "")


def test_a_destroyed_version_says_so(vexec: Vexec, store: Store) -> None:
    """T23: a destroyed version is told as that."""
    path = store.put({"KEY": "one"})
    store.put({"KEY": "two"})
    store.server.write(f"secret/destroy/{store.word}", {"versions": [1]})

    assert vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}#KEY#1"}).told == told(
        66, f"variable A: version 1 of secret/data/{store.word} is destroyed", f"hint: {OTHER}"
    )


def test_a_version_that_never_was(vexec: Vexec, store: Store) -> None:
    """T23: a version beyond the latest is told by its number."""
    path = store.put({"KEY": "one"})

    assert vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}?version=7#KEY"}).told == told(
        66, f"variable A: no version 7 of secret/data/{store.word}", f"hint: {OTHER}"
    )


def test_a_deleted_version_may_be_optional(vexec: Vexec, store: Store) -> None:
    """T23: a deleted version is missing, so `?optional` and `?default=` apply."""
    path = store.put({"KEY": "one"})
    store.server.request("DELETE", f"secret/data/{store.word}")
    env = {"A": f"vault:{path}?optional#KEY", "B": f"vault:{path}?default=none#KEY"}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert ("A" in variables, variables["B"]) == (False, "none")


def test_a_denied_read_names_the_policy(vexec: Vexec, store: Store) -> None:
    """T24: 403 names method, API path and what a policy needs; `?optional` does not hide it."""
    path = store.put({"KEY": "value"})
    token = store.reader(f"secret/data/{store.word}-other")
    expected = told(
        77,
        f"variable A: {store.server.address}: permission denied: GET /v1/secret/data/{store.word} (403)",
        f'hint: a policy of the token needs: path "secret/data/{store.word}" {{ capabilities = ["read"] }}',
    )

    for form in (f"vault:{path}#KEY", f"vault:{path}?optional#KEY", f"vault:{path}?default=x#KEY"):
        assert vexec("--", "/bin/true", env={**store.as_token(token), "A": form}).told == expected


def test_a_denied_v1_read_names_the_policy(vexec: Vexec, store: Store) -> None:
    """T24: the same for version 1, whose path has no data/."""
    path = store.put1({"KEY": "value"})
    token = store.reader(f"{store.mount('kv1')}/other")

    code, words = vexec("--", "/bin/true", env={**store.as_token(token), "A": f"vault:{path}#KEY"}).told
    assert code == 77
    assert f'hint: a policy of the token needs: path "{path}" {{ capabilities = ["read"] }}\n' in words


def test_a_policy_for_the_secret_alone_is_enough(vexec: Vexec, store: Store) -> None:
    """A token that may read one secret needs nothing more: the look-up of its mount is granted with it."""
    path = store.put({"KEY": "value"})
    token = store.reader(f"secret/data/{store.word}")

    env = {**store.as_token(token), "A": f"vault:{path}#KEY"}
    assert vexec.probe(env=env).variables["A"] == "value"


def test_a_denied_look_up_is_not_taken_for_v1(vexec: Vexec, store: Store) -> None:
    """T22: a token with no policy below the mount is told so, and no read is tried."""
    path = store.put({"KEY": "value"})
    env = {**store.as_token(store.server.token(no_default_policy=True)), "A": f"vault:{path}#KEY"}
    mark = store.server.audit_mark()

    done = vexec("--", "/bin/true", env=env)
    look_up = f"sys/internal/ui/mounts/{path}"
    assert done.status == 77
    first = f"vexec: variable A: {store.server.address}: permission denied: GET /v1/{look_up} (403)\n"
    assert done.stderr.startswith(first + "vexec: hint: ")
    assert "?kv=1 or ?kv=2 skips the look-up" in done.stderr
    assert asked(store.server.audit_since(mark)) == [("read", look_up)]


FAILURES: dict[str, tuple[Behaviour, int]] = {
    "404": (answer({"errors": []}, 404), 76),
    "400": (answer({"errors": ["no"]}, 400), 69),
    "a page": (answer(b"<html>", 200, {"Content-Type": "text/html"}), 76),
    "a page of 404": (answer(b"<html>", 404, {"Content-Type": "text/html"}), 76),
    "no data": (answer({"data": None}), 76),
    "503": (answer({"errors": ["Vault is sealed"]}, 503), 75),
    "500": (answer({"errors": ["storage"]}, 500), 75),
    "not HTTP": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), 76),
    "end": (raw(b""), 75),
}


@pytest.mark.parametrize(("behaviour", "code"), FAILURES.values(), ids=FAILURES)
def test_a_failed_look_up_is_not_taken_for_v1(
    vexec: Vexec, fault_server: Callable[..., FaultServer], behaviour: Behaviour, code: int
) -> None:
    """T22: whatever else the look-up ends in, no secret is read on a guess."""
    secret = answer({"data": {"KEY": "guessed"}})
    server = fault_server(by_path({MOUNTS: behaviour, "/v1/sys/health": answer({}, 503)}, secret))
    env = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "t", "VAULT_MAX_RETRIES": "0"}

    done = vexec("--", "/bin/true", env={**env, "A": "vault:secret/app#KEY", "VEXEC_DEADLINE": "5s"})
    assert done.status == code
    assert not [request for request in server.requests if request.target.startswith("/v1/secret/")]


def test_a_mount_that_does_not_exist(vexec: Vexec, store: Store) -> None:
    """T24: the server answers 403 for a mount that is not there, also to root; the hint says both."""
    env = {**store.env, "A": f"vault:nowhere-{store.word}/app#KEY"}

    assert vexec("--", "/bin/true", env=env).told == told(
        77,
        f"variable A: {store.server.address}: permission denied: "
        f"GET /v1/sys/internal/ui/mounts/nowhere-{store.word}/app (403)",
        "hint: no such mount, or no policy of the token names a path below it: for kv version 2 "
        f'path "nowhere-{store.word}/data/app" {{ capabilities = ["read"] }}, '
        f'for version 1 path "nowhere-{store.word}/app"; ?kv=1 or ?kv=2 skips the look-up',
    )


def test_a_stated_mount_that_does_not_exist(vexec: Vexec, store: Store) -> None:
    """T24: without a look-up the server says that nothing is mounted there; that is no missing secret."""
    env = {**store.env, "A": f"vault:nowhere-{store.word}/app?kv=1&optional#KEY"}

    assert vexec("--", "/bin/true", env=env).told == told(
        69,
        f"{store.server.address}: nothing is mounted there: GET /v1/nowhere-{store.word}/app (404)",
        "hint: is the mount's name right?",
    )


def test_an_engine_that_is_not_kv(vexec: Vexec, store: Store) -> None:
    """A mount of another type is told by its type, and nothing of it is asked for."""
    mount = store.mount("pki")
    mark = store.server.audit_mark()

    assert vexec(
        "--", "/bin/true", env={**store.env, "A": f"vault:{mount}/issue/app#certificate"}
    ).told == told(
        78,
        f"variable A: vault:{mount}/issue/app#certificate: {mount}/ is of type pki, which cannot be read",
    )
    assert asked(store.server.audit_since(mark)) == [("read", f"sys/internal/ui/mounts/{mount}/issue/app")]


def test_a_cubbyhole_is_read(vexec: Vexec, store: Store) -> None:
    """The token's own cubbyhole/ answers as kv version 1 does."""
    token = store.token('path "cubbyhole/*" { capabilities = ["create", "update", "read"] }')
    store.server.request("POST", "cubbyhole/app", {"KEY": "mine"}, token=token)

    env = {**store.as_token(token), "A": "vault:cubbyhole/app#KEY"}
    assert vexec.probe(env=env).variables["A"] == "mine"
