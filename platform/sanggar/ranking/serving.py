"""Which scorer serves: the active model, read once, or the fixed weights."""

from __future__ import annotations

from sanggar.plugin.ranking import RankingFeature
from sanggar.ranking import store
from sanggar.ranking.queries import Serving
from sanggar.ranking.scoring import Baseline, Scorer

_scorers: dict[tuple[str, str], Scorer | None] = {}


def scorer_for(model: Serving | None, features: tuple[RankingFeature, ...]) -> Scorer:
    """Return what scores now: the active model, or the fixed weights when there is none or its file
    cannot be trusted."""
    if model is None:
        return Baseline(features)
    key = (str(store.folder()), model.version)
    if key not in _scorers:
        _scorers[key] = store.load(model)
    return _scorers[key] or Baseline(features)


def forget() -> None:
    """Drop loaded models."""
    _scorers.clear()
