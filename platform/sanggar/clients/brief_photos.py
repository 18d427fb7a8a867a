"""Photos of a brief: at most three, small copies only, for whoever may read the brief."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func
from sqlmodel import select as typed_select

from sanggar import errors
from sanggar.clients import queries, writing
from sanggar.clients.brief_rules import MAX_PHOTOS
from sanggar.clients.file_models import BriefPhoto
from sanggar.clients.lookup import select
from sanggar.clients.models import Brief, Offer
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.kernel.files import sweep, taking
from sanggar.kernel.files.taking import Copies, Incoming
from sanggar.kernel.i18n import _
from sanggar.plugin.track import FileRules

RULES = FileRules(max=MAX_PHOTOS, size_mb=12, types=("jpg", "png", "webp"))


@dataclass(frozen=True)
class Photo:
    """A photo as pages show it."""

    id: int
    brief_id: int
    page: str
    thumb: str
    width: int
    height: int


@dataclass(frozen=True)
class Prepared:
    """Photos that were looked at, before anything is locked: it takes a moment."""

    copies: tuple[Copies, ...] = ()
    problems: tuple[str, ...] = ()


def look_at(incoming: Sequence[Incoming]) -> Prepared:
    """Check photos and keep small copies; one that is refused does not hold up the others."""
    copies, problems = [], []
    for file in incoming[: MAX_PHOTOS + 1]:  # one more, so that it is said what is too many
        try:
            copies.append(taking.copy(file, RULES))
        except (errors.Invalid, errors.TooLarge) as refused:
            problems.append(str(refused.message))
    return Prepared(tuple(copies), tuple(problems))


def add(brief_id: int, prepared: Prepared, *, by: Principal, now: datetime) -> list[str]:
    """Add photos to a brief and return what was refused; the same photo twice is there once."""
    row = writing.held(brief_id, by)
    there = {photo.page for photo in of_brief(brief_id)}
    problems = list(prepared.problems)
    for copies in prepared.copies:
        if copies.page in there:
            continue
        if len(there) >= MAX_PHOTOS:
            problems.append(_("Three photos are enough. Take one away first."))
            break
        there.add(copies.page)
        db.add(BriefPhoto(
            brief_id=brief_id, page=copies.page, thumb=copies.thumb, width=copies.width,
            height=copies.height, added_at=now,
        ))  # fmt: skip
    _weigh(row)
    return list(dict.fromkeys(problems))


def copy_all(brief_id: int, other_id: int, now: datetime) -> None:
    """Show the photos of a brief beside another one too: the roles of a team are about one product."""
    for photo in of_brief(brief_id):
        db.add(BriefPhoto(
            brief_id=other_id, page=photo.page, thumb=photo.thumb, width=photo.width,
            height=photo.height, added_at=now,
        ))  # fmt: skip


def remove(brief_id: int, photo_id: int, *, by: Principal) -> None:
    """Take a photo away; one that is already gone is fine."""
    row = writing.held(brief_id, by)
    found = db.session().get(BriefPhoto, photo_id)
    if found is not None and found.brief_id == brief_id:
        db.session().delete(found)
        db.flush()
        _weigh(row)


def _weigh(row: Brief) -> None:
    writing.weigh(row)
    db.session().add(row)
    db.flush()


_OF_BRIEF = select(
    BriefPhoto.id, BriefPhoto.brief_id, BriefPhoto.page, BriefPhoto.thumb, BriefPhoto.width,
    BriefPhoto.height,
)  # fmt: skip


def of_brief(brief_id: int) -> list[Photo]:
    """Return the photos of a brief in the order in which they came."""
    statement = _OF_BRIEF.where(col(BriefPhoto.brief_id) == brief_id).order_by(col(BriefPhoto.id))
    return [Photo(*row) for row in db.session().execute(statement)]


def find(brief_id: int, photo_id: int, person: Principal) -> Photo:
    """Return a photo to whoever may read the brief: its business, an officer, a talent who was asked."""
    asked = typed_select(func.count()).where(
        col(Offer.brief_id) == brief_id, col(Offer.person_id) == person.id
    )
    if not db.session().execute(asked).scalar_one():
        queries.brief(brief_id, person)
    return one(brief_id, photo_id)


def one(brief_id: int, photo_id: int) -> Photo:
    """Return a photo of a brief that somebody may read."""
    statement = _OF_BRIEF.where(
        col(BriefPhoto.id) == photo_id, col(BriefPhoto.brief_id) == brief_id
    )
    row = db.session().execute(statement).first()
    if row is None:
        raise errors.NotFound
    return Photo(*row)


@sweep.names_files
def named_files() -> Iterator[str]:
    """Yield the hashes that briefs name."""
    for columns in db.session().execute(select(BriefPhoto.page, BriefPhoto.thumb)):
        yield from columns
