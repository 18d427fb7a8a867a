"""The state machine of a talent, as pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sanggar.programme import rules
from sanggar.programme.rules import Stage

A, P, C, I, R, W, N = Stage  # noqa: E741 - one letter for each stage, in order


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (A, P),
        (P, C),
        (C, I),
        (C, W),
        (I, R),
        (I, C),
        (I, W),
        (R, W),
        (R, I),
        (W, R),
        (W, I),
        (A, N),
        (W, N),
    ],
)
def test_legal_steps(old, new):
    assert rules.can_move(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [(A, C), (A, W), (P, A), (P, I), (P, W), (C, P), (C, R), (R, C), (W, P), (N, W), (A, A)],
)
def test_illegal_steps(old, new):
    assert not rules.can_move(old, new)


@pytest.mark.parametrize("before", [A, P, C, I, R, W])
def test_somebody_inactive_returns_to_where_they_stood(before):
    assert rules.next_stages(N, before) == (before,)


@pytest.mark.parametrize(
    ("stage", "to", "before", "expected"),
    [
        (A, P, None, [P]),
        (A, C, None, [P, C]),
        (P, C, None, [C]),
        (C, P, None, []),
        (W, I, None, []),
        (P, I, None, []),
        (C, W, None, [W]),
        (I, W, None, [W]),
        (N, P, R, [R]),
        (N, C, P, [P, C]),
        (N, P, None, [P]),
    ],
)
def test_events_lead_forward_by_legal_steps_only(stage, to, before, expected):
    assert rules.steps(stage, to, before) == expected


def test_every_step_of_an_event_is_legal():
    for stage in rules.WAY:
        for to in rules.WAY[1:]:
            here = stage
            for step in rules.steps(stage, to):
                assert rules.can_move(here, step)
                here = step


def test_years_begin_at_midnight_here():
    start, end = rules.year_bounds(2026)
    assert start == datetime(2025, 12, 31, 17, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_a_period_includes_its_last_day():
    start, end = rules.period_bounds(date(2026, 1, 1), date(2026, 1, 1))
    assert (end - start).days == 1


def test_612_of_1000_is_61_2_percent_with_388_missing():
    assert rules.percent(1000, 612) == 61.2
    assert rules.gap(1000, 612) == 388
    assert rules.gap(200, 250) == 0
    assert rules.percent(0, 5) == 0.0


def test_hub_targets_must_add_up():
    assert rules.sums_up(1000, [200] * 5)
    assert not rules.sums_up(1000, [200, 200, 200, 200, 190])
    assert rules.sums_up(None, [200])
