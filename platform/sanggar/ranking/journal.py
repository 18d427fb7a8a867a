"""The log of lists: what was shown to whom, and what came of it that the site can see by itself.

Pages only read; what they showed is written by a job after the answer is out. The same list seen again
is the same row. Nothing follows anybody: a click is a talent's page opened from a list, or a place on
the short list.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, delete
from sqlmodel import select as typed_select

from sanggar.kernel import db, jobs, log
from sanggar.ranking import candidates, store, trace
from sanggar.ranking.lessons import Look
from sanggar.ranking.models import RankingList, RankingModel, RankingPlace, RankingShowing
from sanggar.ranking.scoring import Baseline
from sanggar.ranking.trace import Content, Trace

select: Any = typed_select

#: Seen again within this time is seen once: reloading and coming back from a talent's page.
SITTING = timedelta(minutes=30)
#: How long lists are kept: two years of learning, objections and audits.
KEPT = timedelta(days=730)
#: showings remembered by a process so that reloads cost nothing
REMEMBERED = 512

CLIENT, OFFICER = "client", "officer"
OPENED, SHORTLISTED = "opened_at", "shortlisted_at"

_seen: OrderedDict[tuple[str, int, str, str, int], datetime] = OrderedDict()
_lock = threading.Lock()


def shown(brief_id: int, found: Trace, *, side: str, depth: int, now: datetime) -> None:
    """Log a list that this answer shows, once a sitting.

    Parameters
    ----------
    brief_id : int
    found : Trace
    side : str
        ``client`` or ``officer``.
    depth : int
        How many places are on the page.
    now : datetime
    """
    key = (db.database().url, brief_id, found.digest, side, depth)
    with _lock:
        last = _seen.get(key)
        if last is not None and timedelta() <= now - last < SITTING:
            return
        _seen[key] = now
        _seen.move_to_end(key)
        while len(_seen) > REMEMBERED:
            _seen.popitem(last=False)
    jobs.enqueue(
        write, brief_id, found.digest, found.content, list(found.people), side, depth, now.isoformat()
    )  # fmt: skip


def clicked(brief_id: int, digest: str, person_id: int, how: str, now: datetime) -> None:
    """Log that a talent of a list was opened or put on the short list."""
    jobs.enqueue(mark, brief_id, digest, person_id, how, now.isoformat())


@jobs.task
def write(
    brief_id: int, digest: str, content: Content, people: list[int], side: str, depth: int, at: str
) -> None:
    """Write a list and its showing down; doing it again changes nothing."""
    now = datetime.fromisoformat(at)
    list_id = _list(brief_id, digest)
    if list_id is None:
        list_id = _insert(brief_id, digest, content, people, now)
    where = (
        col(RankingShowing.list_id) == list_id, col(RankingShowing.side) == side,
        col(RankingShowing.depth) == depth,
    )  # fmt: skip
    row = db.session().execute(select(RankingShowing).where(*where)).scalars().first()
    if row is None:
        db.add(RankingShowing(list_id=list_id, side=side, depth=depth, first_at=now, last_at=now))
    elif now > row.last_at:
        row.count += int(now - row.last_at >= SITTING)
        row.last_at = now
        db.add(row)


@jobs.task
def mark(brief_id: int, digest: str, person_id: int, how: str, at: str) -> None:
    """Note a click at the place where it happened; the first counts."""
    chosen = select(RankingPlace).where(
        col(RankingPlace.list_id) == _list(brief_id, digest),
        col(RankingPlace.person_id) == person_id,
    )
    row = db.session().execute(chosen).scalars().first()
    if row is not None and how in (OPENED, SHORTLISTED) and getattr(row, how) is None:
        setattr(row, how, datetime.fromisoformat(at))
        db.add(row)


def _list(brief_id: int, digest: str) -> int | None:
    found: int | None = db.rows(
        select(RankingList.id).where(
            col(RankingList.brief_id) == brief_id, col(RankingList.digest) == digest
        )
    ).scalar()
    return found


def _insert(brief_id: int, digest: str, content: Content, people: list[int], now: datetime) -> int:
    files = _files(content)
    row = db.add(RankingList(
        brief_id=brief_id, digest=digest, made_at=now, version=content["version"],
        content={**content, "files": files},
    ))  # fmt: skip
    assert row.id is not None
    for person_id, place in zip(people, content["outcome"], strict=True):
        db.session().add(RankingPlace(
            list_id=row.id, person_id=person_id, place=place["place"], ranked=place["ranked"],
            propensity=place["propensity"], kept=place["kept"],
        ))  # fmt: skip
    db.flush()
    _try(row.id, content, files)
    return row.id


def _files(content: Content) -> dict[str, str]:
    """Return the files of what scored, writing those of fixed weights that are not there yet."""
    version = content["version"]
    if version.startswith(store.FIXED):
        fixed = Baseline(candidates.features_for(content["track"]))
        return store.save_fixed(fixed) if fixed.version == version else {}
    chosen = select(RankingModel.files).where(col(RankingModel.version) == version)
    return dict(db.rows(chosen).scalar() or {})


def _try(list_id: int, content: Content, files: dict[str, str]) -> None:
    """Make the list again at once: a log that cannot be replayed must be noticed today."""
    try:
        made = trace.again(content, store.scorer(content["version"], files))
        wrong = trace.differences(content["outcome"], made)
    except store.UnreadableModelError as error:
        wrong = [str(error)]
    if wrong:
        log.get().error("ranking_list_not_reproducible", list=list_id, differences=wrong[:5])


def looks(since: datetime | None = None) -> list[Look]:
    """Return everybody who was shown in a list, with how often and whether clicked."""
    lists = select(RankingList.id, RankingList.brief_id, RankingList.made_at, RankingList.content)
    places = select(
        RankingPlace.list_id, RankingPlace.person_id, RankingPlace.place, RankingPlace.opened_at,
        RankingPlace.shortlisted_at,
    )  # fmt: skip
    seen = select(RankingShowing.list_id, RankingShowing.depth, RankingShowing.count)
    if since is not None:
        recent = select(RankingList.id).where(col(RankingList.made_at) >= since)
        lists = lists.where(col(RankingList.made_at) >= since)
        places = places.where(col(RankingPlace.list_id).in_(recent))
        seen = seen.where(col(RankingShowing.list_id).in_(recent))
    shown: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for list_id, depth, count in db.rows(seen):
        shown[list_id].append((depth, count))
    stood: dict[int, list[Any]] = defaultdict(list)
    for row in db.rows(places):
        stood[row.list_id].append(row)
    found = []
    for list_id, brief_id, made_at, content in db.rows(lists.order_by(col(RankingList.id))):
        values = {row[0]: row[5] for row in content["rows"]}
        talent = {each["place"]: each["talent"] for each in content["outcome"]}
        for row in stood[list_id]:
            often = sum(count for depth, count in shown[list_id] if depth >= row.place)
            found.append(Look(
                brief_id, row.person_id, row.place, often,
                bool(often) and (row.opened_at is not None or row.shortlisted_at is not None),
                made_at, dict(zip(content["names"], values[talent[row.place]], strict=True)),
            ))  # fmt: skip
    return found


def expire(now: datetime) -> int:
    """Remove lists older than two years and return how many."""
    old = list(
        db.rows(select(RankingList.id).where(col(RankingList.made_at) < now - KEPT)).scalars()
    )
    for start in range(0, len(old), REMEMBERED):
        part = old[start : start + REMEMBERED]
        for model in (RankingPlace, RankingShowing):
            db.session().execute(delete(model).where(col(model.list_id).in_(part)))
        db.session().execute(delete(RankingList).where(col(RankingList.id).in_(part)))
    return len(old)


def forget_person(person_id: int) -> int:
    """Remove somebody from the log; lists can still be made again, nobody can say for whom."""
    gone = db.rows(delete(RankingPlace).where(col(RankingPlace.person_id) == person_id))
    return gone.rowcount


def forget_showings() -> None:
    """Forget which lists this process has logged (between tests)."""
    with _lock:
        _seen.clear()
