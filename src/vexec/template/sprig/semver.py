"""Sprig's functions on semantic versions, as Masterminds/semver reads, compares and constrains them."""

from __future__ import annotations

from vexec.template.regex import Regex, compiled
from vexec.template.sprig import table
from vexec.template.strconv import NumError, parse_uint
from vexec.template.values import Function, FunctionError, Int, Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from vexec.template.scope import Scope

DIGITS = frozenset("0123456789")
ALLOWED = DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")
IDENTIFIERS = r"[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*"
SUFFIX = rf"(-{IDENTIFIERS})?(\+{IDENTIFIERS})?"
VERSION = rf"^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?{SUFFIX}$"
PART = r"[0-9|x|X|\*]+"  # of a version in a constraint
PARTS = rf"v?({PART})(\.{PART})?(\.{PART})?{SUFFIX}"
WHOLE = rf"v?{PART}(?:\.{PART})?(?:\.{PART})?(?:-{IDENTIFIERS})?(?:\+{IDENTIFIERS})?"
OPERATORS = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^"
RANGE = rf"\s*({WHOLE})\s+-\s+({WHOLE})\s*"
ONE = rf"(?:{OPERATORS})\s*(?:{WHOLE})"
ALL = rf"^(?:\s*{ONE}\s*)(?:(?:\s+|,\s*){ONE}\s*)*$"
CONSTRAINT = rf"^\s*({OPERATORS})\s*{PARTS}\s*$"
CONDITION = 50  # steps that reading a condition counts for
READ = 10  # steps that reading a version counts for
POINTER = "*semver.Version"


REGEXES: dict[str, Regex] = {}  # the expressions above, compiled once


def regex_of(pattern: str) -> Regex:
    """Return an expression of this module, compiled."""
    if pattern not in REGEXES:
        REGEXES[pattern] = compiled(pattern)
    return REGEXES[pattern]


def groups_of(pattern: str, text: str) -> tuple[str, ...] | None:
    """Return the groups of the first match of an expression of this module, "" for those without one."""
    match = regex_of(pattern).pattern.search(text.encode("utf-8", "surrogateescape"))
    if match is None:
        return None
    return tuple((group or b"").decode() for group in match.groups())


class Parsed:
    """What a version is made of."""

    def __init__(
        self, numbers: tuple[int, int, int], pre: str = "", metadata: str = "", original: str = ""
    ) -> None:
        self.numbers = numbers
        self.pre = pre
        self.metadata = metadata
        self.original = original


