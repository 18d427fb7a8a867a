"""The core's own ranking features, registered as a plugin would register its own."""

from __future__ import annotations

from collections.abc import Iterable

from sanggar.plugin import RankingFeature, hookimpl
from sanggar.ranking.features import FEATURES


@hookimpl
def register_ranking_features() -> Iterable[RankingFeature]:
    """Return skill, reliability, price, time, text and place."""
    return FEATURES
