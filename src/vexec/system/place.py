"""Putting a file in its place in one rename: whole or not at all, and only where it differs."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISREG

from vexec.errors import Issue, RenderError
from vexec.system.process import HALF_DONE, encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

CHUNK = 1 << 20
DEFAULT_MODE = 0o644  # of a file that was not there before
MODE = 0o7777  # what chmod takes; a mode may hold more, such as a file's type
LONGEST = 200  # bytes of a name that a temporary file's takes over, which NAME_MAX, 255, has room for
SPECIAL = "it is no regular file"


def write(path: str, content: bytes, mode: int | None, owner: tuple[str, str] = ("", "")) -> bool:
    """Write a file, and the directories that it needs; return whether it was not there with that content.

    `mode` None keeps the mode that is there; `owner` is user and group, by name or number, each "" for one's
    own. Raises RenderError.
    """
    place = encoded(path)
    try:
        ids = identify(owner)
        there = existing(place)
        wanted = (there.st_mode if there else DEFAULT_MODE) if mode is None else mode
        wanted &= MODE
        if there and there.st_mode & MODE == wanted and is_owned(there, ids) and holds(place, content):
            return False
        if is_special(place):
            raise RenderError([Issue(f"{path} cannot be written: {SPECIAL}")])
        os.makedirs(os.path.dirname(place) or b".", mode=0o755, exist_ok=True)
        put(place, wanted, lambda stream: stream.write(content), ids)
    except OSError as error:
        raise refusal(path, error) from None
    except (KeyError, OverflowError):
        raise RenderError([Issue(f"{path} cannot be written: there is no such user or group")]) from None
    except ValueError:  # what a path, or a name of an owner, cannot hold
        raise RenderError([Issue(f"{path!r} cannot be written: it or its owner holds a NUL byte")]) from None
    return True


def identify(owner: tuple[str, str]) -> tuple[int, int]:
    """Return the numbers of a user and a group, -1 for one's own; raises KeyError."""
    import grp
    import pwd

    user, group = owner
    uid = -1 if not user else int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid
    return uid, -1 if not group else int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid


def is_owned(status: os.stat_result, ids: tuple[int, int]) -> bool:
    """Tell whether a file belongs to the user and the group, as far as they are asked for."""
    return ids[0] in (-1, status.st_uid) and ids[1] in (-1, status.st_gid)


def present(path: str) -> bytes:
    """Return what a file holds, nothing for one that is not there; raises RenderError."""
    place = encoded(path)
    try:
        if is_special(place):  # a FIFO without a writer would keep who opens it waiting
            raise RenderError([Issue(f"{path} cannot be read: {SPECIAL}")])
        with open(place, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return b""
    except ValueError:
        raise RenderError([Issue(f"{path!r} cannot be read: it holds a NUL byte")]) from None
    except OSError as error:
        raise refusal(path, error) from None


def is_special(place: bytes) -> bool:
    """Tell whether a path, its links followed, leads to a device, a FIFO or a socket, not to be replaced.

    A link to a directory counts, too; a directory itself the system refuses to replace.
    """
    try:
        status = os.stat(place)
    except OSError:
        return False
    is_link_to_directory = S_ISDIR(status.st_mode) and os.path.islink(place)
    return is_link_to_directory or not (S_ISREG(status.st_mode) or S_ISDIR(status.st_mode))


def put(place: bytes, mode: int, fill: Callable[[BinaryIO], object], ids: tuple[int, int] = (-1, -1)) -> None:
    """Fill a new file beside the place and rename it there; its name is hidden, and gone after an error.

    Exactly that mode, whatever the umask; the bytes are on the disk before the file gets its name.
    """
    directory, name = os.path.split(place)
    temporary = os.path.join(directory, b".%b-%b" % (name[:LONGEST], os.urandom(6).hex().encode()))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    HALF_DONE.add(temporary)
    try:
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as stream:
            fill(stream)
            stream.flush()
            if ids != (-1, -1):
                os.fchown(stream.fileno(), *ids)
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(temporary, place)
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        HALF_DONE.discard(temporary)


def existing(place: bytes) -> os.stat_result | None:
    """Return the state of the regular file in the place; None where there is none, or a link."""
    try:
        status = os.lstat(place)
    except FileNotFoundError:
        return None
    return status if S_ISREG(status.st_mode) else None


def holds(place: bytes, content: bytes) -> bool:
    """Tell whether a file has that content; one that may not be read is written anew."""
    try:
        with open(place, "rb") as stream:
            return stream.read(len(content) + 1) == content
    except PermissionError:
        return False


def refusal(path: str, error: OSError) -> RenderError:
    """Put in words why a file cannot be written."""
    return RenderError([Issue(f"{path} cannot be written: {os.strerror(error.errno or 0).lower()}")])
