"""Where to cut: Angoff and bookmark sheets become a cut score with its standard error.

A cut score is a judgement of people who know the work, and it has an error like every measurement:
other judges would have cut elsewhere. Both methods ask about the borderline candidate, who is just
competent. Angoff asks how likely that person answers each item; bookmark shows the items from easy
to hard and asks where mastery ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sanggar.measurement import irt

Floats = NDArray[np.float64]

#: Probability of success that counts as mastery on a bookmark page.
MASTERY = 0.67
#: Judges differ on an item when the standard deviation of their ratings exceeds this.
WIDE = 0.20
#: Borderline candidates are expected to do this much better than candidates really do.
HOPEFUL = 0.10
#: Range of abilities in which pages of a booklet are placed.
FAR = 8.0


@dataclass(frozen=True)
class AngoffJudge:
    """One judge: own cut (share of the points), agreement with the other judges, with facility."""

    name: str
    cut: float
    agreement: float | None
    with_facility: float | None


@dataclass(frozen=True)
class AngoffItem:
    """One item: mean and spread of ratings; ``talk`` says why the panel should discuss it.

    ``talk`` is empty, ``spread`` (judges differ widely) or ``hopeful`` (borderline candidates are
    expected to do clearly better than all candidates did).
    """

    name: str
    mean: float
    sd: float
    facility: float | None
    talk: str


@dataclass(frozen=True)
class Angoff:
    """A panel's cut score.

    Attributes
    ----------
    cut : float
        Share of the points, 0..1.
    points : float
        Cut in points of the form.
    se : float
        Standard error of the share for other judges on the same items.
    se_items : float
        Standard error for other judges and other items of the same kind.
    dependability : float
        Share of the variance of judges' ratings that belongs to items (phi of the panel's means).
    variance_judges, variance_items, variance_rest : float
        Variance components.
    judges : tuple of AngoffJudge
    items : tuple of AngoffItem
    """

    cut: float
    points: float
    se: float
    se_items: float
    dependability: float
    variance_judges: float
    variance_items: float
    variance_rest: float
    judges: tuple[AngoffJudge, ...]
    items: tuple[AngoffItem, ...]


@dataclass(frozen=True)
class Rounds:
    """What discussion did: cuts of both rounds, spread of judges before and after, largest move."""

    first: float
    second: float
    sd_first: float
    sd_second: float
    largest: float


@dataclass(frozen=True)
class Page:
    """One page of a bookmark booklet: an item (or one of its scores) and where it is mastered."""

    number: int
    item: str
    score: int
    theta: float


@dataclass(frozen=True)
class Bookmark:
    """A panel's cut: ability with its standard error, and the expected share of points there."""

    theta: float
    theta_se: float
    median: float
    share: float
    share_se: float
    judges: tuple[float, ...]


def _ratings(ratings: ArrayLike, judges: Sequence[str], items: Sequence[str]) -> Floats:
    """Return a complete table of ratings, or name what is missing."""
    table = np.asarray(ratings, dtype=np.float64)
    if table.shape != (len(judges), len(items)):
        raise ValueError("ratings need one row per judge and one column per item")
    if len(judges) < 2 or len(items) < 2:
        raise ValueError("at least two judges and two items are needed")
    gaps = np.argwhere(np.isnan(table))
    if gaps.size:
        j, i = gaps[0]
        raise ValueError(f"{judges[j]} has not rated {items[i]}")
    outside = np.argwhere((table < 0) | (table > 1))
    if outside.size:
        j, i = outside[0]
        raise ValueError(f"{judges[j]}, {items[i]}: a rating lies within 0 and 1")
    return table


def _correlation(one: Floats, two: Floats) -> float | None:
    """Return a correlation, None where one side does not vary."""
    if one.std() < 1e-9 or two.std() < 1e-9:
        return None
    return float(np.corrcoef(one, two)[0, 1])


