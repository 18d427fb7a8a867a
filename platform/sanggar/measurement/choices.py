"""Distractor analysis: who chose which option, and how able they were otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sanggar.measurement.advice import ENOUGH
from sanggar.measurement.irt import Floats
from sanggar.measurement.responses import BadTable, Responses, is_missing, sheet

#: a distractor chosen by fewer persons than this share does no work
LEAST_SHARE = 0.05
#: so many persons at least before an option's mean is judged
LEAST_CHOSEN = 5
GROUPS = 3


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """One option of an item.

    Attributes
    ----------
    option : str
        Empty where nothing was chosen.
    key : bool
    chosen : int
    share : float
        Of all persons, 0..1.
    mean_rest : float or None
        Mean score on the rest of the test of those who chose it.
    thirds : tuple of float
        Share among the lower, middle and upper third by rest score.
    flags : tuple of str
        Keys of `advice.ADVICE`.
    """

    option: str
    key: bool
    chosen: int
    share: float
    mean_rest: float | None
    thirds: tuple[float, ...]
    flags: tuple[str, ...] = ()


def thirds(rest: Floats, freq: Floats) -> npt.NDArray[np.int64]:
    """Return 0, 1 or 2: the lower, middle or upper third; equal scores stay together.

    Parameters
    ----------
    rest, freq : ndarray, shape (persons,)
        Scores, and how many persons each row stands for.
    """
    values, place = np.unique(rest, return_inverse=True)
    counts = np.bincount(place.ravel(), weights=freq, minlength=len(values))
    middle = (np.cumsum(counts) - 0.5 * counts) / counts.sum()
    group = np.minimum((middle * GROUPS).astype(np.int64), GROUPS - 1)
    return np.asarray(group[place.ravel()], dtype=np.int64)


def distractors(
    chosen: Sequence[str],
    rest: Floats,
    *,
    keys: frozenset[str],
    options: Sequence[str] = (),
    freq: Floats | None = None,
) -> tuple[OptionStatistics, ...]:
    """Return the statistics of every option of one item.

    Parameters
    ----------
    chosen : sequence of str
        The option each person chose, empty for none.
    rest : ndarray, shape (persons,)
        Score on the rest of the test.
    keys : frozenset of str
        The right options.
    options : sequence of str, optional
        All options in order, so that one nobody chose is seen too.
    freq : ndarray, optional
        How many persons each row stands for.

    Returns
    -------
    tuple of OptionStatistics
        Options in the order given, then others that were chosen, then "nothing chosen".
    """
    picks = np.asarray(chosen, dtype=np.str_)
    weight = np.ones(len(picks)) if freq is None else np.asarray(freq, dtype=np.float64)
    group = thirds(rest, weight)
    sizes = np.bincount(group, weights=weight, minlength=GROUPS)
    known = list(dict.fromkeys([*options, *sorted(keys), *sorted({str(p) for p in picks} - {""})]))
    if not options:
        known.sort()
    if (picks == "").any():
        known.append("")
    right = np.isin(picks, sorted(keys))
    key_mean = _mean(rest[right], weight[right])
    rows = []
    for option in known:
        mine = picks == option
        number = float(weight[mine].sum())
        parts = np.bincount(group[mine], weights=weight[mine], minlength=GROUPS)
        split = tuple(float(p / n) if n else 0.0 for p, n in zip(parts, sizes, strict=True))
        mean, share = _mean(rest[mine], weight[mine]), number / float(weight.sum())
        flags: tuple[str, ...] = ()
        if option not in keys and option and weight.sum() >= ENOUGH:
            flags = _flags(number, share, mean, key_mean, split)
        rows.append(
            OptionStatistics(option, option in keys, int(number), share, mean, split, flags)
        )
    return tuple(rows)


def _mean(values: Floats, weight: Floats) -> float | None:
    """Return a weighted mean, None of nobody."""
    return float(weight @ values / weight.sum()) if weight.sum() > 0 else None


def _flags(
    number: float,
    share: float,
    mean: float | None,
    key_mean: float | None,
    split: tuple[float, ...],
) -> tuple[str, ...]:
    """Return what is to be said of a distractor."""
    if share < LEAST_SHARE:
        return ("distractor_unused",)
    if number >= LEAST_CHOSEN and mean is not None and key_mean is not None and mean > key_mean:
        return ("distractor_draws_able",)
    return ("distractor_rises",) if split[-1] > split[0] else ()


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Chosen options: one row a person, one column an item, and the right options of each."""

    names: tuple[str, ...]
    chosen: npt.NDArray[np.str_]
    keys: tuple[frozenset[str], ...]
    freq: npt.NDArray[np.int64]

    def scored(self) -> Responses:
        """Return 1 where a right option was chosen, 0 where another, nan where none."""
        scores = np.empty(self.chosen.shape)
        for j, keys in enumerate(self.keys):
            column = self.chosen[:, j]
            scores[:, j] = np.where(column == "", np.nan, np.isin(column, sorted(keys)))
        return Responses(self.names, scores, self.freq)


def read(table: Path, key: Path) -> Choices:
    """Return chosen options and keys.

    Parameters
    ----------
    table : Path
        A table as `responses.parse` reads it, with options (``A``, ``b`` …) instead of scores.
    key : Path
        A table with the columns ``name`` and ``key``, a line an item; several right options are
        separated by ``|``.

    Raises
    ------
    BadTable
        When a table cannot be read, or an item has no key or none of the answers.
    """
    chosen, answers = sheet(table), sheet(key)
    if [name.casefold() for name in answers.names] != ["name", "key"]:
        raise BadTable("the table of keys needs the columns name and key", answers.first, key)
    known = {
        row[0]: frozenset(part.strip() for part in row[1].split("|") if part.strip())
        for row in answers.rows
    }
    for name in chosen.names:
        if not known.get(name):
            raise BadTable(f"the table of keys has no key of {name}", path=key)
    picks = np.array([["" if is_missing(c) else c for c in row] for row in chosen.rows], np.str_)
    return Choices(chosen.names, picks, tuple(known[n] for n in chosen.names), chosen.freq)


def of_items(choices: Choices, scored: Responses) -> dict[str, tuple[OptionStatistics, ...]]:
    """Return the options of every item, by name.

    Parameters
    ----------
    choices : Choices
    scored : Responses
        What `Choices.scored` gave.
    """
    marks = np.nan_to_num(scored.scores)
    total, counted = marks.sum(axis=1), choices.freq > 0
    return {
        name: distractors(
            choices.chosen[counted, j].tolist(),
            (total - marks[:, j])[counted],
            keys=choices.keys[j],
            freq=choices.freq[counted].astype(np.float64),
        )
        for j, name in enumerate(choices.names)
    }
