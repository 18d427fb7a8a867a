"""What the pages of an exam read: plain columns, a fixed number of statements whatever the size.

The question page is the hottest of all, so its statements are built once and skip the ORM.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from markupsafe import Markup
from sqlalchemy import bindparam, select
from sqlmodel import SQLModel, col

from sanggar import errors
from sanggar.assessments import calibrations, clocks, content, grading, rules
from sanggar.assessments.models import (
    Answer,
    Attempt,
    AttemptItem,
    AttemptState,
    Recusal,
)
from sanggar.invigilation import queries as invigilation
from sanggar.invigilation.queries import Window
from sanggar.kernel import db, i18n, markdown
from sanggar.plugin.items import Item
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assessment, PassRules
from sanggar.programme import queries as programme

#: a gap of a dealt item, where it is not filled in
_GAP = re.compile(r"\[\[g(\d{1,2})\]\]")
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>\s*", re.DOTALL)


@dataclass(frozen=True)
class Sitting:
    """One attempt of somebody, with the titles a page shows."""

    id: int
    track: str
    assessment: str
    title: Text
    size: int
    started_at: datetime
    deadline: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    state: AttemptState
    token: str
    last_seq: int
    pass_total: float
    pass_each_unit: float
    score: float | None
    by_unit: Mapping[str, float]
    passed: bool | None
    selection: str
    paused_at: datetime | None
    resting_since: datetime | None
    rested_seconds: float
    break_minutes: int
    stood: list[list[int]]
    window_id: int | None
    networks: list[str]
    ability: float | None
    ability_error: float | None

    @property
    def live(self) -> bool:
        """True until it is submitted or decided."""
        return self.state is AttemptState.LIVE

    @property
    def weak(self) -> tuple[str, ...]:
        """Units below the mark that every unit must reach."""
        return rules.weak_units(
            PassRules(total=self.pass_total, each_unit=self.pass_each_unit), self.by_unit
        )

    @property
    def adaptive(self) -> bool:
        """True when each question depends on the answers before it."""
        return self.selection == "adaptive"

    @cached_property
    def clock(self) -> clocks.Clock:
        """How its clock stands."""
        return clocks.of(self)

    def end(self, now: datetime) -> datetime:
        """Return when the time is up, later while the clock stands still."""
        return self.clock.end(now)

    def minutes_left(self, now: datetime) -> int:
        """Return whole minutes left, rounded up."""
        return rules.minutes_left(self.end(now), now)

    def break_left(self, now: datetime) -> int:
        """Return whole minutes of break left, rounded up."""
        return rules.minutes_left(now + self.clock.left(now), now)

    def overdue(self, now: datetime) -> bool:
        """Return whether no answer counts any more."""
        return not rules.in_time(self.end(now), now)


_ATTEMPT = SQLModel.metadata.tables["attempt"].c
_ITEM = SQLModel.metadata.tables["attempt_item"].c
_ANSWER = SQLModel.metadata.tables["answer"].c
_WITH_ANSWERS = SQLModel.metadata.tables["attempt_item"].outerjoin(
    SQLModel.metadata.tables["answer"], _ANSWER.attempt_item_id == _ITEM.id
)
_SITTINGS = select(
    _ATTEMPT.id, _ATTEMPT.track, _ATTEMPT.assessment, _ATTEMPT.size, _ATTEMPT.started_at,
    _ATTEMPT.deadline, _ATTEMPT.submitted_at, _ATTEMPT.decided_at, _ATTEMPT.state, _ATTEMPT.token,
    _ATTEMPT.last_seq, _ATTEMPT.pass_total, _ATTEMPT.pass_each_unit, _ATTEMPT.score,
    _ATTEMPT.by_unit, _ATTEMPT.passed, _ATTEMPT.selection, _ATTEMPT.paused_at,
    _ATTEMPT.resting_since, _ATTEMPT.rested_seconds, _ATTEMPT.break_minutes, _ATTEMPT.stood,
    _ATTEMPT.window_id, _ATTEMPT.networks, _ATTEMPT.ability, _ATTEMPT.ability_error,
).where(_ATTEMPT.person_id == bindparam("person"), _ATTEMPT.state != AttemptState.VOIDED)  # fmt: skip
_ONE = _SITTINGS.where(_ATTEMPT.id == bindparam("attempt"))
_HISTORY = _SITTINGS.where(
    _ATTEMPT.track == bindparam("track"), _ATTEMPT.assessment == bindparam("assessment")
).order_by(_ATTEMPT.started_at.desc())
_DOTS = (
    select(_ITEM.position, _ANSWER.answered, _ANSWER.saved_at)
    .select_from(_WITH_ANSWERS)
    .where(_ITEM.attempt_id == bindparam("attempt"))
    .order_by(_ITEM.position)
)
_QUESTION = (
    select(_ITEM.item, _ANSWER.response, _ANSWER.saved_at)
    .select_from(_WITH_ANSWERS)
    .where(_ITEM.attempt_id == bindparam("attempt"), _ITEM.position == bindparam("position"))
)


def _sittings(statement: Any, **values: Any) -> list[Sitting]:
    return [
        Sitting(title=content.title_of(row.track, row.assessment), **row._mapping)
        for row in db.rows(statement, **values)
    ]


def sitting(attempt_id: int, person_id: int) -> Sitting:
    """Return one's own attempt or raise `NotFound`."""
    found = _sittings(_ONE, attempt=attempt_id, person=person_id)
    if not found:
        raise errors.NotFound
    return found[0]