def components(table: ArrayLike) -> tuple[float, float, float]:
    """Return variance components of judges, items and the rest (judge x item and error).

    Parameters
    ----------
    table : array of float, shape (judges, items)

    Notes
    -----
    Two-way random effects without repetition, by mean squares; negative estimates become 0
    (Brennan 2001, *Generalizability Theory*, chapter 3).
    """
    x = np.asarray(table, dtype=np.float64)
    n, k = x.shape
    rows, columns, grand = x.mean(axis=1), x.mean(axis=0), x.mean()
    between_rows = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    between_columns = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    rest = float(((x - rows[:, None] - columns + grand) ** 2).sum()) / ((n - 1) * (k - 1))
    return max((between_rows - rest) / k, 0.0), max((between_columns - rest) / n, 0.0), rest


def angoff(
    ratings: ArrayLike,
    judges: Sequence[str],
    items: Sequence[str],
    *,
    points: ArrayLike | None = None,
    facility: ArrayLike | None = None,
) -> Angoff:
    """Return the cut score of a modified Angoff panel.

    Parameters
    ----------
    ratings : array of float, shape (judges, items)
        How likely a borderline candidate answers the item (or the share of its points), 0..1; of the
        last round.
    judges, items : sequence of str
    points : array of float, shape (items,), optional
        Points of each item; 1 each when left out.
    facility : array of float, shape (items,), optional
        How candidates really did, 0..1, nan where unknown.

    Returns
    -------
    Angoff

    Notes
    -----
    Angoff (1971); standard errors by generalizability theory (Brennan & Lockwood 1980; Brennan 2001,
    section 6): ``se^2 = var(judges) / n + var(rest) / (n k)``, with ``var(items) / k`` besides when
    items are a sample too. Weights by points enter through their effective number.

    Raises
    ------
    ValueError
        A missing rating (judge and item are named), one outside 0..1, or fewer than two of either.
    """
    table = _ratings(ratings, judges, items)
    size = _points(points, len(items))
    share = size / size.sum()
    known = np.full(len(items), np.nan) if facility is None else np.asarray(facility, dtype=float)
    cuts = table @ share
    by_judge, by_item, rest = components(table)
    effective = 1 / float((share**2).sum())
    n = len(judges)
    se = by_judge / n + rest / (n * effective)
    total = by_item + (by_judge + rest) / n
    return Angoff(
        cut=float(cuts.mean()),
        points=float(cuts.mean() * size.sum()),
        se=float(np.sqrt(se)),
        se_items=float(np.sqrt(se + by_item / effective)),
        dependability=by_item / total if total > 0 else 1.0,
        variance_judges=by_judge,
        variance_items=by_item,
        variance_rest=rest,
        judges=tuple(
            _judge(table, j, name, float(cuts[j]), known) for j, name in enumerate(judges)
        ),
        items=tuple(_item(table[:, i], name, float(known[i])) for i, name in enumerate(items)),
    )


def _points(points: ArrayLike | None, items: int) -> Floats:
    """Return the points of each item, 1 each when none are given."""
    size = np.ones(items) if points is None else np.asarray(points, dtype=np.float64)
    if size.shape != (items,) or (size <= 0).any():
        raise ValueError("every item needs positive points")
    return size


def _judge(table: Floats, j: int, name: str, cut: float, facility: Floats) -> AngoffJudge:
    """Return one judge's cut and agreements."""
    others = np.delete(table, j, axis=0).mean(axis=0)
    seen = ~np.isnan(facility)
    real = _correlation(table[j, seen], facility[seen]) if seen.sum() > 2 else None
    return AngoffJudge(name, cut, _correlation(table[j], others), real)


