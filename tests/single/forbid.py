"""Starts a program that the kernel refuses something: `forbid.py WHAT[,WHAT…] PROGRAM [ARGUMENT…]`.

memory-files     memfd_create answers EPERM, as under a strict seccomp profile
unnamed-files    open with O_TMPFILE answers EOPNOTSUPP, as on file systems that have no such thing
code-by-write    memory that was written to never becomes code (PR_SET_MDWE), as under systemd's
                 MemoryDenyWriteExecute=; exit code 77 where the kernel has no such thing
"""

import ctypes
import errno
import os
import struct
import sys

MEMFD_CREATE = {"x86_64": 319, "aarch64": 279}
OPENAT = {"x86_64": 257, "aarch64": 56}
UNNAMED = 0o20000000  # what O_TMPFILE has beside O_DIRECTORY
NUMBER, FLAGS = 0, 32  # offsets in struct seccomp_data: the call's number, its third argument
LOAD, IF_EQUAL, IF_SET, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO


def main() -> None:
    """Forbid, and become the program."""
    what, machine = sys.argv[1].split(","), os.uname().machine
    if "code-by-write" in what and prctl(65, 1, 0) != 0:  # PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN
        sys.exit(77)
    rules = []
    if "memory-files" in what:
        rules += [(LOAD, 0, 0, NUMBER), (IF_EQUAL, 0, 1, MEMFD_CREATE[machine])]
        rules += [(RETURN, 0, 0, REFUSE | errno.EPERM)]
    if "unnamed-files" in what:
        rules += [(LOAD, 0, 0, NUMBER), (IF_EQUAL, 0, 3, OPENAT[machine]), (LOAD, 0, 0, FLAGS)]
        rules += [(IF_SET, 0, 1, UNNAMED), (RETURN, 0, 0, REFUSE | errno.EOPNOTSUPP)]
    install([*rules, (RETURN, 0, 0, ALLOW)])
    os.execv(sys.argv[2], sys.argv[2:])


def install(rules: list[tuple[int, int, int, int]]) -> None:
    """Install a filter of seccomp(2)."""
    code = b"".join(struct.pack("HBBI", *rule) for rule in rules)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rules), ctypes.addressof(buffer)))
    if prctl(38, 1, 0) != 0 or prctl(22, 2, ctypes.addressof(program)) != 0:  # NO_NEW_PRIVS, SECCOMP
        raise OSError("seccomp")


def prctl(operation: int, first: int, second: int) -> int:
    """Set an attribute of this process."""
    words = [ctypes.c_ulong(word) for word in (first, second, 0, 0)]
    return int(ctypes.CDLL(None).prctl(operation, *words))


if __name__ == "__main__":
    main()
