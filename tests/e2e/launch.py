"""Starts a program as no shell would: `launch.py SPEC PROGRAM [ARGUMENT…]`, SPEC a JSON object.

ignore       signals to ignore, by name         block       signals to block, by name
descriptors  {number: path} to open             umask       as a number
limits       {RLIMIT_…: soft limit}             user        uid and gid to become
environ      the whole block, entries in latin-1, also twice the same name
silent_dns   a resolv.conf, to be put over the real one: name servers that never answer
"""

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys


def main() -> None:
    """Do what the specification says and become the program."""
    spec = json.loads(sys.argv[1])
    program = [os.fsencode(argument) for argument in sys.argv[2:]]
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them
        signal.signal(number, signal.SIG_DFL)
    for name in spec.get("ignore", ()):
        signal.signal(signal.Signals[name], signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.Signals[name] for name in spec.get("block", ())})
    for number, path in spec.get("descriptors", {}).items():
        hold(os.open(path, os.O_RDWR | os.O_CREAT), int(number))
    if "umask" in spec:
        os.umask(spec["umask"])
    if "silent_dns" in spec:
        silence_dns(spec["silent_dns"])
    for name, soft in spec.get("limits", {}).items():
        limit = getattr(resource, name)
        resource.setrlimit(limit, (soft, resource.getrlimit(limit)[1]))
    if spec.get("is_ordinary"):
        obey_modes()
    if "environ" in spec:
        execve(program, [entry.encode("latin-1") for entry in spec["environ"]])
    os.execv(program[0], program)


def obey_modes() -> None:
    """Give up what lets root pass over modes; another user might not even reach the interpreter."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) != 0:  # PR_CAPBSET_DROP
                raise OSError("PR_CAPBSET_DROP")


def hold(descriptor: int, number: int) -> None:
    """Keep a descriptor open under that number for the program."""
    if descriptor != number:
        os.dup2(descriptor, number)
    os.set_inheritable(number, True)


def silence_dns(resolv_conf: str) -> None:
    """In network and mount namespaces of its own: let port 53 of loopback take questions and never answer."""
    with socket.socket() as control:
        flags = struct.pack("16sh14x", b"lo", 0x41)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(control, 0x8914, flags)  # SIOCSIFFLAGS
    subprocess.run(["mount", "--bind", resolv_conf, os.path.realpath("/etc/resolv.conf")], check=True)
    server = socket.socket(type=socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    hold(server.detach(), 60)


def execve(program: list[bytes], environ: list[bytes]) -> None:
    """Become the program with that very block; os.execve takes a mapping, which has each name once."""
    argv = (ctypes.c_char_p * (len(program) + 1))(*program, None)
    envp = (ctypes.c_char_p * (len(environ) + 1))(*environ, None)
    ctypes.CDLL(None, use_errno=True).execve(program[0], argv, envp)
    raise OSError(ctypes.get_errno(), "execve")


if __name__ == "__main__":
    main()
