"""How much each place was looked at, and whether learning should make up for it: measured by service.

Loads scikit-learn: imported by training only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sanggar.plugin.ranking import RankingFeature
from sanggar.rankers import clicks, clicks_switch
from sanggar.rankers.clicks_switch import Switch
from sanggar.ranking.lessons import Array, Dataset, Ints


@dataclass(frozen=True)
class Weighing:
    """What is done about the bias of position, and why.

    Attributes
    ----------
    weight : array, shape (rows,)
        Of each row; a pair has the weight of its better row. Mean 1 over the rows that are better
        than the last of their brief.
    ess : float
        How many unweighted such rows would say as much (Kish: squared sum / sum of squares).
    switches : mapping
        Service -> decision.
    numbers : dict
        Propensities and decisions as plain values, kept with the model.
    """

    weight: Array
    ess: float
    switches: dict[str, Switch] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)


def weigh(data: Dataset) -> Weighing:
    """Decide for each service whether clicks are corrected for position, and weigh the rows.

    Notes
    -----
    Where the switch of a service is on, a row counts ``1 / propensity`` of the places it was seen at
    (Joachims, Swaminathan & Schnabel, WSDM 2017): who was chosen from a place that is hardly looked
    at says more. Where it is off, or nothing was logged, every row counts the same.
    """
    better, log = data.worth > 0, data.log
    if log is None or not log.clicks.any():
        return _even(data, better, {})
    bias = clicks.harvest(log)
    logged = np.zeros(len(data.grade), dtype=bool)
    logged[data.item] = True
    part = data.pick(logged)
    found: dict[Any, Switch] = clicks_switch.switches(
        part.X, part.briefs, clicks.Shown(part.item, part.place, part.shown, part.clicked, len(part.grade)),
        learner(data.features), kinds=[part.service(b) for b in part.briefs.tolist()], bias=bias,
    )  # fmt: skip
    numbers = {
        "propensity": bias.propensity.tolist(), "se": bias.se.tolist(), "moved": bias.moved,
        "exponent": bias.exponent, "exponent_se": bias.exponent_se,
        "switches": {str(name): asdict(switch) for name, switch in found.items()},
    }  # fmt: skip
    on = np.array([
        (s := found.get(data.service(brief))) is not None and s.on for brief in data.briefs.tolist()
    ])  # fmt: skip
    if not (on & logged).any():
        return _even(data, better, numbers, found)
    seen = log.sums(log.shown)
    looked = log.sums(log.shown * np.maximum(bias.propensity[log.place], clicks.FLOOR))
    weight = np.ones(len(data.grade))
    chosen = on & (seen > 0)
    weight[chosen] = seen[chosen] / looked[chosen]
    weight /= weight[better].mean()
    heavy = weight[better]
    return Weighing(weight, float(heavy.sum() ** 2 / (heavy**2).sum()), found, numbers)


def _even(
    data: Dataset, better: Any, numbers: dict[str, Any], found: dict[str, Switch] | None = None
) -> Weighing:
    return Weighing(np.ones(len(data.grade)), float(better.sum()), found or {}, numbers)


def learner(features: Sequence[RankingFeature]) -> clicks_switch.Learn:
    """Return the learner that judges the correction; columns that nobody knows split nothing."""
    inner = clicks_switch.additive([feature.direction for feature in features], seed=17)

    def learn(X: Array, y: Array, weight: Array, groups: Ints) -> Callable[[Array], Array]:  # noqa: N803
        return inner(np.where(np.isnan(X).all(axis=0), 0.0, X), y, weight, groups)

    return learn
