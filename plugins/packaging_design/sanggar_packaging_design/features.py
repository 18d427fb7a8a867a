"""What packaging design knows about a good match: food and drink need a label that is right."""

from __future__ import annotations

from sanggar.plugin import Brief, Candidate, RankingFeature, Text

#: the label rules, and the nutrition facts
UNITS = ("PKG-03", "PKG-04")
FOOD = ("makanan", "minuman")
STRONG = 0.75


def food_label_strength(candidate: Candidate, brief: Brief) -> float | None:
    """Return the mean score 0..1 of the label units, for briefs about food or drink only."""
    scores = [candidate.unit_scores[unit] for unit in UNITS if unit in candidate.unit_scores]
    if brief.domain not in FOOD or not scores:
        return None
    return max(0.0, min(1.0, sum(scores) / len(scores) / 100))


def explain(value: float, _candidate: Candidate, brief: Brief) -> Text | None:
    """Return the reason when the label units speak for the candidate."""
    if value < STRONG:
        return None
    what = "minuman" if brief.domain == "minuman" else "makanan"
    what_en = "drink" if brief.domain == "minuman" else "food"
    return Text(
        id=f"Kuat dalam aturan label {what}: nilai ujian {100 * value:.0f} dari 100",
        en=f"Strong in {what_en} label rules: exam score {100 * value:.0f} of 100",
    )


FOOD_LABEL = RankingFeature(
    name="packaging_food_label",
    label=Text(id="Label pangan", en="Food labels"),
    group="skill",
    direction=1,
    compute=food_label_strength,
    explain=explain,
    tracks=("packaging_design",),
    usual=0.75,
    depends="domain",
)