def history(person_id: int, track: str, assessment: str) -> list[Sitting]:
    """Return somebody's attempts of an exam, the newest first; void ones are left out."""
    return _sittings(_HISTORY, person=person_id, track=track, assessment=assessment)


def past(sittings: list[Sitting]) -> list[rules.Past]:
    """Return the attempts among these that count against the limit."""
    return [
        rules.Past(s.started_at, s.submitted_at or s.deadline) for s in sittings if not s.live
    ]  # fmt: skip


def examined(person_id: int, track: str) -> bool:
    """Return whether somebody sits an exam of a track now that can be sat only so often."""
    rows = db.session().execute(
        select(col(Attempt.assessment)).where(
            col(Attempt.person_id) == person_id, col(Attempt.track) == track,
            col(Attempt.state) == AttemptState.LIVE,
        )
    )  # fmt: skip
    found = [content.find_assessment(track, assessment)[1] for (assessment,) in rows]
    return any(exam is not None and exam.attempts.limit for exam in found)


def windows(person_id: int, exam: Assessment, track: str, now: datetime) -> list[Window]:
    """Return when somebody's hub lets an exam be sat; nothing for exams that are always open."""
    if exam.opening == "always":
        return []
    enrolment = programme.enrolment(person_id)
    hub_id = enrolment.hub_id if enrolment else None
    return invigilation.windows_of(hub_id, track, exam.id, now)


def likely(sitting: Sitting, exam: Assessment | None, now: datetime) -> tuple[float, float] | None:
    """Return between which scores somebody would most likely land again (two thirds of the time)."""
    if sitting.score is None:
        return None
    if sitting.adaptive:
        owner = content.find_assessment(sitting.track, sitting.assessment)[0]
        if owner is None or exam is None or sitting.ability is None:
            return None
        scale = calibrations.bank(owner, exam, now)
        error = sitting.ability_error or 0.0
        if scale is None:
            return None
        ends = (sitting.ability - error, sitting.ability + error)
        return scale.reference.percent(ends[0]), scale.reference.percent(ends[1])
    error = rules.standard_error(sitting.score, sitting.size)
    return max(0.0, sitting.score - error), min(100.0, sitting.score + error)


@dataclass(frozen=True)
class Dot:
    """One place of the form and whether it has an answer."""

    position: int
    answered: bool
    saved_at: datetime | None


def dots(attempt_id: int) -> list[Dot]:
    """Return all places of a form."""
    return [
        Dot(position, bool(answered), saved_at)
        for position, answered, saved_at in db.rows(_DOTS, attempt=attempt_id)
    ]


@dataclass(frozen=True)
class Question:
    """One item as its page shows it. `legend` is the stem when it is one paragraph, else `stem`."""

    position: int
    item: Any
    template: str
    legend: Markup
    stem: Markup
    response: Any
    saved_at: datetime | None
    #: files can be sent with the form; the text has the fields inside
    files: bool = False
    gaps: bool = False


def stem_parts(text: str) -> tuple[Markup, Markup]:
    """Return a stem as (legend, block): one of them is empty."""
    html = markdown.render(_GAP.sub(r"**(\1)** …", text), heading_level=3)
    one = _ONE_PARAGRAPH.fullmatch(html)
    # the allow-list of the Markdown renderer has cleaned it already
    return (Markup(one[1]), Markup("")) if one else (Markup(""), html)  # noqa: S704


def stem(item: Item) -> Markup:
    """Return the stem of an item in the reader's language as one piece of a page."""
    legend, block = stem_parts(i18n.tr(item.stem))
    return block or Markup("<p>{}</p>").format(legend)


