"""Write down what the site tells of the last weeks: the event log, and messages to the demo accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session as DbSession
from sqlmodel import col

from sanggar.accounts.models import RoleGrant
from sanggar.assessments.models import Attempt, Submission
from sanggar.certification.models import Certificate
from sanggar.clients.business_models import Client
from sanggar.clients.models import Brief, Offer, Placement
from sanggar.clients.rules import OfferState
from sanggar.demo.store import Store
from sanggar.demo.world import World
from sanggar.incubation.models import Cohort, Member
from sanggar.kernel.access import Role
from sanggar.kernel.models import EventRecord
from sanggar.notifications import dealings, subscribers
from sanggar.notifications.models import Notification
from sanggar.plugin import events as happened
from sanggar.programme.models import StageChange
from sanggar.workshops.models import Attendance, Session

#: how far back the event log of the demo goes, and the inbox of its accounts
LOG_DAYS, INBOX_DAYS, UNREAD_DAYS = 90, 45, 4


def write_log(world: World, store: Store, session: DbSession) -> None:
    """Write the events of the last three months, in the order in which they happened."""
    since = world.as_of - timedelta(days=LOG_DAYS)
    found = [
        event for read in (_people, _learning, _certificates, _work)
        for event in read(session, since) if since <= event.at <= world.as_of
    ]  # fmt: skip
    found.sort(key=lambda event: (event.at, type(event).__name__, event.person))
    for event in found:
        data = {
            f.name: getattr(event, f.name) for f in fields(event) if f.name not in ("at", "person")
        }
        store.add(
            EventRecord, at=event.at, kind=type(event).__name__, person_id=event.person, data=data
        )


def _rows(session: DbSession, *columns: Any, where: Any) -> Iterator[Any]:
    yield from session.execute(select(*(col(c) for c in columns)).where(where))


def _people(session: DbSession, since: datetime) -> Iterator[happened.Event]:
    joined = _rows(session, RoleGrant.at, RoleGrant.person_id, RoleGrant.role, where=(
        col(RoleGrant.role).in_((Role.TALENT, Role.CLIENT)) & (col(RoleGrant.at) >= since)))  # fmt: skip
    for at, person, role in joined:
        yield happened.PersonJoined(at=at, person=person, role=role.value)
    moved = _rows(session, StageChange.at, StageChange.person_id, StageChange.old, StageChange.new,
                  where=(col(StageChange.at) >= since) & (col(StageChange.old) != ""))  # fmt: skip
    for at, person, old, new in moved:
        yield happened.StageChanged(at=at, person=person, old=old, new=new)


def _learning(session: DbSession, since: datetime) -> Iterator[happened.Event]:
    present = session.execute(
        select(col(Attendance.at), col(Attendance.person_id), col(Session.id), col(Session.track), col(Session.workshop))
        .join(Session, col(Session.id) == col(Attendance.session_id)).where(col(Attendance.at) >= since)
    )  # fmt: skip
    for at, person, number, track, workshop in present:
        yield happened.AttendanceTaken(
            at=at, person=person, session=number, track=track, workshop=workshop
        )
    graded = _rows(session, Attempt.decided_at, Attempt.person_id, Attempt.track, Attempt.assessment,
                   Attempt.id, Attempt.score, Attempt.passed, where=col(Attempt.decided_at) >= since)  # fmt: skip
    for at, person, track, assessment, number, score, passed in graded:
        yield happened.AttemptGraded(at=at, person=person, track=track, assessment=assessment,
                                     attempt=number, score=score, passed=passed)  # fmt: skip
    handed = _rows(session, Submission.submitted_at, Submission.decided_at, Submission.person_id, Submission.track,
                   Submission.ref, Submission.id, Submission.decision, where=col(Submission.submitted_at) >= since)  # fmt: skip
    for at, decided, person, track, ref, number, decision in handed:
        yield happened.SubmissionReceived(
            at=at, person=person, track=track, assignment=ref, submission=number
        )
        if decided is not None:
            yield happened.SubmissionDecided(at=decided, person=person, track=track, assignment=ref,
                                             submission=number, decision=decision)  # fmt: skip


def _certificates(session: DbSession, since: datetime) -> Iterator[happened.Event]:
    issued = _rows(session, Certificate.issued_at, Certificate.person_id, Certificate.track,
                   Certificate.level, Certificate.number, where=col(Certificate.issued_at) >= since)  # fmt: skip
    for at, person, track, level, number in issued:
        yield happened.CertificateIssued(
            at=at, person=person, track=track, level=level, number=number
        )
    members = session.execute(
        select(col(Member.started_at), col(Member.closed_at), col(Member.person_id), col(Member.state), col(Cohort.track))
        .join(Cohort, col(Cohort.id) == col(Member.cohort_id))
    )  # fmt: skip
    for started, closed, person, state, track in members:
        yield happened.IncubationChanged(at=started, person=person, track=track, state="started")
        if closed is not None:
            yield happened.IncubationChanged(
                at=closed, person=person, track=track, state=state.value
            )


def _work(session: DbSession, since: datetime) -> Iterator[happened.Event]:
    offers = _rows(session, Offer.made_at, Offer.answered_at, Offer.person_id, Offer.id, Offer.brief_id,
                   Offer.state, where=col(Offer.made_at) >= since)  # fmt: skip
    for made, answered, person, number, brief, state in offers:
        yield happened.OfferMade(at=made, person=person, offer=number, brief=brief)
        if answered is not None:
            yield happened.OfferAnswered(at=answered, person=person, offer=number,
                                         accepted=state is OfferState.ACCEPTED)  # fmt: skip
    placements = _rows(
        session, Placement.person_id, Placement.id, Placement.agreed_at, Placement.started_at,
        Placement.delivered_at, Placement.finished_at, Placement.ended_at, Placement.state,
        where=col(Placement.id) > 0,
    )  # fmt: skip
    for person, number, *moments, state in placements:
        states = ("agreed", "running", "delivered", "finished", state.value)
        for at, name in zip(moments, states, strict=True):
            if at is not None:
                yield happened.PlacementChanged(at=at, person=person, placement=number, state=name)


def write_inbox(world: World, session: DbSession) -> None:
    """Let the site itself word the latest messages to the demo accounts, and hand out live offers."""
    talent, client = world.account("talent"), world.account("client")
    since = world.as_of - timedelta(days=INBOX_DAYS)
    told: list[tuple[Callable[[Any], None], happened.Event]] = []
    for person, role in ((talent, "talent"), (client, "client")):
        at = person.created_at or world.as_of
        told.append(
            (subscribers.welcome, happened.PersonJoined(at=at, person=person.id, role=role))
        )
    for event in _learning(session, since):
        if isinstance(event, happened.SubmissionDecided) and event.person == talent.id:
            told.append((subscribers.submission_decided, event))
    mine = set(session.execute(
        select(col(Offer.id)).join(Brief, col(Brief.id) == col(Offer.brief_id))
        .join(Client, col(Client.id) == col(Brief.client_id)).where(col(Client.person_id) == client.id)
    ).scalars())  # fmt: skip
    placed = set(
        session.execute(
            select(col(Placement.id)).where(col(Placement.offer_id).in_(mine))
        ).scalars()
    )
    live = set(
        session.execute(select(col(Offer.id)).where(col(Offer.state) == OfferState.MADE)).scalars()
    )
    for event in _work(session, since):
        if isinstance(event, happened.OfferMade) and event.offer in live:
            told.append((dealings.offer_made, event))
        elif isinstance(event, happened.OfferAnswered) and event.offer in mine:
            told.append((dealings.offer_answered, event))
        elif (
            isinstance(event, happened.PlacementChanged)
            and event.placement in placed
            and event.at >= since
        ):
            told.append((dealings.placement_changed, event))
    for tell, event in sorted(told, key=lambda pair: (pair[1].at, pair[0].__name__)):
        tell(event)
    session.flush()
    old = col(Notification.created_at) < world.as_of - timedelta(days=UNREAD_DAYS)
    session.execute(update(Notification).where(old).values(read_at=col(Notification.created_at)))
