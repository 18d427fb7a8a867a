"""The transparent ranking: fixed weights for six groups, from `docs`, readable by anybody.

It serves while there are too few decided offers to learn from, and whenever a learned model does
not do better on later briefs. It is a sum of one part a feature, as a learned model is: what nobody
knows about somebody counts as what is usual, and so the index can bound it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from sanggar.plugin.ranking import RankingFeature
from sanggar.plugin.text import Text
from sanggar.rankers.additive import Additive, Curve
from sanggar.rankers.index import snap

#: What each group weighs; the features of a group share it equally.
WEIGHTS: Mapping[str, float] = {
    "skill": 0.35, "reliability": 0.20, "price": 0.15, "time": 0.15, "text": 0.10, "place": 0.05,
}  # fmt: skip
#: Values of features are whole multiples of a thousandth.
STEPS = 1000

Values = Mapping[str, float | None]
#: name, group, direction and usual value of a feature: all that the fixed weights know of it
Key = tuple[str, str, int, float]


def goodness(feature: RankingFeature, value: float) -> float:
    """Return a value 0..1 in which more is always better."""
    return _good(feature.direction, value)


def _good(direction: int, value: float) -> float:
    inside = max(0.0, min(1.0, value))
    return inside if direction == 1 else 1.0 - inside


def groups(features: Sequence[RankingFeature], values: Values) -> dict[str, float]:
    """Return the mean goodness of each group's known features; groups without any are absent."""
    found: dict[str, list[float]] = {}
    for feature in features:
        value = values.get(feature.name)
        if value is not None:
            found.setdefault(feature.group, []).append(goodness(feature, value))
    return {group: sum(each) / len(each) for group, each in found.items()}


def model(features: Sequence[RankingFeature]) -> Additive:
    """Return the fixed weights as curves: weight of the group / its features x goodness.

    Parameters
    ----------
    features : sequence of RankingFeature
        Those that apply to a track.

    Returns
    -------
    Additive
        Straight lines in steps of a thousandth; an unknown value adds what the usual one does.
    """
    return _model(_keys(features))


def version(features: Sequence[RankingFeature]) -> str:
    """Return what the fixed weights for these features are called: other weights, another name."""
    said = json.dumps([sorted(WEIGHTS.items()), sorted(_keys(features))])
    return f"baseline-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def usual(features: Sequence[RankingFeature]) -> list[tuple[Text, int]]:
    """Return how good an unknown value of each feature is taken to be, 0..100, by group."""
    order = list(WEIGHTS)
    ranked = sorted(features, key=lambda f: (order.index(f.group), f.name))
    return [(f.label, round(100 * goodness(f, f.usual))) for f in ranked]


def score(features: Sequence[RankingFeature], values: Values) -> float:
    """Return the sum of all parts, 0..1."""
    return sum(contributions(features, values).values())


def contributions(features: Sequence[RankingFeature], values: Values) -> dict[str, float]:
    """Return what each feature adds to the score; they sum to `score` exactly."""
    table = {
        f.name: np.array([np.nan if (v := values.get(f.name)) is None else v]) for f in features
    }
    return {name: float(part[0]) for name, part in model(features).parts(table).items()}


def _keys(features: Sequence[RankingFeature]) -> tuple[Key, ...]:
    return tuple((f.name, f.group, f.direction, f.usual) for f in features)


@lru_cache(maxsize=32)
def _model(keys: tuple[Key, ...]) -> Additive:
    size: dict[str, int] = {}
    for _name, group, _direction, _usual in keys:
        size[group] = size.get(group, 0) + 1
    cuts, values = (np.arange(STEPS) + 0.5) / STEPS, np.arange(STEPS + 1) / STEPS
    curves = {}
    for name, group, direction, usual in keys:
        share = WEIGHTS[group] / size[group]
        line = share * (values if direction == 1 else 1.0 - values)
        curves[name] = Curve(cuts, line, share * _good(direction, usual))
    return snap(Additive(curves))
