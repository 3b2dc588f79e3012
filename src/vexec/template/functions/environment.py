"""consul-template's functions of what is around: variables of the environment and the clock."""

from __future__ import annotations

from vexec.template.values import Function, FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.template.scope import Scope

RFC3339 = "2006-01-02T15:04:05Z07:00"
SECOND = 1_000_000_000
FORMAT = 20  # steps that writing a time counts for


def env(scope: Scope, name: str) -> str:
    """Return a variable's value, "" where it is not set."""
    return scope.environ.get(name, "")


def must_env(scope: Scope, name: str) -> str:
    """Return a variable's value; raises FunctionError where it is empty or not set."""
    value = scope.environ.get(name, "")
    if not value:
        raise FunctionError(f"required environment variable {scope.shown(name)} is empty")
    return value


def env_or_default(scope: Scope, name: str, default: str) -> str:
    """Return a variable's value, an empty one as well, or the default where it is not set."""
    return scope.environ.get(name, default)


def timestamp(scope: Scope, *layouts: str) -> str:
    """Return the time in UTC, as a layout says, or in seconds since 1970 for "unix"."""
    if len(layouts) > 1:
        raise FunctionError(f"timestamp: wrong number of arguments, expected 0 or 1, but got {len(layouts)}")
    if scope.now is None:
        raise FunctionError("timestamp is not supported here")
    scope.count(FORMAT)
    now = scope.now()
    if layouts == ("unix",):
        return str(now // SECOND)
    from vexec.template.timefmt import format_time

    return format_time(now, layouts[0] if layouts else RFC3339)


FUNCTIONS: Mapping[str, Function] = {
    "env": Function("env", env, ("string",), "string", is_scoped=True),
    "mustEnv": Function("mustEnv", must_env, ("string",), "string", is_scoped=True),
    "envOrDefault": Function("envOrDefault", env_or_default, ("string", "string"), "string", is_scoped=True),
    "timestamp": Function("timestamp", timestamp, ("string",), "string", is_variadic=True, is_scoped=True),
}
