"""What a reader hands over and what a writer leaves behind: nothing disappears without a line.

Readers fill a `Draft` for every question they understand and a `Refusal` for every one they do not.
`assemble` makes items of the drafts; a writer returns `Exported`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sanggar.plugin.items import Item
from sanggar.plugin.text import Text

#: attributes of an item that formats carry as `name=value` tags
TAGGED = ("area", "level", "points", "type")
#: lists of names, weights and units of gaps, and of places, joined by `|`
FACTS = ("gaps", "weights", "gap-units", "places", "scoring")
#: a parameter of a type as a tag
PARAMETER = "param."


class Unreadable(Exception):
    """A question, or a whole file, that cannot be taken over; the message says why."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class Refusal:
    """Something in a file that did not become an item."""

    name: str
    reason: str
    line: int = 0

    def to_json(self) -> dict[str, object]:
        """Return it as the report shows it; `line` only where there is one."""
        shown: dict[str, object] = {"name": self.name, "reason": self.reason}
        return {**shown, "line": self.line} if self.line else shown


@dataclass(frozen=True)
class Loss:
    """Something of an item that one of the two sides cannot say."""

    name: str
    what: str

    def to_json(self) -> dict[str, str]:
        """Return it as the report shows it."""
        return {"name": self.name, "what": self.what}


@dataclass
class Choice:
    """An option of a draft, in the order of the file."""

    text: Text
    key: bool = False
    feedback: Text | None = None
    place: str = ""


@dataclass
class Blank:
    """A gap of a draft; the stem names it as ``[[id]]``."""

    id: str
    kind: str
    choices: list[Choice] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    weight: float = 1.0


@dataclass
class Draft:
    """A question as a reader understood it. Texts are Markdown; `pairs` are (text, choice number)."""

    name: str
    kind: str = ""
    id: str = ""
    line: int = 0
    stem: Text = field(default_factory=lambda: Text(id=""))
    choices: list[Choice] = field(default_factory=list)
    pairs: list[tuple[Text, int]] = field(default_factory=list)
    gaps: list[Blank] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    vars: dict[str, str] = field(default_factory=dict)
    explanation: Text = field(default_factory=lambda: Text(id=""))
    area: str = ""
    level: str = ""
    points: float = 1.0
    image: str = ""
    notes: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    #: what our own exports say of gaps and places that the format has no room for
    facts: dict[str, str] = field(default_factory=dict)

    def tag(self, name: str, value: str) -> bool:
        """Take a `name=value` tag; return whether it was one of ours."""
        if name.startswith(PARAMETER) and value:
            self.params[name.removeprefix(PARAMETER)] = value
        elif name.startswith("var.") and value:
            self.vars[name.removeprefix("var.")] = value
        elif name in FACTS:
            self.facts[name] = value
        elif name == "points":
            try:
                self.points = float(value)
            except ValueError:
                return False
        elif name == "type":
            self.kind = value or self.kind
        elif name in ("area", "level"):
            setattr(self, name, value)
        else:
            return False
        return True


@dataclass
class Found:
    """What a reader found in a file, before items are made of it."""

    drafts: list[Draft] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)
    lost: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lose(self, name: str, what: str) -> None:
        """Note what is not a question and does not come along."""
        self.lost.append(Loss(name, what))

    def refuse(self, name: str, reason: str, line: int = 0) -> None:
        """Note what cannot be taken over."""
        self.refused.append(Refusal(name, reason, line))


@dataclass(frozen=True)
class Entry:
    """An imported item with what a person should know about it."""

    item: Item
    name: str
    notes: tuple[str, ...] = ()


@dataclass
class Imported:
    """What came out of a file: items, their pictures, and everything that did not come along."""

    entries: list[Entry] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """The items, in the order of the file."""
        return [entry.item for entry in self.entries]

    def to_json(self) -> dict[str, Any]:
        """Return the report."""
        return {
            "imported": [
                {
                    "id": entry.item.id,
                    "name": entry.name,
                    "type": entry.item.type,
                    "notes": list(entry.notes),
                }
                for entry in self.entries
            ],
            "refused": [refusal.to_json() for refusal in self.refused],
            "lost": [loss.to_json() for loss in self.lost],
            "images": sorted(self.images),
            "notes": list(self.notes),
        }


@dataclass
class Exported:
    """A written file, what of the items it cannot say, and the items it cannot hold at all."""

    data: bytes = b""
    written: list[str] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def lose(self, item: Item, what: str) -> None:
        """Note, once, what the format cannot say of an item."""
        loss = Loss(item.id, what)
        if loss not in self.lost:
            self.lost.append(loss)

    def refuse(self, item: Item, reason: str) -> None:
        """Note that an item cannot be written; what was lost of it does not matter then."""
        self.refused.append(Refusal(item.id, reason))
        self.lost = [loss for loss in self.lost if loss.name != item.id]

    def to_json(self) -> dict[str, Any]:
        """Return the report."""
        return {
            "exported": list(self.written),
            "refused": [refusal.to_json() for refusal in self.refused],
            "lost": [loss.to_json() for loss in self.lost],
        }


def tags_of(item: Item) -> dict[str, str]:
    """Return what formats carry as `name=value`: area, level, points, type and parameters."""
    tags = {"area": item.area, "level": item.level.value, "type": item.type}
    if item.points != 1:
        tags["points"] = f"{item.points:g}"
    for name, value in item.params.items():
        if not (item.type == "numeric" and name in ("value", "tolerance")):
            tags[PARAMETER + name] = value
    gaps = [gap.id for gap in item.gaps]
    if gaps != [f"g{number}" for number in range(1, len(gaps) + 1)]:
        tags["gaps"] = "|".join(gaps)
    if any(gap.weight != 1 for gap in item.gaps):
        tags["weights"] = "|".join(f"{gap.weight:g}" for gap in item.gaps)
    if any(gap.params.get("unit") for gap in item.gaps):
        tags["gap-units"] = "|".join(gap.params.get("unit", "") for gap in item.gaps)
    if item.type == "multiple" and "credit" not in item.params:
        tags["scoring"] = "all"
    if item.type == "hotspot":
        tags["places"] = "|".join(option.place for option in item.options)
    return {name: value for name, value in tags.items() if value}
