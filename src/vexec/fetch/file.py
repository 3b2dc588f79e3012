"""Secrets in files: a directory with one file a variable, a dotenv file, a JSON file, one file's content.

This is how podman, Docker and Kubernetes mount secrets. No server is asked and no log-in is made.
"""

from __future__ import annotations

from vexec.errors import FileError, Issue, RenderError, SecretNotFound
from vexec.fetch import dotenv
from vexec.fetch.interface import Secret
from vexec.system.files import is_directory, read, read_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.fetch.ref import Ref

WHAT = "the secret file"


def fetch(ref: Ref) -> Secret:
    """Read what a reference of kind `file` names: for a directory only the file that its key names.

    Raises SecretNotFound where it does not exist, FileError where it cannot be read, and RenderError, with
    the line, where its content is not what its name says.
    """
    try:
        if is_directory(ref.path):
            if ref.key is None and ref.format == "raw":
                raise FileError(
                    f"{WHAT} {ref.path} is a directory", hint="vexec:file:PATH#NAME is a file of it"
                )
            names = read_directory(ref.path, "the directory of secrets") if ref.key is None else [ref.key]
            data = {name: content(f"{ref.path}/{checked(name)}", ref) for name in names}
        else:
            data = parse(ref)
    except FileError as error:
        if error.is_missing and (ref.key is not None or not is_directory(ref.path)):
            raise SecretNotFound(error.message, hint=error.hint) from None
        raise
    return Secret(data, ref.path, "file")


def checked(name: str) -> str:
    """Refuse a key that would lead out of the directory."""
    if "/" in name or "\0" in name or name in ("", ".", ".."):
        raise SecretNotFound(f"a key of a directory is a file's name, and {name!r} is none")
    return name


def parse(ref: Ref) -> dict[str, Any]:
    """Read one file by its format; a raw one is a single variable of the file's name."""
    form = ref.format or format_of(ref)
    if form == "raw" and ref.key is None:
        return {ref.path.rpartition("/")[2]: content(ref.path, ref)}
    raw = read(ref.path, WHAT)
    if form == "raw":
        hint = "?format=json or ?format=dotenv reads them"
        raise RenderError([Issue(f"{ref.path} holds no keys by its name", hint)])
    try:
        data = json(raw) if form == "json" else dotenv.parse(raw.decode("utf-8", "surrogateescape"))
    except ValueError as error:
        raise RenderError([Issue(f"{ref.path} is no {form} file: {error}")]) from None
    if not isinstance(data, dict):
        raise RenderError([Issue(f"{ref.path} is no {form} file with an object of keys")])
    return data


def json(raw: bytes) -> Any:
    r"""Decode JSON; a lone surrogate, which it can write (`"\ud800"`) and no text can hold, is refused."""
    from vexec.codec import decode, encode

    value = decode(raw)
    try:
        encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("it holds half a surrogate pair") from None
    return value


def format_of(ref: Ref) -> str:
    """Tell a file's format by its name: *.json, *.env or .env; a reference without a key is raw."""
    name = ref.path.rpartition("/")[2]
    if name.endswith(".json"):
        return "json"
    return "dotenv" if name.endswith(".env") else "raw"


def content(path: str, ref: Ref) -> str:
    """Return a file's text, other bytes than UTF-8 by surrogateescape; one final newline is dropped."""
    text = read(path, WHAT).decode("utf-8", "surrogateescape")
    if ref.keeps_newline or not text.endswith("\n"):
        return text
    return text[:-1].removesuffix("\r")
