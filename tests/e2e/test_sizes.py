"""What the kernel would refuse is told before exec, by the variable's name: sizes, NUL, names (T14, T15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told

if TYPE_CHECKING:
    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

LIMIT = 131072  # bytes of NAME=VALUE and NUL


def from_files(vexec: Vexec, sizes: dict[str, int]) -> dict[str, str]:
    """Write files of these sizes and return variables that refer to them."""
    for name, size in sizes.items():
        (vexec.directory / name).write_bytes(b"x" * size)
    return {name: f"vexec:file:{vexec.directory}/{name}" for name in sizes}


def test_the_largest_value_passes(vexec: Vexec) -> None:
    """T14: a value of 131069 bytes with a name of one character is what the kernel takes."""
    env = from_files(vexec, {"A": LIMIT - len("A=\0")})

    assert len(vexec.probe(env=env).variables["A"]) == 131069


def test_a_value_that_is_too_large_is_named(vexec: Vexec) -> None:
    """T14: one byte more is an error that names the variable and where its value comes from."""
    env = from_files(vexec, {"A": LIMIT - len("A=\0") + 1, "B": 5, "LONGER": LIMIT})
    path, limit = vexec.directory, "131072 bytes for NAME=VALUE"

    assert vexec("--", "/bin/true", env=env).told == told(
        73,
        f"variable A from vexec:file:{path}/A is too large: 131073 of {limit}",
        f"variable LONGER from vexec:file:{path}/LONGER is too large: 131080 of {limit}",
    )


def test_an_environment_that_fills_the_space_passes(vexec: Vexec) -> None:
    """T14: 2 MiB, less a little for what cannot be known exactly, is what a stack of 8 MiB allows."""
    env = from_files(vexec, {f"V{number:02}": 130000 for number in range(16)})
    limits = {"limits": {"RLIMIT_STACK": 8 << 20}}

    assert vexec("--", "/bin/true", env=env, launch=limits).told == (0, "")


def test_an_environment_that_is_too_large_is_told(vexec: Vexec) -> None:
    """T14: more than a quarter of the stack is an error that names the largest variables."""
    sizes = {f"V{number:02}": 130000 for number in range(16)}
    env = from_files(vexec, {**sizes, "LARGE": 131000, "LARGER": 131001})

    code, words = vexec("--", "/bin/true", env=env, launch={"limits": {"RLIMIT_STACK": 8 << 20}}).told
    lines = words.splitlines()
    assert (code, len(lines)) == (73, 2)
    assert lines[0].startswith("vexec: arguments and environment are too large: 2342")
    assert lines[1] == "vexec: hint: the largest variables are LARGER, LARGE, V00"


@pytest.mark.parametrize("stack", [1 << 20, 8 << 20, 64 << 20], ids=["1 MiB", "8 MiB", "64 MiB"])
def test_the_kernel_is_never_the_one_to_refuse(vexec: Vexec, stack: int) -> None:
    """T14: near the bound, which depends on the stack's limit, a start works or ends in vexec's own words."""
    count, rest = divmod(min(stack // 4, 6 << 20), 100_000)
    files = from_files(vexec, {f"V{number:03}": 100_000 - len("V000=\0") - 8 for number in range(count)})
    codes = set()
    for margin in (-400, -250, -200, -150, -100, -50, 50):
        env = {**files, **from_files(vexec, {"REST": max(1, rest + margin)}), "HOME": "/"}
        done = vexec("--", "/bin/true", env=env, launch={"limits": {"RLIMIT_STACK": stack}})
        codes.add(done.status)
        assert done.status == 0 or done.stderr.startswith("vexec: arguments and environment are too large: ")
    assert codes == {0, 73}


def test_nul_is_told(vexec: Vexec, store: Store) -> None:
    """T15: a value that holds a NUL byte is an error that names the variable and the reference."""
    path = store.put({"KEY": "a\0b"})

    assert vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}#KEY"}).told == told(
        73, f"variable A from vault:{path}#KEY holds a NUL byte"
    )


def test_names_that_no_variable_can_have(vexec: Vexec, store: Store) -> None:
    """T15: an empty name or one with = is refused whatever ?names= says; every key is told."""
    path = store.put({"": "1", "a=b": "2", "fine": "3"})

    assert vexec("--", "/bin/true", env={**store.env, "VEXEC_FROM": f"vault:{path}?names=any"}).told == told(
        73,
        f"import of vault:{path}: key '' cannot be a variable's name",
        f"import of vault:{path}: key 'a=b' cannot be a variable's name",
    )
