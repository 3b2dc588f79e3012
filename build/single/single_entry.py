"""What the built file runs first: extension modules are found among its parts, then vexec starts."""

import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec

from _single import load, unpack
from single_libraries import (
    LIBRARIES,
)  # generated: extension module → shared libraries, in the order of loading


class PartFinder:
    """Find extension modules that are parts of the file; stands in for the finder of sys.path."""

    @staticmethod
    def find_spec(name, path=None, target=None):  # noqa: ARG004 - the interface
        """See `importlib.abc.MetaPathFinder`."""
        for library in LIBRARIES.pop(name, ()):
            if library not in LOADED:
                LOADED.add(library)
                load(unpack(library))
        file = unpack(name)
        return ModuleSpec(name, ExtensionFileLoader(name, file), origin=file) if file else None


LOADED = set()
sys.meta_path[-1] = PartFinder


def run():
    """Start vexec."""
    from vexec.__main__ import run as start

    return start()
