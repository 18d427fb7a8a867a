"""Panels that find a cut score: opening, judging twice, closing. The exam itself is never changed.

Judges rate alone first, so that nobody follows the loudest; in the second round each sees what the
others said and how talents really did, and may change the sheet or leave it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import db, events, jobs
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _l
from sanggar.plugin.events import PanelJudgeInvited
from sanggar.plugin.track import Assessment, Track
from sanggar.quality import standards_results as results
from sanggar.quality.models import (
    JudgeRating,
    PanelJudge,
    PanelMethod,
    PanelState,
    StandardPanel,
)

#: Judges whose sheets are needed before a round ends.
LEAST_JUDGES = 2
#: Calibrated items of the exam's units that a bookmark needs, and pages of its booklet at most.
LEAST_CALIBRATED = 20
MOST_PAGES = 50


def exam_of(person: Principal, track: str, assessment: str) -> tuple[Track, Assessment]:
    """Return an exam of a mentor's track or raise `NotFound`."""
    owner = catalogue.track(track)
    exam = owner.assessment(assessment)
    if exam is None or not person.has(Role.MENTOR) or track not in person.tracks:
        raise errors.NotFound
    return owner, exam


def calibrated(owner: Track, exam: Assessment) -> list[dict[str, Any]]:
    """Return the items of an exam's units whose parameters rest on enough answers."""
    known = assessments.parameters(owner.id)
    found = []
    for item in owner.items:
        row = known.get((item.id, item.version))
        if item.area in exam.blueprint and row and row.answers >= assessments.LEAST_ANSWERS:
            found.append({
                "id": item.id, "version": item.version, "unit": item.area, "points": item.points,
                "a": row.a, "b": row.b, "c": row.c,
            })  # fmt: skip
    return found


def methods(owner: Track, exam: Assessment) -> tuple[PanelMethod, ...]:
    """Return how a cut score of an exam can be found now."""
    if len(calibrated(owner, exam)) >= LEAST_CALIBRATED:
        return (PanelMethod.ANGOFF, PanelMethod.BOOKMARK)
    return (PanelMethod.ANGOFF,)


def start(
    person: Principal, track: str, assessment: str, method: PanelMethod,
    colleagues: Collection[int], now: datetime,
) -> int:  # fmt: skip
    """Open a panel with a sample of items, its maker among the judges; return its id.

    The colleagues are told that they are invited.

    Raises
    ------
    NotFound
        An exam of another track.
    Invalid
        Too few judges, people who are no mentors of the track, or too few calibrated items.
    Conflict
        When a panel of the same kind is open for the exam already.
    """
    owner, exam = exam_of(person, track, assessment)
    judges = {person.id, *colleagues}
    if not judges <= {mentor.id for mentor in accounts.mentors(track)}:
        raise errors.Invalid(fields={"colleagues": _l("Choose mentors of this track.")})
    if len(judges) < LEAST_JUDGES:
        raise errors.Invalid(fields={"colleagues": _l("Choose at least one colleague: a cut score is never the view of one person.")})  # fmt: skip
    if method not in methods(owner, exam):
        raise errors.Invalid(fields={"method": _l("Too few questions are calibrated for a bookmark panel.")})  # fmt: skip
    key = f"{track}:{assessment}:{method}"
    taken = select(StandardPanel.id).where(col(StandardPanel.open_key) == key)
    if db.session().exec(taken).first() is not None:
        raise errors.Conflict(_l("Such a panel is open for this exam already."))
    panel = db.add(
        StandardPanel(
            track=track, assessment=assessment, method=method, open_key=key,
            items=_items(owner, exam, method, key), made_by_id=person.id, made_at=now,
        )
    )  # fmt: skip
    db.flush()
    for judge in sorted(judges):
        db.add(PanelJudge(panel_id=panel.id or 0, mentor_id=judge, invited_at=now))
    db.flush()
    for judge in sorted(judges - {person.id}):
        events.emit(PanelJudgeInvited(
            at=now, person=judge, track=track, assessment=assessment, panel=panel.id or 0
        ))  # fmt: skip
    return panel.id or 0


