"""The ladder of a brief, its reminders, and how silence ends a dispute: pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sanggar.clients import stages
from sanggar.clients.rules import BRIEF_MOVES, PLACEMENT_MOVES, BriefState, PlacementState
from sanggar.clients.stages import Side, Stage

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("brief", "offered", "placement", "stage"),
    [
        ("draft", False, None, "draft"),
        ("shortlisted", False, None, "shortlisted"),
        ("shortlisted", True, None, "offered"),
        ("running", True, None, "agreed"),
        ("running", True, "agreed", "agreed"),
        ("running", True, "disputed", "disputed"),
        ("finished", True, "finished", "finished"),
        ("expired", False, None, "expired"),
    ],
)
def test_one_ladder_over_brief_offers_and_work(brief, offered, placement, stage) -> None:
    work = PlacementState(placement) if placement else None
    assert stages.stage_of(BriefState(brief), offered, work) is Stage(stage)


def test_every_move_of_brief_and_work_is_a_move_of_the_ladder() -> None:
    for old, moves in BRIEF_MOVES.items():
        for new in moves - {BriefState.RUNNING}:
            if old is not BriefState.RUNNING:
                assert stages.can_move(Stage(old.value), Stage(new.value)), (old, new)
    for before, after in PLACEMENT_MOVES.items():
        for end in after:
            assert stages.can_move(Stage(before.value), Stage(end.value)), (before, end)
    assert not stages.can_move(Stage.OPEN, Stage.AGREED)
    assert not stages.can_move(Stage.FINISHED, Stage.RUNNING)


@pytest.mark.parametrize(("days", "count"), [(1, 0), (2, 1), (6, 1), (7, 2), (90, 2)])
def test_a_brief_that_stands_still_is_called_to_mind_twice(days, count) -> None:
    assert stages.reminders(Stage.OPEN, NOW, NOW + timedelta(days=days)) == count
    assert stages.reminders(Stage.FINISHED, NOW, NOW + timedelta(days=days)) == 0


@pytest.mark.parametrize(("day", "count"), [(24, 0), (23, 1), (21, 1), (20, 2), (1, 2)])
def test_work_is_called_to_mind_before_its_day_and_after(day, count) -> None:
    assert stages.due_reminders(date(2026, 11, day), NOW) == count


@pytest.mark.parametrize(
    ("opened", "spoken", "silent"),
    [
        (Side.TALENT, {Side.TALENT}, Side.CLIENT),
        (Side.CLIENT, {Side.CLIENT}, Side.TALENT),
        (Side.CLIENT, {Side.CLIENT, Side.OFFICER}, Side.TALENT),
        (Side.CLIENT, {Side.CLIENT, Side.TALENT}, None),
        (Side.OFFICER, {Side.OFFICER}, None),
        (None, set(), None),
    ],
)
def test_only_the_side_that_said_nothing_is_silent(opened, spoken, silent) -> None:
    assert stages.silent_side(opened, frozenset(spoken)) is silent


@pytest.mark.parametrize(
    ("silent", "before", "outcome"),
    [
        (Side.CLIENT, "delivered", "finished"),
        (Side.CLIENT, "running", "cancelled"),
        (Side.TALENT, "delivered", "cancelled"),
        (Side.TALENT, "running", "cancelled"),
    ],
)
def test_silence_has_an_outcome(silent, before, outcome) -> None:
    assert stages.default_outcome(silent, PlacementState(before)) is PlacementState(outcome)


def test_a_dispute_ends_by_itself_only_after_two_reminders() -> None:
    week = NOW + timedelta(days=7)
    assert not stages.ends_by_itself(NOW, 1, week)
    assert not stages.ends_by_itself(NOW, 2, week - timedelta(minutes=1))
    assert stages.ends_by_itself(NOW, 2, week)


def test_the_day_of_work_is_that_of_java() -> None:
    """21 November, 17.30 in the clock of computers, is 22 November in Java: the 21st has passed."""
    night = NOW.replace(hour=17, minute=30)
    assert stages.due_reminders(date(2026, 11, 21), night) == 2
    assert stages.due_reminders(date(2026, 11, 24), night) == 1
