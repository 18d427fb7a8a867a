"""Keeping the indexes true: written at night, changed as things happen, merged when changes are many.

A track with few talents has no index: judging everybody is as quick. Whoever changes something about
a talent writes the change beside the index once it is committed; every process sees the file with its
next question. Dates of certificates and birthdays pass without an event: the index knows the day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from flask import current_app

from sanggar import clock
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.clients.queries import Towards, Wanted
from sanggar.kernel import db, events, jobs, log
from sanggar.plugin import events as happened
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.ranking import Brief
from sanggar.rankers.index import BrokenIndexError, Index, Mark, Query, mark, merge, update, write
from sanggar.rankers.index.shards import Shards
from sanggar.ranking import candidates, indexed, indexing, queries, serving
from sanggar.ranking.indexing import Plan
from sanggar.ranking.scoring import Scorer

#: Certified talents of a track from which on it has an index: judging so many takes three times as long.
LEAST = 500
#: Rows beside an index from which on they are worked in.
MOST_BESIDE = 5_000
#: How many talents are read at once.
PART = 10_000


def scorer_of(plan: Plan) -> Scorer:
    """Return what scores now in a track."""
    return serving.scorer_for(queries.serving(), plan.features)


def build(track: str, now: datetime) -> Path:
    """Write the index of a track from the database, in partitions; reads only."""
    plan, folder = Plan.of(track), indexing.folder(track)
    since = _mark(folder, plan)
    parts = -(-max(len(certification.standings(track, now)), 1) // PART)
    rows = indexing.joined([indexing.read(track, now, (n, parts)) for n in range(parts)])
    scorer = scorer_of(plan)
    return write(
        folder, plan.layout, rows.keys, rows.columns, plan.model(scorer), texts=rows.texts,
        typical=typical(plan, now), version=plan.version(scorer), since=since,
    )  # fmt: skip


def _mark(folder: Path, plan: Plan) -> Mark | None:
    """Return from when on changes are carried over; None when the index there is of another kind."""
    try:
        index = Index.open(folder)
        index.look(np.empty(0, dtype=np.int64), "place")
        return mark(folder) if index.layout == plan.layout else None
    except (BrokenIndexError, OSError, ValueError, KeyError):
        return None


def typical(plan: Plan, now: datetime) -> list[Query]:
    """Return briefs as they come: rows are arranged so that these read little."""
    today, found = candidates.today_of(now), []
    for service_ in plan.services:
        _low, usual, high = service_.price
        for n, level in enumerate(LEVELS[:2]):
            for domain in indexing.DOMAINS[:2]:
                brief = Brief(
                    plan.track, service_.id, level, domain=domain, budget=(usual, high), today=today,
                    deadline=today + timedelta(days=(2 + n) * service_.days),
                    hours=service_.hours, units=tuple(service_.units),
                )  # fmt: skip
                wanted = Wanted(level, mentored=level == LEVELS[0])
                found.append(indexed.question(plan, brief, wanted, Towards({}, frozenset())))
    return found


def refresh(person_ids: Collection[int], now: datetime) -> None:
    """Write what is known of these talents beside the indexes that there are."""
    ids = sorted(person_ids)
    for track in catalogue.tracks():
        folder = indexing.folder(track.id)
        if not (folder / "current").is_file():
            continue
        rows = indexing.some(track.id, now, ids)
        gone = set(ids) - set(rows.keys.tolist())
        index = indexed.opened(folder)
        if isinstance(index, Shards):
            index.update(rows.keys, rows.columns, texts=rows.texts, removed=gone)
            continue
        beside = update(folder, rows.keys, rows.columns, texts=rows.texts, removed=gone)
        if beside > MOST_BESIDE:
            current_app.extensions["sanggar.jobs"].run("ranking.keeping.work_in", [track.id])


def _soon(person_id: int) -> None:
    """Refresh a talent once this transaction is committed; by a job when that fails."""
    if not any((indexing.folder(t.id) / "current").is_file() for t in catalogue.tracks()):
        return
    waiting: set[int] = db.session().info.setdefault("ranking_refresh", set())
    if not waiting:
        db.after_commit(_refresh_waiting)
    waiting.add(person_id)


def _refresh_waiting() -> None:
    waiting: set[int] = db.session().info.pop("ranking_refresh", set())
    try:
        refresh(waiting, clock.now())
    except (BrokenIndexError, OSError, ValueError, KeyError) as error:
        log.get().error("ranking_index_not_changed", people=len(waiting), error=str(error))


def _moved(event: happened.Event) -> None:
    """Follow every event that can move a ranking (`queries.MOVING`)."""
    _soon(event.person)


for _name in queries.MOVING:
    events.on(getattr(happened, _name))(_moved)


@jobs.task
def work_in(track: str) -> None:
    """Work changes into an index when they are many."""
    folder, now = indexing.folder(track), clock.now()
    with db.reading():
        if Index.open(folder).beside() > MOST_BESIDE:
            merge(folder, typical=typical(Plan.of(track), now))


@jobs.every(minute="30", hour="20")
def build_indexes() -> None:
    """Write the indexes of large tracks anew at night, so that no missed event lasts longer than a day."""
    with db.reading():
        for track in due(clock.now(), stale_only=False):
            build(track, clock.now())


@jobs.every(minute="*/10")
def mend_indexes() -> None:
    """Write indexes that are missing, broken, or of another model or plugin version."""
    with db.reading():
        for track in due(clock.now(), stale_only=True):
            build(track, clock.now())


def due(now: datetime, *, stale_only: bool) -> list[str]:
    """Return the tracks with enough talents for an index; or only those whose index does not serve."""
    found = []
    for track in catalogue.tracks():
        index = indexed.opened(indexing.folder(track.id))
        plan = Plan.of(track.id)
        if stale_only and index is not None and index.version == plan.version(scorer_of(plan)):
            continue
        if len(certification.standings(track.id, now)) >= LEAST:
            found.append(track.id)
    return found
