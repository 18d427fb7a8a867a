"""The parts of a question bank as they stand in one file, before anything is made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sanggar.plugin.documents import Place

#: Types whose options are lines with a box, `- [x] …`.
CHOICE_TYPES = ("single", "multiple")


@dataclass
class RawOption:
    """An option, step, pair, statement or area as it stands in the file.

    `prompt` is the left side of a pair, `column` the key of a statement, `place` the rectangle of an
    area.
    """

    line: int
    text: str
    key: bool = False
    feedback: str = ""
    prompt: str = ""
    column: str = ""
    place: str = ""


@dataclass
class RawGap:
    """What stands behind ``[[name]]:``, and how much the gap weighs."""

    line: int
    id: str
    body: str
    weight: str = ""


@dataclass
class RawVar:
    """A line of `:vars`: a name and what it is drawn from or computed by."""

    line: int
    name: str
    value: str


@dataclass
class Section:
    """One item as it stands in one file."""

    id: str
    file: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    lines: list[tuple[int, str]] = field(default_factory=list)
    stem: str = ""
    options: list[RawOption] = field(default_factory=list)
    gaps: list[RawGap] = field(default_factory=list)
    vars: list[RawVar] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    answer_line: int = 0
    explanation: str | None = None

    @property
    def place(self) -> Place:
        """The heading's place."""
        return Place(self.file, self.line)

    def at(self, line: int) -> Place:
        """Return the place of another line of this section."""
        return Place(self.file, line)

    @property
    def kind(self) -> str:
        """The type, or nothing."""
        return self.attributes.get("type", "")

    def listed(self, name: str) -> list[str]:
        """Return an attribute that is a list, ``A | B | C``, as its parts."""
        text = self.attributes.get(name, "")
        return [part.strip() for part in text.split("|")] if text else []
