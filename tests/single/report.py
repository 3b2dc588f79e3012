"""What probe.c says: what it was given, and what is around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """A probe's report, as the kernel showed it to the probe."""

    parts: dict[str, bytes]

    @classmethod
    def parse(cls, raw: bytes) -> Report:
        """Read NAME SIZE, a newline, SIZE bytes, and so on."""
        parts = {}
        while raw:
            line, _, raw = raw.partition(b"\n")
            name, size = line.split()
            parts[name.decode()], raw = raw[: int(size)], raw[int(size) :]
        return cls(parts)

    def strings(self, name: str) -> list[bytes]:
        """Return the NUL-terminated strings of a part."""
        return self.parts[name].split(b"\0")[:-1]

    def lines(self, name: str) -> list[str]:
        """Return the lines of a part."""
        return self.parts[name].decode().splitlines()

    @property
    def arguments(self) -> list[bytes]:
        """The arguments, the first one included."""
        return self.strings("arguments")

    @property
    def environ(self) -> list[bytes]:
        """The environment, NAME=VALUE, in the kernel's order."""
        return self.strings("environ")

    @property
    def exe(self) -> str:
        """The program's file."""
        return self.parts["exe"].decode()

    @property
    def descriptors(self) -> dict[int, str]:
        """Each open descriptor and where it leads."""
        pairs = (line.split(" ", 1) for line in self.lines("descriptors"))
        return {int(number): target for number, target in pairs}

    @property
    def status(self) -> dict[str, str]:
        """The lines of /proc/self/status by their names."""
        pairs = (line.partition(":") for line in self.lines("status"))
        return {name: value.strip() for name, _, value in pairs}

    @property
    def signals(self) -> dict[str, set[int]]:
        """The blocked, ignored and caught signals."""
        return {name: bits(self.status[name]) for name in ("SigBlk", "SigIgn", "SigCgt")}

    @property
    def mapped(self) -> set[str]:
        """The names of what is mapped into memory."""
        return {fields[5] for line in self.lines("maps") if len(fields := line.split(maxsplit=5)) == 6}

    @property
    def processes(self) -> list[int]:
        """The ids of all processes that it sees."""
        return sorted(int(word) for word in self.parts["processes"].split())

    @property
    def files(self) -> dict[str, bool]:
        """Every path outside /proc and /sys, and whether the probe may write there."""
        return {line[2:]: line[0] == "w" for line in self.lines("files")}


def bits(mask: str) -> set[int]:
    """Return the signals of a mask of /proc/PID/status."""
    return {number for number in {*range(1, 65)} - {32, 33} if int(mask, 16) >> (number - 1) & 1}
