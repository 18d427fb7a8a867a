"""Where things stand: places in files, findings with their place, values that know their line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sanggar.plugin.faults import Fault, TrackFaults

YamlPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A line of a file."""

    file: str
    line: int


class Findings:
    """Collects faults and warnings; one fault at the same place is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, str], Fault] = {}

    def add(self, place: Place, problem: str, remedy: str, *, warning: bool = False) -> None:
        """Note a fault."""
        severity = "warning" if warning else "error"
        fault = Fault(place.file, place.line, problem, remedy, severity)
        self._found.setdefault((place.file, place.line, problem), fault)

    @property
    def all(self) -> list[Fault]:
        """Everything found, by file and line."""
        return sorted(self._found.values())

    @property
    def errors(self) -> list[Fault]:
        """What keeps the track from loading."""
        return [fault for fault in self.all if fault.severity == "error"]

    def raise_errors(self) -> None:
        """Raise `TrackFaults` when there is an error."""
        if self.errors:
            raise TrackFaults(self.errors)


@dataclass
class Document:
    """Values read from files, and the place of each by its path of keys and positions."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[YamlPath, Place] = field(default_factory=dict)

    def at(self, *path: str | int) -> Place:
        """Return the place of a value; of what it is part of when it has none itself.

        Steps that are not in the file (the kind of a requirement) are skipped.
        """
        place = self.places.get((), Place("?", 1))
        reached: YamlPath = ()
        for step in path:
            longer = (*reached, step)
            if longer in self.places:
                place, reached = self.places[longer], longer
        return place

    def put(self, key: str, position: int | None, other: Document) -> None:
        """Hang another document in under a key, at a position when the key holds a list."""
        if position is None:
            self.data[key] = other.data
            base: YamlPath = (key,)
        else:
            self.data.setdefault(key, []).append(other.data)
            base = (key, position)
        self.places.update({(*base, *path): place for path, place in other.places.items()})
        if base in self.places:
            self.places.setdefault((key,), self.places[base])


def meant(word: object, known: Iterable[str]) -> str:
    """Return "did you mean 'x'" when something known is near, else the list of what is known."""
    names = sorted(known)
    low = {name.casefold(): name for name in names}
    near = get_close_matches(str(word).casefold(), low, 1, 0.6)
    if near:
        return f"did you mean '{low[near[0]]}'?"
    if not names:
        return "there is none yet: add it or remove this"
    shown = ", ".join(names[:14]) + (", …" if len(names) > 14 else "")
    return f"use one of {shown}"
