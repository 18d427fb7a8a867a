"""Verbs of a portfolio: cases, their pictures, and who has allowed that they are shown.

A case made for a client stays unpublished until that client has said yes, by a signed link or as the
talent records it; one that shows people needs their signed release. Both papers are private.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.clients import links, lookup, profiles, queries, rules
from sanggar.clients.business_models import Client
from sanggar.clients.models import Placement, PortfolioWork
from sanggar.clients.rules import PlacementState
from sanggar.clients.talent_models import PortfolioPaper, PortfolioPicture
from sanggar.clients.talent_rules import SLOTS, PaperKind, PermissionHow
from sanggar.kernel import db
from sanggar.kernel.files import sweep, taking
from sanggar.kernel.files.taking import Copies, Incoming
from sanggar.kernel.i18n import _, tr
from sanggar.plugin.track import FileRules

MOST_WORKS = 24
PICTURES = FileRules(max=1, size_mb=15, types=("jpg", "png", "webp"))
PAPERS = FileRules(max=1, size_mb=8, types=("pdf", "jpg", "png"))
PURPOSE, LASTS = "portfolio", timedelta(days=180)
GOOD_STARS = 4
#: wide enough for a phone held sideways, light enough for a slow one
PAGE_SIZE = (1280, 1280)


@dataclass(frozen=True)
class Work:
    """One case of a portfolio, as it was typed."""

    track: str
    title: str
    problem: str = ""
    process: str = ""
    result: str = ""
    number: str = ""
    category: str = ""
    link: str = ""
    published: bool = False
    made_for: str = ""
    people: bool = False


def save_work(person_id: int, work: Work, *, now: datetime, work_id: int | None = None) -> int:
    """Add a case to the portfolio, or change one; return its id.

    Naming another client ends the permission of the one before.
    """
    if not work.title:
        raise errors.Invalid(fields={"title": _("Give the work a title.")})
    if work.category and work.category not in rules.CATEGORIES:
        raise errors.Invalid(fields={"category": _("Choose one of the options.")})
    row = _own(person_id, work_id) if work_id is not None else _new(person_id, work.track, now)
    made_for = row.made_for if row.placement_id else work.made_for
    if made_for != row.made_for:
        _forget_permission(row)
    for name in (
        "track", "title", "problem", "process", "result", "number", "category", "link", "published",
        "people",
    ):  # fmt: skip
        setattr(row, name, getattr(work, name))
    row.made_for = made_for
    work_id = db.add(row).id or 0
    profiles.tell(person_id, now)
    return work_id


def _new(person_id: int, track: str, now: datetime) -> PortfolioWork:
    profiles.hold_profile(person_id, now)
    owned = select(PortfolioWork.id).where(col(PortfolioWork.person_id) == person_id)
    if len(db.session().execute(owned).all()) >= MOST_WORKS:
        raise errors.Conflict(_("A portfolio of %(n)s works is full.", n=MOST_WORKS))
    return PortfolioWork(person_id=person_id, track=track, title="", created_at=now)


def pick_work(person_id: int, placement_id: int, *, now: datetime) -> int:
    """Begin a case with finished work of the platform; a second tap finds the same case."""
    known = select(PortfolioWork.id).where(col(PortfolioWork.placement_id) == placement_id)
    placed = db.lock(Placement, placement_id)
    if placed.person_id != person_id or placed.state is not PlacementState.FINISHED:
        raise errors.NotFound
    if found := db.session().execute(known).scalar():
        return int(found)
    row = _new(person_id, placed.track, now)
    ordered = queries.service_of(placed.track, placed.service)
    client = db.get(Client, placed.client_id)
    row.title = tr(ordered.title) if ordered else placed.service
    row.category, row.placement_id, row.made_for = (
        placed.category,
        placement_id,
        client.organisation,
    )
    if placed.rating is not None and placed.rating >= GOOD_STARS:
        row.number = _("%(n)s of 5 stars from the client", n=placed.rating)
    return db.add(row).id or 0


def delete_work(person_id: int, work_id: int, *, now: datetime) -> None:
    """Take a case out of the portfolio, with its pictures and papers."""
    row = _own(person_id, work_id)
    for table in (PortfolioPicture, PortfolioPaper):
        for part in db.session().exec(select(table).where(table.work_id == work_id)):
            db.session().delete(part)
    db.flush()
    db.session().delete(row)
    db.flush()
    profiles.tell(person_id, now)


def _own(person_id: int, work_id: int) -> PortfolioWork:
    row = db.lock(PortfolioWork, work_id)
    if row.person_id != person_id:
        raise errors.NotFound
    return row


def prepare(name: str | None, stream: IO[bytes]) -> Copies:
    """Check a picture and keep two small copies; raise `Invalid` or `TooLarge` when it is none."""
    return taking.copy(Incoming(name, stream), PICTURES, PAGE_SIZE)


def set_picture(
    person_id: int, work_id: int, slot: int, alt: str, copies: Copies | None, *, now: datetime
) -> None:
    """Put a picture into its place, or only change its words. A new picture needs a new permission."""
    row = _own(person_id, work_id)
    if slot not in SLOTS:
        raise errors.NotFound
    if not alt:
        raise errors.Invalid(fields={"alt": _("Say in a few words what the picture shows.")})
    found = _picture(work_id, slot)
    if copies is not None:
        if found is None or found.page != copies.page:
            _forget_permission(row)
        found = found or PortfolioPicture(
            work_id=work_id, slot=slot, alt=alt, page="", thumb="", width=0, height=0, added_at=now
        )
        found.page, found.thumb = copies.page, copies.thumb
        found.width, found.height, found.added_at = copies.width, copies.height, now
    if found is None:
        raise errors.Invalid(fields={"file": _("Choose a picture.")})
    found.alt = alt
    db.session().add(found)
    db.session().add(row)
    db.flush()
    profiles.tell(person_id, now)


def _picture(work_id: int, slot: int) -> PortfolioPicture | None:
    return db.session().exec(select(PortfolioPicture).where(
        col(PortfolioPicture.work_id) == work_id, col(PortfolioPicture.slot) == slot
    )).first()  # fmt: skip


def remove_picture(person_id: int, work_id: int, slot: int) -> None:
    """Take a picture away; taking it away twice is once."""
    _own(person_id, work_id)
    if (found := _picture(work_id, slot)) is not None:
        db.session().delete(found)
        db.flush()


def _forget_permission(row: PortfolioWork) -> None:
    row.permission_at = row.permission_how = row.permission_refused_at = None
    row.permission_by = ""
    row.permission_key += 1


def permission_link(row: PortfolioWork, now: datetime) -> str:
    """Return the address where a client reads the case and says yes or no.

    It ends when the case is about another client or gets another picture.
    """
    token = links.sign(PURPOSE, now, LASTS, work=row.id or 0, key=row.permission_key)
    return links.absolute("clients.permission", token=token)


def asked(token: str, now: datetime, *, hold: bool = False) -> PortfolioWork:
    """Return the case a link asks about; `Conflict` when a newer link has taken its place."""
    held = links.read(PURPOSE, token, now)
    row = (db.lock if hold else db.get)(PortfolioWork, held["work"])
    if row.permission_key != held["key"]:
        raise errors.Conflict(_("This link has ended. Ask for a new one."))
    return row


def answer(token: str, name: str, yes: bool, *, now: datetime) -> None:
    """Say as the client whether a case may be shown. The same link takes the word back."""
    row = asked(token, now, hold=True)
    if not name:
        raise errors.Invalid(fields={"name": _("Write your name.")})
    if yes and row.permission_at is None:
        row.permission_at, row.permission_how = now, PermissionHow.LINK
        row.permission_by, row.permission_refused_at = name, None
    elif not yes and row.permission_refused_at is None:
        row.permission_at, row.permission_how = None, None
        row.permission_by, row.permission_refused_at = name, now
    db.session().add(row)
    db.flush()
    profiles.tell(row.person_id, now)


def state_permission(
    person_id: int, work_id: int, name: str, day: date, paper: taking.Kept | None, *, now: datetime
) -> None:
    """Record as the talent that the client agreed: who, when, and the paper when there is one."""
    row = _own(person_id, work_id)
    wrong = {}
    if not name:
        wrong["name"] = _("Write who agreed.")
    if day > clock.local(now).date():
        wrong["day"] = _("This date is in the future.")
    if wrong:
        raise errors.Invalid(fields=wrong)
    _forget_permission(row)
    row.permission_at = datetime.combine(day, time(12), clock.WIB)
    row.permission_by = name
    row.permission_how = PermissionHow.PAPER if paper else PermissionHow.STATEMENT
    _put_paper(work_id, PaperKind.PERMISSION, paper, now)
    db.session().add(row)
    db.flush()
    profiles.tell(person_id, now)


def add_release(person_id: int, work_id: int, paper: taking.Kept, *, now: datetime) -> None:
    """Keep the signed release of the people in the pictures."""
    row = _own(person_id, work_id)
    _put_paper(work_id, PaperKind.RELEASE, paper, now)
    row.people, row.released_at = True, now
    db.session().add(row)
    db.flush()
    profiles.tell(person_id, now)


def _put_paper(work_id: int, kind: PaperKind, paper: taking.Kept | None, now: datetime) -> None:
    if paper is None:
        return
    found = db.session().exec(select(PortfolioPaper).where(
        col(PortfolioPaper.work_id) == work_id, col(PortfolioPaper.kind) == kind
    )).first()  # fmt: skip
    found = found or PortfolioPaper(
        work_id=work_id, kind=kind, name="", media_type="", sha256="", size=0, added_at=now
    )
    found.name, found.media_type = paper.checked.name, paper.checked.media_type
    found.sha256, found.size, found.added_at = paper.sha256, paper.size, now
    db.session().add(found)
    db.flush()


@sweep.names_files
def _named_files() -> Iterator[str]:
    """Return the files that cases still name."""
    for columns in ((PortfolioPicture.page, PortfolioPicture.thumb), (PortfolioPaper.sha256,)):
        for row in db.session().execute(lookup.select(*columns)):
            yield from row
