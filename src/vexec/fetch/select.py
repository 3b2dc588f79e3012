"""From a secret to the one value that a reference asks for: key, decoding, JSON spelling (T17)."""

from __future__ import annotations

from vexec import log
from vexec.errors import Issue, RenderError, SecretNotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.fetch.interface import Secret
    from vexec.fetch.ref import Ref


def select(ref: Ref, secret: Secret) -> str:
    """Return the value as text; raises SecretNotFound for an absent key or a null."""
    if ref.form == "json":
        return spell(secret.data, ref)
    key = ref.key if ref.key is not None else next(iter(secret.data), "")
    value = secret.data.get(key)
    if value is None:
        what = "is null" if key in secret.data else "does not exist"
        names = ", ".join(sorted(secret.data)) or "none"
        raise SecretNotFound(f"key {key} of {secret.origin} {what}", hint=f"its keys are: {names}")
    text = spell(value, ref)
    return from_base64(text, ref) if ref.decode else text


def spell(value: object, ref: Ref) -> str:
    """Return a value as text: a string as it is, anything else in its JSON spelling.

    A lone surrogate, which JSON can write and UTF-8 cannot, is refused; in a file's text it stands for
    a byte that is not UTF-8 and stays.
    """
    if isinstance(value, str):
        text = str(value)  # a Number is a str as well, and JSON would write it bare
    else:
        from vexec.codec import encode

        text = encode(value)
    if ref.kind != "file" and not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise RenderError([Issue(f"the value of {ref} is not Unicode text")]) from None
    return log.protect(text)


def from_base64(text: str, ref: Ref) -> str:
    """Decode standard base64, strictly but for white space around and in it."""
    import binascii

    try:
        raw = binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError):
        raise RenderError([Issue(f"the value of {ref} is not base64, as ?decode=base64 says")]) from None
    return log.protect(raw.decode("utf-8", "surrogateescape"))
