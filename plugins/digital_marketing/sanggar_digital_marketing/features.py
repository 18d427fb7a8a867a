"""What digital marketing knows about a good match: whoever runs ads must be able to measure them."""

from __future__ import annotations

from sanggar.plugin import Brief, Candidate, RankingFeature, Text

#: measurement: UTM, KPIs, experiments
UNIT = "DM-09"
STRONG = 0.75


def measurement_strength(candidate: Candidate, brief: Brief) -> float | None:
    """Return the score 0..1 of the measurement unit, for services that spend on ads only."""
    score = candidate.unit_scores.get(UNIT)
    if score is None or not (brief.service.startswith("ads") or UNIT in brief.units):
        return None
    return max(0.0, min(1.0, score / 100))


def explain(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    """Return the reason when measurement speaks for the candidate."""
    if value < STRONG:
        return None
    return Text(
        id=f"Pandai mengukur hasil iklan: nilai ujian {100 * value:.0f} dari 100",
        en=f"Good at measuring ads: exam score {100 * value:.0f} of 100",
    )


MEASUREMENT = RankingFeature(
    name="marketing_measurement",
    label=Text(id="Pengukuran iklan", en="Measuring ads"),
    group="skill",
    direction=1,
    compute=measurement_strength,
    explain=explain,
    tracks=("digital_marketing",),
    usual=0.75,
    depends="service",
)
