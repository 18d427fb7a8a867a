"""Files that a talent hands over: gathered first, then part of a delivery that nothing changes any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col

from sanggar import errors
from sanggar.clients import work
from sanggar.clients.file_models import WorkFile
from sanggar.clients.lookup import select
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.work_models import DayChange, WorkNote
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.kernel.files import sweep, taking
from sanggar.kernel.files.taking import Incoming, Looked
from sanggar.kernel.i18n import _
from sanggar.plugin.track import FileRules

RULES = FileRules(
    max=20, size_mb=25,
    types=("jpg", "png", "webp", "gif", "pdf", "zip", "csv", "txt", "xlsx", "docx", "pptx"),
)  # fmt: skip
BEFORE_DELIVERY = (PlacementState.AGREED, PlacementState.RUNNING)


@dataclass(frozen=True)
class Log:
    """The lines of some work, the files of each delivery and the proposed days by the id of their line."""

    notes: list[WorkNote] = field(default_factory=list)
    files: dict[int, list[WorkFile]] = field(default_factory=dict)
    days: dict[int, DayChange] = field(default_factory=dict)


def look_at(incoming: Sequence[Incoming]) -> Looked:
    """Check files and put them away as they were made, without the database."""
    return taking.look_at(incoming[: RULES.max + 1], RULES, as_made=True)


def add(placement_id: int, looked: Looked, *, by: Principal, now: datetime) -> list[str]:
    """Put files beside the next delivery and return what was refused; the same file is there once."""
    row = _held(placement_id, by)
    there = {each.sha256 for each in waiting(placement_id)}
    problems = [str(problem.message) for problem in looked.problems]
    for file in looked.kept:
        if file.sha256 in there:
            continue
        if len(there) >= RULES.max:
            problems.append(
                _("At most %(limit)s files can be handed in. Remove one first.", limit=RULES.max)
            )
            break
        there.add(file.sha256)
        db.add(WorkFile(
            placement_id=row.id or 0, name=file.checked.name, kind=file.checked.kind,
            media_type=file.checked.media_type, sha256=file.sha256, size=file.size, added_at=now,
        ))  # fmt: skip
    return list(dict.fromkeys(problems))


def remove(placement_id: int, file_id: int, *, by: Principal) -> None:
    """Take a file away before it is handed over; one that is already gone is fine."""
    _held(placement_id, by)
    found = db.session().get(WorkFile, file_id)
    if found is None or found.placement_id != placement_id:
        return
    if found.note_id is not None:
        raise errors.Conflict(_("This file is handed over and stays as it is."))
    db.session().delete(found)
    db.flush()


def _held(placement_id: int, by: Principal) -> Placement:
    row = work.held(placement_id, by, "talent")
    if row.state not in BEFORE_DELIVERY:
        raise errors.Conflict(_("This work has moved on. Reload the page to see how it stands."))
    return row


def waiting(placement_id: int) -> list[WorkFile]:
    """Return the files that lie ready for the next delivery."""
    statement = select(WorkFile).where(
        col(WorkFile.placement_id) == placement_id, col(WorkFile.note_id).is_(None)
    )
    return list(db.session().execute(statement.order_by(col(WorkFile.id))).scalars())


def log(placement_id: int) -> Log:
    """Return the log of some work with what each line brought, in one statement."""
    statement = (
        select(WorkNote, WorkFile, DayChange)
        .outerjoin(WorkFile, col(WorkFile.note_id) == col(WorkNote.id))
        .outerjoin(DayChange, col(DayChange.note_id) == col(WorkNote.id))
        .where(col(WorkNote.placement_id) == placement_id)
        .order_by(col(WorkNote.id), col(WorkFile.id))
    )
    notes: dict[int, WorkNote] = {}
    files: dict[int, list[WorkFile]] = defaultdict(list)
    days: dict[int, DayChange] = {}
    for note, file, change in db.session().execute(statement):
        notes[note.id] = note
        if change is not None:
            days[note.id] = change
        if file is not None:
            files[note.id].append(file)
    return Log(list(notes.values()), dict(files), days)


def find(placement_id: int, file_id: int, person: Principal) -> WorkFile:
    """Return a file to both sides and the officer; one not yet handed over to its talent only."""
    row = db.get(Placement, placement_id)
    side = work.side_of(row.person_id, row.brief_id, person)
    found = db.session().get(WorkFile, file_id)
    if found is None or found.placement_id != placement_id:
        raise errors.NotFound
    if found.note_id is None and side != "talent":
        raise errors.NotFound
    return found


@sweep.names_files
def named_files() -> Iterator[str]:
    """Yield the hashes that deliveries name."""
    yield from db.session().execute(select(WorkFile.sha256)).scalars()
