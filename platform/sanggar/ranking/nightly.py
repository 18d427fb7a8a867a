"""Every night: learn when there is something new, let it serve only through the gate, look for drift.

The computing happens in a session that only reads, so on SQLite everybody else goes on writing; files
and rows are written at the end, at once.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sanggar import clock
from sanggar.clients import queries as clients
from sanggar.kernel import db, jobs, log
from sanggar.ranking import candidates, card, journal, lessons, queries, store
from sanggar.ranking.lessons import Dataset
from sanggar.ranking.models import RankingReport

if TYPE_CHECKING:
    from sanggar.ranking.training import Present

#: what is compared with the training data
RECENT = timedelta(days=30)


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
        report: dict[str, Any] = {
            "contents": card.contents(data), "drift": card.drift(*_moved(data, now)), "new": new,
            "found": asdict(made.found) if made else before["found"],
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
