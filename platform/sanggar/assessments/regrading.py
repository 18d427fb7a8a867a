"""What a correction changes: attempts with a faulty item, before and after. Nobody loses by it.

A correction never rewrites what was asked or answered; it changes how an item counts. Where the new
score would be lower than the old one, the old one stays: the fault was not the candidate's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel import select as rows_of

from sanggar.assessments import adaptive, attempts, grading, rules
from sanggar.assessments.models import Answer, Attempt, AttemptItem, AttemptState
from sanggar.assessments.types_text import normalise
from sanggar.kernel import db
from sanggar.plugin.text import LANGUAGES
from sanggar.plugin.track import PassRules

#: Attempts looked at in one statement.
BATCH = 500


@dataclass(frozen=True)
class Correction:
    """How an item counts from now on.

    Attributes
    ----------
    track, item_id, item_version : str
        Only attempts that were asked exactly this version are touched.
    action : str
        ``drop``: it counts for nobody; ``credit``: everybody earns it; ``accept``: the answers in
        `accepted` are right besides the key.
    accepted : tuple of str
        Answers in words, as `grading.describe` writes them.
    reason : str
        What was wrong with the item; the talent reads it in the log of the attempt.
    """

    track: str
    item_id: str
    item_version: str
    action: str
    accepted: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """What a correction does to one attempt."""

    attempt_id: int
    person_id: int
    assessment: str
    decided_at: datetime
    old_score: float
    new_score: float
    old_passed: bool
    new_passed: bool

    @property
    def changes(self) -> bool:
        """True when score or decision is another one."""
        return self.old_score != self.new_score or self.old_passed != self.new_passed


@dataclass(frozen=True)
class Version:
    """One version of an item that was asked, with the answers that were not right."""

    item_id: str
    item_version: str
    item: Any
    attempts: int
    facility: float
    wrong: tuple[tuple[str, int], ...]


def versions(track: str, item_id: str) -> list[Version]:
    """Return the versions of an item that decided attempts were asked, with the common wrong answers."""
    rows = db.session().execute(
        select(col(AttemptItem.item_version), col(AttemptItem.item), col(AttemptItem.share), col(Answer.response))
        .join(Attempt, col(Attempt.id) == col(AttemptItem.attempt_id))
        .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
        .where(
            col(AttemptItem.item_id) == item_id, col(Attempt.track) == track,
            col(Attempt.state) == AttemptState.DECIDED,
        ).order_by(col(AttemptItem.id).desc()).limit(5000)
    ).all()  # fmt: skip
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.item_version].append(row)
    return [_version(item_id, version, given) for version, given in found.items()]


def _version(item_id: str, version: str, rows: list[Any]) -> Version:
    wrong = Counter(
        grading.describe(grading.restore(row.item), row.response, "id")
        for row in rows
        if (row.share or 0) < 1 and row.response is not None
    )
    return Version(
        item_id=item_id, item_version=version, item=grading.restore(rows[0].item),
        attempts=len(rows), facility=sum(row.share or 0 for row in rows) / len(rows),
        wrong=tuple(wrong.most_common(12)),
    )  # fmt: skip


def changes(correction: Correction) -> list[Change]:
    """Return what a correction would change, attempt by attempt; nothing is written.

    Attempts of adaptive exams are left out: their result rests on all answers together.
    """
    touched = _touched(correction)
    found = []
    for start in range(0, len(touched), BATCH):
        part = touched[start : start + BATCH]
        rows = _items([attempt.id or 0 for attempt in part])
        found += [_change(attempt, rows[attempt.id or 0], correction) for attempt in part]
    return found


def _touched(correction: Correction) -> list[Attempt]:
    return list(
        db.session().exec(
            rows_of(Attempt)
            .join(AttemptItem, col(AttemptItem.attempt_id) == col(Attempt.id))
            .where(
                col(AttemptItem.item_id) == correction.item_id,
                col(AttemptItem.item_version) == correction.item_version,
                col(Attempt.track) == correction.track, col(Attempt.selection) != "adaptive",
                col(Attempt.state) == AttemptState.DECIDED,
            ).order_by(col(Attempt.id))
        )
    )  # fmt: skip


def _items(attempt_ids: list[int]) -> Mapping[int, list[Any]]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session().execute(
        select(
            col(AttemptItem.id), col(AttemptItem.attempt_id), col(AttemptItem.item_id),
            col(AttemptItem.item_version), col(AttemptItem.unit), col(AttemptItem.points),
            col(AttemptItem.share), col(AttemptItem.scored), col(AttemptItem.item),
            col(Answer.response),
        )
        .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
        .where(col(AttemptItem.attempt_id).in_(attempt_ids))
    ):  # fmt: skip
        rows[row.attempt_id].append(row)
    return rows


def _meant(row: Any, correction: Correction) -> bool:
    return bool(row.item_id == correction.item_id and row.item_version == correction.item_version)


def corrected(row: Any, correction: Correction) -> tuple[float, bool]:
    """Return (share, whether it counts) of one item of an attempt after a correction."""
    share = float(row.share or 0)
    if correction.action == "drop":
        return share, False
    if correction.action == "credit":
        return 1.0, bool(row.scored)
    accepted = {normalise(text) for text in correction.accepted}
    item = grading.restore(row.item)
    given = {normalise(grading.describe(item, row.response, lang)) for lang in LANGUAGES}
    answered = row.response is not None
    return (1.0 if answered and accepted & given else share), bool(row.scored)


def _change(attempt: Attempt, rows: Iterable[Any], correction: Correction) -> Change:
    scored = []
    for row in rows:
        share, counts = float(row.share or 0), bool(row.scored)
        if _meant(row, correction):
            share, counts = corrected(row, correction)
        if counts:
            scored.append(rules.Scored(row.unit, row.points, share))
    result = rules.score(scored)
    passed = rules.passes(
        PassRules(total=attempt.pass_total, each_unit=attempt.pass_each_unit), result
    )
    old = attempt.score or 0.0
    return Change(
        attempt_id=attempt.id or 0, person_id=attempt.person_id, assessment=attempt.assessment,
        decided_at=attempt.decided_at or attempt.started_at, old_score=old,
        new_score=max(old, result.total), old_passed=bool(attempt.passed),
        new_passed=bool(attempt.passed) or passed,
    )  # fmt: skip


def correct(attempt_id: int, correction: Correction, now: datetime) -> Change | None:
    """Apply a correction to one attempt; None when it was not asked the item or is not decided."""
    attempt = db.lock(Attempt, attempt_id)
    rows = _items([attempt_id])[attempt_id]
    meant = [row for row in rows if _meant(row, correction)]
    if attempt.state is not AttemptState.DECIDED or not meant or attempt.selection == "adaptive":
        return None
    change = _change(attempt, rows, correction)
    for row in meant:
        share, counts = corrected(row, correction)
        item = db.get(AttemptItem, row.id)
        item.share, item.correct, item.scored = share, share == 1.0, counts
    attempts.note(
        attempt, "regraded", now, old=change.old_score, new=change.new_score,
        item=correction.item_id, reason=correction.reason,
    )  # fmt: skip
    if change.changes:
        best = _best(attempt, rules.score(_scored(attempt_id)).by_unit)
        attempts.settle(attempt, rules.Result(change.new_score, best), change.new_passed, now)
    db.flush()
    return change


def rejudge(attempt_id: int, position: int, share: float, *, by_id: int, now: datetime) -> Attempt:
    """Give an answer another share of its points after an appeal; never less than before."""
    attempt = db.lock(Attempt, attempt_id)
    row = db.session().exec(
        rows_of(AttemptItem).where(
            col(AttemptItem.attempt_id) == attempt_id, col(AttemptItem.position) == position
        )
    ).one()  # fmt: skip
    row.share = max(row.share or 0.0, share)
    row.correct, row.graded_by_id, row.needs_human = row.share == 1.0, by_id, False
    attempts.note(attempt, "reopened", now, position=position)
    db.flush()
    if attempt.state is AttemptState.DECIDED:
        _raise(attempt, now)
    return attempt


def _raise(attempt: Attempt, now: datetime) -> None:
    """Add a decided attempt up again; what it had is the least it keeps."""
    if attempt.selection == "adaptive":
        result, verdict = adaptive.result(attempt, now)
        passed = bool(verdict)
    else:
        result = rules.score(_scored(attempt.id or 0))
        passed = rules.passes(
            PassRules(total=attempt.pass_total, each_unit=attempt.pass_each_unit), result
        )
    best = rules.Result(max(attempt.score or 0.0, result.total), _best(attempt, result.by_unit))
    attempts.settle(attempt, best, bool(attempt.passed) or passed, now)


def _scored(attempt_id: int) -> list[rules.Scored]:
    return [
        rules.Scored(row.unit, row.points, row.share or 0.0)
        for row in db.session().exec(
            rows_of(AttemptItem)
            .where(col(AttemptItem.attempt_id) == attempt_id, col(AttemptItem.scored))
            .order_by(col(AttemptItem.position))
        )
    ]


def _best(attempt: Attempt, by_unit: Mapping[str, float]) -> dict[str, float]:
    """Return the higher of both percentages of every unit; a unit whose last item went stays."""
    return {unit: max(by_unit.get(unit, 0.0), attempt.by_unit.get(unit, 0.0))
            for unit in [*attempt.by_unit, *(u for u in by_unit if u not in attempt.by_unit)]}  # fmt: skip
