"""Putting a program's file in its place: whole or not at all."""

from __future__ import annotations

import os

from vexec.errors import Issue, RenderError

CHUNK = 1 << 20


def install(source: str, destination: str, mode: int) -> None:
    """Copy a file to its destination in one rename; where the same bytes and mode are there, do nothing.

    Raises RenderError; nothing is left behind then but what was there before.
    """
    directory, _, name = destination.rpartition("/")
    temporary = f"{directory}/.{name}-{os.urandom(6).hex()}"
    try:
        if is_same(source, destination, mode):
            return
        try:
            copy(source, temporary, mode)
            os.replace(temporary, destination)
        finally:
            if os.path.lexists(temporary):
                os.unlink(temporary)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise RenderError([Issue(f"{destination} cannot be written: {reason}")]) from None


def is_same(source: str, destination: str, mode: int) -> bool:
    """Tell whether a regular file with the same bytes and mode is there already."""
    if os.path.islink(destination) or not os.path.isfile(destination):
        return False
    status = os.stat(destination)
    if status.st_mode & 0o7777 != mode or status.st_size != os.stat(source).st_size:
        return False
    with open(source, "rb") as ours, open(destination, "rb") as theirs:
        while chunk := ours.read(CHUNK):
            if chunk != theirs.read(CHUNK):
                return False
    return True


def copy(source: str, destination: str, mode: int) -> None:
    """Copy the bytes into a new file, on the disk before it gets its name, with exactly that mode."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(source, "rb") as reader, os.fdopen(os.open(destination, flags, 0o600), "wb") as writer:
        while chunk := reader.read(CHUNK):
            writer.write(chunk)
        writer.flush()
        os.fchmod(writer.fileno(), mode)
        os.fsync(writer.fileno())
