"""The people an officer may see: searching, paging and the scope that keeps hubs apart.

Somebody of another hub does not exist for an officer (404). Who holds a staff role is changed by
administrators only: a code or a new e-mail address would hand over that role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from sanggar import clock, errors
from sanggar.accounts import queries
from sanggar.accounts.models import DeletionRequest, Purpose, RoleGrant, User
from sanggar.accounts.queries import ConsentRow, GrantRow, GuardianRow, Person
from sanggar.kernel import db
from sanggar.kernel.access import STAFF, Principal, Role
from sanggar.kernel.forms import number
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme
from sanggar.programme.queries import Stage


@dataclass(frozen=True)
class Search:
    """What an officer looks for. `hub_ids` None: every hub (administrators)."""

    text: str = ""
    hub_id: int = 0
    stage: str = ""
    unguarded: bool = False
    page: int = 1
    hub_ids: tuple[int, ...] | None = None

    @classmethod
    def read(cls, args: Mapping[str, str], who: Principal) -> Search:
        """Read the address; a hub that is not the officer's own is left out."""
        hub_id = number(args, "hub")
        scope = None if who.has(Role.ADMIN) else tuple(sorted(who.hubs))
        if hub_id and who.sees_hub(hub_id):
            scope = (hub_id,)
        stage = args.get("stage", "")
        return cls(
            text=args.get("q", "").strip()[:80],
            hub_id=hub_id,
            stage=stage if stage in set(Stage) else "",
            unguarded=args.get("guardian") == "missing",
            page=max(1, number(args, "page", 1)),
            hub_ids=scope,
        )

    def args(self) -> dict[str, Any]:
        """Return the search for links to other pages of it."""
        missing = "missing" if self.unguarded else ""
        given = {"q": self.text, "hub": self.hub_id, "stage": self.stage, "guardian": missing}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    person: Person
    roles: tuple[Role, ...]
    stage: Stage | None


@dataclass(frozen=True)
class Found:
    """One page of a search."""

    entries: list[Entry]
    total: int
    page: int
    pages: int


