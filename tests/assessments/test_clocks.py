"""Clocks that stand in outages and breaks, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.assessments.clocks import Clock, merged

pytestmark = pytest.mark.once

START = datetime(2026, 11, 21, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MINUTES = 60


def at(minutes: float) -> datetime:
    return START + minutes * MINUTE


def fresh(breaks: int = 20) -> Clock:
    return Clock(START, at(MINUTES), breaks=breaks * MINUTE)


def test_a_break_gives_back_what_it_takes_and_keeps_the_rest_for_later() -> None:
    resting = fresh().rest(at(10))
    assert resting.resting(at(15))
    assert (resting.end(at(15)), resting.left(at(15))) == (at(65), 15 * MINUTE)
    on = resting.go_on(at(15))
    assert (on.deadline, on.rested, on.standing(at(15))) == (at(65), 5 * MINUTE, False)
    again = on.rest(at(30)).go_on(at(45))
    assert (again.deadline, again.left(at(45))) == (at(80), timedelta())


def test_a_break_is_over_by_itself_when_its_minutes_are_used_up() -> None:
    resting = fresh(20).rest(at(10))
    assert resting.used_up(at(29)) is None
    assert resting.used_up(at(30)) == resting.used_up(at(500)) == at(30)
    assert not resting.standing(at(30))
    assert resting.end(at(500)) == at(80)
    assert resting.go_on(at(500)) == resting.go_on(at(30))


def test_an_outage_spends_no_break_and_the_break_goes_on_after_it() -> None:
    stopped = fresh(20).rest(at(10)).pause(at(15), at(15))
    assert stopped.resting(at(100))
    assert stopped.left(at(100)) == 15 * MINUTE
    assert stopped.end(at(100)) == at(60 + 5 + 85)
    on = stopped.resume(at(100), at(100))
    assert on.left(at(105)) == 10 * MINUTE
    assert on.used_up(at(200)) == at(115)
    assert on.end(at(200)) == at(60 + 5 + 85 + 15)


def test_going_on_in_an_outage_leaves_the_clock_standing() -> None:
    on = fresh(20).rest(at(10)).pause(at(15), at(15)).go_on(at(40))
    assert on.standing(at(40))
    assert (on.rested, on.resting(at(40))) == (5 * MINUTE, False)
    assert on.resume(at(50), at(50)).end(at(50)) == at(60 + 40)


def test_a_break_taken_before_an_outage_was_declared_is_given_back_once() -> None:
    rested = fresh(20).rest(at(10)).go_on(at(20))
    assert rested.pause(at(30), at(5)).deadline == at(60 + 25)
    assert rested.lost(at(30), at(15), at(25)).deadline == at(60 + 15)
    assert rested.lost(at(30), at(-90), at(0)).deadline == rested.deadline


def test_an_outage_that_is_told_afterwards_leaves_a_standing_clock_standing() -> None:
    stopped = fresh().pause(at(20), at(20)).lost(at(30), at(5), at(25))
    assert stopped.paused_at == at(30)
    assert stopped.end(at(40)) == at(60 + 15 + 20)


def test_minutes_granted_in_a_break_make_it_longer_but_do_not_wake_one_that_is_over() -> None:
    resting = fresh(10).rest(at(0))
    assert replace(resting, breaks=30 * MINUTE).left(at(5)) == 25 * MINUTE
    over = resting.go_on(at(50))
    assert not replace(over, breaks=30 * MINUTE).resting(at(50))


def test_spans_in_any_order_are_joined() -> None:
    assert merged([(5, 7), (0, 3), (3, 5), (9, 9), (1, 2)]) == ((0, 7),)


class Sitting:
    """One attempt minute by minute, counted by hand beside the clock."""

    def __init__(self, breaks: int) -> None:
        self.clock = fresh(breaks)
        self.minute, self.allowed = 0, MINUTES
        self.bank = breaks
        self.resting = self.outage = False
        self.stood: set[int] = set()

    def act(self, name: str, number: int) -> None:
        now = at(self.minute)
        clock = self.clock
        if over := clock.used_up(now):
            clock = clock.go_on(over)
        if name == "rest" and not clock.standing(now) and clock.left(now) and now < clock.end(now):
            clock, self.resting = clock.rest(now), True
        elif name == "go on":
            clock, self.resting = clock.go_on(now), False
        elif name == "outage" and not self.outage:
            clock, self.outage = clock.pause(now, now - number * MINUTE), True
            self.stood |= set(range(max(0, self.minute - number), self.minute))
        elif name == "outage ends" and self.outage:
            clock, self.outage = clock.resume(now, now), False
        elif name == "told later":
            begin, end = self.minute - number, self.minute - number // 2
            clock = clock.lost(now, at(begin), at(end))
            self.stood |= set(range(max(0, begin), max(0, end)))
        elif name == "extra time":
            more = MINUTES * number // 100
            clock = replace(clock, deadline=clock.deadline + more * MINUTE)
            self.allowed += more
        elif name == "granted":
            clock = replace(clock, breaks=clock.breaks + number * MINUTE)
            self.bank += number
        self.clock = clock

    def live(self, minutes: int) -> None:
        """Let time pass, until the time is up."""
        for _minute in range(minutes):
            if self.over:
                return
            if self.outage:
                self.stood.add(self.minute)
            elif self.resting and self.bank:
                self.stood.add(self.minute)
                self.bank -= 1
                self.resting = self.bank > 0
            self.minute += 1

    @property
    def over(self) -> bool:
        return at(self.minute) >= self.clock.end(at(self.minute))

    @property
    def worked(self) -> int:
        return self.minute - len(self.stood & set(range(self.minute)))


ACTS = ("rest", "rest", "go on", "outage", "outage ends", "told later", "granted", "extra time")


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 15), st.integers(0, 25)), max_size=14),
)
def test_nobody_works_longer_than_the_exam_whatever_stands_and_overlaps(breaks, acts) -> None:
    one = Sitting(breaks)
    for name, number, minutes in acts:
        one.act(name, number)
        one.live(minutes)
        assert one.worked <= one.allowed
        assert one.clock.rested <= one.clock.breaks
        now = at(one.minute)
        assert (one.clock.end(now) - now) // MINUTE == one.allowed - one.worked
        assert one.clock.left(now) == one.bank * MINUTE
    if one.outage:
        one.act("outage ends", 0)
    one.live(1000)
    assert one.over
    assert one.worked == one.allowed
