"""Hubs, enrolments with their history, events that move talents, targets with revisions, counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.kernel import events
from sanggar.plugin.events import (
    AttendanceTaken,
    CertificateIssued,
    IncubationChanged,
    LessonCompleted,
    PlacementChanged,
)
from sanggar.programme import queries, service
from sanggar.programme.rules import Stage

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _only_the_programme_reacts(monkeypatch):
    """Leave the reactions of other slices out: these tests tell of tracks that do not exist."""
    own = {
        kind: [one for one in handlers if one.__module__ == "sanggar.programme.service"]
        for kind, handlers in events._handlers.items()
    }
    monkeypatch.setattr(events, "_handlers", defaultdict(list, own))


def hub_id(code):
    """Return the id of a hub."""
    return next(row.id for row in queries.hubs() if row.code == code)


def test_a_fresh_install_has_exactly_the_five_hubs(tx, now):
    with tx():
        service.seed(now)
        assert [row.name for row in queries.hubs()] == [
            "Malang",
            "Jember",
            "Pamekasan",
            "Bojonegoro",
            "Madiun",
        ]
        assert len(queries.regions()) == 38
        by_name = {row.name: row.hub_id for row in queries.regions()}
        assert by_name["Kota Batu"] == hub_id("malang")
        assert by_name["Kota Surabaya"] is None


def test_seeding_again_keeps_what_was_edited(tx, now):
    with tx():
        surabaya = next(row for row in queries.regions() if row.name == "Kota Surabaya")
        service.map_region(surabaya.id, hub_id("malang"))
        service.save_hub(hub_id("malang"), city="Malang", phone="+6281200000400")
        service.seed(now + timedelta(days=400))
        assert queries.hub_of_region(surabaya.id) == hub_id("malang")
        assert queries.hub(hub_id("malang")).phone == "+6281200000400"
        assert len(queries.target_history()) == 6


def test_the_past_can_be_rebuilt(tx, talent_of, people):
    start = datetime(2026, 5, 1, tzinfo=UTC)
    with tx():
        someone = talent_of(1, start)
        service.move(
            someone, "participant", now=start + timedelta(days=10), by_id=people.officer, reason="x"
        )
        service.move(
            someone,
            "inactive",
            now=start + timedelta(days=20),
            by_id=people.officer,
            reason="pindah",
        )
        assert queries.stage_at(someone, start - timedelta(days=1)) is None
        assert queries.stage_at(someone, start) is Stage.APPLICANT
        assert queries.stage_at(someone, start + timedelta(days=15)) is Stage.PARTICIPANT
        assert queries.stage_at(someone, start + timedelta(days=25)) is Stage.INACTIVE
        assert queries.next_stages(queries.history(someone)) == (Stage.PARTICIPANT,)


def test_illegal_moves_and_moves_without_reason_are_refused(tx, talent_of, people, now):
    with tx():
        someone = talent_of(1)
        with pytest.raises(errors.Conflict):
            service.move(someone, "placed", now=now, by_id=people.officer, reason="x")
        with pytest.raises(errors.Invalid):
            service.move(someone, "participant", now=now, by_id=people.officer, reason="  ")
        with pytest.raises(errors.NotFound):
            service.move(people.admin, "participant", now=now, by_id=people.officer, reason="x")
        assert len(queries.history(someone)) == 1


def test_events_carry_a_talent_from_applicant_to_placed(tx, talent_of, now):
    with tx():
        someone = talent_of(1)
        story = [
            (LessonCompleted(at=now, person=someone, course="c", lesson="l"), Stage.PARTICIPANT),
            (
                AttendanceTaken(at=now, person=someone, session=1, track="t", workshop="w"),
                Stage.PARTICIPANT,
            ),
            (
                CertificateIssued(
                    at=now, person=someone, track="t", level="foundation", number="1"
                ),
                Stage.CERTIFIED,
            ),
            (
                IncubationChanged(at=now, person=someone, track="t", state="started"),
                Stage.INCUBATING,
            ),
            (
                CertificateIssued(at=now, person=someone, track="t", level="associate", number="2"),
                Stage.INCUBATING,
            ),
            (IncubationChanged(at=now, person=someone, track="t", state="completed"), Stage.READY),
            (PlacementChanged(at=now, person=someone, placement=1, state="agreed"), Stage.PLACED),
            (PlacementChanged(at=now, person=someone, placement=1, state="finished"), Stage.PLACED),
            (IncubationChanged(at=now, person=someone, track="u", state="started"), Stage.PLACED),
        ]
        for event, expected in story:
            events.emit(event)
            assert queries.enrolment(someone).stage is expected
        assert [step.new for step in queries.history(someone)] == [
            "applicant", "participant", "certified", "incubating", "ready", "placed",
        ]  # fmt: skip


def test_events_about_people_who_are_no_talents_change_nothing(tx, people, now):
    with tx():
        events.emit(LessonCompleted(at=now, person=people.mentor, course="c", lesson="l"))
        assert queries.enrolment(people.mentor) is None


def test_an_inactive_talent_who_learns_again_is_back(tx, talent_of, people, now):
    with tx():
        someone = talent_of(1)
        service.move(someone, "inactive", now=now, by_id=people.officer, reason="lama tidak aktif")
        events.emit(
            LessonCompleted(at=now + timedelta(days=1), person=someone, course="c", lesson="l")
        )
        assert queries.enrolment(someone).stage is Stage.PARTICIPANT


def test_somebody_entered_by_two_channels_counts_once(tx, talent_of, now):
    with tx():
        before = sum(row.cumulative for row in queries.counts(TODAY))
        someone = talent_of(1)
        service.enrol(someone, hub_id=1, region_id=None, channel="Disperindag", now=now)
        assert sum(row.cumulative for row in queries.counts(TODAY)) == before + 1
        assert queries.channels(someone) == ["self", "Disperindag"]


def test_malang_108_last_year_70_running_and_0_of_200_this_year(tx, talent_of, people, now):
    """The numbers of the programme's first report, kept apart."""
    with tx():
        madiun = hub_id("madiun")
        for number in range(108):
            someone = talent_of(madiun, datetime(2025, 6, 1, tzinfo=UTC))
            if number >= 70:
                service.move(someone, "inactive", now=now, by_id=people.officer, reason="selesai")
        count = next(row for row in queries.counts(TODAY) if row.hub.id == madiun)
        assert count.joined_last_year == 108
        assert count.active == 70
        assert count.joined_this_year == 0
        assert (count.reached, count.target, count.gap, count.percent) == (0, 200, 200, 0.0)
        assert count.cumulative == 108


