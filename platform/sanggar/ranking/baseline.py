"""The transparent ranking: fixed weights for six groups, from `docs`, readable by anybody.

It serves while there are too few decided offers to learn from, and whenever a learned model does
not do better on later briefs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sanggar.plugin.ranking import RankingFeature

#: What each group weighs; groups nobody knows anything about are left out and the rest re-normalised.
WEIGHTS: Mapping[str, float] = {
    "skill": 0.35, "reliability": 0.20, "price": 0.15, "time": 0.15, "text": 0.10, "place": 0.05,
}  # fmt: skip

Values = Mapping[str, float | None]


def goodness(feature: RankingFeature, value: float) -> float:
    """Return a value 0..1 in which more is always better."""
    inside = max(0.0, min(1.0, value))
    return inside if feature.direction == 1 else 1.0 - inside


def groups(features: Sequence[RankingFeature], values: Values) -> dict[str, float]:
    """Return the mean goodness of each group's known features; groups without any are absent."""
    found: dict[str, list[float]] = {}
    for feature in features:
        value = values.get(feature.name)
        if value is not None:
            found.setdefault(feature.group, []).append(goodness(feature, value))
    return {group: sum(each) / len(each) for group, each in found.items()}


def contributions(features: Sequence[RankingFeature], values: Values) -> dict[str, float]:
    """Return what each known feature adds to the score; they sum to `score` exactly.

    Parameters
    ----------
    features : sequence of RankingFeature
    values : mapping of str to float or None
        Feature name -> value 0..1; None or absent = unknown.

    Returns
    -------
    dict of str to float
        Weight of the group / known weight / features known in the group x goodness.
    """
    known = [f for f in features if values.get(f.name) is not None]
    size: dict[str, int] = {}
    for feature in known:
        size[feature.group] = size.get(feature.group, 0) + 1
    whole = sum(WEIGHTS[group] for group in size)
    added: dict[str, float] = {}
    for feature in known:
        value = values[feature.name]
        assert value is not None
        share = WEIGHTS[feature.group] / whole / size[feature.group]
        added[feature.name] = share * goodness(feature, value)
    return added


def score(features: Sequence[RankingFeature], values: Values) -> float:
    """Return the weighted mean of the groups, 0..1; 0 when nothing is known."""
    return sum(contributions(features, values).values())