def people_page(search: Search, size: int) -> Found:
    """Return one page of people: a count, the rows, their stages, their roles."""
    conditions = queries.matching(search.text, search.hub_ids)
    if search.stage:
        conditions.append(col(User.id).in_(programme.enrolled(stages=[Stage(search.stage)])))
    if search.unguarded:
        enrolled = programme.enrolled(stages=[each for each in Stage if each != Stage.INACTIVE])
        conditions += [queries.unguarded(clock.today()), col(User.id).in_(enrolled)]
    count = select(func.count()).select_from(User).where(*conditions)
    total = int(db.session().execute(count).scalar_one())
    pages = max(1, -(-total // size))
    page = min(search.page, pages)
    rows = queries.select_people(conditions, limit=size, offset=(page - 1) * size)
    ids = [row.id for row in rows]
    stages, roles = programme.enrolments(ids), queries.roles_of(ids)
    entries = [
        Entry(
            row,
            tuple(dict.fromkeys(held.role for held in roles.get(row.id, []))),
            stages[row.id].stage if row.id in stages else None,
        )
        for row in rows
    ]
    return Found(entries, total, page, pages)


def person_for(who: Principal, person_id: int, *, change: bool = False) -> Person:
    """Return a person whom `who` may see (and change); somebody else's people are not found."""
    person = queries.person(person_id)
    if who.has(Role.ADMIN):
        return person
    if not (who.has(Role.HUB_OFFICER) and person.hub_id in who.hubs):
        raise errors.NotFound
    if change and any(held.role in STAFF for held in queries.roles(person_id)):
        raise errors.Forbidden(_("Only administrators change the accounts of staff."))
    return person


@dataclass(frozen=True)
class File:
    """What an officer sees of one person."""

    region: str
    hub: str
    enrolment: programme.EnrolmentRow | None
    steps: list[programme.Step]
    channels: list[str]
    consents: dict[Purpose, ConsentRow]
    roles: list[GrantRow]
    minor: bool
    guardian: GuardianRow | None
    names: dict[int, Person] = field(default_factory=dict)

    @property
    def next_stages(self) -> tuple[Stage, ...]:
        """Where the talent may go from here."""
        return programme.next_stages(self.steps)

    @property
    def is_staff(self) -> bool:
        """Whether only administrators may change the account."""
        return any(held.role in STAFF for held in self.roles)


def person_file(person: Person, now: datetime) -> File:
    """Gather what an officer sees of one person."""
    minor = queries.is_minor(person, clock.local(now).date())
    steps = programme.history(person.id)
    guardian = queries.guardian(person.id) if minor else None
    by_ids = {step.by_id for step in steps if step.by_id}
    if guardian and guardian.recorded_by_id:
        by_ids.add(guardian.recorded_by_id)
    region, hub = programme.place_names(person.region_id, person.hub_id)
    row, channels = programme.enrolment_with_channels(person.id)
    return File(
        region=region,
        hub=hub,
        enrolment=row,
        steps=steps,
        channels=channels,
        consents=queries.consents(person.id),
        roles=queries.roles(person.id),
        minor=minor,
        guardian=guardian,
        names=queries.people(by_ids),
    )


@dataclass(frozen=True)
class Request:
    """A request to delete somebody's data."""

    id: int
    person_id: int
    name: str
    reason: str
    asked_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str


def _scope(who: Principal) -> list[Any]:
    return [] if who.has(Role.ADMIN) else [col(User.hub_id).in_(who.hubs)]


def deletions(who: Principal) -> list[Request]:
    """Return requests to delete data in the officer's hubs: open ones first, most urgent first."""
    statement = (
        select(
            col(DeletionRequest.id), col(User.id), col(User.name), col(DeletionRequest.reason),
            col(DeletionRequest.asked_at), col(DeletionRequest.due_at),
            col(DeletionRequest.closed_at), col(DeletionRequest.outcome),
        )
        .join(User, col(User.id) == col(DeletionRequest.person_id))
        .where(*_scope(who))
        .order_by(col(DeletionRequest.closed_at).is_not(None), col(DeletionRequest.due_at))
        .limit(200)
    )  # fmt: skip
    return [Request(*row) for row in db.session().execute(statement)]


def deletion_for(who: Principal, request_id: int) -> None:
    """Check that a request is of the officer's hub, else it is not found."""
    row = db.get(DeletionRequest, request_id)
    person_for(who, row.person_id)


def open_deletions(who: Principal) -> int:
    """Return how many requests wait for an answer."""
    statement = (
        select(func.count())
        .select_from(DeletionRequest)
        .join(User, col(User.id) == col(DeletionRequest.person_id))
        .where(col(DeletionRequest.closed_at).is_(None), *_scope(who))
    )
    return int(db.session().execute(statement).scalar_one())


@dataclass(frozen=True)
class RoleSearch:
    """What an administrator looks for: holders of a role, or anybody by name."""

    text: str = ""
    role: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> RoleSearch:
        """Read the address."""
        role = args.get("role", "")
        return cls(
            text=args.get("q", "").strip()[:80],
            role=role if role in set(Role) else "",
            page=max(1, number(args, "page", 1)),
        )

    def args(self) -> dict[str, Any]:
        """Return the search for links to other pages of it."""
        given = {"q": self.text, "role": self.role}
        return {name: value for name, value in given.items() if value}


def role_page(
    search: RoleSearch, size: int
) -> tuple[list[tuple[Person, list[GrantRow]]], int, int]:
    """Return people with their roles, the page and the number of pages.

    Without a search: everybody who is more than a talent or a client.
    """
    held = select(col(RoleGrant.person_id))
    if search.role:
        held = held.where(col(RoleGrant.role) == Role(search.role))
    elif not search.text:
        held = held.where(col(RoleGrant.role).not_in([Role.TALENT, Role.CLIENT]))
    conditions = queries.matching(search.text, None)
    if search.role or not search.text:
        conditions.append(col(User.id).in_(held))
    total = int(
        db.session().execute(select(func.count()).select_from(User).where(*conditions)).scalar_one()
    )
    pages = max(1, -(-total // size))
    page = min(search.page, pages)
    rows = queries.select_people(conditions, limit=size, offset=(page - 1) * size)
    roles = queries.roles_of([row.id for row in rows])
    return [(row, roles.get(row.id, [])) for row in rows], page, pages
