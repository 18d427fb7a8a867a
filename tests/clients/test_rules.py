"""Decisions about briefs, offers and work, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.clients import brief_rules, rules, talent_rules
from sanggar.clients.rules import (
    BRIEF_MOVES,
    OFFER_MOVES,
    PLACEMENT_MOVES,
    BriefState,
    DeclineReason,
    OfferState,
    PlacementState,
    Standing,
    Wanted,
)
from sanggar.clients.talent_rules import Span

pytestmark = pytest.mark.once
FIT = Standing(level="associate", consents=True, free_hours=20)


@pytest.mark.parametrize("old", list(BriefState))
def test_a_brief_moves_only_by_rule(old: BriefState) -> None:
    for new in BriefState:
        assert rules.can_move_brief(old, new) is (new in BRIEF_MOVES[old])
    assert not rules.can_move_brief(old, BriefState.DRAFT)
    assert old not in BRIEF_MOVES[old]


def test_ended_briefs_stay_ended() -> None:
    for state in (BriefState.FINISHED, BriefState.CANCELLED):
        assert not BRIEF_MOVES[state]
    assert not rules.can_move_brief(BriefState.OPEN, BriefState.RUNNING)


def test_an_answered_offer_is_not_answered_again() -> None:
    for state in set(OfferState) - rules.LIVE:
        assert not OFFER_MOVES[state] & {OfferState.ACCEPTED, OfferState.DECLINED}
    # a yes may be taken back, but not by its time running out
    assert not rules.can_move_offer(OfferState.ACCEPTED, OfferState.EXPIRED)
    assert rules.can_move_offer(OfferState.ACCEPTED, OfferState.WITHDRAWN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PlacementState.AGREED, PlacementState.DELIVERED),
        (PlacementState.AGREED, PlacementState.FINISHED),
        (PlacementState.RUNNING, PlacementState.FINISHED),
        (PlacementState.DELIVERED, PlacementState.CANCELLED),
        (PlacementState.FINISHED, PlacementState.DISPUTED),
        (PlacementState.CANCELLED, PlacementState.RUNNING),
    ],
)
def test_illegal_moves_of_work(old: PlacementState, new: PlacementState) -> None:
    assert not rules.can_move_placement(old, new)
    assert new not in PLACEMENT_MOVES[old]


def test_one_acceptance_is_never_an_agreement() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert rules.both_accepted(at, at)
    assert not rules.both_accepted(at, None)
    assert not rules.both_accepted(None, at)
    assert not rules.both_accepted(None, None)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2026-11-18T03:00", "2026-11-19T03:00"),  # Wednesday 10.00 WIB
        ("2026-11-20T03:00", "2026-11-23T03:00"),  # Friday 10.00: Monday 10.00
        ("2026-11-21T03:00", "2026-11-23T17:00"),  # Saturday: Monday 24.00 WIB
        ("2026-11-22T16:59", "2026-11-23T17:00"),  # Sunday night
        ("2026-11-19T17:00", "2026-11-20T17:00"),  # Friday 00.00 WIB
    ],
)
def test_an_offer_waits_24_working_hours(made: str, ends: str) -> None:
    start = datetime.fromisoformat(made).replace(tzinfo=UTC)
    assert rules.answer_by(start) == datetime.fromisoformat(ends).replace(tzinfo=UTC)


def test_the_clock_of_an_offer_stands_still_on_holidays() -> None:
    eve = datetime(2026, 12, 24, 3, tzinfo=UTC)  # Thursday 10.00 WIB; Friday is Christmas
    assert rules.answer_by(eve) == datetime(2026, 12, 25, 3, tzinfo=UTC)
    closed = {date(2026, 12, 25)}
    assert rules.answer_by(eve, holidays=closed) == datetime(2026, 12, 28, 3, tzinfo=UTC)


@given(st.integers(0, 2_000_000))
def test_an_offer_waits_a_day_to_three(minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    waited = rules.answer_by(start) - start
    assert timedelta(hours=24) <= waited <= timedelta(hours=72)


@pytest.mark.parametrize(
    ("changes", "wanted", "because"),
    [
        ({}, Wanted("associate"), ""),
        ({"level": ""}, Wanted("associate"), "level"),
        ({"level": "foundation"}, Wanted("associate"), "level"),
        ({"level": "foundation"}, Wanted("foundation"), "mentored"),
        ({"level": "foundation"}, Wanted("foundation", mentored=True), ""),
        ({"level": "professional"}, Wanted("foundation"), ""),
        ({"consents": False}, Wanted("associate"), "consent"),
        ({"minor": True}, Wanted("associate"), "minor"),
        ({"minor": True}, Wanted("associate", supervised=True), ""),
        ({"blocked": True}, Wanted("associate"), "blocked"),
        ({"asked_before": True}, Wanted("associate"), "asked"),
        ({"paused": True}, Wanted("associate"), "paused"),
        ({"goes_onsite": False}, Wanted("associate"), ""),
        ({"goes_onsite": False}, Wanted("associate", onsite=True), "onsite"),
        ({"free_hours": 3}, Wanted("associate"), "capacity"),
    ],
)
def test_hard_filters(changes: dict[str, object], wanted: Wanted, because: str) -> None:
    talent = Standing(**{**vars(FIT), **changes})  # type: ignore[arg-type]
    assert rules.refusal(wanted, talent, needed_hours=8) == because


def test_every_filter_has_its_place() -> None:
    nobody = Standing(minor=True, blocked=True, paused=True, goes_onsite=False, asked_before=True)
    assert rules.refusal(Wanted("associate", onsite=True), nobody) == rules.REFUSALS[0]


def test_hours_left_before_a_deadline() -> None:
    today, in_two_weeks = date(2026, 11, 21), date(2026, 12, 5)
    assert rules.free_hours(20, today, in_two_weeks, []) == 40
    assert rules.free_hours(20, today, in_two_weeks, [(today, 24), (today, 8)]) == 8
    assert rules.free_hours(20, today, in_two_weeks, [(today, 90)]) == 0
    assert rules.free_hours(20, in_two_weeks, today, []) == 0


def test_price_bands_follow_level_and_hub() -> None:
    published = (300_000, 650_000, 1_750_000)
    assert rules.price_band(published, "associate", "jember") == published
    assert rules.price_band(published, "foundation", "jember")[1] == 490_000
    assert rules.price_band(published, "professional", "malang") == (530_000, 1_150_000, 3_075_000)
    assert rules.price_band((12_000, 25_000, 60_000), "foundation", "pamekasan")[0] == 8_500


def tells(**said: object) -> int:
    empty = {"text": "", "category": "", "budget": False, "deadline": False, "link": "", "level": "",
             "photos": 0}  # fmt: skip
    return brief_rules.quality(brief_rules.quality_parts(**{**empty, **said}))


def test_a_good_brief_says_more() -> None:
    short = tells(text="kemasan", category="makanan", deadline=True, level="associate")
    full = {
        "text": "kata " * 40 + "3 rasa", "category": "makanan", "budget": True, "deadline": True,
        "link": "x", "level": "associate",
    }  # fmt: skip
    assert (tells(), tells(**full, photos=1)) == (0, 100)
    assert 0 < short < rules.GOOD_BRIEF < tells(**full) < 100


def test_advice_names_what_helps_most_first() -> None:
    parts = brief_rules.quality_parts(
        text="kemasan keripik tempe untuk toko", category="makanan", budget=False, deadline=True,
        link="toko", level="associate", photos=0,
    )  # fmt: skip
    assert [part.name for part in brief_rules.advice(parts)] == ["text", "size", "budget"]
    assert brief_rules.quality(parts) + sum(part.gain for part in parts) == 100


@pytest.mark.parametrize(
    "secret",
    ["0812-3456-7890", "+62 812 0000 0123", "081200000123", "bu.sulas@contoh.id", "@keripik.sulas",
     "https://wa.me/62812", "www.toko.id/x", "shopee.co.id/toko"],
)  # fmt: skip
def test_a_shared_text_reaches_nobody(secret) -> None:
    shown = brief_rules.without_contact(f"Ukuran 250 gram, Rp1.250.000; hubungi {secret} ya")
    assert secret not in shown and "250 gram, Rp1.250.000" in shown and shown.endswith("ya")


def test_quick_days_are_never_too_soon(now) -> None:
    today = now.date()
    spans = [(day - today).days for _name, day in brief_rules.days_to_choose(today, 9)]
    assert spans == [14, 30, 60]
    assert brief_rules.days_to_choose(today, 90)


def test_work_on_site_never_overlaps() -> None:
    ninth = rules.work_days(date(2026, 12, 9), 3)
    assert ninth == (date(2026, 12, 7), date(2026, 12, 9))
    assert talent_rules.clash(*ninth, [Span(*rules.work_days(date(2026, 12, 7), 1))])
    assert not talent_rules.clash(*ninth, [Span(*rules.work_days(date(2026, 12, 6), 2))])
    assert not talent_rules.clash(*ninth, [])


def test_on_time_by_the_calendar_of_the_programme() -> None:
    due = date(2026, 12, 9)
    assert rules.on_time(datetime(2026, 12, 9, 16, 59, tzinfo=UTC), due)
    assert not rules.on_time(datetime(2026, 12, 9, 17, 0, tzinfo=UTC), due)


def test_silence_accepts_after_seven_days_and_two_reminders() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert [rules.reminders_due(at, at + timedelta(days=n)) for n in (0, 3, 6, 9)] == [0, 1, 2, 2]
    assert not rules.accepts_by_itself(at, 2, at + timedelta(days=6, hours=23))
    assert not rules.accepts_by_itself(at, 1, at + timedelta(days=30))
    assert rules.accepts_by_itself(at, 2, at + timedelta(days=7))


@pytest.mark.parametrize(
    ("offer", "reason", "work", "rating", "label"),
    [
        (OfferState.ACCEPTED, None, PlacementState.FINISHED, 5, 1),
        (OfferState.ACCEPTED, None, PlacementState.FINISHED, 4, 1),
        (OfferState.ACCEPTED, None, PlacementState.FINISHED, 3, 0),
        (OfferState.ACCEPTED, None, PlacementState.FINISHED, None, None),
        (OfferState.ACCEPTED, None, PlacementState.CANCELLED, None, 0),
        (OfferState.ACCEPTED, None, PlacementState.RUNNING, None, None),
        (OfferState.DECLINED, DeclineReason.PRICE, None, None, 0),
        (OfferState.DECLINED, DeclineReason.SKILL, None, None, 0),
        (OfferState.DECLINED, DeclineReason.OTHER, None, None, None),
        (OfferState.EXPIRED, None, None, None, None),
        (OfferState.WITHDRAWN, None, None, None, None),
        (OfferState.MADE, None, None, None, None),
    ],
)
def test_what_an_offer_teaches(offer, reason, work, rating, label) -> None:
    assert rules.label(offer, reason, work, rating) == label
