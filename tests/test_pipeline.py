"""The one story: what is asked for, how failures are told, and that nothing is left out in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vexec.config.environ import load
from vexec.errors import (
    AuthError,
    ConfigError,
    Issue,
    PermissionDenied,
    RenderError,
    SecretNotFound,
    VaultUnavailable,
    VexecError,
)
from vexec.fetch.interface import Secret
from vexec.fetch.plan import Plan, plan, read_plan
from vexec.fetch.ref import Ref, parse_source, parse_value
from vexec.pipeline import collect, resolve
from vexec.render.gather import Undone, gather
from vexec.system.clock import Deadline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def wanted(variables: Mapping[str, str], sources: str = "", **inherited: str) -> Plan:
    """Plan these variables and sources."""
    parts = {name: parse_value(text) for name, text in variables.items()}
    assert all(part is not None for part in parts.values())
    return Plan(
        dict(inherited), {n: p for n, p in parts.items() if p}, tuple(map(parse_source, sources.split()))
    )


def ref(text: str) -> Ref:
    """Return the reference that a text is."""
    parts = parse_value(text)
    assert parts is not None
    assert isinstance(parts[0], Ref)
    return parts[0]


def secret(path: str, **data: Any) -> Secret:
    """Make a secret."""
    return Secret(data, path, "kv version 1")


def everything(asked: Plan, outcome: Secret | VexecError) -> dict[Ref, Secret | VexecError]:
    """Give every reference the same outcome."""
    return dict.fromkeys([*asked.refs("vault"), *asked.refs("file")], outcome)


# what is asked for


def test_a_plan_tells_references_from_values() -> None:
    """References, whole or within a text, are fetched; all else is inherited; own variables are gone."""
    environ = {
        "A": "vault:kv/a#KEY",
        "B": "x ${vexec:file:/f}",
        "C": "plain",
        "VAULT_TOKEN": "t",
        "VEXEC_PASS": "",
    }
    asked = plan(load(environ), environ)

    assert asked.inherited == {"C": "plain"}
    assert set(asked.variables) == {"A", "B"}
    assert [str(r) for r in asked.refs("vault")] == ["vault:kv/a#KEY"]
    assert [str(r) for r in asked.refs("file")] == ["vexec:file:/f"]


def test_the_same_reference_is_wanted_once() -> None:
    """T25: references are counted once, in order, over variables and sources."""
    asked = wanted(
        {"A": "vault:kv/a#K", "B": "${vault:kv/a#K} ${vault:kv/b#K}"}, "vault:kv/c vault:kv/c?prefix=X_"
    )

    assert [str(r) for r in asked.refs("vault")] == ["vault:kv/a#K", "vault:kv/b#K", "vault:kv/c"]


def test_every_mistake_is_collected() -> None:
    """All that cannot be understood is one error, unless fetching is disabled."""
    environ = {"A": "vault:kv/a", "B": "vexec:aws:x", "VEXEC_FROM": "vault:kv/c nonsense"}

    with pytest.raises(ConfigError) as caught:
        plan(load(environ), environ)
    assert [issue.partition(":")[0] for issue in caught.value.issues] == [
        "variable A",
        "variable B",
        "VEXEC_FROM, entry 2",
    ]
    disabled = {**environ, "VEXEC_DISABLE": "1"}
    assert plan(load(disabled), disabled).variables == {"A": (), "B": ()}


def test_sources_stand_in_for_the_setting() -> None:
    """`vexec env SOURCE` does not look at VEXEC_FROM, and names its own arguments."""
    environ = {"VEXEC_FROM": "vault:kv/a"}

    asked, issues = read_plan(load(environ), environ, ["vault:kv/b", "nonsense"])
    assert [str(source.ref) for source in asked.sources] == ["vault:kv/b"]
    assert [issue.partition(":")[0] for issue in issues] == ["SOURCE, entry 2"]


@pytest.mark.parametrize(
    ("variables", "sources", "is_fetched"),
    [
        ({"PATH": "vault:kv/a#P"}, "", True),
        ({}, "vault:kv/a?only=PATH", True),
        ({}, "vault:kv/a?only=path&upper", True),
        ({}, "vault:kv/a?only=TH&prefix=PA", True),
        ({}, "vault:kv/a", False),
        ({}, "vault:kv/a?only=PATH&prefix=X_", False),
        ({"OTHER": "vault:kv/a#P"}, "", False),
    ],
)
def test_a_plan_knows_whether_it_fetches_a_variable(
    variables: dict[str, str], sources: str, is_fetched: bool
) -> None:
    """T10, T16: PATH is fetched by a reference, or by an import that asks for its key by name."""
    assert wanted(variables, sources).fetches("PATH") is is_fetched


# how it is put together


def test_values_are_joined() -> None:
    """Text and references of one value become one text; an optional one that is missing leaves a gap."""
    asked = wanted({"A": "a${vault:kv/a#K}b${vault:kv/a?optional#NO}c", "B": "vault:kv/a?optional#NO"})

    imports, explicit = collect(asked, everything(asked, secret("kv/a", K="1")))
    assert imports == []
    assert [(item.name, item.value, item.origin) for item in explicit] == [
        ("A", "a1bc", "vault:kv/a#K and vault:kv/a#NO")
    ]


def test_nulls_are_not_imported() -> None:
    """A null counts as missing."""
    asked = wanted({}, "vault:kv/a")

    imports, _ = collect(asked, everything(asked, secret("kv/a", A="1", B=None)))
    assert [(item.name, item.origin) for item in imports] == [("A", "vault:kv/a")]


def test_a_source_of_files_is_named_as_it_is_written() -> None:
    """VEXEC_FROM spells a file without `vexec:`, and so do its errors."""
    asked = wanted({}, "file:/run/secrets")

    with pytest.raises(SecretNotFound, match=r"^import of file:/run/secrets: gone$"):
        collect(asked, everything(asked, SecretNotFound("gone")))


# how failures are told


def test_a_failure_is_told_once_with_all_that_wait_for_it() -> None:
    """One error of several variables and imports is one line; another stands beside it."""
    asked = wanted({"A": "vault:kv/a#K", "B": "x ${vault:kv/a#L}", "C": "vault:kv/c#K"}, "vault:kv/a")
    lost = SecretNotFound("no secret at kv/a", hint="is it?")
    outcomes: dict[Ref, Secret | VexecError] = dict.fromkeys(asked.refs("vault"), lost)
    outcomes[ref("vault:kv/c#K")] = PermissionDenied("denied")

    with pytest.raises(SecretNotFound) as caught:
        collect(asked, outcomes)
    assert [(str(issue), issue.hint) for issue in caught.value.issues] == [
        ("import of vault:kv/a, variable A, variable B: no secret at kv/a", "is it?"),
        ("variable C: denied", ""),
    ]


@pytest.mark.parametrize("error", [VaultUnavailable("is sealed"), AuthError("not valid")], ids=str)
def test_a_failure_of_the_server_is_nobodys(error: VexecError) -> None:
    """What is wrong with the server or the token is told once, and not with the variable that came first."""
    asked = wanted({"A": "vault:kv/a#K", "B": "vault:secret/b#K"})
    outcomes: dict[Ref, Secret | VexecError] = {
        ref("vault:kv/a#K"): error,
        ref("vault:secret/b#K"): type(error)(str(error)),
    }

    with pytest.raises(type(error)) as caught:
        collect(asked, outcomes)
    assert list(caught.value.issues) == [str(error)]


def test_every_issue_of_a_failure_is_told_with_its_place() -> None:
    """An error of several issues keeps them all, each with the variable."""
    asked = wanted({"A": "vault:pki/a#K", "B": "vault:kv/b#K"})
    outcomes: dict[Ref, Secret | VexecError] = {
        ref("vault:pki/a#K"): ConfigError([Issue("one"), Issue("two")]),
        ref("vault:kv/b#K"): SecretNotFound("gone"),
    }

    with pytest.raises(ConfigError) as caught:
        collect(asked, outcomes)
    assert list(caught.value.issues) == ["variable A: one", "variable A: two", "variable B: gone"]


def test_a_missing_key_is_a_failure_of_its_variable() -> None:
    """Other variables of the same secret are not named."""
    asked = wanted({"A": "vault:kv/a#K", "B": "vault:kv/a#NO", "C": "vault:kv/a#NULL"})

    with pytest.raises(SecretNotFound) as caught:
        collect(asked, everything(asked, secret("kv/a", K="1", NULL=None)))
    assert list(caught.value.issues) == [
        "variable B: key NO of kv/a does not exist",
        "variable C: key NULL of kv/a is null",
    ]


def test_optional_does_not_hide_a_refusal() -> None:
    """`?optional` and `?default=` are for what is missing, not for what is denied or broken."""
    asked = wanted({"A": "vault:kv/a?optional#K", "B": "vault:kv/a?default=x#K"}, "vault:kv/a?optional")

    for error in (PermissionDenied("denied"), RenderError([Issue("broken")])):
        with pytest.raises(type(error)):
            collect(asked, everything(asked, error))
    imports, explicit = collect(asked, everything(asked, SecretNotFound("gone")))
    assert (imports, [(item.name, item.value) for item in explicit]) == ([], [("B", "x")])


def test_what_was_not_fetched_never_passes_for_missing() -> None:
    """T20: a reference without an outcome and without an error stops the start, also an optional one."""
    asked = wanted({"A": "vault:kv/a#K", "B": "vault:kv/b?optional#K"})

    with pytest.raises(Undone):
        collect(asked, {ref("vault:kv/a#K"): secret("kv/a", K="1")})


def test_what_waited_behind_an_error_is_not_told() -> None:
    """After the first error some references have no outcome; only the error is told."""
    asked = wanted({"A": "vault:kv/a#K", "B": "vault:kv/b#K"})

    with pytest.raises(PermissionDenied) as caught:
        collect(asked, {ref("vault:kv/a#K"): PermissionDenied("denied")})
    assert list(caught.value.issues) == ["variable A: denied"]


def test_what_can_be_had_is_gathered_beside_the_errors() -> None:
    """`vexec check` goes on with what is there."""
    asked = wanted({"A": "vault:kv/a#K", "B": "vault:kv/b#K", "C": "vault:kv/c#K"}, "vault:kv/a?prefix=I_")
    outcomes: dict[Ref, Secret | VexecError] = dict.fromkeys(asked.refs("vault"), secret("kv/a", K="1"))
    outcomes[ref("vault:kv/b#K")] = SecretNotFound("gone")
    del outcomes[ref("vault:kv/c#K")]

    imports, explicit, errors = gather(asked, outcomes)
    assert [item.name for item in imports] == ["I_K"]
    assert [item.name for item in explicit] == ["A"]
    assert list(map(str, errors)) == ["variable B: gone"]


def test_files_fail_before_the_server_is_asked(tmp_path: Path) -> None:
    """What is wrong with a file is raised before a log-in is even chosen: here there would be no way."""
    environ = {"A": f"vexec:file:{tmp_path}/absent", "B": "vault:kv/b#K"}
    config = load(environ)

    with pytest.raises(SecretNotFound, match=r"absent does not exist"):
        resolve(config, plan(config, environ), Deadline(5))


def test_no_repr_shows_a_value() -> None:
    """T38: the plan holds inherited values and text around references; its repr hides them."""
    shown = repr(wanted({"A": "canary ${vault:kv/a?default=canary#K}"}, MINE="canary"))

    assert "canary" not in shown
