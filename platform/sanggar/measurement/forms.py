"""Random linear forms that share as few items as the bank allows.

Drawing at random meets a blueprint but not a promise: some items are shown twice as often as others,
and somebody who comes again meets known ones. Here each cell of the blueprint takes the items this
person has seen least, and among them those shown least, with a little chance so that two people who
begin in the same minute do not get one form. The mean share of items two forms have in common is

    sum n_i (n_i - 1) / (n N (N - 1))

for N forms of n items, item i being in n_i of them: it is smallest when all items of a cell are shown
equally often, and then about n / bank (Chen, Ankenmann & Spray, 2003, Journal of Educational
Measurement 40, 129-145).
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

#: items whose counts differ by less than this many forms are told apart by chance
TOLERANCE = 2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One item that may be drawn.

    `cell` is its place in the blueprint, `shown` how many recent forms held it, `seen` how many of
    this person's earlier forms did.
    """

    id: str
    cell: Hashable
    shown: int = 0
    seen: int = 0


def draw(
    blueprint: Mapping[Hashable, int], items: Iterable[Candidate], seed: str | int
) -> tuple[str, ...]:
    """Draw a form that meets the blueprint exactly and repeats as little as possible.

    Parameters
    ----------
    blueprint : mapping
        Number of items of each cell.
    items : iterable of Candidate
        The bank, in any order; items of cells the blueprint does not name are left alone.
    seed : str or int
        The same seed, bank and counts always give the same form.

    Returns
    -------
    tuple of str
        Ids, shuffled.

    Raises
    ------
    ValueError
        When a cell has fewer items than the blueprint asks for, a count is negative, or an id
        appears twice.
    """
    bank = sorted(items, key=lambda item: item.id)
    if len({item.id for item in bank}) != len(bank):
        raise ValueError("an item appears twice in the bank")
    rng = random.Random(f"form:{seed}")  # noqa: S311 - reproducible, not secret
    # one number an item, whatever its cell: a form does not depend on the order of the blueprint
    luck = {item.id: rng.random() for item in bank}
    chosen: list[str] = []
    for cell in sorted(blueprint, key=repr):
        count = blueprint[cell]
        members = [item for item in bank if item.cell == cell]
        if count < 0 or len(members) < count:
            raise ValueError(f"{cell} asks for {count} items, the bank has {len(members)}")
        members.sort(key=lambda item: (item.seen, item.shown + TOLERANCE * luck[item.id]))
        chosen += [item.id for item in members[:count]]
    rng.shuffle(chosen)
    return tuple(chosen)


def overlap(shown: Iterable[int], forms: int) -> float:
    """Return the mean share of items that two of these forms have in common.

    Parameters
    ----------
    shown : iterable of int
        For each item, in how many of the forms it was; they add to forms x length.
    forms : int

    Returns
    -------
    float
        0 for fewer than two forms or empty ones.
    """
    counts = list(shown)
    total = sum(counts)
    if forms < 2 or total == 0:
        return 0.0
    return sum(n * (n - 1) for n in counts) / (total * (forms - 1))
