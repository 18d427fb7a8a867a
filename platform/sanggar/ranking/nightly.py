"""Every night: learn when there is something new, let it serve only through the gate, look for drift.

The computing happens in a session that only reads, so on SQLite everybody else goes on writing; files
and rows are written at the end, at once.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sanggar import clock
from sanggar.clients import queries as clients
from sanggar.kernel import db, jobs, log
from sanggar.rankers.additive import Additive
from sanggar.ranking import (
    audit,
    candidates,
    card,
    fitting,
    journal,
    lessons,
    queries,
    rerank,
    store,
)
from sanggar.ranking.fitting import Asked
from sanggar.ranking.lessons import Dataset
from sanggar.ranking.models import RankingReport
from sanggar.ranking.scoring import Learned

if TYPE_CHECKING:
    from sanggar.ranking.training import Present
    from sanggar.ranking.trial import Trial

#: what is compared with the training data
RECENT = timedelta(days=30)
#: latest briefs whose lists a new model is tried on, and talents judged for that at most
TRIED, JUDGED = 60, 200_000


@jobs.every(minute="5", hour="20")
def learn_when_new() -> None:
    """Train if anything was decided or shown since the last time, and look for drift."""
    try:
        with store.alone(), db.transaction():
            run(clock.now(), always=False)
    except store.BusyError:
        log.get().info("ranking_training_busy")


def run(now: datetime, *, always: bool = True) -> dict[str, Any]:
    """Train once and return the report; call it inside `store.alone` and a transaction of its own.

    Parameters
    ----------
    now : datetime
    always : bool
        Also when nothing is new since the last training.
    """
    from sanggar.ranking import trial, turns  # noqa: PLC0415 - they load scikit-learn

    with db.reading():
        store.sweep(turns.referred())
        last = queries.report()
        before: dict[str, Any] = last.data if last else {}
        data = lessons.from_database(journal.looks())
        new = always or data.fingerprint() != before.get("found", {}).get("data")
        made = trial.learn(data, present()) if new else None
        behind = _behind(made, now) if made and made.found.ships else ()
        if made and behind:
            made = trial.vetoed(made, f"it would leave a group behind: {'; '.join(behind)}")
        if made and turns.held():
            made = trial.vetoed(made, "what serves is held by hand")
        report: dict[str, Any] = {
            "contents": card.contents(data), "drift": card.drift(*_moved(data, now)), "new": new,
            "found": asdict(made.found) if made else before["found"], "behind": list(behind),
        }  # fmt: skip
    row = turns.keep(made, now) if made else None
    report["trained"] = row.version if row else ""
    _keep(report, now)
    journal.expire(now)
    found = report["found"]
    log.get().info(
        "ranking_trained", new=new, version=report["trained"], decision=found["decision"],
        reason=found["reason"], difference=found["difference"],
    )  # fmt: skip
    return report


def _behind(made: Trial, now: datetime) -> tuple[str, ...]:
    """Return which groups the lists of a model that wants to serve would show too rarely."""
    assert made.model is not None
    curves = Additive(dict(zip(made.names, made.model.curves_, strict=True)))
    scorer = Learned("trial", curves, *made.chance)
    recent = sorted(clients.brief_kinds().values(), key=lambda kind: kind.at, reverse=True)
    orders: list[list[int]] = []
    for kind in recent[:TRIED]:
        # as if it were asked today: its day may be over
        brief = replace(clients.system_brief(kind.brief_id), deadline=None)
        found = fitting.directly(Asked.of(brief, scorer, now))
        entries = [each.entry for each in found.people]
        orders.append([key for key, _kept in rerank.order(entries, hubs=found.hubs)])
        if sum(map(len, orders)) > JUDGED:
            break
    return audit.exposure_ok(orders, now).findings


def present() -> Present | None:
    """Return the model that serves as a training compares with it, None for the fixed weights."""
    from sanggar.ranking.training import Present  # noqa: PLC0415 - it loads scikit-learn

    row = queries.serving_row()
    if row is None:
        return None
    scorer = store.load(queries.Serving(row.version, row.kind, row.rows, row.files))
    return None if scorer is None else Present(row.version, scorer.model, row.trained_at)


def _moved(data: Dataset, now: datetime) -> tuple[dict[str, Any], list[str], lessons.Array]:
    """Return how features spread at training, their names, and the values of the last days."""
    since = now - RECENT
    rows = [look.values for look in journal.looks(since)]
    rows += [o.features for o in clients.decided_offers() if o.made_at >= since]
    latest = queries.serving_row() or next(iter(queries.history(1)), None)
    reference = (latest.card or {}).get("spread") if latest else None
    if reference is None:
        older = data.pick(np.array([m < since for m in data.made_at], dtype=bool))
        reference = {name: card.spread(older.X[:, n]) for n, name in enumerate(data.names)}
    return reference, data.names, lessons.matrix(candidates.all_features(), rows)


def _keep(report: dict[str, Any], now: datetime) -> None:
    row = queries.report() or RankingReport(at=now)
    row.at, row.data = now, report
    db.add(row)
