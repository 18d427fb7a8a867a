"""Why somebody stands where they stand: bars for the groups, and the three best reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sanggar.kernel import registry
from sanggar.kernel.registry import Registry
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.plugin.text import Text
from sanggar.ranking import baseline
from sanggar.ranking.baseline import Values
from sanggar.ranking.scoring import Scored

TOP = 3
GROUP_TITLES: Mapping[str, Text] = {
    "skill": Text(id="Keahlian", en="Skill"),
    "text": Text(id="Mirip kebutuhan Anda", en="Like your brief"),
    "reliability": Text(id="Keandalan", en="Reliability"),
    "price": Text(id="Sesuai anggaran", en="Within budget"),
    "time": Text(id="Waktu", en="Time"),
    "place": Text(id="Jarak", en="Distance"),
}


def bars(features: Sequence[RankingFeature], values: Values) -> list[tuple[Text, int]]:
    """Return (name, 0..100) of each group something is known about, in a fixed order."""
    found = baseline.groups(features, values)
    return [
        (title, round(100 * found[group]))
        for group, title in GROUP_TITLES.items()
        if group in found
    ]


def usual(scored: Sequence[Scored]) -> dict[str, float]:
    """Return the mean contribution of each feature over everybody who fits."""
    total: dict[str, float] = {}
    for each in scored:
        for name, value in each.added.items():
            total[name] = total.get(name, 0.0) + value
    return {name: value / len(scored) for name, value in total.items()}


def reasons(
    known: Registry,
    features: Sequence[RankingFeature],
    values: Values,
    added: Mapping[str, float],
    usual: Mapping[str, float],
    candidate: Candidate,
    brief: Brief,
) -> list[Text]:
    """Return at most three reasons in words: first what sets this talent apart from the others.

    `added` are the contributions to this talent's score, `usual` their means over all who fit. What
    everybody has (time before a far deadline) explains no order, so it comes last.
    """
    said: list[Text] = []
    ranked = sorted(
        features,
        key=lambda f: (
            -round(added.get(f.name, 0.0) - usual.get(f.name, 0.0), 9),
            -added.get(f.name, 0.0),
            f.name,
        ),
    )
    for feature in ranked:
        value = values.get(feature.name)
        if value is None or len(said) == TOP:
            continue
        text: Text | None = None
        with registry.guard(known.owner("features", feature.name), swallow=True):
            text = feature.explain(value, candidate, brief)
        if text is not None and text not in said:
            said.append(text)
    return said
