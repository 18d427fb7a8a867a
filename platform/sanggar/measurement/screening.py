"""Which items can be calibrated at all: before a model is fitted, answers must vary and go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sanggar.measurement.irt import Floats
from sanggar.measurement.responses import Responses

#: items whose score hardly goes with the rest of the test say little about ability
WEAK = 0.10


@dataclass(frozen=True, slots=True)
class Screened:
    """An item that was looked at before calibration: why, and whether it was left out."""

    name: str
    reason: str
    point_biserial: float | None
    left_out: bool


def screen(responses: Responses, drop_weak: bool) -> tuple[list[int], list[Screened]]:
    """Return the items to calibrate, and what is to be said of others."""
    kept, said = [], []
    for j, correlation in enumerate(item_rest(responses)):
        name, column = responses.names[j], responses.scores[responses.freq > 0, j]
        if len(np.unique(column[~np.isnan(column)])) < 2:
            said.append(Screened(name, "constant", None, left_out=True))
            continue
        weak = len(responses.names) > 1 and not correlation >= WEAK
        if weak:
            value = float(correlation) if np.isfinite(correlation) else None
            said.append(Screened(name, "weak", value, left_out=drop_weak))
        if not (weak and drop_weak):
            kept.append(j)
    return kept, said


def item_rest(responses: Responses) -> Floats:
    """Return the correlation of each item with the mean of the other items answered.

    Parameters
    ----------
    responses : Responses
        Missing answers are allowed: an item is compared with what else the person answered.

    Returns
    -------
    ndarray, shape (items,)
        ``nan`` where an item or the rest does not vary.
    """
    present = ~responses.missing
    scores = np.where(present, responses.scores, 0.0)
    top = np.where(scores.max(axis=0) > 0, scores.max(axis=0), 1.0)
    scores = scores / top
    total, number = scores.sum(axis=1), present.sum(axis=1)
    result = np.full(len(responses.names), np.nan)
    for j in range(len(result)):
        rows = present[:, j] & (number > 1) & (responses.freq > 0)
        if not rows.any():
            continue
        weight = responses.freq[rows].astype(np.float64)
        rest = (total[rows] - scores[rows, j]) / (number[rows] - 1)
        x = scores[rows, j] - np.average(scores[rows, j], weights=weight)
        y = rest - np.average(rest, weights=weight)
        size = float((weight * x * x).sum() * (weight * y * y).sum())
        if size > 1e-20:
            result[j] = float((weight * x * y).sum()) / np.sqrt(size)
    return result
