"""The comment bank of a mentor: what they write often, kept by criterion, the most used first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments.models import Snippet
from sanggar.kernel import db
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _

MAX_TEXT = 500
#: kept for one criterion; more would not be read
MOST = 30


def of(mentor_id: int, track: str) -> Mapping[str, list[Snippet]]:
    """Return criterion -> comments of a mentor, the most used first."""
    found: dict[str, list[Snippet]] = defaultdict(list)
    for row in db.session().exec(
        select(Snippet)
        .where(col(Snippet.mentor_id) == mentor_id, col(Snippet.track) == track)
        .order_by(col(Snippet.used).desc(), col(Snippet.id).desc())
    ):
        found[row.criterion].append(row)
    return found


def keep(mentor_id: int, track: str, criterion: str, text: str, now: datetime) -> None:
    """Keep a comment for the next time; one that is there already is fine."""
    words = clean(text)
    if not words or len(words) > MAX_TEXT:
        fault = (
            _("At most %(limit)s characters.", limit=MAX_TEXT) if words else _("Write something.")
        )
        raise errors.Invalid(fields={criterion: fault})
    mine = of(mentor_id, track).get(criterion, [])
    if any(row.text == words for row in mine):
        return
    if len(mine) >= MOST:
        db.session().delete(mine[-1])
    try:
        with db.session().begin_nested():
            db.add(
                Snippet(
                    mentor_id=mentor_id, track=track, criterion=criterion, text=words, made_at=now
                )
            )
    except IntegrityError:  # sent twice at once
        return


def use(mentor_id: int, snippet_id: int) -> Snippet:
    """Return a comment of one's own and count that it was used."""
    row = _own(mentor_id, snippet_id)
    row.used += 1
    return row


def drop(mentor_id: int, snippet_id: int) -> None:
    """Take a comment out of one's bank."""
    db.session().delete(_own(mentor_id, snippet_id))
    db.flush()


def _own(mentor_id: int, snippet_id: int) -> Snippet:
    row = db.session().get(Snippet, snippet_id)
    if row is None or row.mentor_id != mentor_id:
        raise errors.NotFound
    return row
