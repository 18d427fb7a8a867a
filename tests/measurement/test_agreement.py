"""Agreement of markers against published tables."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.measurement import agreement

pytestmark = pytest.mark.once

NAN = np.nan
#: Shrout & Fleiss (1979), table 2: six works, four judges.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
#: Krippendorff (2011), section D: four observers, twelve units, missing data.
KRIPPENDORFF = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]).T  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "value"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_equals_krippendorffs_example(scale: str, value: float) -> None:
    found = agreement.alpha(KRIPPENDORFF, scale, resamples=0)
    assert found.value == pytest.approx(value, abs=0.0006)
    assert (found.units, found.pairable, found.low) == (11, 40, None)


def test_alpha_has_an_interval_that_repeats() -> None:
    one, two = (agreement.alpha(KRIPPENDORFF, resamples=60, seed=4) for _ in range(2))
    assert one == two
    assert one.low is not None and one.high is not None and one.value is not None
    assert one.low < one.value < one.high


def test_alpha_is_undefined_without_spread_or_pairs() -> None:
    assert agreement.alpha([[3, 3], [3, 3]]).value is None
    assert agreement.alpha([[1, NAN], [NAN, 2]]).value is None
    with pytest.raises(ValueError, match="scale"):
        agreement.alpha([[1, 2]], "rank")
    with pytest.raises(ValueError, match="table"):
        agreement.alpha([1, 2])


def test_icc_equals_shrout_and_fleiss_table_4() -> None:
    found = {
        r.kind: r for r in (*agreement.icc_one_way(SHROUT_FLEISS), *agreement.icc(SHROUT_FLEISS))
    }
    # values of table 4; intervals as printed for these data by R's psych::ICC
    published = {
        "ICC(1,1)": (0.17, -0.13, 0.72), "ICC(2,1)": (0.29, 0.02, 0.76),
        "ICC(3,1)": (0.71, 0.34, 0.95), "ICC(1,k)": (0.44, -0.88, 0.91),
        "ICC(2,k)": (0.62, 0.07, 0.93), "ICC(3,k)": (0.91, 0.68, 0.99),
    }  # fmt: skip
    for kind, values in published.items():
        r = found[kind]
        assert (r.value, r.low, r.high) == pytest.approx(values, abs=0.0051), kind


def test_one_way_icc_takes_other_markers_for_each_work() -> None:
    full = np.array([[1.0, 2], [3, 3], [4, 5], [2, 2]])
    spread = np.full((4, 4), NAN)
    for i, columns in enumerate([(0, 1), (2, 3), (1, 2), (0, 3)]):
        spread[i, list(columns)] = full[i]
    assert agreement.icc_one_way(spread) == agreement.icc_one_way(full)
    # three marks on the first work: N = 9, squares 9 + 4 + 4 + 4
    spread[0, 2] = 1.5
    assert agreement.icc_one_way(spread)[0].markers == pytest.approx((9 - 21 / 9) / 3)


def test_icc_of_perfect_and_of_empty_tables() -> None:
    perfect = [[1, 1], [2, 2], [4, 4]]
    assert agreement.icc(perfect)[0].value == pytest.approx(1)
    assert agreement.icc_one_way(perfect)[0].value == pytest.approx(1)
    for bad in ([[2, 2], [2, 2]], [[1, NAN], [2, NAN]]):
        with pytest.raises(ValueError):
            agreement.icc(bad)
        with pytest.raises(ValueError):
            agreement.icc_one_way(bad)


def test_kappa_by_hand() -> None:
    one, two = [1, 1, 2, 2, 3, 3, NAN], [1, 2, 2, 3, 3, 3, 1]
    # observed linear disagreement 2/6; expected: margins (2,2,2) x (1,2,3) -> (2*(0+2+6)+2*(1+0+3)+2*(2+2+0))/36
    assert agreement.kappa(one, two, weights="linear") == pytest.approx(1 - (2 / 6) / (32 / 36))
    assert agreement.kappa([2, 2], [2, 2]) is None
    assert agreement.kappa([1, 4, 4, 1], [1, 4, 1, 1]) == pytest.approx(
        agreement.kappa([1, 4, 4, 1], [1, 4, 1, 1], weights="none")
    )
    with pytest.raises(ValueError, match="weights"):
        agreement.kappa(one, two, weights="cubic")


def test_kappa_keeps_the_distance_of_levels_nobody_gave() -> None:
    # 1,2,4: the step 2->4 counts twice although no 3 was given
    near = agreement.kappa([1, 2, 4, 1], [1, 2, 4, 2], weights="linear")
    far = agreement.kappa([1, 2, 4, 2], [1, 2, 4, 4], weights="linear")
    assert near is not None and far is not None and near > far


def test_pairs_name_who_is_more_severe() -> None:
    table = [[3, 2, NAN], [4, 3, NAN], [2, 2, NAN], [4, 2, NAN], [1, 1, 1], [3, 3, NAN]]
    found = agreement.pairs(table, ["Ani", "Budi", "Citra"])
    first = found[0]
    assert (first.one, first.two, first.shared) == ("Ani", "Budi", 6)
    assert (first.exact, first.adjacent) == pytest.approx((0.5, 5 / 6))
    assert first.mean_gap == pytest.approx(4 / 6)
    assert first.kappa is not None
    assert [(p.one, p.two, p.kappa) for p in found[1:]] == [
        ("Ani", "Citra", None),
        ("Budi", "Citra", None),
    ]
