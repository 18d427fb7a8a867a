"""Places and waiting lists under every order of events; windows; hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.workshops import rules
from sanggar.workshops.rules import Places

pytestmark = pytest.mark.once

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
END = START + timedelta(hours=4)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("register"), st.integers(1, 8)),
        st.tuples(st.just("cancel"), st.integers(1, 8)),
        st.tuples(st.just("resize"), st.integers(1, 6)),
    ),
    max_size=60,
)


@given(st.integers(1, 4), steps)
def test_never_over_capacity_nobody_lost_or_doubled_and_order_kept(capacity, moves) -> None:
    places = Places(capacity)
    wanted: list[int] = []
    for kind, value in moves:
        before = places
        if kind == "register":
            places = rules.register(places, value)
            if value not in wanted:
                wanted.append(value)
        elif kind == "cancel":
            places = rules.cancel(places, value)
            wanted = [person for person in wanted if person != value]
        else:
            places = rules.resize(places, value)
            assert set(before.registered) <= set(places.registered), "a place was taken away"
        everybody = [*places.registered, *places.waiting]
        assert len(places.registered) <= places.capacity
        assert sorted(everybody) == sorted(wanted)
        assert len(set(everybody)) == len(everybody)
        assert everybody == wanted, "the order of arrival is kept"
        assert not (places.free and places.waiting), "nobody waits beside a free place"
        assert set(places.moved) <= set(before.waiting) | {value}


def test_the_first_who_waits_moves_up() -> None:
    places = rules.cancel(Places(2, (1, 2), (3, 4)), 1)
    assert places == Places(2, (2, 3), (4,))
    assert places.moved == (3,)


def test_registration_closes_when_the_session_starts() -> None:
    assert rules.can_register(START - timedelta(seconds=1), START)
    assert not rules.can_register(START, START)


@pytest.mark.parametrize(
    ("minutes", "allowed"), [(-31, False), (-30, True), (0, True), (360, True), (361, False)]
)
def test_check_in_from_30_minutes_before_to_2_hours_after(minutes: int, allowed: bool) -> None:
    assert rules.can_check_in(START + timedelta(minutes=minutes), START, END) is allowed


def test_a_session_may_begin_as_another_ends() -> None:
    assert rules.overlaps(START, END, [(END - timedelta(minutes=1), END + timedelta(hours=1))])
    assert not rules.overlaps(START, END, [(END, END + timedelta(hours=1))])


def test_hours_are_those_of_the_workshop_else_of_the_session() -> None:
    assert rules.hours_of(3.5, START, END) == 3.5
    assert rules.hours_of(None, START, END) == 4
    assert rules.counted_hours([4, 4], 4) == 4
    assert rules.counted_hours([1.5, 2], 4) == 3.5


def test_a_year_begins_at_midnight_here() -> None:
    start, end = rules.year_bounds(2024)
    assert start == datetime(2023, 12, 31, 17, tzinfo=UTC)
    assert end == datetime(2024, 12, 31, 17, tzinfo=UTC)