def _items(owner: Track, exam: Assessment, method: PanelMethod, key: str) -> list[dict[str, Any]]:
    if method is PanelMethod.BOOKMARK:
        return results.ordered(calibrated(owner, exam), MOST_PAGES)
    try:
        form = assessments.form(owner.id, exam.id, key)
    except assessments.BlueprintShort as short:
        raise errors.Conflict(_l("The bank has too few questions for this exam's blueprint.")) from short  # fmt: skip
    return [
        {"id": i.id, "version": i.version, "unit": i.area, "points": i.points} for i in form
    ]  # fmt: skip


def panel_for(person: Principal, panel_id: int) -> StandardPanel:
    """Return a panel of a mentor's track or raise `NotFound`."""
    panel = db.get(StandardPanel, panel_id)
    if not person.has(Role.MENTOR) or panel.track not in person.tracks:
        raise errors.NotFound
    return panel


def judge_of(panel_id: int, person_id: int) -> PanelJudge:
    """Return somebody's place on a panel or raise `Forbidden`."""
    found = db.session().exec(
        select(PanelJudge).where(
            col(PanelJudge.panel_id) == panel_id, col(PanelJudge.mentor_id) == person_id
        )
    ).first()  # fmt: skip
    if found is None:
        raise errors.Forbidden(_l("You are not a judge of this panel."))
    return found


def number(state: PanelState) -> int:
    """Return the number of the round a panel is in."""
    return 1 if state is PanelState.FIRST else 2


def save(
    person: Principal, panel_id: int, values: Mapping[str, int], now: datetime, *, done: bool
) -> None:
    """Keep what a judge has filled in; `done` hands the sheet in, which a judge may undo by saving.

    Raises
    ------
    Invalid
        A value that is out of range, or an unfinished sheet that is handed in; `fields` names the
        items. Nothing is kept then.
    Conflict
        When the panel is closed.
    """
    panel_for(person, panel_id)
    panel = db.lock(StandardPanel, panel_id)
    judge = judge_of(panel_id, person.id)
    if panel.state is PanelState.CLOSED:
        raise errors.Conflict(_l("This panel is closed."))
    turn, limits = number(panel.state), _limits(panel)
    names = names_of(panel)
    wrong: dict[str, Any] = {
        name: _l("Write a whole number from %(low)s to %(high)s.", low=limits[0], high=limits[1])
        for name, value in values.items() if name in names and not limits[0] <= value <= limits[1]
    }  # fmt: skip
    if done:
        wrong |= {n: _l("Still to be judged.") for n in names if n not in values}
    if wrong:
        raise errors.Invalid(fields=wrong)
    before = _rows(judge.id or 0, turn)
    for name in names:
        if name not in values:
            continue
        row = before.get(name) or JudgeRating(
            judge_id=judge.id or 0, round=turn, item_id=name, value=0, saved_at=now
        )
        row.value, row.saved_at = values[name], now
        db.add(row)
    for name in before.keys() - values.keys():
        db.session().delete(before[name])
    stamp = now if done else None
    if turn == 1:
        judge.first_at = stamp
    else:
        judge.second_at = stamp
    db.flush()


def names_of(panel: StandardPanel) -> list[str]:
    """Return what a sheet asks: the items, or the one place of a bookmark (an empty name)."""
    return [""] if panel.method is PanelMethod.BOOKMARK else [i["id"] for i in panel.items]


def _limits(panel: StandardPanel) -> tuple[int, int]:
    return (1, len(panel.items)) if panel.method is PanelMethod.BOOKMARK else (0, 100)


def _rows(judge_id: int, turn: int) -> dict[str, JudgeRating]:
    rows = db.session().exec(
        select(JudgeRating).where(
            col(JudgeRating.judge_id) == judge_id, col(JudgeRating.round) == turn
        )
    )
    return {row.item_id: row for row in rows}


