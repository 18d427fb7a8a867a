"""What has happened: frozen, typed, told to plugins only after the transaction is committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. `person` is the talent it is about (0: nobody)."""

    at: datetime
    person: int = 0


@dataclass(frozen=True, kw_only=True)
class PersonJoined(Event):
    """Somebody joined the platform in a role."""

    role: str


@dataclass(frozen=True, kw_only=True)
class StageChanged(Event):
    """A talent moved in the programme's state machine."""

    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class LessonCompleted(Event):
    """A lesson was read to its end."""

    course: str
    lesson: str


@dataclass(frozen=True, kw_only=True)
class CourseCompleted(Event):
    """All lessons of a course were read (its check, if any, is separate)."""

    course: str


@dataclass(frozen=True, kw_only=True)
class SelfAssessed(Event):
    """The self-assessment of a track is complete."""

    track: str


@dataclass(frozen=True, kw_only=True)
class SessionRegistered(Event):
    """A place in a workshop session was taken, or a place on its waiting list."""

    session: int
    waiting: bool


@dataclass(frozen=True, kw_only=True)
class PlaceFreed(Event):
    """Somebody moved up from the waiting list."""

    session: int


@dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    """Time or place of a session changed, or it was cancelled; `revision` counts the changes."""

    session: int
    cancelled: bool
    revision: int


@dataclass(frozen=True, kw_only=True)
class AttendanceTaken(Event):
    """Somebody was present at a session of a workshop."""

    session: int
    track: str
    workshop: str


@dataclass(frozen=True, kw_only=True)
class AttemptGraded(Event):
    """An exam attempt was decided, or decided anew. `score` 0..100; `later`: not when it was submitted."""

    track: str
    assessment: str
    attempt: int
    score: float
    passed: bool
    later: bool = False


@dataclass(frozen=True, kw_only=True)
class AttemptVoided(Event):
    """An exam attempt was taken out of the count; the exam can be taken again."""

    track: str
    assessment: str
    attempt: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class SubmissionReceived(Event):
    """Practical work was handed in."""

    track: str
    assignment: str
    submission: int


@dataclass(frozen=True, kw_only=True)
class SubmissionDecided(Event):
    """Practical work was decided: `decision` is competent, not_yet, accepted or returned."""

    track: str
    assignment: str
    submission: int
    decision: str


@dataclass(frozen=True, kw_only=True)
class IncubationChanged(Event):
    """Incubation started, completed or stopped."""

    track: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate was issued."""

    track: str
    level: str
    number: str


@dataclass(frozen=True, kw_only=True)
class CertificateInDoubt(Event):
    """A result that a certificate rests on no longer counts; an officer decides whether it stands."""

    track: str
    level: str
    number: str
    holder: str


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event):
    """A certificate was revoked."""

    track: str
    level: str
    number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OfferMade(Event):
    """A client offered work to a talent."""

    offer: int
    brief: int


@dataclass(frozen=True, kw_only=True)
class OfferAnswered(Event):
    """A talent answered an offer."""

    offer: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class OfferEnded(Event):
    """An offer ended other than by a no: withdrawn, unanswered, unconfirmed or taken_back (`how`).

    The client takes an offer back (withdrawn), the talent a yes (taken_back).
    """

    offer: int
    how: str


@dataclass(frozen=True, kw_only=True)
class PlacementChanged(Event):
    """A placement was agreed, delivered, finished, cancelled or disputed, or a side did something in it.

    `how` tells apart what looks the same: work runs because it began (empty), because a change was
    asked for (revision) or a dispute was settled (officer); it is finished because it was accepted
    (empty), by silence, or by an officer; of payments, parts and words it is the side they are from.
    """

    placement: int
    state: str
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnerNamed(Event):
    """An officer made `person` the owner of a business, because the owner's account is closed."""

    client: int


@dataclass(frozen=True, kw_only=True)
class WorkReminder(Event):
    """Something about a brief waits for somebody: `about` says what, `number` how often they were told.

    `person` is the talent it waits for, or the owner of the business.
    """

    brief: int
    about: str
    number: int
    #: the move of the brief since which it waits: with `about` and `number` it names the reminder
    since: int = 0
    placement: int = 0
    offer: int = 0


@dataclass(frozen=True, kw_only=True)
class FollowUpAsked(Event):
    """A talent, or the owner of a business, is asked how it went on after some work (`side`)."""

    placement: int
    follow_up: int
    months: int
    side: str
    #: 1, and 2 when it is called to mind
    number: int = 1


@dataclass(frozen=True, kw_only=True)
class RankingObjected(Event):
    """A talent asked that a person looks at their place in a ranking.

    `number` is 1 when it arrived; 2 and 3 call it to mind before and after its day.
    """

    objection: int
    number: int = 1


@dataclass(frozen=True, kw_only=True)
class RankingReviewed(Event):
    """A person looked at a place in a ranking and decided: confirmed, corrected or noted."""

    objection: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class WorkProfileChanged(Event):
    """A talent's hours, prices, pauses, portfolio changed, or whom they work with, or their account was closed or opened."""


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    """A consent was given or withdrawn."""

    purpose: str
    given: bool


@dataclass(frozen=True, kw_only=True)
class OutageChanged(Event):
    """An outage in a hub was declared (no end yet) or ended: the clocks of its exams stand or go on."""

    outage: int
    hub: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AccommodationChanged(Event):
    """Extra time or breaks in exams were granted or withdrawn; the values count from now on."""

    extra_percent: int
    break_minutes: int = 0


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event):
    """An objection to a result was decided."""

    track: str
    appeal: int
    upheld: bool


@dataclass(frozen=True, kw_only=True)
class PanelJudgeInvited(Event):
    """A mentor (`person`) was invited to help find the cut score of an exam."""

    track: str
    assessment: str
    panel: int


@dataclass(frozen=True, kw_only=True)
class RoundJudgeInvited(Event):
    """A round of comparisons opened for a mentor (`person`) who judges in it."""

    track: str
    assignment: str
    round: int
