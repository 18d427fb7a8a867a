"""One training from the first row to the last number, without writing anything."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sanggar.rankers.estimators import AdditiveRanker
from sanggar.ranking import card, training
from sanggar.ranking.lessons import Dataset
from sanggar.ranking.training import FIXED, STAY, Evaluation, Present


@dataclass(frozen=True)
class Trial:
    """What a training found and made; `model` is None when there was too little to learn from."""

    found: Evaluation
    names: list[str]
    model: AdditiveRanker | None = None
    chance: tuple[float, float] = (1.0, 0.0)
    card: dict[str, Any] = field(default_factory=dict)


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def learn(data: Dataset, present: Present | None = None) -> Trial:
    """Evaluate, then learn from everything and measure for the card."""
    found = training.evaluate(data, present)
    if not found.kind:
        return Trial(found, data.names)
    scores = training.held_out(data)
    chance = training.chance(data, scores)
    return Trial(found, data.names, training.fit(data), chance, card.numbers(data, scores, chance))


def vetoed(trial: Trial, reason: str) -> Trial:
    """Return a trial that may not serve because of something other than its measures."""
    stays = STAY if trial.found.against else FIXED
    if trial.found.decision == stays:
        return trial
    return replace(
        trial, found=replace(trial.found, decision=stays, ships=False, reason=reason)
    )  # fmt: skip
