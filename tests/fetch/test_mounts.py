"""Looking mounts up: once for each, side by side, and never guessing."""

from __future__ import annotations

import pytest

from tests.fakes import V1, V2, FakeVault
from vexec.errors import ConfigError, Issue, PermissionDenied, ProtocolError, VaultUnavailable, VexecError
from vexec.fetch.mounts import locate, stated
from vexec.fetch.ref import Ref
from vexec.vault.client import Mount

NESTED = (Mount("team/blue/", "kv", 2), Mount("team/red/", "kv", 1), V1, V2)


def ref(path: str, kv: int = 0, namespace: str = "") -> Ref:
    """Make a reference."""
    return Ref("vault", path, "KEY", kv=kv, namespace=namespace)


def test_one_look_up_for_each_mount() -> None:
    """T25: many paths of one mount cost one look-up."""
    vault = FakeVault()
    refs = [ref(f"secret/app-{number}") for number in range(5)] + [ref("kv/a"), ref("kv/b/c")]

    found = locate(refs, vault, 8)
    assert {r.path: mount for r, mount in found.items()} == {
        r.path: (V2 if r.path.startswith("secret") else V1) for r in refs
    }
    assert [path.partition("/")[0] for path in vault.paths("mount")] == ["kv", "secret"]


def test_mounts_that_share_their_first_part() -> None:
    """A mount found for one path serves only what lies below it."""
    vault = FakeVault(mounts=NESTED)
    refs = [ref("team/blue/a"), ref("team/red/a"), ref("team/blue/b"), ref("team/red/b")]

    found = locate(refs, vault, 8)
    assert [getattr(found[r], "version", None) for r in refs] == [2, 1, 2, 1]
    assert vault.paths("mount") == ["team/blue/a", "team/red/a"]


def test_namespaces_are_looked_up_apart() -> None:
    """The same path in two namespaces may be two mounts."""
    vault = FakeVault()

    locate([ref("kv/a", namespace="one"), ref("kv/a", namespace="two"), ref("kv/a")], vault, 8)
    assert sorted(namespace for _, _, _, namespace in vault.asked) == ["", "one", "two"]


@pytest.mark.parametrize(
    ("path", "kv", "mount"),
    [
        ("secret/app", 2, "secret/"),
        ("secret/data/app", 2, "secret/"),
        ("team/blue/data/app", 2, "team/blue/"),
        ("team/blue/data/data/app", 2, "team/blue/"),
        ("kv/app", 1, "kv/"),
        ("kv/data/app", 1, "kv/"),
    ],
)
def test_a_stated_version_needs_no_look_up(path: str, kv: int, mount: str) -> None:
    """`?kv=` says it all: with version 2 the mount ends before data/, else after the first part."""
    vault = FakeVault(mounts=())
    wanted = ref(path, kv)

    assert locate([wanted], vault, 8) == {wanted: stated(wanted)}
    assert stated(wanted) == Mount(mount, "kv", kv)
    assert vault.asked == []


def test_a_denied_look_up_says_what_it_means() -> None:
    """T22, T24: 403 is not version 1: the error stays, with the policies that either version would need."""
    wanted = ref("other/data/app")

    (error,) = locate([wanted], FakeVault(), 8).values()
    assert isinstance(error, PermissionDenied)
    assert str(error) == "permission denied: GET /v1/sys/internal/ui/mounts/other/data/app (403)"
    assert error.hint == (
        "no such mount, or no policy of the token names a path below it: for kv version 2 "
        'path "other/data/app" { capabilities = ["read"] }, for version 1 path "other/data/app"; '
        "?kv=1 or ?kv=2 skips the look-up"
    )


@pytest.mark.parametrize("error", [VaultUnavailable("away"), ProtocolError("no Vault")], ids=str)
def test_a_failed_look_up_is_the_references_error(error: VexecError) -> None:
    """T22: whatever else it ends in stays what it is, and stands for no mount."""
    wanted = ref("secret/app")

    assert locate([wanted], FakeVault({"mounts/secret/app": error}), 8) == {wanted: error}


def test_the_first_error_ends_the_work() -> None:
    """A start that fails anyway asks no more: references behind the error are absent."""
    vault = FakeVault({"mounts/secret/a": VaultUnavailable("away")})
    refs = [ref("secret/a"), ref("secret/b"), ref("secret/c")]

    assert list(locate(refs, vault, 1)) == refs[:1]
    assert vault.paths("mount") == ["secret/a"]


def test_a_patient_look_up_goes_on() -> None:
    """`vexec check` wants every error: what lies behind one is looked up as well."""
    vault = FakeVault({"mounts/secret/a": VaultUnavailable("away")})
    refs = [ref("secret/a"), ref("secret/b"), ref("other/c"), ref("kv/d")]

    found = locate(refs, vault, 2, is_patient=True)
    assert [type(found[r]) for r in refs] == [VaultUnavailable, Mount, PermissionDenied, Mount]


def test_an_error_of_the_configuration_is_nobodys() -> None:
    """A CA file that cannot be read is no matter of the reference that happened to be first."""
    vault = FakeVault({"mounts/secret/a": ConfigError([Issue("VAULT_CACERT: no such file")])})

    for is_patient in (False, True):
        with pytest.raises(ConfigError, match="VAULT_CACERT"):
            locate([ref("secret/a"), ref("kv/b")], vault, 8, is_patient=is_patient)
