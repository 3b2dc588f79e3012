"""What steers programs by their environment is the target's: vexec heeds none of it and passes it on."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.single.cage import unshare
from tests.single.hold import VALUE, fetching, secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.single.program import Single

STEERING = {
    "LD_PRELOAD": "/no/such.so libnosuch.so",
    "LD_LIBRARY_PATH": "/no/such:/tmp",
    "LD_AUDIT": "/no/such-audit.so",
    "LD_DEBUG": "all",
    "LD_BIND_NOW": "1",
    "LD_SHOW_AUXV": "1",
    "LD_TRACE_LOADED_OBJECTS": "1",
    "LD_VERBOSE": "1",
    "LD_ORIGIN_PATH": "/no/such",
    "GLIBC_TUNABLES": "glibc.malloc.check=3:glibc.no.such=1:glibc.malloc.arena_max=nonsense",
    "MALLOC_CHECK_": "3",
    "MALLOC_PERTURB_": "165",
    "MALLOC_ARENA_MAX": "1",
    "PYTHONHOME": "/no/such",
    "PYTHONPATH": "/no/such:/tmp",
    "PYTHONSTARTUP": "/no/such.py",
    "PYTHONVERBOSE": "2",
    "PYTHONDEBUG": "1",
    "PYTHONINSPECT": "1",
    "PYTHONUTF8": "0",
    "PYTHONMALLOC": "debug",
    "PYTHONMALLOCSTATS": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONTRACEMALLOC": "9",
    "PYTHONHASHSEED": "nonsense",
    "PYTHONWARNINGS": "error",
    "PYTHONIOENCODING": "nonsense",
    "PYTHONCOERCECLOCALE": "warn",
    "PYTHONPROFILEIMPORTTIME": "1",
    "PYTHONDUMPREFS": "1",
    "PYTHONOPTIMIZE": "2",
    "LC_ALL": "xx_YY.NONSENSE",
    "LC_CTYPE": "C",
    "LANG": "de_DE.ISO-8859-1",
    "LANGUAGE": "xx",
    "LOCPATH": "/no/such",
    "GCONV_PATH": "/no/such",
    "NLSPATH": "/no/such",
    "TZ": ":/no/such",
    "TMPDIR": "/no/such",
    "HOME": "",
    "_PYI_APPLICATION_HOME_DIR": "/no/such",
    "_MEIPASS2": "/no/such",
}


def entries(env: dict[str, str]) -> list[bytes]:
    """Return an environment as a probe shows it."""
    return [f"{name}={value}".encode() for name, value in env.items()]


def test_nothing_steers_vexec(single: Single) -> None:
    """T3, T12: loader, libc, interpreter and locale take nothing from the environment, and say nothing.

    A statically linked glibc such as the probe's writes into GLIBC_TUNABLES itself.
    """
    seen = single.report(env=STEERING)

    assert seen.environ == single.bare(env=STEERING).environ
    assert set(entries(STEERING)) - set(seen.environ) <= {
        f"GLIBC_TUNABLES={STEERING['GLIBC_TUNABLES']}".encode()
    }


@pytest.mark.parametrize("name", STEERING)
def test_nothing_steers_a_fetch(single: Single, fault_server: Callable[..., FaultServer], name: str) -> None:
    """T3, T12: the same for each alone with a fetch, whose threads and extension modules come later."""
    env = {name: STEERING[name], **fetching(fault_server(secret()))}

    assert single.report(env=env).environ == single.bare(env={name: STEERING[name], "SECRET": VALUE}).environ


@pytest.mark.parametrize("locale", ["", "C", "POSIX", "C.UTF-8", "xx"])
@pytest.mark.parametrize("name", ["LC_ALL", "LANG", "LC_CTYPE"])
def test_no_locale_is_added(single: Single, name: str, locale: str) -> None:
    """T12: whatever the locale, LC_CTYPE is not set, and bytes beyond ASCII pass unchanged."""
    raw = b"\xff\xc3\xa9\x80"
    seen = single.report(raw, env={name: locale, b"RAW": raw})

    assert seen.environ == [f"{name}={locale}".encode(), b"RAW=" + raw]
    assert seen.arguments[2:] == [raw]


def test_the_images_preloaded_libraries_are_not_for_vexec(single: Single) -> None:
    """What /etc/ld.so.preload lists was made for the image's own libc; vexec's loader does not read it."""
    script = 'mount -t tmpfs none /etc && echo /no/such.so > /etc/ld.so.preload && exec "$@"'
    before = (*unshare("mount"), "/bin/sh", "-c", script, "sh")
    env = {"PATH": os.environ["PATH"]}

    assert single("--", single.target, "exit", "7", env=env, before=before).told == (7, "")
    assert "/no/such.so" in single("--", "/bin/true", env=env, before=before).stderr


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 100, 101, 4096, 9999])
def test_any_number_of_variables(single: Single, count: int) -> None:
    """The stack is rebuilt for odd and even counts, and for none at all; the order stays."""
    env = {f"VARIABLE_{number}": str(number) for number in range(count)}
    seen = single.report("a", "", env=env)

    assert seen.environ == entries(env)
    assert seen.arguments == [single.target.encode(), b"report", b"a", b""]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_any_number_of_arguments(single: Single, count: int) -> None:
    """The same for arguments, with and without a variable."""
    arguments = [f"word {number}" for number in range(count)]
    for env in ({}, {"A": "b"}):
        assert single.report(*arguments, env=env).arguments[2:] == [word.encode() for word in arguments]


def test_very_many_arguments(single: Single) -> None:
    """Arguments and variables that fill what the kernel gives arrive whole."""
    space = min(resource.getrlimit(resource.RLIMIT_STACK)[0] % (1 << 63), 24 << 20) // 4
    arguments = ["x"] * (space // 3 // 10)
    env = {f"V{number}": "y" * 990 for number in range(space // 3 // 1010)}
    seen = single.report(*arguments, env=env)

    assert seen.arguments[2:] == [b"x"] * len(arguments)
    assert seen.environ == entries(env)


def test_the_longest_argument_and_variable(single: Single) -> None:
    """T14: 128 KiB less one is the longest string that the kernel takes."""
    longest = "z" * ((128 << 10) - 1)
    seen = single.report(longest, env={"L": longest[2:]})

    assert seen.arguments[2:] == [longest.encode()]
    assert seen.environ == [b"L=" + longest[2:].encode()]


@pytest.mark.parametrize("first", ["", "another name", "-sh"])
def test_any_first_argument(single: Single, first: str) -> None:
    """What vexec itself is called by means nothing."""
    command = [first, "--", single.target, "exit", "7"]
    done = subprocess.run(command, executable=single.built, env={}, capture_output=True)

    assert (done.returncode, done.stdout, done.stderr) == (7, b"", b"")


@pytest.mark.parametrize("limit", [512 << 10, 64 << 20, resource.RLIM_INFINITY], ids=["512k", "64m", "none"])
def test_any_limit_of_the_stack(single: Single, fault_server: Callable[..., FaultServer], limit: int) -> None:
    """The limit moves everything in memory; without one the kernel lays it out from below."""
    if limit > resource.getrlimit(resource.RLIMIT_STACK)[1] > 0:
        pytest.skip("RLIMIT_STACK — its hard limit is lower")
    env = fetching(fault_server(secret()))
    seen = single.report(env=env, launch={"limits": {"RLIMIT_STACK": limit}})

    assert seen.environ == [f"SECRET={VALUE}".encode()]


@pytest.mark.parametrize("words", [("-R",), ("-L",), ("-X",), ("-R", "-L", "-X")], ids=" ".join)
def test_any_layout_of_memory(
    single: Single, fault_server: Callable[..., FaultServer], words: tuple[str, ...]
) -> None:
    """It starts without random addresses, with the kernel's old layout, and where reading is executing."""
    if shutil.which("setarch") is None:
        pytest.skip("setarch — not installed")
    before = ("setarch", os.uname().machine, *words)
    env = fetching(fault_server(secret()))

    assert single.report(env=env, before=before).environ == [f"SECRET={VALUE}".encode()]


@pytest.mark.parametrize(
    "content", ["nonsense\0[", "openssl_conf = x\n[x]\nproviders = p\n[p]\nq = q\n[q]\nactivate = 1\n"]
)
def test_a_configuration_of_openssl_for_the_target(
    single: Single, pki: Pki, fault_server: Callable[..., FaultServer], tmp_path: Path, content: str
) -> None:
    """OPENSSL_CONF is the target's: one that makes no sense for vexec's own OpenSSL does not stop it."""
    (tmp_path / "openssl.cnf").write_text(content)
    server = fault_server(secret(), tls=pki.server())
    env = {**fetching(server), "VAULT_CACERT": str(pki.ca), "OPENSSL_CONF": str(tmp_path / "openssl.cnf")}

    assert f"SECRET={VALUE}".encode() in single.report(env=env).environ
