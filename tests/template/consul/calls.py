"""Calls a function as the engine does, less the check of its arguments' types."""

from __future__ import annotations

from typing import Any

import pytest

from vexec.template.functions import find
from vexec.template.scope import Scope
from vexec.template.values import FunctionError


def call(name: str, *args: Any, scope: Scope | None = None) -> Any:
    """Return what a function returns."""
    function = find(name)
    return function.call(scope or Scope(), *args) if function.is_scoped else function.call(*args)


def failure(name: str, *args: Any, scope: Scope | None = None) -> str:
    """Return the text of the error that a function ends in."""
    with pytest.raises(FunctionError) as caught:
        call(name, *args, scope=scope)
    return str(caught.value)
