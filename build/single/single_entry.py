"""What the built file runs first: extension modules are found among its parts, then vexec starts."""

import sys
from _frozen_importlib import ModuleSpec  # importlib.machinery would import two more modules, and warnings
from _frozen_importlib_external import ExtensionFileLoader

from _single import load, unpack
from single_libraries import (
    LIBRARIES,
)  # made by the build: extension module → the libraries below it, in order


class PartFinder:
    """Find extension modules that are parts of the file; stands in for the finder of sys.path."""

    @staticmethod
    def find_spec(name, path=None, target=None):  # noqa: ARG004 - the interface
        """See `importlib.abc.MetaPathFinder`."""
        for library in LIBRARIES.pop(name, ()):
            if library not in LOADED:
                LOADED.add(library)
                loaded(library)
        file = loaded(name)
        return ModuleSpec(name, ExtensionFileLoader(name, file), origin=file) if file else None


def loaded(part):
    """Unpack and load a part and return its path, None for one that is not there.

    The file stays open: the dynamic loader knows it by the number of its descriptor.
    Raises a PlatformError that is an ImportError, too: the standard library does without some of its
    extension modules, and an error must not fail to be told for want of _json.
    """
    try:
        file = unpack(part)
        if file:
            load(file)
    except OSError as error:
        from vexec.errors import PlatformError

        kind = type("NotLoaded", (PlatformError, ImportError), {})
        raise kind(f"cannot run here: {error}") from None
    return file


LOADED = set()
sys.meta_path[-1] = PartFinder


def run():
    """Start vexec."""
    from vexec.__main__ import run as start

    return start()
