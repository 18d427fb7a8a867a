"""Reports on markers: counted on the first of each month or when somebody asks, then only read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import queries as assessments
from sanggar.assessments.queries import Rating
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import db, jobs, log, registry
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _, language
from sanggar.kernel.templating import MONTHS
from sanggar.plugin.track import Assignment, Track
from sanggar.programme import queries as programme
from sanggar.quality import markers_report
from sanggar.quality.models import MarkerReport

#: How far back marks count: a month alone has too few works that two people have marked.
PERIOD = timedelta(days=365)
#: Months that can be chosen on the page.
MOST_MONTHS = 24
#: A report asked for by hand within this time is not counted again.
FRESH = timedelta(minutes=1)


def month_of(moment: datetime) -> str:
    """Return the month of a moment as 2026-11, in the programme's zone."""
    return f"{clock.local(moment):%Y-%m}"


def month_name(month: str) -> str:
    """Return 2026-11 as `Nov 2026`."""
    year, number = month.split("-")
    return f"{MONTHS[language()][int(number) - 1]} {year}"


def measure(owner: Track, ratings: Sequence[Rating], until: datetime, month: str) -> dict[str, Any]:
    """Return the report of a track from the marks of the year before a moment.

    The assignment with most works that two have marked comes first: it says most.
    """
    rows = []
    for assignment in owner.assignments:
        own = [rating for rating in ratings if rating.ref == assignment.id]
        if own:
            row = markers_report.report(assignment, own)
            row["this_month"] = sum(month_of(rating.at) == month for rating in own)
            rows.append(row)
    rows.sort(key=lambda row: -row["twice"])
    since = until - PERIOD
    return {"since": since.isoformat(), "until": until.isoformat(), "assignments": rows}


def count(track: str, month: str, now: datetime) -> None:
    """Count a track's report of a month, until now while the month is running."""
    owner = registry.current().tracks.get(track)
    if owner is None:
        return
    until = min(end_of(month), now)
    ratings = assessments.ratings(owner.id, until - PERIOD, until)
    db.rollback()  # counting takes a while, and nobody should wait for it
    keep(owner, measure(owner, ratings, until, month), month, now)
    log.get().info("markers_measured", track=track, month=month)


def keep(owner: Track, data: dict[str, Any], month: str, now: datetime) -> None:
    """Keep a report in the place of an earlier one of the same month."""
    row = _stored(owner.id, month) or MarkerReport(track=owner.id, month=month, at=now)
    row.at, row.data = now, data
    db.add(row)


def measure_all(month: str, now: datetime) -> None:
    """Count the reports of all tracks in this transaction (the demo's history)."""
    until = min(end_of(month), now)
    for owner in registry.current().tracks.values():
        ratings = assessments.ratings(owner.id, until - PERIOD, until)
        keep(owner, measure(owner, ratings, until, month), month, now)


def _stored(track: str, month: str) -> MarkerReport | None:
    return db.session().exec(
        select(MarkerReport).where(
            col(MarkerReport.track) == track, col(MarkerReport.month) == month
        )
    ).first()  # fmt: skip


@jobs.every(minute="40", hour="0", day="1")
def measure_markers() -> None:
    """Have the reports of the month that has just ended counted, each in a job of its own."""
    first = clock.local(clock.now()).replace(day=1)
    month = month_of(first - timedelta(days=1))
    for track in registry.current().tracks:
        jobs.enqueue(measure_track, track, month)


@jobs.task
def measure_track(track: str, month: str) -> None:
    """Count the report of one track for a month, until now while the month is running."""
    count(track, month, clock.now())


