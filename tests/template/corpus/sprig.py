"""sprig's functions as consul-template names them, with good, borderline and wrong arguments.

`@name` and `&name` stand for values as in `consul.py`. What gives another result each time (randInt, bcrypt,
genCA …) is only called wrongly. Of functions that only differ in their errors, the second gets fewer rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.template.corpus import sections, table, words
from tests.template.corpus.consul import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

RANDOM = words("bcrypt encryptAES randInt shuffle genPrivateKey keys values htpasswd ago pick omit")
TWINS = ("must", "os", "trimall", "tuple", "push", "biggest")


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    rows = sections("sprig")
    for names, arguments in sections("sprig-functions").items():
        for name in names.split():
            more = [args for args in rows["any"] if name not in RANDOM or args in ("", "nil")]
            chosen = dict.fromkeys((*(arguments[::3] if name.startswith(TWINS) else arguments), *more))
            forms = (f"{{{{sprig_{name} {args}}}}}" for args in chosen)
            yield from table(f"sprig_{name}", map(written, forms), use="consul")
    yield from table("sprig", map(written, rows["forms"]), use="consul")