class Version(Struct, Parsed):
    """A semantic version, *semver.Version; the type of what a method returns is semver.Version."""

    def __init__(
        self, numbers: tuple[int, int, int], pre: str = "", metadata: str = "", original: str = ""
    ) -> None:
        Struct.__init__(self)
        Parsed.__init__(self, numbers, pre, metadata, original)
        self.type = POINTER
        self.methods = methods_of(self, VALUE_METHODS) | methods_of(self, POINTER_METHODS)

    def __str__(self) -> str:
        text = ".".join(map(str, self.numbers))
        return text + (f"-{self.pre}" if self.pre else "") + (f"+{self.metadata}" if self.metadata else "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.identity() == other.identity()

    def __hash__(self) -> int:
        return hash(self.identity())

    def identity(self) -> tuple[object, ...]:
        """Return what makes two versions deeply equal."""
        return self.type, self.numbers, self.pre, self.metadata, self.original

    def deep_copy(self) -> Version:
        """Return version 0.0.0: the fields of a version are not exported and copystructure loses them."""
        return Version((0, 0, 0))

    def changed(self, numbers: tuple[int, int, int], pre: str = "", metadata: str = "") -> Version:
        """Return another version as a value, which has fewer methods than a pointer."""
        version = Version(numbers, pre, metadata)
        version.original = ("v" if self.original.startswith("v") else "") + str(version)
        version.type = POINTER[1:]
        version.methods = methods_of(version, VALUE_METHODS)
        return version


def methods_of(
    version: Version, table: Mapping[str, tuple[tuple[str, ...], str, Any]]
) -> dict[str, Function]:
    """Return the methods of a version."""
    return {
        name: Function(name, bound(call, version), params, result)
        for name, (params, result, call) in table.items()
    }


def bound(call: Callable[..., Any], version: Version) -> Callable[..., Any]:
    """Give a method its receiver."""
    return lambda *args: call(version, *args)


def next_patch(version: Version) -> Version:
    """Return the next patch version, which the release of a prerelease is."""
    major, minor, patch = version.numbers
    is_release = not version.pre
    return version.changed((major, minor, (patch + is_release) % (1 << 64)))


def next_minor(version: Version) -> Version:
    """Return the next minor version."""
    major, minor, _ = version.numbers
    return version.changed((major, (minor + 1) % (1 << 64), 0))


def next_major(version: Version) -> Version:
    """Return the next major version."""
    return version.changed(((version.numbers[0] + 1) % (1 << 64), 0, 0))


def with_prerelease(version: Version, text: str) -> Version:
    """Return the version with another prerelease."""
    if text:
        check_prerelease(text)
    return version.changed(version.numbers, text, version.metadata)


def with_metadata(version: Version, text: str) -> Version:
    """Return the version with other metadata."""
    if text:
        check_metadata(text)
    return version.changed(version.numbers, version.pre, text)


def number_of(index: int) -> Callable[[Version], Int]:
    """Return a method that returns one of the three numbers."""
    return lambda version: Int(version.numbers[index], "uint64")


VALUE_METHODS: Mapping[str, tuple[tuple[str, ...], str, Any]] = {
    "String": ((), "string", str),
    "MarshalText": ((), "[]uint8", lambda version: str(version).encode()),
    "Major": ((), "uint64", number_of(0)),
    "Minor": ((), "uint64", number_of(1)),
    "Patch": ((), "uint64", number_of(2)),
    "Prerelease": ((), "string", lambda version: version.pre),
    "Metadata": ((), "string", lambda version: version.metadata),
    "IncPatch": ((), "semver.Version", next_patch),
    "IncMinor": ((), "semver.Version", next_minor),
    "IncMajor": ((), "semver.Version", next_major),
    "SetPrerelease": (("string",), "semver.Version", with_prerelease),
    "SetMetadata": (("string",), "semver.Version", with_metadata),
}


def read_version(scope: Scope, text: str) -> Version:
    """Read a version for a template to use."""
    scope.count(READ)
    parsed = parse_version(text)
    return Version(parsed.numbers, parsed.pre, parsed.metadata, parsed.original)


def parse_version(text: str) -> Parsed:
    """Read a version, whose minor and patch numbers may be left out."""
    groups = groups_of(VERSION, text)
    if groups is None:
        raise FunctionError("Invalid Semantic Version")
    try:
        major, minor, patch = (parse_uint(group.lstrip(".") or "0") for group in groups[:3])
    except NumError as error:
        raise FunctionError(f"Error parsing version segment: {error}") from None
    pre, metadata = groups[3][1:], groups[4][1:]
    if pre:
        check_prerelease(pre)
    return Parsed((major, minor, patch), pre, metadata, text)


def check_prerelease(text: str) -> None:
    """Check that a prerelease is made of identifiers, and of numbers without leading zeros."""
    for part in text.split("."):
        if DIGITS.issuperset(part):
            if len(part) > 1 and part[0] == "0":
                raise FunctionError("Version segment starts with 0")
        elif not ALLOWED.issuperset(part):
            raise FunctionError("Invalid Prerelease string")


def check_metadata(text: str) -> None:
    """Check that metadata is made of identifiers."""
    if not all(ALLOWED.issuperset(part) for part in text.split(".")):
        raise FunctionError("Invalid Metadata string")


def compare(left: Parsed, right: Parsed) -> int:
    """Return -1, 0 or 1 as a version is before, equal to or after another one."""
    if left.numbers != right.numbers:
        return -1 if left.numbers < right.numbers else 1
    if not left.pre or not right.pre:
        return bool(right.pre) - bool(left.pre)
    return compare_prereleases(left.pre, right.pre)


def compare_prereleases(left: str, right: str) -> int:
    """Compare two prereleases part by part; the longer one is the later one."""
    lefts, rights = left.split("."), right.split(".")
    size = max(len(lefts), len(rights))
    lefts += [""] * (size - len(lefts))
    rights += [""] * (size - len(rights))
    for one, other in zip(lefts, rights, strict=True):
        if one != other:
            return -1 if rank(one) < rank(other) else 1
    return 0


def rank(part: str) -> tuple[int, int, str]:
    """Return what orders the parts of a prerelease: none, numbers, then words."""
    if not part:
        return 0, 0, ""
    is_number = DIGITS.issuperset(part) and len(part.lstrip("0")) <= 20 and int(part) < 1 << 64
    return (1, int(part), "") if is_number else (2, 0, part)


POINTER_METHODS: Mapping[str, tuple[tuple[str, ...], str, Any]] = {
    "Original": ((), "string", lambda version: version.original),
    "Compare": ((POINTER,), "int", compare),
    "Equal": ((POINTER,), "bool", lambda version, other: compare(version, other) == 0),
    "LessThan": ((POINTER,), "bool", lambda version, other: compare(version, other) < 0),
    "LessThanEqual": ((POINTER,), "bool", lambda version, other: compare(version, other) <= 0),
    "GreaterThan": ((POINTER,), "bool", lambda version, other: compare(version, other) > 0),
    "GreaterThanEqual": ((POINTER,), "bool", lambda version, other: compare(version, other) >= 0),
}


class Constraint:
    """One condition: an operator and a version, of which a part may be left open."""

    def __init__(self, text: str) -> None:
        groups = groups_of(CONSTRAINT, text)
        if groups is None:
            raise improper()
        self.operator, major, minor, patch, pre, metadata = groups
        self.has_open_minor = self.has_open_patch = False
        self.is_open = True
        if is_wild(major):
            version = "0.0.0" + pre
        elif is_wild(minor):
            self.has_open_minor = True
            version = f"{major}.0.0{pre}"
        elif is_wild(patch):
            self.has_open_patch = True
            version = f"{major}{minor}.0{pre}"
        else:
            self.is_open = False
            version = major + minor + patch + pre + metadata
        try:
            self.version = parse_version(version)
        except FunctionError:
            raise FunctionError("constraint Parser Error") from None

    def is_met(self, version: Parsed) -> bool:
        """Tell whether a version meets the condition; a prerelease only meets one that names one."""
        is_apart = bool(version.pre) and not self.version.pre
        if is_apart and (self.is_open or self.operator != "!="):
            return False
        return CHECKS[self.operator](self, version)

    def is_unequal(self, version: Parsed) -> bool:
        """Tell whether a version is outside of all that the condition leaves open."""
        own, other = self.version.numbers, version.numbers
        if not self.is_open or not (self.has_open_minor or self.has_open_patch):
            return compare(version, self.version) != 0
        if own[0] != other[0] or (own[1] != other[1] and not self.has_open_minor):
            return True
        if self.has_open_minor:
            return False
        has_pre = bool(version.pre or self.version.pre)
        return has_pre and compare_prereleases(version.pre, self.version.pre) != 0

    def is_after(self, version: Parsed) -> bool:
        """Tell whether a version is after all that the condition leaves open."""
        own, other = self.version.numbers, version.numbers
        if self.has_open_minor:
            return other[0] > own[0]
        if self.has_open_patch:
            return other[:2] > own[:2]
        return compare(version, self.version) > 0

    def is_not_after(self, version: Parsed) -> bool:
        """Tell whether a version is before or within what the condition leaves open."""
        if not self.is_open:
            return compare(version, self.version) <= 0
        own, other = self.version.numbers, version.numbers
        return other[0] < own[0] or (other[0] == own[0] and (other[1] <= own[1] or self.has_open_minor))

    def is_near(self, version: Parsed) -> bool:
        """Tell whether a version is not before the condition's and has its major and minor numbers (~)."""
        own, other = self.version.numbers, version.numbers
        if compare(version, self.version) < 0:
            return False
        if own == (0, 0, 0) and not self.has_open_minor and not self.has_open_patch:
            return True
        return own[0] == other[0] and (own[1] == other[1] or self.has_open_minor)

    def is_equal(self, version: Parsed) -> bool:
        """Tell whether a version is the condition's, or near it where that leaves something open."""
        return self.is_near(version) if self.is_open else compare(version, self.version) == 0

    def is_compatible(self, version: Parsed) -> bool:
        """Tell whether a version is not before the condition's and has its first number that is not 0 (^)."""
        own, other = self.version.numbers, version.numbers
        if compare(version, self.version) < 0 or own[0] != other[0]:
            return False
        if own[0] or self.has_open_minor:
            return True
        if own[1] or self.has_open_patch:
            return own[1] == other[1]
        return own[1] == other[1] and own[2] == other[2]


CHECKS: Mapping[str, Callable[[Constraint, Parsed], bool]] = {
    "": Constraint.is_equal,
    "=": Constraint.is_equal,
    "!=": Constraint.is_unequal,
    ">": Constraint.is_after,
    "<": lambda constraint, version: compare(version, constraint.version) < 0,
    ">=": lambda constraint, version: compare(version, constraint.version) >= 0,
    "=>": lambda constraint, version: compare(version, constraint.version) >= 0,
    "<=": Constraint.is_not_after,
    "=<": Constraint.is_not_after,
    "~": Constraint.is_near,
    "~>": Constraint.is_near,
    "^": Constraint.is_compatible,
}


def is_wild(part: str) -> bool:
    """Tell whether a number of a condition's version is left open."""
    return part.removeprefix(".") in ("", "x", "X", "*")


def improper() -> FunctionError:
    """Build the error of a text that is no condition."""
    return FunctionError('improper constraint: "…"')


def parse_constraints(scope: Scope, text: str) -> list[list[Constraint]]:
    """Read conditions: `||` between alternatives, spaces or commas between what has to hold together."""
    text = without_ranges(scope, text)
    alternatives = []
    for part in text.split("||"):
        if groups_of(ALL, part) is None:
            raise improper()
        found = regex_of(ONE).find_all(scope, part)
        scope.count(CONDITION * len(found))
        alternatives.append([Constraint(one) for one in found])
    return alternatives


def without_ranges(scope: Scope, text: str) -> str:
    """Write each range `a - b` as two conditions."""
    for whole in regex_of(RANGE).find_all(scope, text):
        scope.count(CONDITION + len(text) // 64)
        low, high = groups_of(RANGE, whole) or ("", "")
        text = text.replace(whole, f">= {low}, <= {high} ", 1)
    return text


def is_constraint_met(scope: Scope, constraint: str, version: str) -> bool:
    """Tell whether a version meets a constraint."""
    alternatives = parse_constraints(scope, constraint)
    parsed = parse_version(version)
    return any(all(one.is_met(parsed) for one in conditions) for conditions in alternatives)


FUNCTIONS = table(
    {},
    {
        "semver": (f"func(string) ({POINTER}, error)", read_version),
        "semverCompare": ("func(string, string) (bool, error)", is_constraint_met),
    },
)
