"""Verbs of the programme: seed it, enrol talents, move them along, set targets, map regions."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from flask import g
from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.kernel import db, events
from sanggar.kernel.i18n import _
from sanggar.plugin.events import (
    AttendanceTaken,
    CertificateIssued,
    Event,
    IncubationChanged,
    LessonCompleted,
    PlacementChanged,
    SelfAssessed,
    StageChanged,
)
from sanggar.programme import queries, rules
from sanggar.programme.models import (
    Enrolment,
    Hub,
    Intake,
    Region,
    StageChange,
    Target,
)
from sanggar.programme.rules import Stage

SEED = Path(__file__).with_name("seed.yaml")


def seed(now: datetime) -> None:
    """Add the hubs, regions and first targets that are missing; never change what is there."""
    data: dict[str, Any] = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    session = db.session()
    hubs = {hub.code: hub for hub in session.exec(select(Hub))}
    fresh = not hubs
    for position, item in enumerate(data["hubs"], start=1):
        if item["code"] not in hubs:
            hubs[item["code"]] = Hub(position=position, **item)
            session.add(hubs[item["code"]])
    db.flush()
    known = set(session.exec(select(Region.code)))
    for item in data["regions"]:
        if item["code"] not in known:
            hub = hubs[item["hub"]].id if item.get("hub") else None
            session.add(Region(code=item["code"], name=item["name"], hub_id=hub))
    db.flush()
    g.pop("programme_hubs", None)
    if fresh:
        year = clock.local(now).year
        period: dict[str, Any] = {
            "period_start": date(year, 1, 1),
            "period_end": date(year, 12, 31),
        }
        set_target(hub_id=None, number=data["targets"]["programme"], now=now, **period)
        for item in data["hubs"]:
            set_target(
                hub_id=hubs[item["code"]].id, number=data["targets"]["hub"], now=now, **period
            )


def enrol(
    person_id: int, *, hub_id: int | None, region_id: int | None, channel: str, now: datetime
) -> None:
    """Take a person into the programme as an applicant; a second channel is only noted."""
    found = _enrolment(person_id)
    if found is None:
        db.add(
            Enrolment(
                person_id=person_id,
                hub_id=hub_id,
                region_id=region_id,
                joined_at=now,
                channel=channel,
            )
        )
        db.add(StageChange(person_id=person_id, new=Stage.APPLICANT.value, at=now))
    add_channel(person_id, channel, now=now)


def add_channel(person_id: int, channel: str, *, now: datetime) -> None:
    """Note a channel through which a talent came, once."""
    same = select(Intake.id).where(
        col(Intake.person_id) == person_id, col(Intake.channel) == channel
    )
    if db.session().exec(same).first() is None:
        db.add(Intake(person_id=person_id, channel=channel, at=now))


def relocate(person_id: int, *, hub_id: int | None, region_id: int | None) -> None:
    """Count a talent in another hub or region from now on."""
    found = _enrolment(person_id)
    if found is not None:
        found.hub_id, found.region_id = hub_id, region_id
        db.flush()


def move(person_id: int, to: Stage | str, *, now: datetime, by_id: int | None, reason: str) -> None:
    """Move a talent to another stage by an officer's decision; an illegal step is refused."""
    row = db.lock(Enrolment, _require(person_id).id or 0)
    to = Stage(to)
    if row.stage is to:
        return
    if not rules.can_move(row.stage, to, _before(row)):
        raise errors.Conflict(_("That step is not possible from the present stage."))
    if not reason.strip():
        raise errors.Invalid(
            _("Say why."), fields={"reason": _("Write the reason in a few words.")}
        )
    _step(row, to, now=now, by_id=by_id, reason=reason.strip())


def advance(person_id: int, to: Stage, *, now: datetime, reason: str = "") -> None:
    """Let an event carry a talent forward, step by step; never back, never where it is not legal."""
    found = _enrolment(person_id)
    if found is None:
        return
    if found.stage is not Stage.INACTIVE and rules.WAY.index(found.stage) >= rules.WAY.index(to):
        return
    row = db.lock(Enrolment, found.id or 0)
    for stage in rules.steps(row.stage, to, _before(row)):
        _step(row, stage, now=now, by_id=None, reason=reason)


