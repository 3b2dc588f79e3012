"""What vexec says about sizes is what the kernel says, which is really asked (T14)."""

from __future__ import annotations

import errno
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from vexec.errors import RenderError
from vexec.render.env import STRING_LIMIT, Item, check
from vexec.system import process

HELPER = Path(__file__).with_name("kernel.py")
FILL = 60_000
TRUE = "/bin/true"


def attempts(values: list[list[int]], stack: int = 8 << 20, file: str = TRUE, argv: str = "x") -> list[int]:
    """Return the errno of an execve for each list of sizes of NAME=VALUE."""
    asked = json.dumps({"stack": stack, "file": file, "argv": [argv], "values": values})
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HELPER)], input=asked, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def filled(total: int) -> list[int]:
    """Return sizes of variables that take so many bytes together, NULs and pointers included."""
    count, rest = divmod(total, FILL + 9)
    return [FILL] * (count - 1) + [FILL // 2, FILL - FILL // 2 + rest - 9]


def space_with(stack: int, file: str) -> int:
    """Return what vexec reckons with under a limit of the stack."""
    code = "import sys; from vexec.system.process import argument_space; print(argument_space(sys.argv[1]))"
    environ = {"PYTHONPATH": str(Path(process.__file__).parents[2])}

    def limit() -> None:
        top = resource.getrlimit(resource.RLIMIT_STACK)[1]
        resource.setrlimit(resource.RLIMIT_STACK, (stack if stack > 0 else top, top))

    done = subprocess.run(
        [sys.executable, "-c", code, file], env=environ, capture_output=True, text=True, preexec_fn=limit
    )
    return int(done.stdout)


def test_the_largest_string() -> None:
    """T14: 131071 bytes of NAME=VALUE pass, 131072 do not, and vexec refuses just the latter."""
    assert attempts([[STRING_LIMIT - 1], [STRING_LIMIT]]) == [0, errno.E2BIG]

    check([Item("A", "x" * (STRING_LIMIT - 3), "here")], ["x"], 1 << 20)
    with pytest.raises(RenderError):
        check([Item("A", "x" * (STRING_LIMIT - 2), "here")], ["x"], 1 << 20)


@pytest.mark.parametrize(
    "stack", [1 << 20, 8 << 20, 64 << 20, -1], ids=["1 MiB", "8 MiB", "64 MiB", "unlimited"]
)
def test_the_largest_total(stack: int) -> None:
    """T14: what vexec allows passes, and the kernel allows hardly a line more."""
    if stack < 0 and resource.getrlimit(resource.RLIMIT_STACK)[1] != resource.RLIM_INFINITY:
        pytest.skip("RLIMIT_STACK — this machine does not allow an unlimited one")
    space = space_with(stack, TRUE)
    left = space - len("x\0") - 8

    assert attempts([filled(left), filled(left + 64)], stack) == [0, errno.E2BIG]


def test_a_script_needs_a_little_more(tmp_path: Path) -> None:
    """T14: what is kept back covers a script's first line, which the kernel puts before its arguments."""
    script = tmp_path / "script"
    script.write_text("#!/usr/bin/env sh\nexit 0\n")
    script.chmod(0o755)
    left = space_with(8 << 20, str(script)) - len(f"{script}\0") - 8

    assert attempts([filled(left)], file=str(script), argv=str(script)) == [0]


def test_the_space_counts_the_pointers() -> None:
    """T14: very many small variables run into the same bound through their pointers."""
    left = space_with(1 << 20, TRUE) - len("x\0") - 8
    size = len("V00000=x")
    count = left // (size + 9)

    assert attempts([[size] * count, [size] * (count + 5)], 1 << 20) == [0, errno.E2BIG]
    check([Item(f"V{number:05}", "x", "here") for number in range(count)], ["x"], left + 10)
