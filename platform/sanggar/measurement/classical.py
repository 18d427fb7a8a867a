"""Classical test statistics: what a mentor looks at before any model.

The formulas are those of Moodle's page "Quiz statistics calculations"
(docs.moodle.org/dev/Quiz_statistics_calculations), so numbers can be compared between the systems.
Facilities and random-guess scores are shares of 1, as everywhere in Sanggar; what Moodle states in
percent by definition (discrimination, efficiency, weights, CIC, error ratio) is in percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanggar.errors import Invalid
from sanggar.measurement.advice import ENOUGH, LEAST_ALPHA, NOTHING, item_flags
from sanggar.measurement.irt import Floats
from sanggar.measurement.responses import Responses

Missing = Literal["zero", "complete", "answered"]

#: more persons than this are not expanded in memory
MOST_PERSONS = 20_000_000


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item; None where a number does not exist (no variance, too few persons).

    Attributes
    ----------
    answers : int
        Persons who answered.
    mean, sd, max : float
        In marks.
    facility : float
        Mean as a share of the maximum, 0..1.
    discrimination_index : float
        100 × correlation with the rest of the test.
    discriminative_efficiency : float
        100 × covariance with the rest over the largest one these marks could have.
    intended_weight, effective_weight : float
        Percent of the test; the effective one is None where the covariance is negative.
    random_guess_score : float
        Expected share of the maximum by guessing, 0..1; None when the number of options is unknown.
    point_biserial, item_rest_correlation : float
        Correlation with the total, and with the total without the item.
    alpha_if_deleted : float
    flags : tuple of str
        Keys of `advice.ADVICE`.
    """

    name: str
    answers: int
    max: float
    mean: float | None
    sd: float | None
    facility: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    intended_weight: float
    effective_weight: float | None
    random_guess_score: float | None
    point_biserial: float | None
    item_rest_correlation: float | None
    alpha_if_deleted: float | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestStatistics:
    """The whole test; mean, median, sd and standard error in marks, `*_percent` of the maximum.

    Attributes
    ----------
    skewness, kurtosis : float
        ``k3 / k2^1.5`` and ``k4 / k2²`` of Fisher's k-statistics; 0 for a normal distribution.
    cic, alpha : float
        The same number in percent (Moodle's coefficient of internal consistency) and as a share.
    error_ratio : float
        Percent of the spread that is error.
    standard_error : float
        ``error_ratio / 100 × sd``: the standard error of measurement of one person's total.
    distribution : tuple of (float, int)
        Total → persons.
    """

    __test__ = False  # a name pytest would collect

    items: int
    max: float
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    cic: float | None
    alpha: float | None
    error_ratio: float | None
    standard_error: float | None
    mean_percent: float | None
    median_percent: float | None
    sd_percent: float | None
    standard_error_percent: float | None
    distribution: tuple[tuple[float, int], ...] = field(repr=False)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statistics:
    """What `statistics` returns: persons, how missing answers were taken, test and items."""

    persons: int
    missing: Missing
    test: TestStatistics
    items: tuple[ItemStatistics, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Marks ready for the formulas."""

    names: tuple[str, ...]
    marks: Floats
    counted: npt.NDArray[np.bool_]
    freq: Floats
    most: Floats
    total: Floats
    #: of each person the marks, and the most these answers could have earned
    got: Floats
    answered: Floats


def statistics(
    responses: Responses,
    *,
    most: Mapping[str, float] | None = None,
    options: Mapping[str, int] | None = None,
    missing: Missing = "zero",
) -> Statistics:
    """Return item and test statistics.

    Parameters
    ----------
    responses : Responses
    most : mapping of str to float, optional
        Item → maximum mark; otherwise the highest mark seen, at least 1.
    options : mapping of str to int, optional
        Item → number of options, for the random-guess score ``1 / options``.
    missing : str
        ``zero``: a missing answer scores 0 (Moodle's way, right for a form everybody took).
        ``complete``: persons with a missing answer are left out. ``answered``: each item by those
        who answered it, totals in proportion to what was answered (right for random forms).

    Returns
    -------
    Statistics

    Raises
    ------
    Invalid
        When nobody is left, a maximum is not positive or below a mark seen, or a name is unknown.

    Notes
    -----
    Moodle: "Quiz statistics calculations". Alpha: Cronbach (1951), *Psychometrika* 16.
    """
    table = _prepare(responses, dict(most or {}), dict(options or {}), missing)
    covariances = _covariances(table)
    alpha, deleted = _alphas(covariances)
    weights = [_with_total(table, j) for j in range(len(table.names))]
    whole = sum(np.sqrt(w) for w in weights if w is not None and w >= 0)
    items = tuple(
        _item(table, j, alpha, deleted[j], weights[j], float(whole), (options or {}))
        for j in range(len(table.names))
    )
    return Statistics(int(table.freq.sum()), missing, _test(table, alpha), items)


def _prepare(
    responses: Responses, most: dict[str, float], options: dict[str, int], missing: Missing
) -> _Marks:
    """Return marks, who counts where, maxima and totals."""
    unknown = sorted((set(most) | set(options)) - set(responses.names))
    if unknown:
        raise Invalid(f"no item is called {unknown[0]}")
    if any(number < 1 for number in options.values()):
        raise Invalid("an item needs at least one option")
    rows = responses.freq > 0
    if missing == "complete":
        rows = rows & ~responses.missing.any(axis=1)
    elif missing == "answered":
        rows = rows & ~responses.missing.all(axis=1)
    if not rows.any():
        raise Invalid("no person is left to count")
    if responses.persons > MOST_PERSONS:
        raise Invalid(f"more than {MOST_PERSONS} persons")
    given = ~responses.missing[rows]
    marks = np.where(given, responses.scores[rows], 0.0)
    counted = given if missing == "answered" else np.ones_like(given)
    seen = marks.max(axis=0)
    top = np.array([most.get(n, max(1.0, s)) for n, s in zip(responses.names, seen, strict=True)])
    for name, limit, highest in zip(responses.names, top, seen, strict=True):
        if not limit > 0 or highest > limit:
            raise Invalid(f"{name}: the maximum {limit:g} is below a mark of {highest:g}")
    got, answered = marks.sum(axis=1), counted @ top
    freq = responses.freq[rows].astype(np.float64)
    total = got * top.sum() / answered
    return _Marks(responses.names, marks, counted, freq, top, total, got, answered)


def _moment(x: Floats, y: Floats, freq: Floats) -> float | None:
    """Return the covariance with S - 1 below the line; None for fewer than two persons."""
    size = freq.sum()
    if size < 2:
        return None
    away = (x - freq @ x / size) * (y - freq @ y / size)
    return float(freq @ away / (size - 1))


def _ratio(above: float | None, below: float | None) -> float | None:
    """Return a quotient, None where there is none."""
    if above is None or below is None or abs(below) <= NOTHING:
        return None
    return above / below


def _covariances(table: _Marks) -> Floats:
    """Return the covariances of all pairs of items, each by the persons who count for both."""
    counted = table.counted.astype(np.float64)
    weight = table.freq[:, None] * counted
    size = counted.T @ weight
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (weight * table.marks).sum(axis=0) / weight.sum(axis=0)
        away = np.where(table.counted, table.marks - centre, 0.0)
        product = away.T @ (table.freq[:, None] * away)
        left = away.T @ weight
        return np.asarray((product - left * left.T / size) / (size - 1.0), dtype=np.float64)


def _alpha(number: int, own: float, whole: float) -> float | None:
    """Return Cronbach's alpha of items with this sum of variances and of all covariances."""
    if number < 2 or not np.isfinite(whole) or whole <= NOTHING:
        return None
    return number / (number - 1) * (1.0 - own / whole)


def _alphas(covariances: Floats) -> tuple[float | None, list[float | None]]:
    """Return alpha, and alpha without each item."""
    number, own = len(covariances), np.diag(covariances)
    alone, total = float(own.sum()), float(covariances.sum())
    if not np.isfinite(total):  # a pair nobody has in common: only tests without it have an alpha
        rest = [np.delete(np.delete(covariances, j, 0), j, 1) for j in range(number)]
        return None, [_alpha(number - 1, float(np.trace(r)), float(r.sum())) for r in rest]
    beside = covariances.sum(axis=0) + covariances.sum(axis=1) - own
    less = zip(own, beside, strict=True)
    return _alpha(number, alone, total), [
        _alpha(number - 1, alone - float(v), total - float(b)) for v, b in less
    ]


def _rest(table: _Marks, j: int) -> tuple[Floats, Floats, Floats]:
    """Return marks, marks on the rest of the test and frequencies of those who count for an item."""
    rows = table.counted[:, j]
    marks, freq = table.marks[rows, j], table.freq[rows]
    limit = table.most[j]
    answered = table.answered[rows] - limit
    got = table.got[rows] - marks
    alone = answered <= NOTHING
    rest = got * (table.most.sum() - limit) / np.where(alone, 1.0, answered)
    return marks[~alone], rest[~alone], freq[~alone]


def _with_total(table: _Marks, j: int) -> float | None:
    """Return the covariance of an item with the total."""
    rows = table.counted[:, j]
    return _moment(table.marks[rows, j], table.total[rows], table.freq[rows])


def _item(
    table: _Marks,
    j: int,
    alpha: float | None,
    deleted: float | None,
    with_total: float | None,
    whole: float,
    options: Mapping[str, int],
) -> ItemStatistics:
    """Return the statistics of one item."""
    rows = table.counted[:, j]
    marks, freq = table.marks[rows, j], table.freq[rows]
    variance = _moment(marks, marks, freq)
    mean = _ratio(float(freq @ marks), float(freq.sum()))
    own, rest, persons = _rest(table, j)
    covariance, rest_variance = _moment(own, rest, persons), _moment(rest, rest, persons)
    largest = _moment(_sorted(own, persons), _sorted(rest, persons), np.ones(int(persons.sum())))
    correlation = _correlation(covariance, _moment(own, own, persons), rest_variance)
    spread = _moment(table.total[rows], table.total[rows], freq)
    number = options.get(table.names[j])
    efficiency = _ratio(covariance, largest)
    effective = None
    if with_total is not None and with_total >= 0:
        effective = _ratio(100.0 * float(np.sqrt(with_total)), whole)
    facility = None if mean is None else mean / float(table.most[j])
    guess = None if number is None else 1.0 / number
    answers = int(freq.sum())
    return ItemStatistics(
        name=table.names[j],
        answers=answers,
        max=float(table.most[j]),
        mean=mean,
        sd=None if variance is None else float(np.sqrt(variance)),
        facility=facility,
        discrimination_index=None if correlation is None else 100.0 * correlation,
        discriminative_efficiency=None if efficiency is None else 100.0 * efficiency,
        intended_weight=100.0 * float(table.most[j] / table.most.sum()),
        effective_weight=effective,
        random_guess_score=guess,
        point_biserial=_correlation(with_total, variance, spread),
        item_rest_correlation=correlation,
        alpha_if_deleted=deleted,
        flags=item_flags(answers, facility, variance, correlation, guess, alpha, deleted),
    )


def _sorted(values: Floats, freq: Floats) -> Floats:
    """Return values in order, each as often as it occurs."""
    order = np.argsort(values, kind="stable")
    return np.repeat(values[order], freq[order].astype(np.int64))


def _correlation(covariance: float | None, one: float | None, other: float | None) -> float | None:
    """Return a correlation, None where something does not vary."""
    if covariance is None or one is None or other is None or min(one, other) <= NOTHING:
        return None
    return covariance / float(np.sqrt(one * other))


def _test(table: _Marks, alpha: float | None) -> TestStatistics:
    """Return the statistics of the whole test."""
    freq, total = table.freq, table.total
    size, top = float(freq.sum()), float(table.most.sum())
    mean = float(freq @ total / size)
    everyone = _sorted(total, freq)
    median = float(np.median(everyone))
    variance = _moment(total, total, freq)
    sd = None if variance is None else float(np.sqrt(variance))
    skewness, kurtosis = _shape(total - mean, freq)
    share = None if alpha is None else max(0.0, 1.0 - alpha)
    ratio = None if share is None else 100.0 * float(np.sqrt(share))
    error = None if ratio is None or sd is None else ratio * sd / 100.0
    values, counts = np.unique(np.round(everyone, 9), return_counts=True)
    flags = []
    if size < ENOUGH:
        flags.append("few_persons")
    elif alpha is not None and alpha < LEAST_ALPHA:
        flags.append("low_reliability")
    return TestStatistics(
        items=len(table.names), max=top, mean=mean, median=median, sd=sd,
        skewness=skewness, kurtosis=kurtosis,
        cic=None if alpha is None else 100.0 * alpha, alpha=alpha,
        error_ratio=ratio, standard_error=error,
        mean_percent=100.0 * mean / top, median_percent=100.0 * median / top,
        sd_percent=None if sd is None else 100.0 * sd / top,
        standard_error_percent=None if error is None else 100.0 * error / top,
        distribution=tuple((float(v), int(n)) for v, n in zip(values, counts, strict=True)),
        flags=tuple(flags),
    )  # fmt: skip


def _shape(away: Floats, freq: Floats) -> tuple[float | None, float | None]:
    """Return skewness and kurtosis by k-statistics."""
    s = float(freq.sum())
    m2, m3, m4 = (float(freq @ away**power) / s for power in (2, 3, 4))
    if s < 3 or m2 <= NOTHING:
        return None, None
    k2 = s * m2 / (s - 1)
    skewness = s**2 * m3 / ((s - 1) * (s - 2)) / k2**1.5
    if s < 4:
        return skewness, None
    k4 = s**2 * ((s + 1) * m4 - 3 * (s - 1) * m2**2) / ((s - 1) * (s - 2) * (s - 3))
    return skewness, k4 / k2**2