def set_target(
    *,
    hub_id: int | None,
    period_start: date,
    period_end: date,
    number: int,
    now: datetime,
    by_id: int | None = None,
    reason: str = "",
) -> None:
    """Set a target or revise it; what stood before is kept with its date."""
    if number < 0 or period_end < period_start:
        raise errors.Invalid(
            _("A target needs a number from 0 and a period that ends after it begins.")
        )
    if hub_id is not None:
        db.lock(Hub, hub_id)
    scope = "programme" if hub_id is None else f"hub:{hub_id}"
    same = select(Target).where(
        col(Target.scope) == scope,
        col(Target.period_start) == period_start,
        col(Target.period_end) == period_end,
        col(Target.superseded_at).is_(None),
    )
    current = db.session().exec(same).first()
    if current is not None:
        if current.number == number:
            return
        current.superseded_at = now
    db.add(
        Target(
            scope=scope,
            hub_id=hub_id,
            period_start=period_start,
            period_end=period_end,
            number=number,
            revision=current.revision + 1 if current else 1,
            set_at=now,
            by_id=by_id,
            reason=reason,
        )
    )
    queries.forget()


def map_region(region_id: int, hub_id: int | None) -> None:
    """Let a hub serve a region, or nobody; people who joined before keep their hub."""
    row = db.get(Region, region_id)
    if hub_id is not None:
        db.get(Hub, hub_id)
    row.hub_id = hub_id
    db.flush()


def save_hub(hub_id: int, *, city: str, phone: str) -> None:
    """Correct where a hub is and how to reach it."""
    row = db.get(Hub, hub_id)
    row.city, row.phone = city, phone
    db.flush()
    g.pop("programme_hubs", None)


def _enrolment(person_id: int) -> Enrolment | None:
    return db.session().exec(select(Enrolment).where(col(Enrolment.person_id) == person_id)).first()


def _require(person_id: int) -> Enrolment:
    found = _enrolment(person_id)
    if found is None:
        raise errors.NotFound
    return found


def _before(row: Enrolment) -> Stage | None:
    """Return where an inactive talent stood."""
    if row.stage is not Stage.INACTIVE:
        return None
    last = (
        select(StageChange.old)
        .where(
            col(StageChange.person_id) == row.person_id,
            col(StageChange.new) == Stage.INACTIVE.value,
        )
        .order_by(col(StageChange.at).desc(), col(StageChange.id).desc())
    )
    old = db.session().exec(last).first()
    return Stage(old) if old else None


def _step(row: Enrolment, to: Stage, *, now: datetime, by_id: int | None, reason: str) -> None:
    old, row.stage = row.stage, to
    db.add(
        StageChange(
            person_id=row.person_id, old=old.value, new=to.value, at=now, by_id=by_id, reason=reason
        )
    )
    events.emit(StageChanged(at=now, person=row.person_id, old=old.value, new=to.value))


def _takes_part(event: Event) -> None:
    advance(event.person, Stage.PARTICIPANT, now=event.at)


for _kind in (SelfAssessed, LessonCompleted, AttendanceTaken):
    events.on(_kind)(_takes_part)


@events.on(CertificateIssued)
def _is_certified(event: CertificateIssued) -> None:
    advance(event.person, Stage.CERTIFIED, now=event.at, reason=event.number)


@events.on(IncubationChanged)
def _incubation(event: IncubationChanged) -> None:
    stage = {"started": Stage.INCUBATING, "completed": Stage.READY}.get(event.state)
    if stage is not None:
        advance(event.person, stage, now=event.at)


@events.on(PlacementChanged)
def _placement(event: PlacementChanged) -> None:
    if event.state == "agreed":
        advance(event.person, Stage.PLACED, now=event.at)
