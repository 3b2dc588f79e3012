"""Extension modules of PyPI's distributions, in wheels for another machine."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from . import debian
from .toolchain import BuildError

OLDEST = 17  # glibc 2.17 is that of manylinux2014


class Wheels:
    """The wheels for a machine with a version of glibc."""

    def __init__(self, machine: str, glibc: str) -> None:
        self.folder = debian.cache() / "wheels" / f"{machine}-{sys.implementation.cache_tag}"
        minor = int(glibc.split(".")[1])
        self.platforms = [f"manylinux_2_{number}_{machine}" for number in range(minor, OLDEST - 1, -1)]
        self.platforms.append(f"manylinux2014_{machine}")

    def extension(self, name: str) -> Path:
        """Return the file of an extension module, of the version that is installed here."""
        owners = metadata.packages_distributions().get(name.partition(".")[0], [])
        if len(owners) != 1:
            raise BuildError(f"{name} is no module of one distribution of PyPI's, so there is no wheel of it")
        *folders, last = name.split(".")
        place = self.unpacked(owners[0], metadata.version(owners[0])).joinpath(*folders)
        found = [path for path in place.glob(f"{last}.*so") if path.name.split(".")[0] == last]
        if len(found) != 1:
            raise BuildError(f"the wheel of {owners[0]} has no module {name}")
        return found[0]

    def unpacked(self, distribution: str, version: str) -> Path:
        """Return the folder of a distribution's wheel, downloading it at the first call."""
        folder = self.folder / f"{distribution}-{version}"
        with debian.locked(self.folder):
            if not folder.exists():
                with TemporaryDirectory(dir=self.folder) as temporary:
                    wheel = self.download(f"{distribution}=={version}", Path(temporary))
                    ZipFile(wheel).extractall(Path(temporary) / "unpacked")
                    (Path(temporary) / "unpacked").rename(folder)
        return folder

    def download(self, requirement: str, directory: Path) -> Path:
        """Download a wheel that this version of Python can use on the machine."""
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps"]
        command += ["--only-binary=:all:", "--implementation=cp", f"--dest={directory}"]
        command += [f"--python-version={sys.version_info[0]}.{sys.version_info[1]}"]
        command += [f"--platform={platform}" for platform in self.platforms]
        done = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
        found = list(directory.glob("*.whl"))
        if done.returncode or len(found) != 1:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no wheel"]
            raise BuildError(f"{requirement} for {self.platforms[-1]}: {lines[-1]}")
        return found[0]
