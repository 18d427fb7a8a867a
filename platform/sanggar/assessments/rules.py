"""Exam rules as pure functions: which form is drawn, who may start when, what counts, who passes.

One late rule holds everywhere: an answer counts when the server received it before the deadline or
in the 30 seconds after it (a slow network is not the candidate's fault). Later answers are refused
with a word and kept in the log; the attempt is decided with what was saved.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sanggar.assessments.dealing import Drawn, deal_options
from sanggar.measurement import forms
from sanggar.plugin.items import Item
from sanggar.plugin.track import Assessment, AttemptRules, PassRules, ReviewRules

#: Network latency forgiven after the deadline, by the server's clock.
GRACE = timedelta(seconds=30)
#: Percentages are compared with this slack, so that 28 of 40 is 70 %.
EPSILON = 1e-9
Deal = Callable[[Item, random.Random], Item]
NOTHING: Mapping[str, int] = MappingProxyType({})


class BlueprintShort(Exception):
    """The bank has too few items for the blueprint; the message names the cell."""


def as_it_is(item: Item, _rng: random.Random) -> Item:
    """Return an item that leaves nothing to chance."""
    return item


def draw_form(
    assessment: Assessment, items: Iterable[Item], seed: str, *,
    seen: Mapping[str, int] = NOTHING, used: Mapping[str, int] = NOTHING,
    deal: Deal = as_it_is,
) -> tuple[Drawn, ...]:  # fmt: skip
    """Draw a form that meets the blueprint exactly.

    Parameters
    ----------
    assessment : Assessment
        Its blueprint gives the number of items for each unit and band.
    items : iterable of Item
        The bank.
    seed : str
        The same seed, bank and counts always give the same form, options and steps included.
    seen, used : mapping of str to int
        Item id -> how often this person, and how often everybody, was shown it: items that this
        person has not seen come first, then those that were used least.
    deal : function of Item and Random
        Draws what an item leaves to chance, as its question type does (`grading.deal`).

    Returns
    -------
    tuple of Drawn
        Items with their options renamed and shuffled (see `deal_options`), in the order of asking:
        shuffled, except for ``selection: fixed``.

    Raises
    ------
    BlueprintShort
        When a cell of the blueprint asks for more items than the bank has.
    """
    bank = {item.id: item for item in sorted(items, key=lambda i: i.id)}
    cells = Counter((item.area, item.level.band) for item in bank.values())
    wanted: dict[Any, int] = {
        (unit, band): count
        for unit, row in assessment.blueprint.items()
        for band, count in row.items()
    }
    for (unit, band), count in wanted.items():
        if cells[unit, band] < count:
            raise BlueprintShort(
                f"{assessment.id}: {unit}/{band} asks for {count} items, "
                f"the bank has {cells[unit, band]}"
            )
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    if assessment.selection == "fixed":
        chosen = _first(bank.values(), wanted)
    else:
        candidates = [
            forms.Candidate(i.id, (i.area, i.level.band), used.get(i.id, 0), seen.get(i.id, 0))
            for i in bank.values()
        ]
        chosen = [bank[name] for name in forms.draw(wanted, candidates, seed)]
    return tuple(deal_options(deal(item, rng), rng) for item in chosen)


def _first(bank: Iterable[Item], wanted: Mapping[tuple[str, str], int]) -> list[Item]:
    """Return the first items of each cell, in the order of the blueprint."""
    cells: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in bank:
        cells[item.area, item.level.band].append(item)
    return [item for cell, count in wanted.items() for item in cells[cell][:count]]


@dataclass(frozen=True)
class Past:
    """One attempt that counts: when it began and when it ended."""

    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class Allowance:
    """Whether a new attempt may begin.

    `left` is None for unlimited attempts; `next_at` is the first moment at which a start is allowed
    again, None when it is allowed now.
    """

    used: int
    left: int | None
    next_at: datetime | None = None

    @property
    def now(self) -> bool:
        """True when an attempt may start at once."""
        return self.next_at is None


def waiting_days(rules: AttemptRules) -> int:
    """Return the days between two attempts; none for unlimited exams that do not ask for them."""
    if rules.limit == 0 and "wait_days" not in rules.model_fields_set:
        return 0
    return rules.wait_days


def allowance(rules: AttemptRules, past: Sequence[Past], now: datetime) -> Allowance:
    """Return how many attempts are left and when the next one may start.

    Parameters
    ----------
    rules : AttemptRules
    past : sequence of Past
        Decided attempts, in any order; void ones are left out by the caller.
    now : datetime
    """
    window = timedelta(days=rules.within_days)
    counted = sorted(p.started_at for p in past if p.started_at > now - window)
    used = len(counted) if rules.limit else len(past)
    left = max(0, rules.limit - used) if rules.limit else None
    earliest = now
    if past:
        last = max(p.ended_at for p in past)
        earliest = max(earliest, last + timedelta(days=waiting_days(rules)))
    if left == 0:
        # the attempt that must leave the window before there is room for one more
        earliest = max(earliest, counted[used - rules.limit] + window)
    return Allowance(used=used, left=left, next_at=None if earliest <= now else earliest)


def deadline_of(started_at: datetime, minutes: int) -> datetime:
    """Return the moment at which an attempt ends."""
    return started_at + timedelta(minutes=minutes)


def in_time(deadline: datetime, received_at: datetime) -> bool:
    """Return whether an answer received now still counts (the one late rule)."""
    return received_at <= deadline + GRACE


def most_items(exam: Assessment) -> int:
    """Return how many questions an exam asks at most."""
    if exam.selection != "adaptive":
        return exam.size
    return exam.adaptive.most + exam.adaptive.more + exam.adaptive.field_test


def standard_error(percent: float, size: int) -> float:
    """Return the standard error of a percentage from so many questions, in percent.

    Notes
    -----
    Binomial error of one person's score: Lord (1955), Educational and Psychological Measurement 15,
    325-336: ``sqrt(x (n - x) / (n - 1)) / n``.

    >>> round(standard_error(75, 40), 2), standard_error(100, 40), standard_error(50, 1)
    (6.93, 0.0, 0.0)
    """
    if size < 2:
        return 0.0
    share = percent / 100
    return float(100 * (share * (1 - share) / (size - 1)) ** 0.5)


def may_review(review: ReviewRules, *, window_over: bool) -> bool:
    """Return whether a decided attempt can be looked through now."""
    return review.after == "decided" or (review.after == "window" and window_over)


def minutes_left(deadline: datetime, now: datetime) -> int:
    """Return whole minutes left, rounded up while any time is left."""
    seconds = (deadline - now).total_seconds()
    return max(0, -int(-seconds // 60))


@dataclass(frozen=True)
class Scored:
    """One graded item: its unit, its weight, the share 0..1 that was earned."""

    unit: str
    points: float
    share: float


@dataclass(frozen=True)
class Result:
    """Percentages 0..100, whole and by unit."""

    total: float
    by_unit: dict[str, float] = field(default_factory=dict)


def score(items: Sequence[Scored]) -> Result:
    """Return the percentage of points earned, whole and by unit (in order of first appearance)."""

    def percent(rows: Sequence[Scored]) -> float:
        weight = sum(row.points for row in rows)
        earned = sum(row.points * min(1.0, max(0.0, row.share)) for row in rows)
        return round(100 * earned / weight, 4) if weight else 0.0

    units: dict[str, list[Scored]] = defaultdict(list)
    for row in items:
        units[row.unit].append(row)
    return Result(percent(items), {unit: percent(rows) for unit, rows in sorted(units.items())})


def passes(rules: PassRules, result: Result) -> bool:
    """Return whether a result reaches the total and, where asked, the mark of every unit."""
    return result.total + EPSILON >= rules.total and all(
        value + EPSILON >= rules.each_unit for value in result.by_unit.values()
    )


def weak_units(rules: PassRules, by_unit: Mapping[str, float]) -> tuple[str, ...]:
    """Return the units below the mark of every unit, weakest first."""
    below = [(v, u) for u, v in by_unit.items() if v + EPSILON < rules.each_unit]
    return tuple(unit for _, unit in sorted(below))
