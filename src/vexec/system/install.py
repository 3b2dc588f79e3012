"""Copying a program's file to its place, where it is not there already."""

from __future__ import annotations

import os

from vexec.system.place import CHUNK, existing, put, refusal
from vexec.system.process import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def install(source: str, destination: str, mode: int) -> None:
    """Copy a file to its destination in one rename; where the same bytes and mode are there, do nothing.

    Raises RenderError; nothing is left behind then but what was there before.
    """
    place = encoded(destination)
    try:
        with open(source, "rb") as reader:
            if not is_same(reader, place, mode):
                reader.seek(0)
                put(place, mode, lambda writer: copy(reader, writer))
    except OSError as error:
        raise refusal(destination, error) from None


def is_same(reader: BinaryIO, place: bytes, mode: int) -> bool:
    """Tell whether a regular file with the same bytes and mode is there already."""
    status = existing(place)
    if status is None or status.st_mode & 0o7777 != mode:
        return False
    if status.st_size != os.fstat(reader.fileno()).st_size:
        return False
    with open(place, "rb") as there:
        while chunk := reader.read(CHUNK):
            if chunk != there.read(CHUNK):
                return False
    return True


def copy(reader: BinaryIO, writer: BinaryIO) -> None:
    """Copy the bytes."""
    while chunk := reader.read(CHUNK):
        writer.write(chunk)
