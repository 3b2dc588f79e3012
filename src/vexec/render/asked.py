"""What a template asks for → a reference that fetching understands, and what came of it → its answer."""

from __future__ import annotations

from vexec import log
from vexec.errors import SecretNotFound, TemplateError, VexecError
from vexec.fetch.ref import Ref, RefError, api_path
from vexec.template.values import Ask, FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.fetch.interface import Secret
    from vexec.template.scope import Scope

# function → form of its reference; `secret` with more than a path writes
FORMS = {"secret": "answer", "secrets": "list", "pkiCert": "write"}


def reference(ask: Ask) -> Ref:
    """Return what answers an ask; raises TemplateError for a path that cannot be one."""
    path, body, query = ask.args[0], ask.args[1:], ""
    form = "write" if body else FORMS[ask.function]
    try:
        if form == "answer" or ask.function == "pkiCert":  # these two upstream reads as a URL
            from vexec.template.functions.vault import split_path
            from vexec.vault.http import quote

            path, values = split_path(path)
            pairs = [f"{quote(name)}={quote(value)}" for name, given in values.items() for value in given]
            query = "&".join(sorted(pairs))
        return Ref("vault", api_path(path), query=query, form=form, body=body)
    except RefError as error:
        raise TemplateError(f"{ask.function}: {error}", hint=error.hint) from None
    except FunctionError as error:
        raise TemplateError(f"{ask.function}: {error}") from None


def answer(ask: Ask, outcome: Secret | VexecError) -> object | VexecError:
    """Return what a function is told: for `secrets` names, for `pkiCert` the data, else Vault's answer.

    None stands for an answer without a word, as to a write of kv version 1.
    """
    if isinstance(outcome, VexecError):
        is_list = ask.function == "secrets" and isinstance(outcome, SecretNotFound)
        return [] if is_list else outcome
    data = outcome.data.get("data")
    if ask.function == "secrets":  # names, which may be in messages
        keys = data.get("keys") if isinstance(data, dict) else None
        return keys if isinstance(keys, list) else []
    protect(data)
    if ask.function == "pkiCert":
        return data if isinstance(data, dict) else {}
    return outcome.data or None


def conceal(ask: Ask, scope: Scope) -> None:
    """Keep out of the log what of an ask is not public; the server, too, may say it in its answer."""
    from vexec.template.functions.vault import unescaped
    from vexec.template.scope import segments

    path, *pairs = ask.args
    for part in segments(path):
        if not scope.is_public(part):
            log.protect(part)
            log.protect(unescaped(part) or "")
    for pair in pairs:
        for part in () if scope.is_public(pair) else pair.partition("=")[::2]:
            if not scope.is_public(part):
                log.protect(part)


def protect(data: object) -> None:
    """Keep every text of an answer out of the log."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            protect(item)
    elif isinstance(data, str):
        log.protect(data)