def second_round(person: Principal, panel_id: int, now: datetime) -> None:
    """Begin the second round: sheets are copied, everybody sees the others' means.

    Raises
    ------
    Forbidden
        For anybody but the panel's maker.
    Conflict
        When fewer than two sheets are in, or the round has begun already.
    """
    panel = _own(person, panel_id)
    if panel.state is not PanelState.FIRST:
        raise errors.Conflict(_l("The second round has begun already."))
    judges = judges_of(panel_id)
    ready = [judge for judge in judges if judge.first_at is not None]
    if len(ready) < LEAST_JUDGES:
        raise errors.Conflict(_l("At least two judges must have handed in their sheets."))
    for judge in ready:
        for row in _rows(judge.id or 0, 1).values():
            db.add(JudgeRating(
                judge_id=judge.id or 0, round=2, item_id=row.item_id, value=row.value, saved_at=now
            ))  # fmt: skip
    panel.items = _with_facility(panel)
    panel.state, panel.second_at = PanelState.SECOND, now
    db.flush()


def _with_facility(panel: StandardPanel) -> list[dict[str, Any]]:
    found = results.facility(panel.track, {(i["id"], i["version"]) for i in panel.items})
    return [{**item, "facility": found.get(item["id"])} for item in panel.items]


def _own(person: Principal, panel_id: int) -> StandardPanel:
    panel_for(person, panel_id)
    panel = db.lock(StandardPanel, panel_id)
    if panel.made_by_id != person.id:
        raise errors.Forbidden(_l("Only whoever opened the panel can do that."))
    return panel


def judges_of(panel_id: int) -> list[PanelJudge]:
    """Return the judges of a panel in the order of their invitation."""
    return list(
        db.session().exec(
            select(PanelJudge).where(col(PanelJudge.panel_id) == panel_id).order_by(col(PanelJudge.id))
        )
    )  # fmt: skip


def close(person: Principal, panel_id: int, now: datetime) -> None:
    """End a panel and compute its cut score from the sheets that are in.

    Raises
    ------
    Forbidden
        For anybody but the panel's maker.
    Conflict
        When it is closed already, still in its first round, or fewer than two sheets are in.
    """
    panel = _own(person, panel_id)
    if panel.state is not PanelState.SECOND:
        raise errors.Conflict(_l("A panel is closed after its second round."))
    ready = [judge for judge in judges_of(panel_id) if judge.second_at is not None]
    if len(ready) < LEAST_JUDGES:
        raise errors.Conflict(_l("At least two judges must have handed in their sheets."))
    panel.result = results.computed(panel, ready, ratings_of(panel_id))
    panel.state, panel.closed_at, panel.open_key = PanelState.CLOSED, now, None
    db.flush()
    jobs.enqueue(measure_panel, panel_id)


def cancel(person: Principal, panel_id: int, now: datetime) -> None:
    """Close a panel without a result, such as one with the wrong judges."""
    panel = _own(person, panel_id)
    if panel.state is PanelState.CLOSED:
        raise errors.Conflict(_l("This panel is closed."))
    panel.state, panel.closed_at, panel.open_key = PanelState.CLOSED, now, None
    db.flush()


def ratings_of(panel_id: int) -> dict[int, dict[int, dict[str, int]]]:
    """Return judge -> round -> item -> value of a whole panel."""
    rows = db.session().execute(
        select(JudgeRating.judge_id, JudgeRating.round, JudgeRating.item_id, JudgeRating.value)
        .join(PanelJudge, col(PanelJudge.id) == col(JudgeRating.judge_id))
        .where(col(PanelJudge.panel_id) == panel_id)
    )
    found: dict[int, dict[int, dict[str, int]]] = {}
    for judge, turn, item, value in rows:
        found.setdefault(judge, {}).setdefault(turn, {})[item] = value
    return found


@jobs.task
def measure_panel(panel_id: int) -> None:
    """Say what a closed panel's cut score would mean: who would pass, how sure decisions are."""
    with db.reading():  # it takes a while, and exams go on
        panel = db.get(StandardPanel, panel_id)
        found = results.consequences(panel) if panel.result else {}
    if found:
        panel = db.get(StandardPanel, panel_id)
        panel.result = {**panel.result, **found, "measured_at": clock.now().isoformat()}
