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
#: features in the order in which they were asked, with what each said
Considered = list[tuple[str, Text | None]]
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
    """Return the mean contribution of each feature over the first of those who fit."""
    if not scored:
        return {}
    total: dict[str, float] = {}
    for each in scored:
        for name, value in each.added.items():
            total[name] = total.get(name, 0.0) + value
    return {name: value / len(scored) for name, value in total.items()}


def order(values: Values, added: Mapping[str, float], usual: Mapping[str, float]) -> list[str]:
    """Return the features something is known of: first what sets this talent apart from the others.

    `added` are the contributions to this talent's score, `usual` their means over the first. What
    everybody has (time before a far deadline) explains no order, so it comes last.
    """
    return sorted(
        (name for name, value in values.items() if value is not None),
        key=lambda name: (
            -round(added.get(name, 0.0) - usual.get(name, 0.0), 9), -added.get(name, 0.0), name,
        ),
    )  # fmt: skip


def considered(
    known: Registry,
    features: Sequence[RankingFeature],
    values: Values,
    added: Mapping[str, float],
    usual: Mapping[str, float],
    candidate: Candidate,
    brief: Brief,
) -> Considered:
    """Return features with what they say (None: nothing), in order, until three things are said."""
    by_name = {feature.name: feature for feature in features}
    found: Considered = []
    for name in order(values, added, usual):
        value, feature = values[name], by_name.get(name)
        if value is None or feature is None:
            continue
        text: Text | None = None
        with registry.guard(known.owner("features", name), swallow=True):
            text = feature.explain(value, candidate, brief)
        found.append((name, text))
        if len(spoken(found)) == TOP:
            break
    return found


def spoken(found: Considered) -> list[Text]:
    """Return the reasons in words, each once."""
    return list(dict.fromkeys(text for _name, text in found if text is not None))


def reasons(
    known: Registry,
    features: Sequence[RankingFeature],
    values: Values,
    added: Mapping[str, float],
    usual: Mapping[str, float],
    candidate: Candidate,
    brief: Brief,
) -> list[Text]:
    """Return at most three reasons in words, the strongest first."""
    return spoken(considered(known, features, values, added, usual, candidate, brief))
