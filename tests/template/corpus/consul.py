"""consul-template's own functions, with good, borderline and wrong arguments.

`@name` in a row is the value of that name of `worlds.KINDS`, `&name` that of `worlds.APP`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.template.corpus import sections, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

UNSAFE = frozenset(("secret", "secrets", "pkiCert", "file", "timestamp"))  # what they do not know is missing
DENYLISTS = (
    ["env"],
    ["to*"],
    ["*"],
    ["sprig_*", "file"],
    ["*5sum", "s*t"],
    ["ENV", "*x*"],
    ["", "e?v", "[a-z]nv"],
    ["printf", "len"],
)


def written(text: str) -> str:
    """Expand `@name` and `&name` outside of quotes."""
    if re.search(r"@[a-z]", text):
        text = "{{$k := (secret `k`).Data.k}}" + re.sub(r"(?<![`\w])@(?=[a-z])", "$k.", text)
    if re.search(r"(?<![`\w])&[a-z]", text):
        text = "{{$a := (secret `secret/data/app`).Data.data}}" + re.sub(r"(?<![`\w])&(?=[a-z])", "$a.", text)
    return text


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    rows = sections("consul")
    for names, arguments in sections("consul-functions").items():
        for name in names.split():
            more = () if name in UNSAFE else rows["any"]
            if name == "executeTemplate":  # which calls itself without end for ""
                more = [args for args in more if "``" not in args]
            forms = [f"{{{{{name} {args}}}}}" for args in dict.fromkeys((*arguments, *more))]
            yield from table(name, map(written, forms), use="consul")
    yield from table("consul", map(written, rows["forms"]), use="consul")
    for missing in ("", "error"):
        name = f"secrets{missing and '-'}{missing}"
        yield from table(name, map(written, rows["secrets"]), use="consul", missingkey=missing)
    for denylist in DENYLISTS:
        yield from table("denied", rows["denied"], use="consul", denylist=denylist)
    for sandbox in ("/dev", "/dev/", "/nowhere"):
        files = {"/dev/null": "nothing"}
        yield from table("sandbox", rows["sandboxed"], use="consul", sandbox=sandbox, files=files)
