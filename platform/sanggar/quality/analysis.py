"""How good the questions and exams of a track are: numbers, advice, and what models make of them.

Everything is computed at once, as a job, and kept as plain values; pages only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from sanggar.measurement import calibration, choices, classical, drift, fairness, irt
from sanggar.measurement.advice import LEAST_ALPHA
from sanggar.plugin.items import Item
from sanggar.plugin.track import Assessment, Track
from sanggar.quality.matrix import Table

#: persons in a table before anything but counting is done with it
LEAST_PERSONS = 30
#: persons before items are calibrated; with fewer, parameters would be mostly prior
LEAST_CALIBRATION = 200
#: answers an item needs before it is calibrated
LEAST_ANSWERS = 60
#: standard error of a difficulty whose own could not be had
UNSURE = 0.3
GROUPS = ("hub", "language", "device", "sex")


def exam(table: Table, assessment: Assessment) -> dict[str, Any]:
    """Return the statistics of one exam: distribution and reliability."""
    found: dict[str, Any] = {
        "persons": len(table.sat),
        "passed": sum(s.passed for s in table.sat),
        "scores": histogram([s.score for s in table.sat]),
        "cut": assessment.pass_rules.total,
    }
    if len(table.sat) < LEAST_PERSONS or len(table.items) < 2:
        return found
    whole = classical.statistics(table.responses, missing="answered")
    test = asdict(whole.test)
    test.pop("distribution")
    found["test"] = test
    return found


def add_reliability(test: dict[str, Any], reliability: float | None) -> None:
    """Fill in reliability and standard error where alpha does not exist.

    Everybody is asked other questions in drawn forms, so most pairs of items have no people in
    common; reliability is then that of items nested in persons (`standards_accuracy`).
    """
    if test["alpha"] is not None or reliability is None:
        return
    test["alpha"] = reliability
    if test["sd_percent"] is not None:
        test["standard_error_percent"] = test["sd_percent"] * (1 - reliability) ** 0.5
    if reliability < LEAST_ALPHA:
        test["flags"] = [*test["flags"], "low_reliability"]


def histogram(scores: list[float]) -> list[int]:
    """Return how many scores lie in each tenth of 0..100; 100 belongs to the last."""
    counts = [0] * 10
    for score in scores:
        counts[min(9, max(0, int(score // 10)))] += 1
    return counts


def items(owner: Track, table: Table) -> dict[str, dict[str, Any]]:
    """Return item -> classical statistics, options and flags, over all exams of the track."""
    if len(table.sat) < 2 or len(table.items) < 2:
        return {}
    known = owner.items_by_id
    counts = {
        name: len(known[name].options)
        for name in table.items
        if known[name].type in ("single", "truefalse") and known[name].options
    }
    whole = classical.statistics(
        table.responses, most=dict.fromkeys(table.items, 1.0), options=counts, missing="answered"
    )
    totals = np.nanmean(table.shares, axis=1) * 100
    found = {}
    for n, one in enumerate(whole.items):
        row = asdict(one)
        row["options"] = [asdict(option) for option in _options(table, n, known[one.name], totals)]
        row["flags"] = list(one.flags)
        found[one.name] = row
    return found


def _options(
    table: Table, column: int, item: Item, totals: np.ndarray[Any, Any]
) -> tuple[choices.OptionStatistics, ...]:
    """Return who chose which option of a single choice, by score on the whole attempt."""
    name = table.items[column]
    asked = ~np.isnan(table.shares[:, column])
    if item.type != "single" or name not in table.options or asked.sum() < 2:
        return ()
    chosen = [o for o, on in zip(table.options[name], asked, strict=True) if on]
    return choices.distractors(
        chosen, totals[asked], keys=frozenset(o.id for o in item.options if o.key),
        options=[o.id for o in item.options],
    )  # fmt: skip


def differences(table: Table, groups: Mapping[str, list[str]]) -> dict[str, list[dict[str, Any]]]:
    """Return item -> groups for whom it works differently than for others of the same score.

    Parameters
    ----------
    table : Table
    groups : mapping
        Kind (hub, language, device, sex) -> the group of each row; empty leaves a row out.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, names in groups.items():
        if len({name for name in names if name}) < 2:
            continue
        for one in fairness.dif(table.correct, names, table.items):
            if one.kind:
                row = asdict(one)
                row["by"] = kind
                found.setdefault(one.item, []).append(row)
    return found


def calibrated(table: Table) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Return item -> parameters of the 2PL with a prior where answers are few, and what was left out."""
    enough = [
        n for n in range(len(table.items))
        if (~np.isnan(table.correct[:, n])).sum() >= LEAST_ANSWERS
    ]  # fmt: skip
    if len(table.sat) < LEAST_CALIBRATION or len(enough) < 5:
        return {}, []
    try:
        found = calibration.calibrate(table.right.take(enough), "2pl", prior="auto", drop_weak=True)
    except calibration.CannotCalibrate:
        return {}, []
    rows = {
        one.name: {
            "a": one.a, "b": one.b[0], "c": one.c, "se_a": one.se_a, "se_b": one.se_b[0],
            "answers": one.answers, "persons": found.persons, "converged": found.converged,
        }
        for one in found.items
    }  # fmt: skip
    return rows, [asdict(one) for one in found.screened]


def moved(
    before: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return item -> how its parameters moved between two periods, for those that did."""
    common = [name for name in now if name in before]
    if len(common) < 5:
        return {}
    banks = [
        irt.Bank.of([rows[n]["a"] for n in common], [rows[n]["b"] for n in common], names=common)
        for rows in (before, now)
    ]
    errors = [[rows[n]["se_b"] or UNSURE for n in common] for rows in (before, now)]
    found = drift.compare(*banks, se_old=errors[0], se_new=errors[1])
    return {one.name: asdict(one) for one in found.items if one.direction}


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: numpy numbers become plain, what is not finite becomes None."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if np.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat()
    return value