def _item(ratings: Floats, name: str, facility: float) -> AngoffItem:
    """Return one item's ratings and whether to talk about it."""
    mean, sd = float(ratings.mean()), float(ratings.std(ddof=1))
    known = None if np.isnan(facility) else facility
    talk = "spread" if sd > WIDE else ""
    if not talk and known is not None and mean > known + HOPEFUL:
        talk = "hopeful"
    return AngoffItem(name, mean, sd, known, talk)


def rounds(first: ArrayLike, second: ArrayLike) -> Rounds:
    """Return how a panel moved between two rounds.

    Parameters
    ----------
    first, second : array of float, shape (judges, items)
        Ratings before and after discussion, by the same judges.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != two.shape or one.ndim != 2 or len(one) < 2:
        raise ValueError("both rounds need the same judges and items")
    before, after = one.mean(axis=1), two.mean(axis=1)
    return Rounds(
        float(before.mean()), float(after.mean()),
        float(before.std(ddof=1)), float(after.std(ddof=1)),
        float(np.abs(after - before).max()),
    )  # fmt: skip


def booklet(bank: irt.Bank, *, mastery: float = MASTERY) -> tuple[Page, ...]:
    """Return the pages of an ordered item booklet, easiest first.

    Parameters
    ----------
    bank : Bank
        An item with several scores gets one page for each: reaching at least that score.
    mastery : float
        Probability of success at which a page is placed (RP67).

    Notes
    -----
    Lewis, Mitzel & Green (1996). The place is the ability with
    ``P(score >= k) = mastery``; guessing is part of P. A page that guessing alone masters stands at
    the lower end of the scale (-8).
    """
    if not 0 < mastery < 1:
        raise ValueError("mastery lies between 0 and 1")
    low = np.full((len(bank), int(bank.categories.max()) - 1), -FAR)
    high = -low
    for _ in range(50):
        middle = (low + high) / 2
        for k in range(low.shape[1]):
            p, _, _ = irt.categories(bank, middle[:, k])
            own = p[np.arange(len(bank)), np.arange(len(bank)), k + 1 :].sum(axis=-1)
            below = own < mastery
            low[below, k] = middle[below, k]
            high[~below, k] = middle[~below, k]
    found = [
        (float(high[i, k]), bank.names[i], k + 1)
        for i in range(len(bank))
        for k in range(int(bank.categories[i]) - 1)
    ]
    return tuple(
        Page(number, item, score, theta)
        for number, (theta, item, score) in enumerate(sorted(found), start=1)
    )


def bookmark(bank: irt.Bank, last_pages: Sequence[int], *, mastery: float = MASTERY) -> Bookmark:
    """Return the cut of a bookmark panel.

    Parameters
    ----------
    bank : Bank
        The items of the booklet; its share of points is the percent cut.
    last_pages : sequence of int
        For each judge the number of the last page that a borderline candidate still masters.
    mastery : float
        As in `booklet`.

    Returns
    -------
    Bookmark
        ``theta`` is the mean of the judges' places (``median`` beside it), its error
        ``sd / sqrt(judges)``; ``share`` the expected score at theta over the most one can reach, its
        error by the slope of that curve.

    Raises
    ------
    ValueError
        Fewer than two judges, or a page that does not exist.
    """
    pages = booklet(bank, mastery=mastery)
    if len(last_pages) < 2:
        raise ValueError("at least two judges are needed")
    for page in last_pages:
        if not 1 <= page <= len(pages):
            raise ValueError(f"page {page} does not exist: the booklet has {len(pages)} pages")
    places = np.array([pages[page - 1].theta for page in last_pages])
    theta = float(places.mean())
    se = float(places.std(ddof=1) / np.sqrt(len(places)))
    most = float((bank.categories - 1).sum())
    step = 1e-3
    low, middle, high = (
        irt.expected_score(bank, [theta - step, theta, theta + step]).sum(axis=1) / most
    )
    return Bookmark(
        theta, se, float(np.median(places)), float(middle), se * float(high - low) / (2 * step),
        tuple(map(float, places)),
    )  # fmt: skip
