"""Asks the kernel how much it takes, run with `python -I -S`: one line of JSON on stdin, one on stdout.

{"stack": BYTES or -1, "file": PATH, "argv": […], "values": [[SIZE, …], …]} → for each list of sizes the errno
of an execve with variables whose `NAME=VALUE` has these sizes (without NUL), 0 where it succeeded.
"""

import json
import os
import resource
import sys


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    limit = asked["stack"] if asked["stack"] > 0 else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_STACK, (limit, resource.getrlimit(resource.RLIMIT_STACK)[1]))
    json.dump([attempt(asked["file"], asked["argv"], sizes) for sizes in asked["values"]], sys.stdout)


def attempt(file: str, argv: list[str], sizes: list[int]) -> int:
    """Return the errno of one execve, in a child."""
    names = [f"V{number:05}" for number in range(len(sizes))]
    environ = {name: "x" * (size - len(name) - 1) for name, size in zip(names, sizes, strict=True)}
    child = os.fork()
    if child == 0:
        try:
            os.execve(file, argv, environ)
        except OSError as error:
            os._exit(error.errno or 255)
        os._exit(254)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
