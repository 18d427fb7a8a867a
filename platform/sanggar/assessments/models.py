"""Tables of exams and practical work.

An attempt carries its own copy of every item (key included), so that a bank can change under it
without changing what was asked or how it is graded. Answers are kept twice: the current one of each
item, and an append-only log of everything that was received.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class AttemptState(StrEnum):
    """Where an attempt stands; `review` waits for a person to judge an item."""

    LIVE = "live"
    REVIEW = "review"
    DECIDED = "decided"
    VOIDED = "voided"


class SaveVerdict(StrEnum):
    """What became of an answer that was received."""

    SAVED = "saved"
    STALE = "stale"
    #: an adaptive exam had gone on to the next question
    LOCKED = "locked"
    LATE = "late"
    CLOSED = "closed"


class TaskKind(StrEnum):
    """What practical work belongs to."""

    ASSIGNMENT = "assignment"
    WORKSHOP = "workshop"


class SubmissionState(StrEnum):
    """Where practical work stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    MARKING = "marking"
    DECIDED = "decided"


class Attempt(Table, table=True):
    """One sitting of an exam, under the rules it began with."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_person_id_track_assessment", "person_id", "track", "assessment"),
        Index("ix_attempt_state_deadline", "state", "deadline"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40, index=True)
    assessment: str = Field(max_length=80)
    track_version: str = Field(default="", max_length=40)
    #: the form can be drawn again from it
    seed: str = Field(max_length=64)
    #: names this attempt to the browser that keeps answers while there is no network
    token: str = Field(max_length=64)
    size: int
    started_at: datetime
    deadline: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = Field(default=None, index=True)
    state: AttemptState = Field(default=AttemptState.LIVE, sa_type=enum_type(AttemptState))
    #: person:track:assessment while live, else empty: one live attempt each, on every database
    live_key: str | None = Field(default=None, unique=True, max_length=160)
    last_seq: int = Field(default=0, sa_type=BigInteger)
    pass_total: float
    pass_each_unit: float = 0
    score: float | None = None
    by_unit: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    passed: bool | None = None
    #: hub of the talent when it began
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    window_id: int | None = Field(default=None, foreign_key="exam_window.id", index=True)
    #: networks of the room it must be sat in; empty: anywhere
    networks: list[str] = Field(default_factory=list, sa_type=JSON)
    extra_percent: int = 0
    #: since when the clock stands still (an outage of the hub)
    paused_at: datetime | None = None
    #: minutes of rest that were granted, since when one goes on, what earlier ones took
    break_minutes: int = 0
    resting_since: datetime | None = None
    rested_seconds: float = 0.0
    #: where time was given back, in microseconds from the start (see `clocks`)
    stood: list[list[int]] = Field(default_factory=list, sa_type=JSON)
    #: fixed, random or adaptive, as it was drawn
    selection: str = Field(default="random", max_length=10)
    #: language and kind of device at the start, for questions of fairness only
    language: str = Field(default="", max_length=5)
    device: str = Field(default="", max_length=10)
    #: ability and its standard error in logits, of adaptive attempts
    ability: float | None = None
    ability_error: float | None = None
    #: why an adaptive attempt stopped: se, decision, cap, empty
    stopped_by: str = Field(default="", max_length=12)


class AttemptItem(Table, table=True):
    """One item of an attempt: the copy that was shown, with its key, and how it was graded."""

    __tablename__ = "attempt_item"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)
    audit_hide: ClassVar[frozenset[str]] = frozenset({"item", "parameters"})

    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = Field(foreign_key="attempt.id")
    position: int
    item_id: str = Field(max_length=80, index=True)
    item_version: str = Field(default="", max_length=80)
    unit: str = Field(max_length=40)
    points: float = 1.0
    item: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    #: the bank's option ids in the order they were shown (a, b, c … on the page)
    option_order: list[str] = Field(default_factory=list, sa_type=JSON)
    share: float | None = None
    correct: bool | None = None
    note: dict[str, str] | None = Field(default=None, sa_type=JSON)
    needs_human: bool = False
    graded_by_id: int | None = Field(default=None, foreign_key="user.id")
    #: false for a question on trial, and for one taken out after it proved faulty
    scored: bool = True
    #: a, b, c of the calibration that chose it, in adaptive attempts
    parameters: list[float] | None = Field(default=None, sa_type=JSON)


class Answer(Table, table=True):
    """The current answer to an item: the one with the highest sequence number."""

    __tablename__ = "answer"
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    attempt_item_id: int = Field(foreign_key="attempt_item.id", unique=True)
    attempt_id: int = Field(foreign_key="attempt.id", index=True)
    response: Any = Field(default=None, sa_type=JSON, nullable=True)
    #: false when the answer was taken back
    answered: bool = True
    seq: int = Field(sa_type=BigInteger)
    saved_at: datetime


class AnswerLog(Table, table=True):
    """Everything that was received for an attempt, in order; never changed, never deleted."""

    __tablename__ = "answer_log"
    __table_args__ = (UniqueConstraint("attempt_id", "client", "client_seq"),)
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = Field(foreign_key="attempt.id")
    #: the tab or device that counted `client_seq`
    client: str = Field(default="", max_length=40)
    client_seq: int = Field(sa_type=BigInteger)
    position: int
    response: Any = Field(default=None, sa_type=JSON, nullable=True)
    received_at: datetime
    verdict: SaveVerdict = Field(sa_type=enum_type(SaveVerdict))


class AnswerFile(Table, table=True):
    """One file that was uploaded as an answer; which of them count stands in the answer itself."""

    __tablename__ = "answer_file"
    __table_args__ = (UniqueConstraint("attempt_id", "position", "sha256"),)
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = Field(foreign_key="attempt.id")
    position: int
    name: str = Field(max_length=160)
    sha256: str = Field(max_length=64, index=True)
    size: int
    kind: str = Field(max_length=10)
    media_type: str = Field(max_length=100)
    uploaded_at: datetime


class AssessmentLog(Table, table=True):
    """What happened to an attempt or a submission besides answers: started, late, graded, …"""

    __tablename__ = "assessment_log"
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    person_id: int = Field(foreign_key="user.id", index=True)
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)
    submission_id: int | None = Field(default=None, foreign_key="submission.id", index=True)
    kind: str = Field(max_length=40)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Submission(Table, table=True):
    """One version of practical work for an assignment or a workshop."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("person_id", "track", "kind", "ref", "version"),
        Index("ix_submission_state_track_submitted_at", "state", "track", "submitted_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40)
    kind: TaskKind = Field(sa_type=enum_type(TaskKind))
    ref: str = Field(max_length=80)
    version: int = 1
    state: SubmissionState = Field(
        default=SubmissionState.DRAFT, sa_type=enum_type(SubmissionState)
    )
    #: person:track:kind:ref until decided: one open version at a time
    open_key: str | None = Field(default=None, unique=True, max_length=200)
    note: str = Field(default="", max_length=4000)
    #: markers needed; rises to three when two disagree
    needed: int = 1
    created_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = Field(default=None, index=True)
    decision: str = Field(default="", max_length=20)
    total: float | None = None
    levels: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    #: what automatic checks measured, and in which files (a hash of theirs)
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    inspected: str = Field(default="", max_length=64)


class SubmissionFile(Table, table=True):
    """One file of a submission. Its bytes lie under the data folder, named by their hash."""

    __tablename__ = "submission_file"
    __table_args__ = (UniqueConstraint("submission_id", "sha256"),)
    audit_hide: ClassVar[frozenset[str]] = frozenset({"exif"})

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id")
    name: str = Field(max_length=160)
    sha256: str = Field(max_length=64, index=True)
    size: int
    #: extension without the dot, as sniffed
    kind: str = Field(max_length=10)
    media_type: str = Field(max_length=100)
    width: int | None = None
    height: int | None = None
    #: camera settings (never the place), only for tasks that assess them
    exif: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    #: hash of the copy without metadata that pages show; empty while it is made or for no image
    public_sha256: str = Field(default="", max_length=64)
    thumb_sha256: str = Field(default="", max_length=64)
    #: pictures of the pages of a PDF, as many as markers can turn
    pages: list[str] = Field(default_factory=list, sa_type=JSON)
    uploaded_at: datetime


class Marking(Table, table=True):
    """One marker's judgement of one submission; a draft until `submitted_at`."""

    __tablename__ = "marking"
    __table_args__ = (UniqueConstraint("submission_id", "marker_id"),)

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    marker_id: int = Field(foreign_key="user.id", index=True)
    levels: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    comments: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    comment: str = Field(default="", max_length=4000)
    total: float | None = None
    decision: str = Field(default="", max_length=20)
    #: marked to keep markers on one scale: it decides nothing
    anchor: bool = False
    started_at: datetime
    saved_at: datetime
    submitted_at: datetime | None = None
    lock_until: datetime


class Recusal(Table, table=True):
    """A mentor who goes along with a talent and so marks nothing of theirs."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("mentor_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    mentor_id: int = Field(foreign_key="user.id", index=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    since: datetime


class Snippet(Table, table=True):
    """A comment a mentor writes often, kept to be used again."""

    __tablename__ = "snippet"
    __table_args__ = (UniqueConstraint("mentor_id", "track", "criterion", "text"),)

    id: int | None = Field(default=None, primary_key=True)
    mentor_id: int = Field(foreign_key="user.id")
    track: str = Field(max_length=40)
    #: criterion of a rubric; empty: for any
    criterion: str = Field(default="", max_length=80)
    text: str = Field(max_length=500)
    used: int = 0
    made_at: datetime


class Anchor(Table, table=True):
    """Decided work with levels that several mentors agreed on: marked again, unknowingly, to keep
    markers on one scale."""

    __tablename__ = "anchor"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", unique=True)
    track: str = Field(max_length=40, index=True)
    ref: str = Field(max_length=80)
    levels: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    made_by_id: int = Field(foreign_key="user.id")
    made_at: datetime
    retired_at: datetime | None = None


class Calibration(Table, table=True):
    """Parameters of one version of an item; the newest of a version counts, the others are history."""

    __tablename__ = "calibration"
    __table_args__ = (Index("ix_calibration_track_item_id", "track", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(max_length=40)
    item_id: str = Field(max_length=80)
    item_version: str = Field(max_length=80)
    model: str = Field(max_length=10)
    a: float
    b: float
    c: float = 0.0
    se_a: float | None = None
    se_b: float | None = None
    #: answers it rests on; 0: this version was found faulty (`faulty`)
    answers: int
    #: adaptive exam -> price it begins with, when asked too often and too seldom
    prices: dict[str, list[float]] = Field(default_factory=dict, sa_type=JSON)
    at: datetime
