"""Files: read whole, bounded, regular ones only, with errors that say what a user needs (T32); stdout."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISREG, filemode

from vexec.errors import FileError, Issue, RenderError
from vexec.system.process import encoded

LIMIT = 16 * 1024 * 1024


def read(path: str, what: str) -> bytes:
    """Return the content of a regular file; `what` names its use in errors.

    Raises FileError. It opens without blocking, so that a FIFO without a writer cannot hang the start.
    """
    try:
        descriptor = os.open(encoded(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise translate(error, path, what) from None
    try:
        status = os.fstat(descriptor)
        if S_ISDIR(status.st_mode):
            raise FileError(f"{what} {path} is a directory")
        if not S_ISREG(status.st_mode):
            raise FileError(f"{what} {path} is not a regular file")
        return read_all(descriptor, path, what)
    except OSError as error:
        raise translate(error, path, what) from None
    finally:
        os.close(descriptor)


def read_all(descriptor: int, path: str, what: str) -> bytes:
    """Read to the end, but no more than LIMIT bytes."""
    chunks, size = [], 0
    while chunk := os.read(descriptor, 1 << 16):
        chunks.append(chunk)
        size += len(chunk)
        if size > LIMIT:
            raise FileError(f"{what} {path} is larger than {LIMIT >> 20} MiB")
    return b"".join(chunks)


def read_token(path: str, what: str) -> str:
    """Return a token's file without white space around it; an empty file is an error."""
    try:
        text = read(path, what).decode("ascii").strip()
    except UnicodeDecodeError:
        raise FileError(f"{what} {path} is not text") from None
    if not text:
        raise FileError(f"{what} {path} is empty")
    return text


def read_directory(path: str, what: str) -> list[str]:
    """Return the sorted names of what is in a directory; dot names and directories are skipped.

    Kubernetes mounts a volume as links `KEY -> ..data/KEY`, so links are followed.
    """
    try:
        with os.scandir(encoded(path)) as entries:
            names = [e.name for e in entries if not e.name.startswith(b".") and not e.is_dir()]
    except OSError as error:
        raise translate(error, path, what) from None
    return sorted(name.decode("utf-8", "surrogateescape") for name in names)


def is_directory(path: str) -> bool:
    """Tell whether the path is a directory."""
    return os.path.isdir(encoded(path))


def is_readable(path: str) -> bool:
    """Tell whether there is something at the path that may be read."""
    return os.access(encoded(path), os.R_OK)


def translate(error: OSError, path: str, what: str) -> FileError:
    """Put an operating system's error in words: who may not read what, and what is missing."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FileError(f"{what} {path} does not exist", is_missing=True)
    if isinstance(error, PermissionError):
        return FileError(
            f"{what} {path} may not be read by uid {os.geteuid()}, gid {os.getegid()}", hint=owner(path)
        )
    return FileError(f"{what} {path} cannot be read: {os.strerror(error.errno or 0).lower()}")


def owner(path: str) -> str:
    """Say whose a file is and what its mode is, as far as that can be seen."""
    try:
        status = os.stat(encoded(path))
    except OSError:
        return "a directory above it may not be searched"
    return f"it belongs to {status.st_uid}:{status.st_gid} with mode {filemode(status.st_mode)}"


def write_out(text: str) -> None:
    """Write to stdout, all of it or RenderError."""
    rest = encoded(text)
    try:
        while rest:
            rest = rest[os.write(1, rest) :]
    except OSError as error:
        raise RenderError(
            [Issue(f"stdout cannot be written: {os.strerror(error.errno or 0).lower()}")]
        ) from None
