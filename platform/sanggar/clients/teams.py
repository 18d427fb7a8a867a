"""Team briefs: several roles that belong together, each a brief of its own with its own short list.

A shop that needs a label, photographs and somebody who sells them online asks for a team. Every role
is ranked, offered, delivered and rated like any other work; the team holds them together, and a mentor
may lead it. Only then may people under 18 take part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import col

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.clients import brief_photos, briefs, history, queries
from sanggar.clients.lookup import BriefRow, select
from sanggar.clients.models import Brief, BriefTeam, Placement
from sanggar.clients.reading import WorkRow
from sanggar.clients.rules import BriefState, PlacementState
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _
from sanggar.plugin.text import Text

#: A Dream Team has 5 to 10 people; a team for one brief may be smaller.
LARGEST = 10
ENDED = (BriefState.CANCELLED, BriefState.EXPIRED)


@dataclass(frozen=True)
class Seat:
    """One role of a team; whoever has agreed to it is named."""

    brief_id: int
    track: str
    service: str
    state: BriefState
    person_id: int | None
    placement_id: int | None

    @property
    def title(self) -> Text:
        """What the role does."""
        ordered = queries.service_of(self.track, self.service)
        return ordered.title if ordered else Text(id=self.service, en=self.service)


@dataclass(frozen=True)
class Team:
    """A team as pages show it: its mentor, when it has one, and its roles in order."""

    id: int
    mentor_id: int | None
    seats: Sequence[Seat]

    @property
    def agreed(self) -> int:
        """How many roles somebody has agreed to."""
        return sum(seat.person_id is not None for seat in self.seats)


def team_of(brief: BriefRow) -> Team | None:
    """Return the team a brief belongs to, None when it stands alone; roles that ended are left out."""
    return _team(brief.id) if brief.team_id is not None else None


def _team(brief_id: int) -> Team | None:
    asked = aliased(Brief)
    rows = db.session().execute(
        select(
            col(BriefTeam.id), BriefTeam.mentor_id, col(Brief.id), Brief.track, Brief.service,
            Brief.state, col(Placement.person_id), col(Placement.id),
        )
        .join(Brief, col(Brief.team_id) == col(BriefTeam.id))
        .outerjoin(
            Placement,
            (col(Placement.brief_id) == col(Brief.id))
            & (col(Placement.state) != PlacementState.CANCELLED),
        )
        .join(asked, col(asked.team_id) == col(BriefTeam.id))
        .where(col(asked.id) == brief_id)
        .order_by(col(Brief.id))
    ).all()  # fmt: skip
    if not rows:
        return None
    seats = [Seat(*row[2:]) for row in rows if row[5] not in ENDED or row[2] == brief_id]
    return Team(rows[0][0], rows[0][1], seats)


def add_role(
    brief_id: int, service: str, *, seen: int, by: Principal, now: datetime
) -> int:  # fmt: skip
    """Ask for one more person for the same work; return the id of the brief of that role.

    Parameters
    ----------
    brief_id : int
        Any role of the team, or a brief that becomes the first role of one.
    service : str
        ``track/service`` as the catalogue names it.
    seen : int
        How many roles the page showed: sending a form twice adds one role.

    Raises
    ------
    errors.Invalid
        When nobody offers the service.
    errors.Conflict
        When the team is full, or the brief is not open for changes.
    """
    queries.brief(brief_id, by)
    row = db.lock(Brief, brief_id)
    if row.state not in briefs.CHANGEABLE and row.state is not BriefState.RUNNING:
        raise errors.Conflict(_("This brief can no longer be changed."))
    track, _slash, wanted = service.partition("/")
    if queries.service_of(track, wanted) is None:
        raise errors.Invalid(fields={"service": _("Choose what you need.")})
    team_id = row.team_id or _found(row, now)
    db.lock(BriefTeam, team_id)  # roles are added from the page of any role
    seats = list(db.session().exec(
        select(Brief).where(col(Brief.team_id) == team_id).order_by(col(Brief.id))
    ))  # fmt: skip
    # as the page counts them: a role that ended is shown on its own page
    live = [seat for seat in seats if seat.state not in ENDED or seat.id == brief_id]
    if len(live) > seen:
        return live[-1].id or 0
    if len(live) >= LARGEST:
        raise errors.Conflict(_("A team has ten people at most."))
    return _copied(row, track, wanted, now, by)


def _found(row: Brief, now: datetime) -> int:
    """Make a brief the first role of a team."""
    team = db.add(BriefTeam(client_id=row.client_id, created_at=now))
    row.team_id = team.id
    db.session().add(row)
    db.flush()
    return team.id or 0


def _copied(first: Brief, track: str, service: str, now: datetime, by: Principal) -> int:
    """Return the id of a new role: the same words, product, day and place; its own price."""
    made = db.add(Brief(
        client_id=first.client_id, team_id=first.team_id, track=track, service=service,
        text=first.text, category=first.category, level=first.level, deadline=first.deadline,
        onsite=first.onsite, link=first.link, supervised=first.supervised, hub_id=first.hub_id,
        region_id=first.region_id, quality=first.quality, permits=list(first.permits),
        team_size=first.team_size, asked=first.asked, helped_by_id=first.helped_by_id,
        created_at=now, updated_at=now,
    ))  # fmt: skip
    brief_id = made.id or 0
    brief_photos.copy_all(first.id or 0, brief_id, now)
    history.note(brief_id, now, by.id)
    if first.state is not BriefState.DRAFT:
        briefs.move(brief_id, BriefState.OPEN, now, by_id=by.id)
    return brief_id


def lead(brief_id: int, mentor_id: int | None, *, by: Principal, now: datetime) -> None:
    """Let a mentor lead a team, or nobody: an officer decides, because it lets minors take part.

    Raises
    ------
    errors.Forbidden
        When somebody else than an officer of the hub tries.
    errors.Invalid
        When the person is no mentor of any track of the team.
    errors.Conflict
        When the brief stands alone, or somebody under 18 already works in the team.
    """
    brief = queries.brief(brief_id, by)
    if not by.has(Role.HUB_OFFICER, Role.ADMIN):
        raise errors.Forbidden
    team = team_of(brief)
    if team is None:
        raise errors.Conflict(_("This brief is for one person: add a role first."))
    if mentor_id is not None and mentor_id not in {p.id for p in mentors(team)}:
        raise errors.Invalid(fields={"mentor": _("Choose one of the mentors.")})
    today = clock.local(now).date()
    agreed = accounts.people([s.person_id for s in team.seats if s.person_id is not None])
    if mentor_id is None and any(accounts.is_minor(each, today) for each in agreed.values()):
        raise errors.Conflict(_("Somebody under 18 works in this team: it needs a mentor."))
    # briefs before their team, as `add_role` does
    for seat in team.seats:
        each = db.lock(Brief, seat.brief_id)
        each.supervised, each.updated_at = mentor_id is not None, now
        db.session().add(each)
    row = db.lock(BriefTeam, team.id)
    row.mentor_id = mentor_id
    db.session().add(row)
    db.flush()


def mentors(team: Team) -> list[accounts.Person]:
    """Return who may lead a team: the mentors of its tracks, by name."""
    found = {p.id: p for track in {s.track for s in team.seats} for p in accounts.mentors(track)}
    return sorted(found.values(), key=lambda person: person.name)


def known_to(team: Team | None) -> set[int]:
    """Return the people a team's page names."""
    named = {seat.person_id for seat in team.seats} | {team.mentor_id} if team else set()
    return {person_id for person_id in named if person_id is not None}


def around(work: WorkRow) -> Team | None:
    """Return the team in which some work is done, None when it stands alone."""
    return _team(work.brief_id) if work.team_id is not None else None


def mates(
    team: Team | None, person_id: int, people: Mapping[int, accounts.Person]
) -> list[tuple[str, Text]]:
    """Return (name, what they do) of the others who have agreed to work in a team."""
    seats = [s for s in team.seats if s.person_id != person_id] if team else []
    return [(people[s.person_id].name, s.title) for s in seats if s.person_id is not None]
