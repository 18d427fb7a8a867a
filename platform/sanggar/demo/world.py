"""What the demo knows about its people while it invents them; nothing here touches a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sanggar import clock
from sanggar.demo.data import Figures
from sanggar.demo.dice import Dice
from sanggar.plugin.track import Track

NOT_YET = datetime(1, 1, 1, tzinfo=UTC)
#: how far a talent gets, from first to last
GOALS = ("starter", "expired", "foundation", "associate", "professional")


@dataclass(frozen=True)
class Place:
    """A hub with the regions it serves."""

    id: int
    code: str
    name: str
    city: str
    regions: tuple[tuple[int, str], ...]


@dataclass
class Person:
    """Anybody with an account."""

    name: str
    hub: str
    id: int = 0
    region_id: int | None = None
    phone: str | None = None
    email: str | None = None
    birth_date: date | None = None
    created_at: datetime | None = None
    #: the demo account this person is, or empty
    account: str = ""


@dataclass
class Staff(Person):
    """An officer, the province, an administrator."""

    role: str = ""
    agency: str = ""


@dataclass
class Mentor(Person):
    """A mentor with the tracks they may mark."""

    tracks: tuple[str, ...] = ()
    affiliation: str = ""


@dataclass
class ClientOwner(Person):
    """Who asks for work, and for which business."""

    business: str = ""
    category: str = ""
    kind: str = "micro"
    client_id: int = 0


@dataclass
class HandIn:
    """One version of practical work on its way: handed in, decided (or not yet)."""

    kind: str
    ref: str
    version: int
    at: datetime
    decided_at: datetime | None = None
    decision: str = ""
    #: markers who have handed their marks in although nothing is decided
    marked_by: int = 0
    #: the mark of an assignment, filled in when the marks are drawn
    total: float | None = None
    markers: int = 0


@dataclass
class Sitting:
    """One exam attempt: when it began and how it must end (None: as chance has it)."""

    track: str
    assessment: str
    at: datetime
    passes: bool
    total: float = 0.0
    #: what came out, filled in when the answers are drawn
    score: float = 0.0
    by_unit: dict[str, float] = field(default_factory=dict)


@dataclass
class Member:
    """An incubation."""

    cohort: int
    mentor: Mentor
    state: str
    started_at: datetime
    closed_at: datetime | None = None


@dataclass
class Talent(Person):
    """A talent, with what chance gave them and what they did."""

    goal: str = "starter"
    active: bool = True
    minor: bool = False
    woman: bool = True
    education: str = "smk"
    disability: bool = False
    track: str = ""
    second: str = ""
    channel: str = "self"
    #: incubation: "", running, completed, stopped
    incubated: str = ""
    twin_of: Talent | None = None
    withdrew: bool = False
    #: what the generative model draws
    skill: dict[str, float] = field(default_factory=dict)
    reliability: float = 0.8
    price_factor: float = 1.0
    joined_at: datetime = NOT_YET
    inactive_at: datetime | None = None
    judged_at: datetime | None = None
    #: moments at which courses of the track are read to the end: course slug -> moment
    read: dict[str, datetime] = field(default_factory=dict)
    #: the share of lessons read of the courses not finished
    reading: float = 0.0
    sittings: list[Sitting] = field(default_factory=list)
    #: workshop id -> moment of check-in
    attended: dict[str, datetime] = field(default_factory=dict)
    hand_ins: list[HandIn] = field(default_factory=list)
    member: Member | None = None
    certificates: dict[str, datetime] = field(default_factory=dict)
    steps: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def mean_skill(self) -> float:
        """Mean over the units of the track, 0..100."""
        return sum(self.skill.values()) / max(1, len(self.skill))

    def level_at(self, moment: datetime) -> str:
        """Return the highest certificate held at a moment, empty when there is none."""
        held = [level for level, at in self.certificates.items() if at <= moment]
        return next(
            (level for level in ("professional", "associate", "foundation") if level in held), ""
        )


@dataclass
class Meeting:
    """A workshop session, held or to come."""

    hub: str
    track: str
    workshop: str
    starts_at: datetime
    ends_at: datetime
    mentor: Mentor
    capacity: int
    came: list[Talent] = field(default_factory=list)
    absent: list[Talent] = field(default_factory=list)
    registered: list[Talent] = field(default_factory=list)
    waiting: list[Talent] = field(default_factory=list)
    id: int = 0


@dataclass
class CohortPlan:
    """Talents who begin an incubation together."""

    hub: str
    track: str
    starts_on: date
    ends_on: date
    members: list[Talent] = field(default_factory=list)
    name: str = ""
    id: int = 0


@dataclass
class World:
    """Everything the demo invents, before it is written down."""

    figures: Figures
    as_of: datetime
    #: first day of the programme's period
    start: date
    places: dict[str, Place]
    tracks: dict[str, Track]
    #: course slug -> lesson slugs
    lessons: dict[str, tuple[str, ...]]
    seed: int
    staff: list[Staff] = field(default_factory=list)
    mentors: list[Mentor] = field(default_factory=list)
    clients: list[ClientOwner] = field(default_factory=list)
    talents: list[Talent] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    cohorts: list[CohortPlan] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The as-of day on the programme's calendar."""
        return clock.local(self.as_of).date()

    def dice(self, part: str) -> Dice:
        """Return the source of chance of one part: what one part draws moves no other."""
        return Dice(f"{self.seed}:{part}")

    def account(self, name: str) -> Person:
        """Return the person behind a demo account."""
        return next(p for p in self.everybody() if p.account == name)

    def everybody(self) -> Iterator[Person]:
        """Yield all people: staff, mentors, clients, talents."""
        yield from self.staff
        yield from self.mentors
        yield from self.clients
        yield from self.talents

    def officer(self, hub: str) -> Staff:
        """Return the officer of a hub."""
        return next(s for s in self.staff if s.role == "hub_officer" and s.hub == hub)

    def mentors_of(self, track: str, hub: str = "") -> list[Mentor]:
        """Return the mentors of a track, those of a hub first when one is named."""
        found = [m for m in self.mentors if track in m.tracks]
        return sorted(found, key=lambda m: m.hub != hub) if hub else found