def _question(position: int, item: Item, response: Any, saved_at: datetime | None) -> Question:
    shown = grading.show(item)
    legend, stem = stem_parts(i18n.tr(item.stem))
    unread = isinstance(response, dict) and grading.UNREAD in response
    return Question(
        position=position, item=shown.item if shown else None,
        template=shown.template if shown else "", legend=legend, stem=stem,
        response=None if unread else response, saved_at=saved_at,
        files=grading.files(item) is not None, gaps=bool(shown and shown.item.gaps),
    )  # fmt: skip


def question(attempt_id: int, position: int) -> Question:
    """Return one item of an attempt without its key, with what was answered."""
    row = db.rows(_QUESTION, attempt=attempt_id, position=position).first()
    if row is None:
        raise errors.NotFound
    return _question(position, grading.restore(row.item), row.response, row.saved_at)


@dataclass(frozen=True)
class Reviewed:
    """One item after the decision: what was asked, answered and right, and why."""

    position: int
    item: Item
    legend: Markup
    stem: Markup
    given: str
    key: str
    share: float
    correct: bool
    feedback: tuple[Text, ...]
    note: Text | None
    points: float
    #: false for a question on trial or one taken out
    scored: bool
    #: how the score comes about
    credit: Text | None


def review(attempt_id: int) -> list[Reviewed]:
    """Return all items of a decided attempt with keys and explanations.

    Only for attempts whose `state` is decided: the caller checks it.
    """
    language = i18n.language()
    rows = db.session().execute(
        select(
            col(AttemptItem.position), col(AttemptItem.item), col(AttemptItem.share),
            col(AttemptItem.correct), col(AttemptItem.note), col(AttemptItem.points),
            col(AttemptItem.scored), col(Answer.response),
        )
        .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
        .where(col(AttemptItem.attempt_id) == attempt_id)
        .order_by(col(AttemptItem.position))
    )  # fmt: skip
    found = []
    for row in rows:
        item = grading.restore(row.item)
        legend, stem = stem_parts(i18n.tr(item.stem))
        found.append(Reviewed(
            position=row.position, item=item, legend=legend, stem=stem,
            given=grading.describe(item, row.response, language),
            key=grading.describe_key(item, language), share=row.share or 0.0,
            correct=bool(row.correct), feedback=_feedback(item, row.response),
            note=Text.model_validate(row.note) if row.note else None, points=row.points,
            scored=row.scored, credit=grading.credit(item),
        ))  # fmt: skip
    return found


def one_reviewed(attempt_id: int | None, position: int | None) -> Reviewed | None:
    """Return one item of a decided attempt, for somebody who looks at it again."""
    if not attempt_id or not position:
        return None
    return next((one for one in review(attempt_id) if one.position == position), None)


def _feedback(item: Item, response: Any) -> tuple[Text, ...]:
    chosen = response if isinstance(response, list) else [response]
    return tuple(
        o.feedback for o in item.options if o.feedback and any(o.id == c for c in chosen)
    )  # fmt: skip


@dataclass(frozen=True)
class ToJudge:
    """An answer that waits for a person."""

    id: int
    position: int
    track: str
    title: Text
    item: Item
    response: Any
    given: str
    key: str
    submitted_at: datetime | None


def to_judge(tracks: frozenset[str], person_id: int, item_id: int | None = None) -> list[ToJudge]:
    """Return answers that no grader could judge, of these tracks and not by this person's own or mentees."""
    conditions = [
        col(AttemptItem.needs_human), col(Attempt.state) == AttemptState.REVIEW,
        col(Attempt.track).in_(tracks), col(Attempt.person_id) != person_id,
        col(Attempt.person_id).not_in(
            select(col(Recusal.person_id)).where(col(Recusal.mentor_id) == person_id)
        ),
    ]  # fmt: skip
    if item_id is not None:
        conditions.append(col(AttemptItem.id) == item_id)
    rows = db.session().execute(
        select(
            col(AttemptItem.id), col(AttemptItem.position), col(Attempt.track),
            col(Attempt.assessment), col(AttemptItem.item), col(Answer.response),
            col(Attempt.submitted_at),
        )
        .join(Attempt, col(Attempt.id) == col(AttemptItem.attempt_id))
        .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
        .where(*conditions)
        .order_by(col(Attempt.submitted_at), col(AttemptItem.position))
        .limit(50)
    )  # fmt: skip
    language = i18n.language()
    found = []
    for row in rows:
        item = grading.restore(row.item)
        found.append(ToJudge(
            id=row.id, position=row.position, track=row.track,
            title=content.title_of(row.track, row.assessment), item=item, response=row.response,
            given=grading.describe(item, row.response, language),
            key=grading.describe_key(item, language), submitted_at=row.submitted_at,
        ))  # fmt: skip
    return found
