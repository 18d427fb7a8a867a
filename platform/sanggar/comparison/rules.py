"""What a round may be, what its numbers mean in words, and where its scale is drawn: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanggar.measurement import pairs
from sanggar.measurement.pairs import Judge, Progress, Scale, SplitHalf, Value

#: A round smaller than this is quicker ordered by talking; a larger one takes several rounds.
LEAST_WORKS, MOST_WORKS, MOST_JUDGES = 3, 100, 30
#: What can be asked of the stop rule.
RELIABILITIES = (0.70, 0.80, 0.90)
EACH = (3, 30)
#: From here on the order of works is good, or good enough to talk about.
GOOD, USABLE = 0.80, 0.60
#: Sizes of the picture of a scale, in its own units; a phone shows them nearly one to one.
WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 300, 34, 14, 22, 8, 26


def most_each(works: int, judges: int) -> int:
    """Return how many comparisons a work can have at most: a judge never sees a pair twice.

    >>> most_each(6, 3)
    15
    """
    return judges * (works - 1)


def wanted(works: int, each: int, judges: int) -> int:
    """Return about how many comparisons one judge makes until every work has had its least.

    >>> wanted(works=12, each=10, judges=4)
    15
    """
    return -(-works * each // (2 * max(judges, 1)))


def step(works: int) -> int:
    """Return after how many comparisons the scale is reckoned anew.

    >>> step(4), step(60)
    (3, 20)
    """
    return max(3, works // 3)


def pair_key(one: int, two: int) -> str:
    """Return the name of a pair, whichever stands on the left.

    >>> pair_key(7, 3) == pair_key(3, 7) == "3-7"
    True
    """
    return f"{min(one, two)}-{max(one, two)}"


@dataclass(frozen=True)
class Measured:
    """A scale with its agreement of halves, and how many comparisons both rest on."""

    scale: Scale
    halves: SplitHalf | None
    comparisons: int

    def progress(self, reliability: float, each: int) -> Progress:
        """Return whether the stop rule is reached."""
        return pairs.progress(self.scale, reliability=reliability, each=each)


def measure(comparisons: Sequence[pairs.Comparison], works: Sequence[str]) -> Measured:
    """Return the scale of a round; seconds for its largest, so never while a page waits."""
    return Measured(
        pairs.fit(comparisons, works), pairs.split_half(comparisons, works), len(comparisons)
    )


def to_json(found: Measured) -> dict[str, Any]:
    """Return what is kept of a scale."""
    scale, halves = found.scale, found.halves
    return {
        "values": [[v.work, v.value, v.se, v.comparisons, v.wins] for v in scale.values],
        "judges": [[j.name, j.comparisons, j.infit, j.z] for j in scale.judges],
        "spread": scale.spread,
        "reliability": scale.reliability,
        "groups": [list(group) for group in scale.groups],
        "halves": [halves.correlation, halves.reliability, halves.splits] if halves else None,
        "comparisons": found.comparisons,
    }


def from_json(kept: Mapping[str, Any]) -> Measured | None:
    """Return a kept scale, None where nothing was reckoned yet."""
    if not kept:
        return None
    scale = Scale(
        values=tuple(Value(*row) for row in kept["values"]),
        judges=tuple(Judge(*row) for row in kept["judges"]),
        spread=kept["spread"],
        reliability=kept["reliability"],
        groups=tuple(tuple(group) for group in kept["groups"]),
    )
    halves = SplitHalf(*kept["halves"]) if kept["halves"] else None
    return Measured(scale, halves, kept["comparisons"])


def meaning(reliability: float) -> str:
    """Return ``good``, ``usable`` or ``weak``.

    >>> meaning(0.85), meaning(0.7), meaning(0.2)
    ('good', 'usable', 'weak')
    """
    return "good" if reliability >= GOOD else "usable" if reliability >= USABLE else "weak"


def advice(scale: Scale, totals: Mapping[str, float]) -> tuple[dict[str, tuple[float, float]], str]:
    """Return a mark 0..100 with its error for each work, or why there is none.

    Parameters
    ----------
    scale : Scale
    totals : mapping of str to float
        Work -> total by the rubric, of decided works.

    Returns
    -------
    (marks, reason)
        ``reason`` is ``few`` (fewer than three decided works), ``against`` (the line of rubric
        totals does not rise with the scale) or empty.
    """
    if sum(v.work in totals for v in scale.values) < 3:
        return {}, "few"
    try:
        return pairs.marks(scale, totals), ""
    except ValueError:
        return {}, "against"


@dataclass(frozen=True)
class Dot:
    """One work on the picture: its place in the order, and where dot and error bar stand."""

    rank: int
    y: float
    x: float
    low: float
    high: float


@dataclass(frozen=True)
class Picture:
    """Where everything on the picture of a scale stands; `ticks` are (x, logits)."""

    width: int
    height: int
    floor: float
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, int], ...]


def ranked(scale: Scale) -> list[Value]:
    """Return the works, the best first."""
    return sorted(scale.values, key=lambda v: (-v.value, v.work))


def picture(scale: Scale) -> Picture:
    """Return where the works of a scale stand, the best on top, bars of one standard error."""
    order = ranked(scale)
    reach = max(max(abs(v.value) + v.se for v in order), 1.0)

    def x(value: float) -> float:
        return round(LEFT + (value + reach) / (2 * reach) * (WIDTH - LEFT - RIGHT), 1)

    floor = TOP + ROW * len(order)
    whole = int(reach)
    every = max(1, -(-whole // 3))
    return Picture(
        width=WIDTH, height=floor + BOTTOM, floor=floor,
        dots=tuple(
            Dot(n, TOP + ROW * (n - 0.5), x(v.value), x(v.value - v.se), x(v.value + v.se))
            for n, v in enumerate(order, 1)
        ),
        ticks=tuple((x(t), t) for t in range(-whole, whole + 1) if t % every == 0),
    )  # fmt: skip
