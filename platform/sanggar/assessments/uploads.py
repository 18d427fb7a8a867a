"""Files as answers: checked and kept like handed-in work, named by their hash in the answer.

A browser never says which file an answer holds: it sends new files and ticks those it sent before,
and both are looked up among what this attempt has uploaded to this question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import grading
from sanggar.assessments.models import Answer, AnswerFile, Attempt, AttemptItem, AttemptState
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.files import taking
from sanggar.kernel.files.taking import Incoming, Kept
from sanggar.kernel.i18n import _
from sanggar.plugin.items import STORED
from sanggar.plugin.track import FileRules

#: hidden field of the template that sends files, and the ticks of files sent before
MARK, KEEP = "answer-upload", "answer-keep"
#: uploads to one question, kept or not: enough for changing one's mind
MAX_SENT = 60


@dataclass(frozen=True)
class Prepared:
    """What came with a form, looked at before anything is locked: it takes a moment."""

    rules: FileRules
    files: tuple[Kept, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """The fields of a form with what the server knows of its files, and what was refused."""

    fields: Mapping[str, list[str]]
    problems: tuple[str, ...] = ()


def prepare(
    person_id: int, attempt_id: int, position: int, form: Mapping[str, list[str]],
    incoming: Sequence[Incoming],
) -> Prepared | None:  # fmt: skip
    """Check the files of an answer and put them away; None where nothing can be uploaded.

    A file that is refused is named in `Prepared.problems` and does not hold up the others.
    """
    if MARK not in form:
        return None
    item = db.session().execute(
        select(col(AttemptItem.item))
        .join(Attempt, col(Attempt.id) == col(AttemptItem.attempt_id))
        .where(
            col(Attempt.id) == attempt_id, col(Attempt.person_id) == person_id,
            col(Attempt.state) == AttemptState.LIVE, col(AttemptItem.position) == position,
        )
    ).scalar_one_or_none()  # fmt: skip
    rules = grading.files(grading.restore(item)) if item else None
    if rules is None:
        return None
    db.rollback()  # nothing is written yet: others may, while the files are looked at
    # one more than is allowed, so that it is said what is too many
    looked = taking.look_at(incoming[: rules.max + 1], rules)
    return Prepared(rules, looked.kept, tuple(str(p.message) for p in looked.problems))


def take(
    attempt: Attempt, position: int, form: Mapping[str, list[str]], prepared: Prepared | None,
    now: datetime,
) -> Taken:  # fmt: skip
    """Return the fields of an answer with its files; `attempt` is held by the caller."""
    fields = {name: values for name, values in form.items() if name != STORED}
    if prepared is None:
        return Taken(fields)
    sent = {row.sha256: row for row in _sent(attempt.id or 0, position)}
    kept = {sha: sent[sha] for sha in form.get(KEEP, ()) if sha in sent}
    problems = list(prepared.problems)
    for file in prepared.files:
        if file.sha256 in kept:
            continue  # sent twice
        if len(kept) >= prepared.rules.max or len(sent) >= MAX_SENT:
            problems.append(
                _("At most %(limit)s files can be handed in. Remove one first.",
                  limit=prepared.rules.max)
            )  # fmt: skip
            break
        if file.sha256 not in sent:
            sent[file.sha256] = db.add(_row(file, attempt.id or 0, position, now))
        kept[file.sha256] = sent[file.sha256]
    described = [json.dumps(_described(row)) for row in kept.values()]
    return Taken({**fields, STORED: described}, tuple(dict.fromkeys(problems)))


def _row(file: Kept, attempt_id: int, position: int, now: datetime) -> AnswerFile:
    return AnswerFile(
        attempt_id=attempt_id, position=position, name=file.checked.name, sha256=file.sha256,
        size=file.size, kind=file.checked.kind, media_type=file.checked.media_type, uploaded_at=now,
    )  # fmt: skip


def _sent(attempt_id: int, position: int) -> list[AnswerFile]:
    statement = select(AnswerFile).where(
        col(AnswerFile.attempt_id) == attempt_id, col(AnswerFile.position) == position
    )
    return list(db.session().exec(statement.order_by(col(AnswerFile.id))))


def _described(row: AnswerFile) -> dict[str, Any]:
    return {"name": row.name, "sha256": row.sha256, "size": row.size, "kind": row.kind}


def listed(response: object) -> list[dict[str, Any]]:
    """Return the files of a stored response, for a page."""
    rows = response if isinstance(response, list) else []
    return [row for row in rows if isinstance(row, dict) and row.get("sha256") and row.get("name")]


def find(person: Principal, item_id: int, sha256: str) -> AnswerFile:
    """Return a file of an answer for its maker or a mentor of the track, else raise `NotFound`."""
    row = db.session().execute(
        columns(
            col(Attempt.id), col(Attempt.person_id), col(Attempt.track), col(AttemptItem.position),
            col(Answer.response),
        )
        .join(AttemptItem, col(AttemptItem.attempt_id) == col(Attempt.id))
        .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
        .where(col(AttemptItem.id) == item_id)
    ).first()  # fmt: skip
    if row is None:
        raise errors.NotFound
    attempt_id, owner, track, position, response = row
    mentors = person.has(Role.MENTOR) and track in person.tracks and owner != person.id
    named = any(file["sha256"] == sha256 for file in listed(response))
    if not named or not (mentors or owner == person.id):
        raise errors.NotFound
    found = next((f for f in _sent(attempt_id, position) if f.sha256 == sha256), None)
    if found is None:
        raise errors.NotFound
    return found
