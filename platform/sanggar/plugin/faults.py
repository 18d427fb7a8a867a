"""Faults in a plugin's files: where, what, and what to write instead."""

from __future__ import annotations

from dataclasses import asdict, dataclass

LONGEST = 400


@dataclass(frozen=True, order=True)
class Fault:
    """One fault, printed as ``file:line: what is wrong: what to write instead``."""

    file: str
    line: int
    problem: str
    remedy: str
    #: "error" keeps the track from loading; "warning" does not (a missing English text)
    severity: str = "error"

    def __post_init__(self) -> None:
        """Keep a fault on one readable line, whatever a file or an exception put into it."""
        for name in ("file", "problem", "remedy"):
            printable = "".join(c if c.isprintable() else " " for c in getattr(self, name))
            line = " ".join(printable.split())
            object.__setattr__(self, name, line if len(line) <= LONGEST else line[:LONGEST] + "…")

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}: {self.remedy}"

    def to_json(self) -> dict[str, object]:
        """Return the fault as a JSON object."""
        return asdict(self)


class TrackFaults(Exception):
    """A track could not be read; `faults` lists everything that is wrong, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