def test_the_programme_is_the_sum_of_its_hubs_and_of_those_without_one(tx, talent_of):
    with tx():
        talent_of(None)
        rows = queries.counts(TODAY)
        whole = queries.total(rows, TODAY)
        assert [row.hub.id for row in rows][-1] == 0
        assert whole.cumulative == sum(row.cumulative for row in rows)
        assert whole.target == 1000


def test_new_year_begins_at_midnight_here_for_the_counts(tx, talent_of):
    with tx():
        madiun = hub_id("madiun")
        talent_of(madiun, datetime(2025, 12, 31, 16, 59, tzinfo=UTC))
        talent_of(madiun, datetime(2025, 12, 31, 17, 0, tzinfo=UTC))
        count = next(row for row in queries.counts(TODAY) if row.hub.id == madiun)
        assert (count.joined_last_year, count.joined_this_year) == (1, 1)


def test_a_revision_keeps_the_old_target_with_its_date(tx, now, people):
    period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31)}
    with tx():
        malang = hub_id("malang")
        for _twice in range(2):
            service.set_target(
                hub_id=malang, number=190, now=now, by_id=people.admin, reason="anggaran", **period
            )
        rows = [row for row in queries.target_history() if row.hub_id == malang]
        assert [(row.number, row.revision, row.superseded_at is None) for row in rows] == [
            (190, 2, True), (200, 1, False),
        ]  # fmt: skip
        assert queries.targets(TODAY)[malang].number == 190
        with pytest.raises(errors.Invalid):
            service.set_target(hub_id=malang, number=-1, now=now, **period)


def test_a_target_counts_those_who_joined_within_its_period(tx, talent_of, now):
    with tx():
        madiun = hub_id("madiun")
        talent_of(madiun, datetime(2026, 1, 15, tzinfo=UTC))
        talent_of(madiun, datetime(2026, 6, 1, tzinfo=UTC))
        service.set_target(
            hub_id=madiun,
            number=10,
            now=now,
            period_start=date(2026, 2, 1),
            period_end=date(2026, 12, 31),
        )
        count = next(row for row in queries.counts(TODAY) if row.hub.id == madiun)
        assert (count.target, count.reached, count.joined_this_year) == (10, 1, 2)


def test_moving_to_another_hub_moves_the_count(tx, talent_of):
    with tx():
        someone = talent_of(1)
        service.relocate(someone, hub_id=hub_id("madiun"), region_id=None)
        assert queries.enrolment(someone).hub_id == hub_id("madiun")
        assert accounts.person(someone).hub_id == 1


def test_counts_cost_three_statements(tx, talent_of, statements):
    with tx():
        for _n in range(5):
            talent_of(1)
        statements.clear()
        queries.counts(TODAY)
    assert len([s for s in statements if s.startswith("SELECT")]) == 3
