"""After the scores: spread the offers, and keep one place of five for somebody new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PLACES = 5
#: A talent with fewer finished works than this is new.
NEWCOMER = 2
#: Offers this month above which others go first a little more often.
FREE_OFFERS = 2
STEP, MOST = 0.02, 0.10


@dataclass(frozen=True)
class Entry:
    """Somebody with a score; `newcomer` and `offers` decide the fair part of the order."""

    key: int
    score: float
    newcomer: bool = False
    offers: int = 0


def spread(entry: Entry) -> float:
    """Return the score after exposure: each offer beyond two this month costs a little, up to a tenth."""
    return entry.score - min(STEP * max(entry.offers - FREE_OFFERS, 0), MOST)


def order(entries: Sequence[Entry], places: int = PLACES) -> list[tuple[int, bool]]:
    """Return (key, reserved place?) from first to last.

    Notes
    -----
    Ties fall by key, so that the same list always has the same order. When nobody among the first
    `places` is new, the best newcomer below takes the last of them; the others keep their order.
    """
    ranked = sorted(entries, key=lambda e: (-spread(e), e.key))
    top = ranked[:places]
    if len(ranked) <= places or any(e.newcomer for e in top):
        return [(e.key, False) for e in ranked]
    chance = next((e for e in ranked[places:] if e.newcomer), None)
    if chance is None:
        return [(e.key, False) for e in ranked]
    rest = [e for e in ranked if e is not chance]
    first = [(e.key, False) for e in rest[: places - 1]]
    return [*first, (chance.key, True), *((e.key, False) for e in rest[places - 1 :])]
