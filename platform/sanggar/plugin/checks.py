"""What a certificate rule answers: a verdict with words, a share of progress, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from sanggar.plugin.text import Frozen, Text

if TYPE_CHECKING:
    from sanggar.plugin.evidence import Evidence


class Check(Frozen):
    """Verdict on one requirement.

    `label` says what is asked, `detail` what is there and what is still needed; `progress` 0..1.
    `stage` is the petal of the kawung it belongs to: learn, workshop, exam, work.
    """

    need: str
    stage: Literal["learn", "workshop", "exam", "work"]
    met: bool
    label: Text
    detail: Text
    progress: float = Field(ge=0, le=1)
    #: what it points at (a workshop, an assessment), so that a page can link to it
    targets: tuple[str, ...] = ()


class Requirement(Frozen):
    """Base of all requirements."""

    need: str

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        """Return whether the evidence meets this requirement, with words for the talent."""
        raise NotImplementedError


class Names(Frozen):
    """Titles by id, so that a reason can name things ("Lokakarya 4: Pracetak")."""

    titles: dict[str, Text] = Field(default_factory=dict)

    def of(self, key: str) -> Text:
        """Return the title of `key`, the key itself when unknown."""
        return self.titles.get(key) or Text(id=key, en=key)

    def listed(self, keys: tuple[str, ...]) -> Text:
        """Return the titles joined by commas."""
        found = [self.of(key) for key in keys]
        return Text(id=", ".join(t.id for t in found), en=", ".join(t.to("en") for t in found))


def number(value: float) -> Text:
    """Return a number as each language writes it."""
    plain = f"{value:.1f}".removesuffix(".0")
    return Text(id=plain.replace(".", ","), en=plain)


def share(part: float, whole: float) -> float:
    """Return part of whole, 0..1; nothing asked is all done."""
    return 1.0 if whole <= 0 else max(0.0, min(1.0, part / whole))


DONE = Text(id="Sudah terpenuhi.", en="Done.")
