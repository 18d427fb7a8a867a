"""Answers of a track as a table: a row for each first attempt, a column for each item version.

Only first attempts count: whoever comes again has seen questions and explanations, and would be in
the table twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sanggar.assessments import queries as assessments
from sanggar.assessments.queries import Given, Sat
from sanggar.measurement.responses import Responses
from sanggar.plugin.track import Track

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Scores of attempts on items.

    Attributes
    ----------
    sat : tuple of Sat
        The attempts, a row each.
    items : tuple of str
        The columns: ids of items, in the version the bank has now.
    shares : ndarray, shape (attempts, items)
        Share of the points earned, nan where the item was not asked.
    correct : ndarray, shape (attempts, items)
        1 where the full score was earned, nan where it was not asked.
    options : dict of item to list of str
        For each row the chosen option of a single choice, empty for none or not asked.
    """

    sat: tuple[Sat, ...]
    items: tuple[str, ...]
    shares: Floats
    correct: Floats
    options: dict[str, list[str]] = field(default_factory=dict)

    def rows(self, wanted: Sequence[int] | NDArray[np.int64]) -> Table:
        """Return some of the rows, with the items that were asked in them."""
        kept = np.asarray(wanted, dtype=np.int64)
        asked = (
            ~np.isnan(self.shares[kept]).all(axis=0)
            if len(kept)
            else np.zeros(len(self.items), bool)
        )
        names = tuple(self.items[n] for n in np.flatnonzero(asked))
        return Table(
            sat=tuple(self.sat[i] for i in kept), items=names,
            shares=self.shares[kept][:, asked], correct=self.correct[kept][:, asked],
            options={n: [self.options[n][i] for i in kept] for n in names if n in self.options},
        )  # fmt: skip

    def of_exam(self, assessment: str) -> Table:
        """Return the attempts of one exam."""
        return self.rows([i for i, s in enumerate(self.sat) if s.assessment == assessment])

    @property
    def responses(self) -> Responses:
        """The shares as a table that `sanggar.measurement` takes."""
        return Responses.of(self.shares, self.items)

    @property
    def right(self) -> Responses:
        """Right and wrong, for models of right and wrong."""
        return Responses.of(self.correct, self.items)


def table(owner: Track) -> Table:
    """Return the first attempts of everybody at every exam of a track."""
    first: dict[tuple[int, str], Sat] = {}
    for attempt in assessments.sat(owner.id):  # the newest first
        first[attempt.person_id, attempt.assessment] = attempt
    sat = sorted(first.values(), key=lambda s: s.id)
    return build(owner, sat, assessments.given([s.id for s in sat]))


def build(owner: Track, sat: Sequence[Sat], given: Iterable[Given]) -> Table:
    """Return the table of these attempts and answers; other versions of an item are left out."""
    versions = {item.id: item.version for item in owner.items}
    place = {attempt.id: row for row, attempt in enumerate(sat)}
    names = sorted(versions)
    column = {name: n for n, name in enumerate(names)}
    shares = np.full((len(sat), len(names)), np.nan)
    correct = np.full_like(shares, np.nan)
    options: dict[str, list[str]] = {}
    for answer in given:
        if versions.get(answer.item_id) != answer.item_version:
            continue
        row, col = place[answer.attempt_id], column[answer.item_id]
        shares[row, col] = answer.share
        correct[row, col] = float(answer.correct)
        if answer.option:
            options.setdefault(answer.item_id, [""] * len(sat))[row] = answer.option
    asked = _asked(shares)
    kept = [n for n, on in enumerate(asked) if on]
    return Table(
        sat=tuple(sat), items=tuple(names[n] for n in kept), shares=shares[:, kept],
        correct=correct[:, kept], options=options,
    )  # fmt: skip


def _asked(shares: Floats) -> NDArray[np.bool_]:
    """Return which items anybody was asked."""
    return np.asarray((~np.isnan(shares)).any(axis=0), dtype=np.bool_)
