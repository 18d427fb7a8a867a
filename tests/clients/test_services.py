"""The way of a brief through its services: offers in order, two acceptances, work to its rating."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.clients import pool, queries, service
from sanggar.clients.models import Offer, Placement, WorkRecord
from sanggar.clients.rules import BriefState, DeclineReason, OfferState, PlacementState
from sanggar.evidence.models import Fact
from sanggar.kernel.models import EventRecord
from sanggar.programme import queries as programme


def offers(session) -> list[Offer]:
    return list(session.exec(select(Offer).order_by(Offer.id)))


def refusals(brief_id: int, client, now) -> dict[int, str]:
    return {r.person_id: r.refusal for r in pool.pool(queries.brief(brief_id, client), now)}


def test_a_brief_of_somebody_else_is_not_found(make, tx, market, people) -> None:
    with tx():
        for person in (make.as_client(people.other_client), make.as_talent(people.talent),
                       make.as_officer(people.other_hub_officer, 987)):  # fmt: skip
            with pytest.raises(errors.NotFound):
                queries.brief(market.brief, person)
        hub = queries.brief(market.brief, market.client).hub_id
        assert queries.brief(market.brief, make.as_officer(people.officer, hub)).id == market.brief


def test_an_unfinished_brief_is_kept_as_a_draft_but_not_opened(make, tx, people, now) -> None:
    half = make.brief_text(now, text="", category="", deadline=None)
    with tx():
        made = service.write_brief(half, by=make.as_client(people.client), now=now, publish=False)
        with pytest.raises(errors.Invalid) as refused:
            service.write_brief(
                half, by=make.as_client(people.client), now=now, publish=True, brief_id=made
            )
        assert set(refused.value.fields) == {"text", "category", "deadline"}
        assert queries.brief(made, make.as_client(people.client)).state is BriefState.DRAFT


def test_a_brief_for_yesterday_is_refused(make, tx, people, now) -> None:
    with tx(), pytest.raises(errors.Invalid) as refused:
        service.write_brief(
            make.brief_text(now, deadline=(now - timedelta(days=1)).date()),
            by=make.as_client(people.client), now=now, publish=True,
        )  # fmt: skip
    assert set(refused.value.fields) == {"deadline"}


def test_the_pool_names_the_filter_that_keeps_somebody_out(make, tx, people, market, now) -> None:
    with tx():
        make.certify(people.mentor, now, consent=False)
        make.certify(people.admin, now, level="foundation")
        make.certify(people.province, now, valid_until=(now - timedelta(days=2)).date())
        service.save_profile(
            people.peer, headline="", weekly_hours=20, paused=True, onsite=True, prices={}, now=now
        )
        found = refusals(market.brief, market.client, now)
    assert found == {
        people.talent: "", people.outsider: "", people.peer: "paused", people.mentor: "consent",
        people.admin: "level",
    }  # fmt: skip


def test_somebody_kept_out_cannot_be_put_on_the_short_list(make, tx, people, market, now) -> None:
    with tx(), pytest.raises(errors.Conflict):
        service.shortlist(market.brief, people.mentor, wanted=True, by=market.client, now=now)


def test_the_short_list_is_idempotent_and_moves_the_brief(make, tx, people, market, now) -> None:
    with tx():
        for wanted, size, state in (
            (True, 1, BriefState.SHORTLISTED), (True, 1, BriefState.SHORTLISTED),
            (False, 0, BriefState.OPEN), (False, 0, BriefState.OPEN),
        ):  # fmt: skip
            service.shortlist(market.brief, people.talent, wanted=wanted, by=market.client, now=now)
            brief, listed = queries.brief_with_shortlist(market.brief, market.client)
            assert (len(listed), brief.state) == (size, state)


def test_offers_go_out_one_after_the_other(make, tx, people, market, now) -> None:
    with tx() as session:
        for rank, person_id in enumerate((people.talent, people.peer, people.outsider), 1):
            service.shortlist(
                market.brief, person_id, wanted=True, by=market.client, now=now, rank_shown=rank,
                features={"level": 1.0},
            )  # fmt: skip
        first = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        service.decline_offer(
            first, DeclineReason.PRICE, "terlalu rendah", by=make.as_talent(people.talent), now=now
        )
        later = now + timedelta(days=4)
        assert service.expire_offers(later) == 1
        made = offers(session)
        assert [(o.person_id, o.place, o.state) for o in made] == [
            (people.talent, 1, OfferState.DECLINED),
            (people.peer, 2, OfferState.EXPIRED),
            (people.outsider, 3, OfferState.MADE),
        ]
        assert made[2].rank_shown == 3 and made[2].features == {"level": 1.0}
        assert made[2].answer_by > later
        kinds = [e.kind for e in session.exec(select(EventRecord).order_by(EventRecord.id))]
        assert kinds.count("OfferMade") == 3 and kinds.count("OfferAnswered") == 2


def test_the_fourth_is_not_asked_by_itself(make, tx, people, market, now) -> None:
    with tx() as session:
        make.certify(people.mentor, now)
        everybody = (people.talent, people.peer, people.outsider, people.mentor)
        for person_id in everybody:
            service.shortlist(market.brief, person_id, wanted=True, by=market.client, now=now)
        service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        for person_id in everybody[:3]:
            live = next(o for o in offers(session) if o.state is OfferState.MADE)
            service.decline_offer(
                live.id or 0, DeclineReason.TIME, by=make.as_talent(person_id), now=now
            )
        assert len(offers(session)) == 3


def test_a_one_sided_acceptance_is_no_placement(make, tx, people, market, now) -> None:
    with tx() as session:
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.confirm_offer(offer, by=market.client, now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        assert not list(session.exec(select(Placement)))
        with pytest.raises(errors.NotFound):
            service.confirm_offer(offer, by=make.as_talent(people.talent), now=now)
        placed = service.confirm_offer(offer, by=market.client, now=now)
        assert service.confirm_offer(offer, by=market.client, now=now) == placed
        assert len(list(session.exec(select(Placement)))) == 1
        assert queries.brief(market.brief, market.client).state is BriefState.RUNNING
        parties = queries.placement_parties(placed)
        assert (parties.talent_id, parties.client_person_id) == (people.talent, people.client)


def test_an_answer_after_its_time_is_refused(make, tx, people, market, now) -> None:
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        late = now + timedelta(days=5)
        for answer in (
            lambda: service.accept_offer(offer, by=make.as_talent(people.talent), now=late),
            lambda: service.decline_offer(
                offer, DeclineReason.TIME, by=make.as_talent(people.talent), now=late),
        ):  # fmt: skip
            with pytest.raises(errors.Conflict):
                answer()
        with pytest.raises(errors.NotFound):
            service.accept_offer(offer, by=make.as_talent(people.peer), now=now)


def test_a_withdrawn_offer_cannot_be_accepted(make, tx, people, market, now) -> None:
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        service.withdraw_offer(offer, by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        assert refusals(market.brief, market.client, now)[people.talent] != "asked"


def test_two_works_on_site_on_one_day_are_refused(make, tx, people, market, now) -> None:
    day = (now + timedelta(days=20)).date()
    with tx():
        made = []
        for _ in range(2):
            brief = service.write_brief(
                make.brief_text(now, onsite=True, deadline=day),
                by=market.client,
                now=now,
                publish=True,
            )
            service.shortlist(brief, people.talent, wanted=True, by=market.client, now=now)
            made.append(
                service.send_offers(brief, make.terms(now, due=day), by=market.client, now=now)
            )
            service.accept_offer(made[-1], by=make.as_talent(people.talent), now=now)
        service.confirm_offer(made[0], by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.confirm_offer(made[1], by=market.client, now=now)


def test_work_from_agreement_to_evidence(make, tx, people, market, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.start(placed, by=talent, now=now)
        service.deliver(placed, "Berkas di tautan", "", by=talent, now=now + timedelta(days=3))
        service.ask_revision(
            placed, "Warna merahnya terlalu tua", by=market.client, now=now + timedelta(days=4)
        )
        service.deliver(placed, "Sudah diperbaiki", "", by=talent, now=now + timedelta(days=5))
        done = now + timedelta(days=6)
        service.accept_work(placed, 5, "Bagus", by=market.client, now=done)
        service.accept_work(placed, 1, "", by=market.client, now=done)  # a rating stands
        row = session.get(Placement, placed)
        assert (row.state, row.rating, row.on_time, row.revisions_used) == (
            PlacementState.FINISHED, 5, True, 1)  # fmt: skip
        fact = session.exec(select(Fact).where(Fact.kind == "placement")).one()
        assert fact.data == {"rating": 5, "on_time": True, "accepted": True}
        record = session.exec(select(WorkRecord).where(WorkRecord.person_id == people.talent)).one()
        assert record.data["domains"] == {"makanan": 1} and record.data["ratings"] == [5]
        assert record.data["running"] == [] and record.data["finished"] == 1
        assert queries.brief(market.brief, market.client).state is BriefState.FINISHED
        (taught,) = queries.decided_offers()
        assert (taught.label, taught.features) == (1, {"skill": 0.5})


def test_revisions_end(make, tx, people, market, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx():
        for _ in range(2):
            service.deliver(placed, "berkas", "", by=talent, now=now)
            service.ask_revision(placed, "Ganti hurufnya ya", by=market.client, now=now)
        service.deliver(placed, "berkas", "", by=talent, now=now)
        with pytest.raises(errors.Conflict):
            service.ask_revision(placed, "Ganti hurufnya ya", by=market.client, now=now)


def test_silence_counts_as_accepted_after_two_reminders(
    make, tx, people, market, placed, now
) -> None:
    with tx() as session:
        service.deliver(placed, "berkas", "", by=make.as_talent(people.talent), now=now)
        steps = [service.follow_up_deliveries(now + timedelta(days=n)) for n in (1, 3, 4, 6, 7, 8)]
        assert steps == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 1), (0, 0)]
        row = session.get(Placement, placed)
        assert row.state is PlacementState.FINISHED and row.by_rule and row.rating is None
        assert queries.decided_offers() == []
        service.accept_work(placed, 4, "", by=market.client, now=now + timedelta(days=9))
        assert [d.label for d in queries.decided_offers()] == [1]


def test_a_dispute_is_settled_by_an_officer_only(make, tx, people, market, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        hub = queries.brief(market.brief, market.client).hub_id
        officer = make.as_officer(people.officer, hub)
        service.start(placed, by=talent, now=now)
        service.dispute(placed, "Uang muka belum dibayar", by=talent, now=now)
        with pytest.raises(errors.NotFound):
            service.settle(placed, PlacementState.FINISHED, "x" * 20, by=talent, now=now)
        with pytest.raises(errors.Conflict):
            service.cancel(placed, "Saya tidak mau lagi", by=market.client, now=now)
        service.settle(placed, PlacementState.CANCELLED, "Sepakat berhenti", by=officer, now=now)
        row = session.get(Placement, placed)
        assert row.state is PlacementState.CANCELLED and row.was_disputed
        assert [d.label for d in queries.decided_offers()] == [0]


def test_work_of_others_is_not_found(make, tx, people, placed, now) -> None:
    with tx():
        for person in (make.as_talent(people.peer), make.as_client(people.other_client)):
            for act in (
                lambda p: service.cancel(placed, "alasan yang cukup", by=p, now=now),
                lambda p: service.deliver(placed, "x", "", by=p, now=now),
                lambda p: service.accept_work(placed, 5, "", by=p, now=now),
            ):
                with pytest.raises(errors.NotFound):
                    act(person)


def test_blocked_people_do_not_meet_again(make, tx, people, market, placed, now) -> None:
    with tx():
        service.block(placed, by=make.as_talent(people.talent), now=now)
        service.block(placed, by=market.client, now=now)
        again = service.write_brief(make.brief_text(now), by=market.client, now=now, publish=True)
        found = refusals(again, market.client, now)
        assert found[people.talent] == "blocked" and found[people.peer] == ""


def test_an_officer_fills_in_for_an_owner(make, tx, people, now) -> None:
    with tx():
        hub = next(h for h in programme.hubs() if h.code == "malang")
        officer = make.as_officer(people.officer, hub.id)
        owner = service.Owner("Keripik Bu Sulas", "Bu Sulas", "0812-0000-0777")
        made = make.help_owner(make.brief_text(now), owner, officer, now)
        again = make.help_owner(make.brief_text(now), owner, officer, now)
        first, second = queries.brief(made, officer), queries.brief(again, officer)
        assert first.helped_by_id == people.officer and first.organisation == "Keripik Bu Sulas"
        assert first.client_id == second.client_id
        other = make.as_officer(people.other_hub_officer, hub.id + 1)
        with pytest.raises(errors.Invalid):
            service.join_owner(owner, by=other, now=now)
        with pytest.raises(errors.NotFound):
            service.begin(
                "photography", "white-background", by=other, now=now, client_id=first.client_id
            )


def test_briefs_nobody_answered_expire(make, tx, people, market, now) -> None:
    with tx():
        assert service.expire_briefs(now + timedelta(days=20)) == 0
        assert service.expire_briefs(now + timedelta(days=40)) == 1
        assert queries.brief(market.brief, market.client).state is BriefState.EXPIRED


def test_a_portfolio_enters_the_record_only_when_published(make, tx, people, market, now) -> None:
    work = service.Work("packaging_design", "Pouch keripik", "rusak", "dieline", "laku", "+30 %")
    with tx() as session:
        made = service.save_work(people.talent, work, now=now)
        record = session.exec(select(WorkRecord).where(WorkRecord.person_id == people.talent)).one()
        assert record.data["text"] == ""
        shown = service.Work(**{**vars(work), "published": True})
        service.save_work(people.talent, shown, now=now, work_id=made)
        assert "dieline" in record.data["text"]
        with pytest.raises(errors.NotFound):
            service.delete_work(people.peer, made, now=now)
        service.delete_work(people.talent, made, now=now)
        assert record.data["text"] == ""


def test_records_of_many_are_gathered_in_parts(make, tx, people, market, now, monkeypatch) -> None:
    """Databases take only so many values in one statement."""
    from sanggar.clients import records

    asked: list[int] = []
    read = records.assessments.unit_scores

    def spied(person_ids, track):
        asked.append(len(person_ids))
        return read(person_ids, track)

    monkeypatch.setattr(records, "CHUNK", 2)
    monkeypatch.setattr(records.assessments, "unit_scores", spied)
    with tx() as session:
        assert records.refresh(None, now) == len(list(session.exec(select(WorkRecord)))) == 3
    assert sorted(asked) == [1, 2]
