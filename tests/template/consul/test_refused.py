"""All of upstream's functions are known; some fail when they are called, and so do those on the denylist."""

from __future__ import annotations

import pytest

from tests.template.consul.calls import failure
from vexec.errors import TemplateError
from vexec.template.evaluate import evaluate
from vexec.template.functions import GROUPS, find
from vexec.template.functions.refused import REASONS, deny, is_denied
from vexec.template.parse import parse
from vexec.template.scope import Scope

# the functions of consul-template 0.42.1, less sprig's
UPSTREAM = (
    "add base64Decode base64Encode base64URLDecode base64URLEncode byKey byMeta byPort byTag caLeaf "
    "caRoots connect contains containsAll containsAny containsNone containsNotAll datacenters divide "
    "env envOrDefault executeTemplate explode explodeMap exportedServices file hmacSHA256Hex "
    "importedServices in indent join key keyExists keyOrDefault loop ls maximum md5sum mergeMap "
    "mergeMapWithOverride minimum modulo multiply mustEnv node nodes nomadService nomadServices "
    "nomadVar nomadVarExists nomadVarList nomadVarListSafe parseBool parseFloat parseInt parseJSON "
    "parseUint parseYAML partitions peerings pkiCert plugin regexMatch regexReplaceAll replaceAll "
    "safeLs safeTree scratch secret secrets service services sha256Hex sockaddr spew_dump spew_printf "
    "spew_sdump spew_sprintf split splitToMap subtract timestamp toJSON toJSONPretty toLower toTOML "
    "toTitle toUnescapedJSON toUnescapedJSONPretty toUpper toYAML tree trim trimPrefix trimSpace "
    "trimSuffix writeToFile"
)
OWN = [group for group in GROUPS if group.startswith("functions.") and group != "functions.builtin"]


def test_every_function_of_upstream_is_known() -> None:
    """None more, none less, each in one group."""
    names = [name for group in OWN for name in GROUPS[group]]

    assert sorted(names) == sorted(UPSTREAM.split())


@pytest.mark.parametrize("group", OWN)
def test_a_group_lists_its_functions(group: str) -> None:
    """The names that the parser knows are the table's."""
    module = __import__(f"vexec.template.{group}", fromlist=["FUNCTIONS"])

    assert sorted(module.FUNCTIONS) == sorted(GROUPS[group])
    assert all(find(name).name == name for name in GROUPS[group])


@pytest.mark.parametrize("name", REASONS)
def test_a_refused_function_says_so(name: str) -> None:
    """It is parsed, and fails when it is called."""
    assert failure(name, "a").startswith(f"{name} is not supported: it ")
    template = parse(f"{{{{if false}}}}{{{{{name} 1}}}}{{{{end}}}}x")
    assert evaluate(template, Scope()) == "x"


@pytest.mark.parametrize(
    ("pattern", "name", "is_match"),
    [
        ("env", "env", True),
        ("env", "mustEnv", False),
        ("*", "env", True),
        ("*Env", "mustEnv", True),
        ("env*", "envOrDefault", True),
        ("sprig_*", "sprig_env", True),
        ("*to*JSON*", "toUnescapedJSONPretty", True),
        ("to*JSON", "toJSONPretty", False),
        ("a**b", "ab", True),
        ("a*a", "a", False),
        ("", "env", False),
        ("e?v", "env", False),
        ("x*", "env", False),
        ("*x*", "env", False),
    ],
)
def test_patterns_of_the_denylist(pattern: str, name: str, is_match: bool) -> None:
    """A * stands for any text, nothing else for anything but itself."""
    assert is_denied(name, ["other", pattern]) is is_match


def test_a_denied_function_is_disabled() -> None:
    """It fails when it is called, with upstream's words; it takes texts only."""
    message = 'template: :1:2: executing "" at <secret "a">: error calling secret: function is disabled'
    with pytest.raises(TemplateError) as caught:
        evaluate(parse('{{secret "a"}}', denied=("sec*",)), Scope())

    assert str(caught.value) == message
    assert (deny("x").params, deny("x").is_variadic) == (("string",), True)
