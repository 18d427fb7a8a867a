"""Teams: roles that belong together, each with its own talent; minors only under a mentor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.accounts.models import User
from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries, reading, service, teams
from sanggar.clients.rules import BriefState


def other_service(make) -> str:
    track = next(t for t in catalogue.tracks() if t.services and t.id != make.TRACK)
    return f"{track.id}/{track.services[0].id}"


def test_a_role_is_a_brief_of_its_own_with_the_same_words(make, tx, market, now) -> None:
    with tx():
        first = queries.brief(market.brief, market.client)
        made = service.add_role(first.id, other_service(make), seen=1, by=market.client, now=now)
        role = queries.brief(made, market.client)
        assert (role.text, role.deadline, role.category) == (
            first.text, first.deadline, first.category,
        )  # fmt: skip
        assert (role.track, role.state) != (first.track, BriefState.DRAFT)
        team = teams.team_of(role)
        assert team is not None and [seat.brief_id for seat in team.seats] == [first.id, made]


def test_a_form_sent_twice_adds_one_role(make, tx, market, now) -> None:
    with tx():
        wanted = other_service(make)
        once = service.add_role(market.brief, wanted, seen=1, by=market.client, now=now)
        again = service.add_role(market.brief, wanted, seen=1, by=market.client, now=now)
        assert once == again
        assert service.add_role(market.brief, wanted, seen=2, by=market.client, now=now) != once


def test_a_team_has_ten_people_at_most(make, tx, market, now) -> None:
    with tx():
        for seen in range(1, teams.LARGEST):
            service.add_role(
                market.brief, other_service(make), seen=seen, by=market.client, now=now
            )
        with pytest.raises(errors.Conflict, match="sepuluh orang"):
            service.add_role(
                market.brief, other_service(make), seen=teams.LARGEST, by=market.client, now=now
            )


def test_somebody_elses_brief_gets_no_role(make, tx, people, market, now) -> None:
    with tx(), pytest.raises(errors.NotFound):
        service.add_role(
            market.brief,
            other_service(make),
            seen=1,
            by=make.as_client(people.other_client),
            now=now,
        )


def test_only_an_officer_names_a_mentor_and_only_of_the_tracks(
    make, tx, people, market, now
) -> None:
    with tx():
        service.add_role(market.brief, other_service(make), seen=1, by=market.client, now=now)
        brief = queries.brief(market.brief, market.client)
        officer = make.as_officer(people.officer, brief.hub_id)
        with pytest.raises(errors.Forbidden):
            service.lead_team(market.brief, people.other_mentor, by=market.client, now=now)
        with pytest.raises(errors.Invalid):
            service.lead_team(market.brief, people.talent, by=officer, now=now)
        service.lead_team(market.brief, people.other_mentor, by=officer, now=now)
        team = teams.team_of(brief)
        assert team is not None and team.mentor_id == people.other_mentor
        assert all(queries.brief(s.brief_id, officer).supervised for s in team.seats)


def test_a_role_that_ended_gets_one_new_role_however_often_it_is_sent(
    make, tx, people, market, now
) -> None:
    with tx():
        service.add_role(market.brief, other_service(make), seen=1, by=market.client, now=now)
        service.expire_briefs(now + timedelta(days=40))
        team = teams.team_of(queries.brief(market.brief, market.client))
        assert team is not None
        late = now + timedelta(days=41)
        made = {
            service.add_role(
                market.brief, other_service(make), seen=len(team.seats), by=market.client, now=late
            )
            for _ in range(2)
        }
        assert len(made) == 1


def test_who_comes_of_age_today_in_java_needs_no_mentor(
    make, tx, people, market, placed, now
) -> None:
    """Between midnight and seven it is still yesterday for computers."""
    with tx() as session:
        service.add_role(market.brief, other_service(make), seen=1, by=market.client, now=now)
        brief = queries.brief(market.brief, market.client)
        officer = make.as_officer(people.officer, brief.hub_id)
        service.lead_team(market.brief, people.other_mentor, by=officer, now=now)
        session.get(User, people.talent).birth_date = date(2008, 11, 22)
        night = now.replace(hour=18)  # 22 November, 01.00 in Java
        with pytest.raises(errors.Conflict):
            service.lead_team(market.brief, None, by=officer, now=now)
        service.lead_team(market.brief, None, by=officer, now=night)


def test_a_brief_for_one_person_has_no_mentor(make, tx, people, market, now) -> None:
    with tx():
        officer = make.as_officer(people.officer, queries.brief(market.brief, market.client).hub_id)
        with pytest.raises(errors.Conflict, match="satu orang"):
            service.lead_team(market.brief, people.other_mentor, by=officer, now=now)


def test_who_agreed_to_a_team_reads_who_else_did(make, tx, people, market, placed, now) -> None:
    with tx():
        role = service.add_role(
            market.brief, f"{make.TRACK}/{make.SERVICE}", seen=1, by=market.client, now=now
        )
        service.shortlist(role, people.peer, wanted=True, by=market.client, now=now)
        offer = service.send_offers(role, make.terms(now), by=market.client, now=now)
        assert _mates(placed, people.talent) == []
        service.accept_offer(offer, by=make.as_talent(people.peer), now=now)
        service.confirm_offer(offer, by=market.client, now=now)
        assert _mates(placed, people.talent) == [accounts.person(people.peer).name]


def _mates(placement_id: int, person_id: int) -> list[str]:
    team = teams.around(reading.work(placement_id))
    known = accounts.people(teams.known_to(team))
    return [name for name, _title in teams.mates(team, person_id, known)]


def test_pages_of_a_team(make, tx, client, login, people, market) -> None:
    login(client, people.client)
    page = client.get(f"/briefs/{market.brief}/team").text
    assert 'name="seen" value="1"' in page and "/team/mentor" not in page
    wrong = client.post(f"/briefs/{market.brief}/team", data={"service": "x/y", "seen": "1"})
    assert wrong.status_code == 422
    with tx():
        wanted = other_service(make)
    added = client.post(f"/briefs/{market.brief}/team", data={"service": wanted, "seen": "1"})
    assert added.status_code == 303
    assert 'name="seen" value="2"' in client.get(added.location).text
    login(client, people.officer)
    assert f"/briefs/{market.brief}/team/mentor" in client.get(f"/briefs/{market.brief}/team").text
    named = client.post(
        f"/briefs/{market.brief}/team/mentor", data={"mentor": str(people.other_mentor)}
    )
    assert named.status_code == 303


def test_a_yes_is_refused_when_the_hours_were_given_away_since(
    make, tx, people, market, now
) -> None:
    """Free for a brief when asked, but not any more when the client confirms."""
    due = (now + timedelta(days=7)).date()
    offers = []
    with tx():
        for _ in range(2):
            brief = service.write_brief(
                make.brief_text(now, deadline=due), by=market.client, now=now, publish=True
            )
            service.shortlist(brief, people.talent, wanted=True, by=market.client, now=now)
            offer = service.send_offers(brief, make.terms(now, due=due), by=market.client, now=now)
            service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
            offers.append(offer)
        service.confirm_offer(offers[0], by=market.client, now=now)
        with pytest.raises(errors.Conflict, match="pekerjaan lain"):
            service.confirm_offer(offers[1], by=market.client, now=now)