def end_of(month: str) -> datetime:
    """Return the first moment after a month."""
    year, number = map(int, month.split("-"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=clock.WIB)


def ask(person: Principal, track: str, now: datetime) -> bool:
    """Have the report of a track counted now; False when it has just been."""
    check(person, track)
    row = _stored(track, month_of(now))
    if row is not None and now - row.at < FRESH:
        return False
    jobs.enqueue(measure_track, track, month_of(now))
    return True


def tracks_for(person: Principal) -> list[Track]:
    """Return the tracks whose markers somebody may look at."""
    everything = person.has(Role.ADMIN, Role.HUB_OFFICER)
    return [t for t in catalogue.tracks() if everything or t.id in person.tracks]


def check(person: Principal, track: str) -> Track:
    """Return a track or raise `NotFound` for one whose markers are not theirs to see."""
    owner = next((t for t in tracks_for(person) if t.id == track), None)
    if owner is None:
        raise errors.NotFound
    return owner


def sees_names(person: Principal) -> bool:
    """Return whether markers are named to somebody; mentors see only themselves."""
    return person.has(Role.ADMIN, Role.HUB_OFFICER)


@dataclass(frozen=True)
class Summary:
    """One track on the list: its newest report, None before the first."""

    track: Track
    month: str
    at: datetime | None
    works: int
    twice: int


def summaries(person: Principal) -> list[Summary]:
    """Return the tracks of somebody with their newest report."""
    tracks = tracks_for(person)
    rows = db.session().execute(
        select(
            col(MarkerReport.track),
            col(MarkerReport.month),
            col(MarkerReport.at),
            col(MarkerReport.data),
        )
        .where(col(MarkerReport.track).in_([t.id for t in tracks]))
        .order_by(col(MarkerReport.month))
    )
    newest = {row.track: row for row in rows}
    found = []
    for track in tracks:
        row = newest.get(track.id)
        parts = row.data["assignments"] if row else []
        month, at = (row.month, row.at) if row else ("", None)
        found.append(
            Summary(
                track, month, at, sum(p["works"] for p in parts), sum(p["twice"] for p in parts)
            )
        )
    return found


@dataclass(frozen=True)
class Part:
    """What one assignment's page section shows; `data` is as `markers_report.report` made it."""

    assignment: Assignment | None
    data: Mapping[str, Any]
    fair: list[Mapping[str, Any]]
    hidden: int
    crossed: int


@dataclass(frozen=True)
class Page:
    """A month's report as one reader may see it."""

    track: Track
    months: list[str]
    month: str
    at: datetime | None
    since: datetime | None
    until: datetime | None
    parts: list[Part]
    names: Mapping[int, str]
    people: Mapping[int, str]
    me: int


#: Works listed on a page: those that cross the pass mark, then those that differ most.
MOST_WORKS = 40


def page(person: Principal, track: str, month: str = "") -> Page:
    """Return the report of a month, the newest when none is named.

    Raises
    ------
    NotFound
        A track that is not theirs, or a month without a report.
    """
    owner = check(person, track)
    months = list(
        db.session().execute(
            select(col(MarkerReport.month)).where(col(MarkerReport.track) == track)
            .order_by(col(MarkerReport.month).desc()).limit(MOST_MONTHS)
        ).scalars()
    )  # fmt: skip
    wanted = month or (months[0] if months else "")
    row = _stored(track, wanted) if wanted else None
    if month and row is None:
        raise errors.NotFound
    data = row.data if row else {}
    hidden = _elsewhere(data, person, track)
    parts = [_part(owner, one, person, hidden) for one in data.get("assignments", [])]
    markers = {m for part in parts for m in part.data["markers"]}
    shown = {work["person"] for part in parts for work in part.fair}
    named = accounts.people(shown | markers) if shown or markers else {}
    return Page(
        track=owner, months=months, month=wanted, at=row.at if row else None,
        since=datetime.fromisoformat(data["since"]) if row else None,
        until=datetime.fromisoformat(data["until"]) if row else None,
        parts=parts, me=person.id,
        names={m: named[m].name for m in markers if m in named} if sees_names(person)
        else _numbered(markers, person, track, named),
        people={p: named[p].name for p in shown if p in named},
    )  # fmt: skip


def _elsewhere(data: Mapping[str, Any], person: Principal, track: str) -> frozenset[int]:
    """Return the talents of other hubs, whose works are not an officer's to see."""
    if person.has(Role.ADMIN) or track in person.tracks:
        return frozenset()
    talents = {w["person"] for part in data.get("assignments", []) for w in part.get("fair", ())}
    known = programme.enrolments(talents)
    return frozenset(t for t in talents if t not in known or known[t].hub_id not in person.hubs)


def _part(
    owner: Track, data: Mapping[str, Any], person: Principal, hidden: Collection[int]
) -> Part:
    """Return a section; anchors somebody has still to mark are left out of their list of works."""
    fair = [w for w in data.get("fair", []) if w["person"] not in hidden]
    if not sees_names(person):
        fair = [w for w in fair if person.id in w["markers"] or not w["anchor"]]
    fair = [w for w in fair if person.id != w["person"]]
    return Part(
        owner.assignment(data["ref"]),
        data,
        fair[:MOST_WORKS],
        max(0, len(fair) - MOST_WORKS),
        sum(work["other_side"] for work in fair),
    )


def _numbered(
    markers: set[int], person: Principal, track: str, named: Mapping[int, Any]
) -> dict[int, str]:
    """Return the reader's own name and a number for everybody else, in an order that says nothing."""

    def place(marker: int) -> bytes:
        return hashlib.blake2s(f"{person.id}:{track}:{marker}".encode(), digest_size=8).digest()

    others = sorted(markers - {person.id}, key=place)
    found = {marker: _("Assessor %(n)s", n=n) for n, marker in enumerate(others, 1)}
    if person.id in markers:
        own = named[person.id].name if person.id in named else person.name
        found[person.id] = _("%(name)s (you)", name=own)
    return found
