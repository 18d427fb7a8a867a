"""Tables of the work that clients ask for: briefs, offers, placements, and what talents show of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from sanggar.clients.rules import (
    BriefState,
    DeclineReason,
    OfferState,
    PlacementState,
)
from sanggar.clients.stages import Stage
from sanggar.clients.talent_rules import PermissionHow
from sanggar.kernel.models import Table, enum_type


class BriefTeam(Table, table=True):
    """Several briefs that belong together: the roles of a team."""

    __tablename__ = "brief_team"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    #: leads the team: only then may people under 18 take part
    mentor_id: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime


class Brief(Table, table=True):
    """What a client needs, in the client's own words."""

    __table_args__ = (Index("ix_brief_hub_id_state", "hub_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    track: str = Field(max_length=40)
    service: str = Field(max_length=60)
    text: str = Field(default="", max_length=2000)
    category: str = Field(default="", max_length=20)
    level: str = Field(default="associate", max_length=20)
    budget_low: int | None = None
    budget_high: int | None = None
    deadline: date | None = None
    onsite: bool = False
    link: str = Field(default="", max_length=300)
    #: permits the product has: see `rules.PERMITS`
    permits: list[str] = Field(default_factory=list, sa_type=JSON)
    #: how many people are wanted; more than one is a team
    team_size: int = 1
    #: how many questions were answered: the wizard goes on after them
    asked: int = 0
    #: a team that a mentor leads: minors may take part
    supervised: bool = False
    hub_id: int | None = Field(default=None, foreign_key="hub.id")
    region_id: int | None = Field(default=None, foreign_key="region.id")
    state: BriefState = Field(default=BriefState.DRAFT, sa_type=enum_type(BriefState), index=True)
    quality: int = 0
    #: the officer who filled it in for the owner
    helped_by_id: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime
    updated_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str = Field(default="", max_length=500)
    #: the team it is a role of; None: it stands alone
    team_id: int | None = Field(default=None, foreign_key="brief_team.id", index=True)


class BriefMove(Table, table=True):
    """One step of a brief on its way from draft to finished: when, by whom, why."""

    __tablename__ = "brief_move"

    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    brief_id: int = Field(foreign_key="brief.id", index=True)
    old: Stage | None = Field(default=None, sa_type=enum_type(Stage), nullable=True)
    new: Stage = Field(sa_type=enum_type(Stage))
    at: datetime
    #: None: by rule
    by_id: int | None = Field(default=None, foreign_key="user.id")
    reason: str = Field(default="", max_length=500)


class BriefReminder(Table, table=True):
    """A reminder that went out because a brief stood still; once for each number."""

    __tablename__ = "brief_reminder"
    __table_args__ = (UniqueConstraint("move_id", "number"),)

    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    move_id: int = Field(foreign_key="brief_move.id")
    number: int
    at: datetime


class ShortlistEntry(Table, table=True):
    """A talent the client wants to ask, with the place and the features of the ranking that was shown."""

    __tablename__ = "shortlist_entry"
    __table_args__ = (UniqueConstraint("brief_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    brief_id: int = Field(foreign_key="brief.id")
    person_id: int = Field(foreign_key="user.id", index=True)
    rank_shown: int = 0
    features: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    added_at: datetime


class Offer(Table, table=True):
    """Work offered to one talent. Two acceptances make a placement."""

    __table_args__ = (
        UniqueConstraint("brief_id", "person_id"),
        Index("ix_offer_state_answer_by", "state", "answer_by"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brief_id: int = Field(foreign_key="brief.id")
    person_id: int = Field(foreign_key="user.id", index=True)
    state: OfferState = Field(default=OfferState.MADE, sa_type=enum_type(OfferState))
    #: 1, 2 or 3: the third no ends the round
    place: int = 1
    #: how often it was made to this talent: only the newest can be accepted
    times: int = 1
    rank_shown: int = 0
    features: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    price: int
    revisions: int = 2
    #: percent before the work starts; recorded, never held
    down_payment: int = 40
    due: date
    message: str = Field(default="", max_length=1000)
    made_at: datetime
    answer_by: datetime
    talent_accepted_at: datetime | None = None
    client_accepted_at: datetime | None = None
    answered_at: datetime | None = None
    decline_reason: DeclineReason | None = Field(
        default=None, sa_type=enum_type(DeclineReason), nullable=True
    )
    decline_text: str = Field(default="", max_length=500)


class Placement(Table, table=True):
    """Agreed work: exists only because both sides have accepted."""

    __table_args__ = (Index("ix_placement_person_id_state", "person_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    offer_id: int = Field(foreign_key="offer.id", unique=True)
    brief_id: int = Field(foreign_key="brief.id", index=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    person_id: int = Field(foreign_key="user.id")
    track: str = Field(max_length=40)
    service: str = Field(max_length=60)
    category: str = Field(default="", max_length=20)
    price: int
    hours: float = 8.0
    onsite: bool = False
    starts_on: date
    due: date
    revisions: int = 2
    revisions_used: int = 0
    state: PlacementState = Field(
        default=PlacementState.AGREED, sa_type=enum_type(PlacementState), index=True
    )
    agreed_at: datetime
    started_at: datetime | None = None
    delivered_at: datetime | None = None
    delivery_note: str = Field(default="", max_length=1000)
    delivery_link: str = Field(default="", max_length=300)
    reminders: int = 0
    finished_at: datetime | None = None
    #: nobody answered the delivery: it was accepted by rule
    by_rule: bool = False
    rating: int | None = None
    comment: str = Field(default="", max_length=1000)
    on_time: bool | None = None
    ended_at: datetime | None = None
    ended_by_id: int | None = Field(default=None, foreign_key="user.id")
    reason: str = Field(default="", max_length=500)
    #: it was in dispute at some time, however it ended
    was_disputed: bool = False
    disputed_at: datetime | None = None
    #: where it stood before the dispute
    disputed_from: PlacementState | None = Field(
        default=None, sa_type=enum_type(PlacementState), nullable=True
    )
    dispute_reminders: int = 0
    #: what the talent says of the client: shown to officers and to the client
    client_rating: int | None = None
    client_comment: str = Field(default="", max_length=1000)


class Block(Table, table=True):
    """A client and a talent who do not want to be brought together again."""

    __tablename__ = "client_block"
    __table_args__ = (UniqueConstraint("client_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id")
    person_id: int = Field(foreign_key="user.id", index=True)
    by_id: int = Field(foreign_key="user.id")
    at: datetime


class WorkProfile(Table, table=True):
    """How a talent works: hours, pauses, travel, and the address of the public page."""

    __tablename__ = "work_profile"
    audit_hide: ClassVar[frozenset[str]] = frozenset({"calendar_token"})

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", unique=True)
    slug: str = Field(max_length=60, unique=True)
    headline: str = Field(default="", max_length=300)
    weekly_hours: int = 20
    paused: bool = False
    onsite: bool = True
    #: codes, with spaces between
    languages: str = Field(default="", max_length=60)
    #: search engines may list the public page
    searchable: bool = False
    #: the secret address of the calendar of work, when there is one
    calendar_token: str | None = Field(default=None, max_length=64, unique=True)
    updated_at: datetime


class ServicePrice(Table, table=True):
    """What a talent usually asks for a service, how many of it at once, in how many days."""

    __tablename__ = "service_price"
    __table_args__ = (UniqueConstraint("person_id", "track", "service"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id")
    track: str = Field(max_length=40)
    service: str = Field(max_length=60)
    price: int
    #: None: they have not said
    at_once: int | None = None
    days: int | None = None


class PortfolioWork(Table, table=True):
    """One case: the problem, the way, the result, and a number that shows it."""

    __tablename__ = "portfolio_work"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40)
    title: str = Field(max_length=120)
    problem: str = Field(default="", max_length=1000)
    process: str = Field(default="", max_length=1000)
    result: str = Field(default="", max_length=1000)
    number: str = Field(default="", max_length=120)
    category: str = Field(default="", max_length=20)
    link: str = Field(default="", max_length=300)
    published: bool = False
    created_at: datetime
    #: the client it was made for, who must allow it; empty: the talent's own work
    made_for: str = Field(default="", max_length=120)
    #: work of the platform it was picked from
    placement_id: int | None = Field(default=None, foreign_key="placement.id", unique=True)
    permission_at: datetime | None = None
    permission_how: PermissionHow | None = Field(
        default=None, sa_type=enum_type(PermissionHow), nullable=True
    )
    permission_by: str = Field(default="", max_length=120)
    #: counts the links that asked for it: only the newest opens
    permission_key: int = 0
    permission_refused_at: datetime | None = None
    #: people can be recognised in the pictures, and they have signed
    people: bool = False
    released_at: datetime | None = None


class WorkRecord(Table, table=True):
    """What a ranking needs of one talent in one track, gathered when something changes.

    The ranking page reads one row a talent instead of joining attempts, works, offers and
    placements of everybody; `service.refresh_records` makes it anew from those.
    """

    __tablename__ = "work_record"
    __table_args__ = (UniqueConstraint("track", "person_id"),)

    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
