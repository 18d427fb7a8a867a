"""What happens to an order after the scores, in this order and nowhere else:

1. *offers are spread*: who had many this month lets others go first a little more often (`spread`);
   *newcomers are tried*: who is new stands where the upper end of what an assessment lets one hope for
   puts them (`rankers.newcomers`; without it a simulated market finds 88 of 100 good people, with it 97);
2. *hubs are represented*: each beginning of the first 20 shows the shares that hubs have among all who
   fit (`rankers.representation.det_greedy`); within a hub nobody is overtaken;
3. *a place is kept*: when nobody of the first five is new, the best newcomer takes the last of these
   places, and it is marked;
4. the swap that lets us learn how much places are looked at, by whoever shows the list.

The hub is the only group that the ranking may see, and for step 2 only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sanggar.plugin.ranking import Candidate
from sanggar.rankers import newcomers, representation

PLACES = 5
#: Places in which hubs are represented: more than are ever listed. Who cannot come among them is not
#: read from the database at all.
WINDOW = 20
#: A talent with fewer finished works than this is new.
NEWCOMER = newcomers.FEW
#: Offers this month above which others go first a little more often.
FREE_OFFERS = 2
STEP, MOST = 0.02, 0.10
#: Standard error of a mark of practical work, in points of 100.
MARK_ERROR = 4.0


@dataclass(frozen=True)
class Entry:
    """Somebody with a score; the rest decides the fair part of the order.

    `cost` is what the offers of this month cost, `hope` what optimism adds for somebody new, both
    on the scale of the score.
    """

    key: int
    score: float
    newcomer: bool = False
    cost: float = 0.0
    hope: float = 0.0
    hub: str = ""

    @property
    def worth(self) -> float:
        """The score after exposure, and with the benefit of the doubt."""
        return self.score - self.cost + self.hope


def spread(offers: int) -> float:
    """Return what the offers of this month cost: each beyond two a little, up to a tenth."""
    return min(STEP * max(offers - FREE_OFFERS, 0), MOST)


def kind_of(candidate: Candidate) -> int | None:
    """Return what is known of a newcomer: 1 rated, 2 assessed, 3 both, 0 neither; None: not new."""
    if candidate.finished >= NEWCOMER:
        return None
    return 2 * (candidate.rubric_total is not None) + bool(candidate.ratings)


def _stars() -> tuple[float, ...]:
    scale = newcomers.Scale()
    mark = np.array([np.nan, np.nan, scale.mean, scale.mean])
    rated = np.array([0, 1, 0, 1])
    known = newcomers.posterior(mark, np.full(4, MARK_ERROR), rated, rated * scale.rating, scale)
    return tuple(newcomers.bonus(known, np.zeros(4), 1.0).tolist())


#: Rating points to hope for beyond what is expected, by what is known (`kind_of`).
HOPE = _stars()


def ranked(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries by what they are worth; ties fall by key."""
    return sorted(entries, key=_place)


def _place(entry: Entry) -> tuple[float, int]:
    return -entry.worth, entry.key


def wanted(hubs: Mapping[str, int], window: int = WINDOW) -> dict[str, int]:
    """Return how many of each hub may stand in the window at most, from how many of each fit."""
    whole = sum(hubs.values())
    lead = representation.LEAD
    return {
        hub: min(count, max(
            math.ceil(window * count / whole - lead), math.floor(window * count / whole + lead)
        ) + 1)
        for hub, count in hubs.items()
    }  # fmt: skip


def order(
    entries: Sequence[Entry], places: int = PLACES, hubs: Mapping[str, int] | None = None
) -> list[tuple[int, bool]]:
    """Return (key, reserved place?) from first to last.

    Parameters
    ----------
    entries : sequence of Entry
        Everybody who fits, or all who can reach the window.
    places : int
        Of the first list, of which one is kept for somebody new.
    hubs : mapping of str to int, optional
        Hub -> how many fit, when `entries` are not all of them.
    """
    listed = ranked(entries)
    if hubs is None:
        hubs = {}
        for entry in entries:
            hubs[entry.hub] = hubs.get(entry.hub, 0) + 1
    if len(hubs) > 1:
        whole = sum(hubs.values())
        found = representation.det_greedy(
            [e.worth for e in listed], [e.hub for e in listed],
            {hub: count / whole for hub, count in hubs.items()}, places=WINDOW,
        )  # fmt: skip
        listed = [listed[row] for row in found.tolist()]
    top = listed[:places]
    chance = min((e for e in listed[places:] if e.newcomer), key=_place, default=None)
    if chance is None or any(e.newcomer for e in top):
        return [(e.key, False) for e in listed]
    rest = [e for e in listed if e is not chance]
    first = [(e.key, False) for e in rest[: places - 1]]
    return [*first, (chance.key, True), *((e.key, False) for e in rest[places - 1 :])]
