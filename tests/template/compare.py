"""Runs a case with vexec's engine and compares what becomes of it with what became of it in Go.

Where Go's message shows a value, vexec's has `"…"`; everything else is compared exactly.
"""

from __future__ import annotations

import base64
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.template.cases import Case, decode
from tests.template.corpus import expanded
from vexec.errors import TemplateError
from vexec.template.evaluate import evaluate
from vexec.template.functions import GROUPS
from vexec.template.functions.vault import Secret, secret_of
from vexec.template.parse import parse
from vexec.template.scope import STEPS, Scope
from vexec.template.values import Ask, Missing

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN = ".*?"  # Go quotes some values and shows others as they are
LONG = 6  # characters of a value that is looked for in messages
BUILTIN = frozenset(GROUPS["functions.builtin"])


def ours(case: Case, kind: str, steps: int = STEPS) -> dict[str, str]:
    """Return what vexec makes of an expanded case: `out`, or `err` and `stage`.

    `kind` is the oracle: with `text` only the functions of text/template itself exist.
    """
    text = case["template"]
    if "base64" in case:
        text = base64.b64decode(case["base64"]).decode("utf-8", "surrogateescape")
    try:
        template = parse(
            text,
            case.get("name", ""),
            left=case.get("left", ""),
            right=case.get("right", ""),
            functions=BUILTIN if kind == "text" else None,
            denied=tuple(case.get("denylist", ())),
        )
    except TemplateError as error:
        return {"err": str(error), "stage": "parse"}
    try:
        result = evaluate(template, scope_of(case, kind, steps), decode(case.get("data")))
    except TemplateError as error:
        return {"err": str(error), "stage": "exec"}
    if isinstance(result, Missing):
        return {"err": f"{result.ask.function}{result.ask.args}", "stage": "missing"}
    return {"out": result}


def scope_of(case: Case, kind: str, steps: int = STEPS) -> Scope:
    """Return the world of an expanded case."""
    files = case.get("files", {})

    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return str(files[path]).encode("utf-8", "surrogateescape")

    return Scope(
        known=known_of(case),
        environ=case.get("env", {}),
        missing=case.get("missingkey") or ("default" if kind == "text" else "zero"),
        sandbox=case.get("sandbox", ""),
        read=read,
        steps=steps,
        now=lambda: int(case.get("now", 0)),
    )


def known_of(case: Case) -> dict[Ask, Any]:
    """Return the answers that a template may need: those whose path it names, or all if it makes paths."""
    text = case["template"]
    is_open = not text or "printf" in text
    known: dict[Ask, Any] = {}
    for ask in case.get("asks", ()):
        if is_open or ask["args"][0] in text:
            known[Ask(ask["function"], tuple(ask["args"]))] = decode(ask["answer"])
    for path, data in case.get("secrets", {}).items():
        if is_open or path in text:
            known[Ask("secret", (path,))] = Answer(data)
    return known


class Answer(Secret):
    """Vault's answer with data of any type, which the JSON of a real answer could not hold."""

    def __init__(self, data: Any) -> None:
        super().__init__(**{**secret_of({}).fields, "Data": decode(data)})


def difference(case: Case, theirs: Mapping[str, Any], kind: str) -> str:
    """Return how vexec's result of a case differs from Go's, "" where it does not."""
    full = expanded(case)
    try:
        mine = ours(full, kind)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a difference
        mine = {"err": f"{type(error).__name__}: {error}", "stage": "raised"}
    if is_same(mine, theirs):
        return leak(full, mine.get("err", ""))
    shown = "\n".join(f"    {who}: {told(what)}" for who, what in (("Go  ", theirs), ("ours", mine)))
    return f"{case.get('id', '')}: {case['template']!r}\n{shown}"


def leak(case: Case, message: str) -> str:
    """Return what a message tells of a case's secrets, "" for nothing."""
    if not message or not case.get("secrets"):
        return ""
    told = [
        value
        for value in values_of(json.dumps(case["secrets"], sort_keys=True))
        if value in message and value not in case["template"]
    ]
    return f"{case.get('id', '')}: {case['template']!r}: tells {told}: {message}" if told else ""


@lru_cache(maxsize=8)
def values_of(secrets: str) -> frozenset[str]:
    """Return the strings in JSON that are long enough not to be in a message by accident."""
    found: list[str] = []
    rest = [json.loads(secrets)]
    while rest:
        value = rest.pop()
        if isinstance(value, str) and len(value) >= LONG:
            found.append(value)
        elif isinstance(value, dict | list):
            rest += [value[key] for key in value if key != "typed"] if isinstance(value, dict) else value
    return frozenset(found)


def is_same(mine: Mapping[str, str], theirs: Mapping[str, Any]) -> bool:
    """Tell whether two results are the same, what is hidden in ours apart."""
    if "err" in mine or "err" in theirs:
        if mine.get("stage") != theirs.get("stage"):
            return False
        is_hiding = mine.get("stage") != "parse"
        return bool(pattern(mine["err"], is_hiding=is_hiding).fullmatch(theirs["err"]))
    return mine["out"] == out_of(theirs)


def out_of(theirs: Mapping[str, Any]) -> str:
    """Return what Go printed."""
    if "raw" in theirs:
        return base64.b64decode(theirs["raw"]).decode("utf-8", "surrogateescape")
    return str(theirs.get("out", ""))


@lru_cache
def pattern(text: str, *, is_hiding: bool) -> re.Pattern[str]:
    """Return what a message of ours stands for; a byte that is not UTF-8 is U+FFFD in the oracle's JSON."""
    written = HIDDEN.join(re.escape(part) for part in (text.split('"…"') if is_hiding else [text]))
    return re.compile(re.sub("[\udc80-\udcff]", "\ufffd", written), re.DOTALL)


def told(result: Mapping[str, Any]) -> str:
    """Show a result in a line."""
    if "err" in result:
        return f"{result.get('stage')} error {result['err']}"
    return repr(out_of(result))[:2000]
