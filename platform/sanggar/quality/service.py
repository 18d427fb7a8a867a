"""Measuring a track: once a night, or when a mentor asks; calibrations go to the adaptive exams."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlmodel import col, select

from sanggar import clock
from sanggar.accounts import fairness
from sanggar.assessments import queries as assessments
from sanggar.assessments import service as examining
from sanggar.assessments.service import Prices
from sanggar.kernel import db, jobs, log, registry
from sanggar.plugin.track import Track
from sanggar.programme import queries as programme
from sanggar.quality import analysis, likeness, matrix, standards_accuracy
from sanggar.quality.matrix import Table
from sanggar.quality.models import BankReport

#: answers before and after this moment are two periods
PERIOD = timedelta(days=90)
#: a calibration is written down anew when it rests on so many times the answers of the last one
GROWN = 1.1
__all__ = ["analyse", "groups", "likeness", "measure", "measure_bank", "measure_banks", "store"]


def groups(table: Table, now: datetime) -> dict[str, list[str]]:
    """Return kind -> group of each row; people who have not said their sex are left out of that one."""
    hubs = {hub.id: hub.name for hub in programme.hubs()}
    sexes = fairness.labels(now, {s.person_id for s in table.sat})["sex"]
    return {
        "hub": [hubs.get(s.hub_id or 0, "") for s in table.sat],
        "language": [s.language for s in table.sat],
        "device": [s.device for s in table.sat],
        "sex": [sexes.get(s.person_id, "") for s in table.sat],
    }


def measure(owner: Track, now: datetime) -> dict[str, Any]:
    """Return everything that can be said about the questions and exams of a track."""
    table = matrix.table(owner)
    found: dict[str, Any] = {"attempts": len(table.sat), "items": {}, "exams": {}}
    for exam in owner.assessments:
        part = table.of_exam(exam.id)
        if part.sat:
            numbers = found["exams"][exam.id] = analysis.exam(part, exam)
            if "test" in numbers and (said := standards_accuracy.accuracy_of(owner.id, exam.id)):
                numbers["decisions"] = asdict(said)
                analysis.add_reliability(numbers["test"], said.reliability)
    if len(table.sat) < analysis.LEAST_PERSONS:
        return found
    found["items"] = analysis.items(owner, table)
    for item, rows in analysis.differences(table, groups(table, now)).items():
        found["items"][item]["dif"] = rows
    parameters, screened = analysis.calibrated(table)
    for item, row in parameters.items():
        found["items"][item]["parameters"] = row
    found["screened"] = screened
    for item, row in _moved(table, now).items():
        found["items"][item]["drift"] = row
    return found


def _moved(table: Table, now: datetime) -> dict[str, dict[str, Any]]:
    recent = np.array([s.decided_at > now - PERIOD for s in table.sat])
    before, _left = analysis.calibrated(table.rows(np.flatnonzero(~recent)))
    after, _left = analysis.calibrated(table.rows(np.flatnonzero(recent)))
    return analysis.moved(before, after)


def analyse(track: str, now: datetime) -> None:
    """Measure a track, keep the report, and hand new calibrations to its adaptive exams."""
    owner = registry.current().tracks.get(track)
    if owner is None:
        return
    with db.reading():  # it takes a while, and exams go on
        data = analysis.plain(measure(owner, now))
        rows = fresh(owner, data["items"], now)
        prices = examining.find_prices(owner, rows) if rows else {}
    keep(owner, data, now)
    store(owner, rows, prices)
    log.get().info("bank_measured", track=track, items=len(data["items"]), calibrated=len(rows))


def keep(owner: Track, data: dict[str, Any], now: datetime) -> None:
    """Keep a report in the place of the last one."""
    row = db.session().exec(select(BankReport).where(col(BankReport.track) == owner.id)).first()
    row = row or BankReport(track=owner.id, at=now)
    row.at, row.data = now, data
    db.add(row)


def fresh(owner: Track, items: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Return the calibrations that rest on clearly more answers than the last ones."""
    known = examining.calibrations(owner.id)
    rows = []
    for name, found in items.items():
        new, item = found.get("parameters"), owner.items_by_id.get(name)
        if not new or item is None or new["a"] is None or new["b"] is None:
            continue
        old = known.get((name, item.version))
        if old is not None and new["answers"] < GROWN * old.answers:
            continue
        rows.append({
            "track": owner.id, "item_id": name, "item_version": item.version, "model": "2pl",
            "a": new["a"], "b": new["b"], "c": new["c"], "se_a": new["se_a"],
            "se_b": new["se_b"], "answers": new["answers"], "at": now,
        })  # fmt: skip
    return rows


def store(owner: Track, rows: list[dict[str, Any]], prices: Prices) -> None:
    """Write calibrations down with the prices that adaptive exams begin with, at once."""
    if rows:
        examining.store_calibrations(rows)
        examining.keep_prices(owner, prices)


@jobs.every(minute="23", hour="19")
def measure_banks() -> None:
    """Measure every track that has attempts, each in a job of its own."""
    for track in assessments.tracks_with_attempts():
        jobs.enqueue(measure_bank, track)


def measure_all(now: datetime) -> None:
    """Measure every installed track in this transaction (the demo's history, tests)."""
    for owner in registry.current().tracks.values():
        data = analysis.plain(measure(owner, now))
        keep(owner, data, now)
        rows = fresh(owner, data["items"], now)
        store(owner, rows, examining.find_prices(owner, rows) if rows else {})


@jobs.task
def measure_bank(track: str) -> None:
    """Measure one track now."""
    analyse(track, clock.now())
