"""A yes counts only while it can be kept: in time, by every hard filter, of a guardian, for others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.accounts import service as accounts
from sanggar.accounts.models import User
from sanggar.clients import members, queries, service
from sanggar.clients.models import Offer, Placement
from sanggar.clients.rules import DeclineReason


def offered(make, market, people, now, brief: int = 0, **terms) -> int:
    for person in (people.talent, people.peer):
        service.shortlist(brief or market.brief, person, wanted=True, by=market.client, now=now)
    return service.send_offers(
        brief or market.brief, make.terms(now, **terms), by=market.client, now=now
    )


def test_nothing_is_agreed_after_its_day(make, tx, people, market, now) -> None:
    """The day ends at midnight in Java: 17.00 in the clock of computers."""
    with tx() as session:
        offer = offered(make, market, people, now, due=now.date())
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        after = now.replace(hour=17, minute=1)
        with pytest.raises(errors.Conflict):
            service.confirm_offer(offer, by=market.client, now=after)
        assert not list(session.exec(select(Placement)))
        assert service.confirm_offer(offer, by=market.client, now=now.replace(hour=16))


def test_nobody_is_asked_for_a_day_that_has_passed(make, tx, people, market, now) -> None:
    with tx() as session:
        offered(make, market, people, now, due=(now + timedelta(days=1)).date())
        service.expire_offers(now + timedelta(days=3))
        assert len(list(session.exec(select(Offer)))) == 1
        brief = queries.brief(market.brief, market.client)
        assert brief.open  # the client names another day


def test_a_pause_hides_no_other_reason(make, tx, people, market, now) -> None:
    """Somebody who pauses may keep what they were asked for, but not with hours that are gone."""
    due = (now + timedelta(days=7)).date()
    with tx():
        made = [
            service.write_brief(
                make.brief_text(now, deadline=due), by=market.client, now=now, publish=True
            )
            for _ in range(2)
        ]
        first, second = (offered(make, market, people, now, brief, due=due) for brief in made)
        for offer in (first, second):
            service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        service.save_profile(
            people.talent, headline="", weekly_hours=20, paused=True, onsite=True, prices={}, now=now
        )  # fmt: skip
        service.confirm_offer(first, by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.confirm_offer(second, by=market.client, now=now)


def test_a_guardian_who_takes_the_consent_back_is_heard(
    make, tx, people, market, officer, now
) -> None:
    with tx() as session:
        session.get(User, people.talent).birth_date = date(2010, 1, 1)
        accounts.record_guardian(
            people.talent, guardian_name="Bu Sri", relation="ibu", method="surat",
            given_on=now.date(), by_id=people.officer, now=now - timedelta(hours=1),
        )  # fmt: skip
        service.add_role(
            market.brief, f"{make.TRACK}/{make.SERVICE}", seen=1, by=market.client, now=now
        )
        service.lead_team(market.brief, people.other_mentor, by=officer, now=now)
        offer = offered(make, market, people, now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        accounts.withdraw_guardian(people.talent, now=now)
        with pytest.raises(errors.Conflict):
            service.confirm_offer(offer, by=market.client, now=now + timedelta(minutes=1))


def test_nobody_hires_themselves(make, tx, people, market, now) -> None:
    """A talent who acts for a business gathers no stars by its briefs."""
    with tx() as session:
        offer = offered(make, market, people, now)
        assert session.get(Offer, offer).person_id == people.talent
        service.invite("talent@example.org", by=market.client, now=now)
        token = members.open_invites(queries.client_of(people.client).id, now)[0][3]
        service.accept_invite(token, by=make.as_talent(people.talent), now=now)
        with pytest.raises(errors.Conflict):
            service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        service.decline_offer(offer, DeclineReason.OTHER, by=make.as_talent(people.talent), now=now)
        again = service.write_brief(make.brief_text(now), by=market.client, now=now, publish=True)
        asked = session.get(Offer, offered(make, market, people, now, again))
        assert asked.person_id == people.peer
