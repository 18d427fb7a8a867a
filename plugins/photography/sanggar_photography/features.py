"""What photography knows about a good match: product photos stand and fall with light and colour."""

from __future__ import annotations

from sanggar.plugin import Brief, Candidate, RankingFeature, Text

#: light and lighting, white balance and colour
UNITS = ("PHO-03", "PHO-04")
PRODUCT_SERVICES = ("white-background", "product-lifestyle-package")
STRONG = 0.75


def light_and_colour(candidate: Candidate, brief: Brief) -> float | None:
    """Return the weaker of the two scores 0..1, for product services only.

    The weaker one, because soft light does not make up for a wrong colour.
    """
    scores = [candidate.unit_scores[unit] for unit in UNITS if unit in candidate.unit_scores]
    if brief.service not in PRODUCT_SERVICES or len(scores) < len(UNITS):
        return None
    return max(0.0, min(1.0, min(scores) / 100))


def explain(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    """Return the reason when light and colour speak for the candidate."""
    if value < STRONG:
        return None
    return Text(
        id=f"Menguasai cahaya dan warna produk: nilai ujian paling sedikit {100 * value:.0f}",
        en=f"Masters light and product colour: exam scores of at least {100 * value:.0f}",
    )


LIGHT_AND_COLOUR = RankingFeature(
    name="photography_light_colour",
    label=Text(id="Cahaya dan warna", en="Light and colour"),
    group="skill",
    direction=1,
    compute=light_and_colour,
    explain=explain,
    tracks=("photography",),
    usual=0.75,
    depends="service",
)
