"""A skill track: what one plugin defines, as validated, immutable objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from sanggar.plugin.checks import Names
from sanggar.plugin.items import BANDS, Item
from sanggar.plugin.requirements import AnyRequirement
from sanggar.plugin.text import Frozen, Scalar, Strings, Text, Texts

CertificateLevel = Literal["foundation", "associate", "professional"]
LEVEL_TITLES: dict[str, Text] = {
    "foundation": Text(id="Dasar", en="Foundation"),
    "associate": Text(id="Madya", en="Associate"),
    "professional": Text(id="Profesional", en="Professional"),
}


class Unit(Frozen):
    """One unit of competency."""

    id: str
    title: Text
    outcomes: Texts
    mapped_to: str = ""
    courses: Strings = ()


class Service(Frozen):
    """Something clients can order from people of this track."""

    id: str
    title: Text
    per: Text
    #: P10, median and P90 in rupiah at Associate level
    price: tuple[int, int, int]
    days: int = Field(ge=1)
    hours: float = Field(gt=0)
    revisions: int = Field(default=2, ge=0)
    deliverables: Texts
    #: how an owner might put it, shown where briefs are written
    example: Text = Text(id="", en="")
    units: Strings = Field(min_length=1)


class FileRules(Frozen):
    """What may be handed in: number, size in MB of each, kinds by extension."""

    max: int = Field(default=5, ge=0, le=60)
    size_mb: int = Field(default=10, ge=1, le=50)
    types: Strings = ("jpg", "png", "pdf")


class Workshop(Frozen):
    """One workshop of the track; sessions of it are held by the hubs."""

    id: str
    number: int = Field(ge=1)
    title: Text
    hours: float = Field(gt=0)
    mode: Literal["onsite", "online", "hybrid"] = "onsite"
    capacity: int = Field(default=20, ge=1)
    training: Literal["skilling", "upskilling", "reskilling"] = "skilling"
    units: Strings = ()
    deliverable: Text
    files: FileRules = FileRules()
    keep_exif: bool = False
    bring: Text = Text(id="", en="")
    #: agenda, Markdown
    body: Text


class Criterion(Frozen):
    """One row of an analytic rubric with four level descriptors (index 0 = level 1)."""

    id: str
    title: Text
    weight: float = Field(gt=0, le=100)
    critical: bool = False
    levels: tuple[Text, Text, Text, Text]


class Check(Frozen):
    """An automatic check of handed-in files: the question type that measures, and its limits."""

    type: str
    params: Mapping[str, Scalar] = Field(default_factory=dict)


class Assignment(Frozen):
    """A practical task marked by mentors against a rubric."""

    id: str
    title: Text
    level: CertificateLevel = "associate"
    kind: Literal["assignment", "portfolio", "defence"] = "assignment"
    days: int = Field(default=10, ge=1)
    markers: int = Field(default=2, ge=1, le=3)
    pass_mark: float = Field(default=75, alias="pass", gt=0, le=100)
    critical_level: int = Field(default=3, ge=1, le=4)
    files: FileRules = FileRules()
    keep_exif: bool = False
    rubric: tuple[Criterion, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    body: Text

    @model_validator(mode="after")
    def _weights(self) -> Assignment:
        total = sum(c.weight for c in self.rubric)
        if abs(total - 100) > 1e-6:
            raise ValueError(
                f"the weights of the rubric add up to {total:g}: make them add up to 100"
            )
        return self


class AttemptRules(Frozen):
    """How often an exam may be taken. `limit` 0 = unlimited, counted within `within_days`."""

    limit: int = Field(default=3, ge=0)
    within_days: int = Field(default=180, ge=1)
    wait_days: int = Field(default=7, ge=0)


class PassRules(Frozen):
    """Percentages an attempt must reach."""

    total: float = Field(default=70, gt=0, le=100)
    each_unit: float = Field(default=0, ge=0, le=100)


class AdaptiveRules(Frozen):
    """When an adaptive exam stops, and what it tries out besides.

    It asks at least `least` and at most `most` scored items, and stops between them when the
    standard error of the ability is at most `se` (``stop: se``) or when the answers decide on one side
    of the pass mark at `confidence` (``stop: decision``): by the ratio of their likelihoods just above
    and just below it (``method: ratio``), or by the interval of the ability (``method: interval``).
    What is still open after `most` items is "undecided": up to `more` further items follow, then a
    person decides.
    `field_test` unscored items are mixed in to be calibrated.
    """

    least: int = Field(default=10, ge=1, le=200)
    most: int = Field(default=25, ge=1, le=200)
    more: int = Field(default=10, ge=0, le=100)
    se: float = Field(default=0.30, gt=0, le=2)
    stop: Literal["se", "decision"] = "decision"
    method: Literal["ratio", "interval"] = "ratio"
    confidence: float = Field(default=0.92, gt=0.5, lt=1)
    field_test: int = Field(default=0, ge=0, le=20)

    @model_validator(mode="after")
    def _order(self) -> AdaptiveRules:
        if self.most < self.least:
            raise ValueError(f"most ({self.most}) is below least ({self.least}): raise it")
        return self


class ReviewRules(Frozen):
    """What a talent sees of a decided attempt, and when: at once, after the window, or never."""

    after: Literal["decided", "window", "never"] = "decided"
    show: tuple[Literal["answers", "keys", "explanations"], ...] = (
        "answers", "keys", "explanations",
    )  # fmt: skip


class Assessment(Frozen):
    """A theory exam or check: its blueprint says how many items of which unit and band are drawn."""

    id: str
    title: Text
    intro: Text = Text(id="", en="")
    minutes: int = Field(ge=1, le=600)
    attempts: AttemptRules = AttemptRules()
    pass_rules: PassRules = Field(default=PassRules(), alias="pass")
    selection: Literal["fixed", "random", "adaptive"] = "random"
    #: unit -> band (know, apply, analyse) -> number of items
    blueprint: dict[str, dict[str, int]]
    #: passing is part of completing this course
    course: str = ""
    #: `window`: only while a hub has opened a window for it; `always`: at any time
    opening: Literal["always", "window"] = "always"
    #: whether questions that a person judges (essays, files) may be drawn: the result then waits
    judged: bool = False
    adaptive: AdaptiveRules = AdaptiveRules()
    review: ReviewRules = ReviewRules()

    @property
    def size(self) -> int:
        """Number of items in one form."""
        return sum(n for row in self.blueprint.values() for n in row.values())

    @model_validator(mode="after")
    def _bands(self) -> Assessment:
        for unit, row in self.blueprint.items():
            for band, count in row.items():
                if band not in BANDS:
                    raise ValueError(
                        f"blueprint of {unit} names the band '{band}': use one of {', '.join(BANDS)}"
                    )
                if count < 0:
                    raise ValueError(f"blueprint of {unit} gives {band} as {count}: use 0 or more")
        if self.size == 0:
            raise ValueError("the blueprint draws no item: give at least one count")
        return self


class CertificateRule(Frozen):
    """What one level asks for, how long it is valid, how it is renewed."""

    level: CertificateLevel
    valid_months: int = Field(default=36, ge=1)
    requires: tuple[AnyRequirement, ...] = Field(min_length=1)
    renewal: tuple[AnyRequirement, ...] = ()

    @property
    def title(self) -> Text:
        """Name of the level."""
        return LEVEL_TITLES[self.level]


class Track(Frozen):
    """A whole skill track. `Track.from_folder` reads it from text files; see docs/mentors/formats.md."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    version: str
    order: int = 100
    listed: bool = True
    title: Text
    summary: Text
    about: Text = Text(id="", en="")
    earn: Text = Text(id="", en="")
    device: Text = Text(id="", en="")
    standards: tuple[Text, ...] = ()
    units: tuple[Unit, ...] = Field(min_length=1)
    courses: Strings = ()
    services: tuple[Service, ...] = ()
    certificates: tuple[CertificateRule, ...] = ()
    workshops: tuple[Workshop, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    items: tuple[Item, ...] = Field(default=(), repr=False)
    #: the package folder it was read from: templates/, static/, courses/ are found there
    folder: Path | None = Field(default=None, repr=False)

    @classmethod
    def from_folder(cls, folder: Path | str) -> Track:
        """Read a track from a folder of text files.

        Parameters
        ----------
        folder : path
            Folder that holds ``track.yaml``; pass ``Path(__file__).parent``.

        Raises
        ------
        TrackFaults
            With every fault as ``file:line: what is wrong: what to write instead``.
        """
        # the reader needs a YAML parser, which the rest of the authoring API does not
        from sanggar.plugin.loader import read_track  # noqa: PLC0415

        return read_track(Path(folder))

    @cached_property
    def names(self) -> Names:
        """Titles of everything in the track by id, for the sentences of requirements."""
        pairs: Iterable[tuple[str, Text]] = (
            *((u.id, u.title) for u in self.units),
            *(
                (w.id, Text(
                    id=f"Lokakarya {w.number}: {w.title.id}",
                    en=f"Workshop {w.number}: {w.title.to('en')}"))
                for w in self.workshops
            ),
            *((a.id, a.title) for a in self.assessments),
            *((a.id, a.title) for a in self.assignments),
            *LEVEL_TITLES.items(),
        )  # fmt: skip
        return Names(titles=dict(pairs))

    def unit(self, unit_id: str) -> Unit | None:
        """Return the unit with this id."""
        return next((u for u in self.units if u.id == unit_id), None)

    def workshop(self, workshop_id: str) -> Workshop | None:
        """Return the workshop with this id."""
        return next((w for w in self.workshops if w.id == workshop_id), None)

    def assessment(self, assessment_id: str) -> Assessment | None:
        """Return the assessment with this id."""
        return next((a for a in self.assessments if a.id == assessment_id), None)

    def assignment(self, assignment_id: str) -> Assignment | None:
        """Return the assignment with this id."""
        return next((a for a in self.assignments if a.id == assignment_id), None)

    def service(self, service_id: str) -> Service | None:
        """Return the service with this id."""
        return next((s for s in self.services if s.id == service_id), None)

    def certificate(self, level: str) -> CertificateRule | None:
        """Return the rules of a certificate level."""
        return next((c for c in self.certificates if c.level == level), None)

    @cached_property
    def items_by_id(self) -> dict[str, Item]:
        """The bank, by item id."""
        return {item.id: item for item in self.items}
