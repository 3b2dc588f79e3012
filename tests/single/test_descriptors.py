"""T8: inherited descriptors stay what they are, whatever their numbers; none of vexec's gets through."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import PYTHON, wait_until
from tests.single.hold import VALUE, fetching, secret
from tests.single.program import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.single.hold import Hold
    from tests.single.program import Single

TOO_MANY = "vexec: cannot run here: too many files are open\n"
CLOSED = [closed for size in range(1, 4) for closed in itertools.combinations(range(3), size)]


def launched(numbers: Iterable[int], path: Path, limit: int = 0) -> dict[str, object]:
    """Return how to start with a file open under these numbers, and a limit for descriptors."""
    spec: dict[str, object] = {"descriptors": {str(number): str(path) for number in numbers}}
    return {**spec, "limits": {"RLIMIT_NOFILE": limit}} if limit else spec


@pytest.mark.parametrize(
    ("numbers", "limit"),
    [
        (range(3, 1001), 0),
        (range(3, 56), 64),
        ([3, 5, 7, 9, 11, 13, 63], 64),
        ([*range(900, 921), 1023], 64),
        ([100, 101, 102], 100),
    ],
    ids=["all to 1000", "all but eight under the limit", "gaps", "above the limit", "from the limit on"],
)
@pytest.mark.parametrize("is_fetching", [True, False], ids=["with a fetch", "nothing to fetch"])
def test_inherited_descriptors_are_kept(
    single: Single,
    fault_server: Callable[..., FaultServer],
    tmp_path: Path,
    numbers: Iterable[int],
    limit: int,
    is_fetching: bool,
) -> None:
    """T8: each leads the target to where it led before, and there is no other."""
    env = fetching(fault_server(secret())) if is_fetching else {}
    seen = single.report(env=env, launch=launched(numbers, tmp_path / "x", limit))

    kept = {number: target for number, target in seen.descriptors.items() if number > 2}
    assert kept == dict.fromkeys(numbers, str(tmp_path / "x"))


def test_positions_are_kept(single: Single, tmp_path: Path) -> None:
    """T8: what is inherited is neither read nor written: the target goes on where the caller stopped."""
    file = tmp_path / "x"
    file.write_text("abcdef")
    with file.open("r+b", buffering=0) as stream:
        stream.seek(3)
        number = stream.fileno()
        script = f"import os; os.write(1, os.read({number}, 2)); os.write({number}, b'-')"
        done = single("--", *PYTHON, "-c", script, pass_fds=[number])
    assert (done.stdout, done.told, file.read_text()) == ("de", (0, ""), "abcde-")


@pytest.mark.parametrize("free", range(5))
def test_no_free_number_is_told(single: Single, tmp_path: Path, free: int) -> None:
    """Where no number is free the file says so; four suffice where nothing is to be fetched."""
    done = single("--", single.target, "exit", "7", launch=launched(range(3, 32 - free), tmp_path / "x", 32))

    assert done.told == ((7, "") if free == 4 else (71, TOO_MANY))


def test_no_free_number_for_a_fetch_is_told(
    single: Single, pki: Pki, fault_server: Callable[..., FaultServer], tmp_path: Path
) -> None:
    """Extension modules, OpenSSL and connections take more: one line says that there are none left."""
    env = {**fetching(fault_server(secret(), tls=pki.server())), "VAULT_CACERT_BYTES": pki.ca.read_text()}
    statuses = []
    for free in range(4, 13):
        launch = launched(range(3, 32 - free), tmp_path / "x", 32)
        done = single("--", single.target, "exit", "7", env=env, launch=launch)
        statuses.append(done.status)
        assert done.status == 7 or len(done.stderr.splitlines()) == 1
        assert done.status == 7 or "too many" in done.stderr.lower()

    assert statuses == sorted(statuses, reverse=True)
    assert {*statuses} == {71, 7}


@pytest.mark.parametrize("function", ["sha256Hex", "md5sum", "sprig_sha512sum"])
def test_no_free_number_for_a_digest_is_told(single: Single, tmp_path: Path, function: str) -> None:
    """A template's functions need modules as well: one line, and no traceback of hashlib's."""
    env = {"VEXEC_TEMPLATE": '{{ $x := %s "x" }}' % function}
    statuses = []
    for free in range(4, 16):
        launch = launched(range(3, 32 - free), tmp_path / "x", 32)
        done = single("--", single.target, "exit", "7", env=env, launch=launch)
        statuses.append(done.status)
        assert done.status == 7 or ("too many" in done.stderr.lower() and len(done.stderr.splitlines()) == 1)

    assert statuses == sorted(statuses, reverse=True)
    assert {*statuses} == {71, 7}


@pytest.mark.parametrize("closed", CLOSED, ids=str)
def test_closed_standard_descriptors_stay_closed(
    single: Single, hold: Hold, held: dict[str, str], closed: tuple[int, ...]
) -> None:
    """T8: where stdin, stdout or stderr is closed no file of vexec's takes its number."""
    script = 'exec "$@"' + "".join(f" {number}>&-" for number in closed)
    running = single.start("--", single.target, "wait", env=held, before=("/bin/sh", "-c", script, "sh"))
    hold.wait(running.process)
    during = opened(running.pid)
    hold.release()
    wait_until(lambda: os.readlink(f"/proc/{running.pid}/exe") == single.target)
    after = opened(running.pid)

    assert {during.get(number, "/") for number in closed} == {"/"}
    assert {target for number, target in during.items() if "memfd" in target or target == str(single.built)}
    assert sorted(after) == sorted({0, 1, 2} - set(closed))


@pytest.mark.parametrize("closed", CLOSED, ids=str)
def test_closed_standard_descriptors_without_a_fetch(single: Single, closed: tuple[int, ...]) -> None:
    """T8: the same where there is nothing to fetch, and the target can be told its exit code."""
    script = 'exec "$@"' + "".join(f" {number}>&-" for number in closed)
    running = single.start("--", single.target, "trap", before=("/bin/sh", "-c", script, "sh"))
    wait_until(lambda: os.readlink(f"/proc/{running.pid}/exe") == single.target)

    assert sorted(opened(running.pid)) == sorted({0, 1, 2} - set(closed))


def test_an_error_with_closed_stderr_spoils_nothing(single: Single) -> None:
    """Without stderr an error is its exit code alone; the words go into no file of vexec's."""
    before = ("/bin/sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh")

    assert single("--", "/no/such", before=before).told == (127, "")
    assert single("version", before=before).status in {0, 70, 73}


def test_everything_is_closed_by_exec(single: Single, hold: Hold, held: dict[str, str]) -> None:
    """T8: whatever vexec has open while it fetches, its own file and libraries too, ends with it."""
    running = single.start("--", single.target, "report", env=held)
    hold.wait(running.process)
    flags = {number: flags_of(running.pid, number) for number in opened(running.pid)}

    assert {number for number, is_closed in flags.items() if not is_closed} == {0, 1, 2}
    assert len(flags) > 6
    hold.release()
    assert f"SECRET={VALUE}" in running.wait().stdout


def flags_of(pid: int, number: int) -> bool:
    """Tell whether a descriptor is closed by exec."""
    line = Path(f"/proc/{pid}/fdinfo/{number}").read_text().splitlines()[1]
    return bool(int(line.split()[1], 8) & os.O_CLOEXEC)
