"""A later day for agreed work: one side proposes, the other decides, and only then anything moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select
from tests.support import count_sql

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.accounts.models import User
from sanggar.clients import calendar, documents, links, reading, service, work_files
from sanggar.clients.models import Placement, WorkRecord
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import DayState
from sanggar.clients.talent_rules import BusyKind
from sanggar.clients.work_models import DayChange
from sanggar.kernel.templating import day as words
from sanggar.notifications.models import Notification
from sanggar.programme import queries as programme

WHY = "Contoh kemasan dari percetakan terlambat"


@pytest.fixture
def day(now) -> date:
    """A week after the agreed one."""
    return (now + timedelta(days=37)).date()


def changes(session) -> list[DayChange]:
    return list(session.exec(select(DayChange).order_by(DayChange.id)))


def test_the_day_moves_when_the_other_side_agrees(
    make, tx, people, market, placed, day, now
) -> None:
    talent, old = make.as_talent(people.talent), (now + timedelta(days=30)).date()
    with tx() as session:
        for _ in range(2):
            service.propose_day(placed, day, WHY, by=talent, now=now)
        (change,) = changes(session)
        row = session.get(Placement, placed)
        assert (row.due, change.old_due, change.new_due) == (old, old, day)
        for nobody in (talent, make.as_talent(people.peer), make.as_client(people.other_client)):
            with pytest.raises(errors.NotFound):
                service.answer_day(placed, change.id, DayState.AGREED, by=nobody, now=now)
        later = now + timedelta(hours=1)
        for _ in range(2):
            service.answer_day(placed, change.id, DayState.AGREED, by=market.client, now=later)
        assert (row.due, row.starts_on, change.state) == (day, now.date(), DayState.AGREED)
        record = session.exec(select(WorkRecord).where(WorkRecord.person_id == people.talent)).one()
        assert record.data["running"][0][0] == day.isoformat()
        (entry,) = calendar.entries(people.talent, day, day)  # phones see that it has changed
        assert (entry.last, entry.changed_at) == (day, later)
        service.deliver(placed, "berkas", "", by=talent, now=now + timedelta(days=35))
        assert row.on_time
        keys = [
            (n.person_id, "day_agreed" in n.key) for n in session.exec(select(Notification))
            if "-day" in n.key
        ]  # fmt: skip
        assert keys == [(people.client, False), (people.talent, True)]


def test_a_no_leaves_the_day_and_the_next_proposal_is_free(
    make, tx, people, market, placed, day, now
) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.propose_day(placed, day, WHY, by=market.client, now=now)
        with pytest.raises(errors.Conflict):  # one at a time
            service.propose_day(placed, day, WHY, by=talent, now=now)
        first = changes(session)[0]
        service.answer_day(placed, first.id, DayState.REFUSED, by=talent, now=now)
        with pytest.raises(errors.Conflict):
            service.answer_day(placed, first.id, DayState.AGREED, by=talent, now=now)
        assert session.get(Placement, placed).due < day
        service.propose_day(placed, day, WHY, by=talent, now=now)
        later = day + timedelta(days=1)
        service.propose_day(placed, later, WHY, by=talent, now=now)
        _first, second, third = changes(session)
        assert (second.state, third.state) == (DayState.WITHDRAWN, DayState.OPEN)
        with pytest.raises(errors.Conflict):  # the button of an old tab
            service.answer_day(placed, second.id, DayState.AGREED, by=market.client, now=now)
        service.answer_day(placed, third.id, DayState.WITHDRAWN, by=talent, now=now)
        assert third.state is DayState.WITHDRAWN


def test_only_a_later_day_with_a_reason_is_proposed(make, tx, people, placed, day, now) -> None:
    talent, due = make.as_talent(people.talent), (now + timedelta(days=30)).date()
    with tx():
        for wrong, why, field in (
            (due, WHY, "day"), (day.replace(year=2029), WHY, "day"), (day, "lama", "why"),
        ):  # fmt: skip
            with pytest.raises(errors.Invalid) as refused:
                service.propose_day(placed, wrong, why, by=talent, now=now)
            assert list(refused.value.fields) == [field]
        overdue = now + timedelta(days=33)
        with pytest.raises(errors.Invalid):
            service.propose_day(placed, due + timedelta(days=1), WHY, by=talent, now=overdue)
        with pytest.raises(errors.NotFound):  # an officer is no side
            service.propose_day(placed, day, WHY, by=make.as_officer(people.officer, 1), now=now)


def test_a_delivery_or_a_dispute_ends_the_talk_about_the_day(
    make, tx, people, market, placed, day, now
) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.propose_day(placed, day, WHY, by=talent, now=now)
        service.start(placed, by=talent, now=now)
        assert changes(session)[0].state is DayState.OPEN
        service.deliver(placed, "berkas", "", by=talent, now=now)
        (change,) = changes(session)
        assert (change.state, change.answered_by_id) == (DayState.LAPSED, None)
        for verb in (
            lambda: service.propose_day(placed, day, WHY, by=talent, now=now),
            lambda: service.answer_day(
                placed, change.id, DayState.AGREED, by=market.client, now=now
            ),
        ):
            with pytest.raises(errors.Conflict):
                verb()
        service.dispute(placed, "Kami tidak sepakat soal hasil", by=talent, now=now)
        with pytest.raises(errors.Conflict):
            service.propose_day(placed, day, WHY, by=talent, now=now)
        assert session.get(Placement, placed).state is PlacementState.DISPUTED


def test_a_day_that_has_passed_is_agreed_no_more(
    make, tx, people, market, placed, day, now
) -> None:
    with tx() as session:
        service.propose_day(placed, day, WHY, by=make.as_talent(people.talent), now=now)
        (change,) = changes(session)
        with pytest.raises(errors.Conflict):
            service.answer_day(
                placed, change.id, DayState.AGREED, by=market.client, now=now + timedelta(days=40)
            )


def test_on_site_work_moves_only_to_days_that_are_free(make, tx, people, market, now) -> None:
    day, talent = (now + timedelta(days=20)).date(), make.as_talent(people.talent)
    with tx() as session:
        brief = service.write_brief(
            make.brief_text(now, onsite=True, deadline=day), by=market.client, now=now, publish=True
        )
        service.shortlist(brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(brief, make.terms(now, due=day), by=market.client, now=now)
        service.accept_offer(offer, by=talent, now=now)
        placed = service.confirm_offer(offer, by=market.client, now=now)
        row = session.get(Placement, placed)
        takes = row.due - row.starts_on
        taken = day + timedelta(days=2)
        service.add_span(people.talent, BusyKind.OFF, taken, taken, "", now=now)
        with pytest.raises(errors.Conflict):
            service.propose_day(placed, taken, WHY, by=market.client, now=now)
        free = day + timedelta(days=1)
        service.propose_day(placed, free, WHY, by=market.client, now=now)
        service.answer_day(placed, changes(session)[0].id, DayState.AGREED, by=talent, now=now)
        assert (row.starts_on, row.due) == (free - takes, free)


def test_each_new_day_is_called_to_mind_anew(make, tx, people, market, placed, day, now) -> None:
    talent, due = make.as_talent(people.talent), now + timedelta(days=30)

    def sent(session) -> int:
        rows = session.exec(select(Notification).where(Notification.person_id == people.talent))
        return sum("-due-" in n.key or "-overdue-" in n.key for n in rows)

    with tx() as session:
        service.start(placed, by=talent, now=now)
        for hours in (0, 1):
            service.remind(due - timedelta(days=1) + timedelta(hours=hours))
        assert sent(session) == 1
        service.propose_day(placed, day, WHY, by=talent, now=due)
        service.answer_day(
            placed, changes(session)[0].id, DayState.AGREED, by=market.client, now=due
        )
        service.remind(due + timedelta(days=1))
        assert sent(session) == 1
        for days, count in ((5, 2), (6, 2), (8, 3), (9, 3)):
            service.remind(due + timedelta(days=days))
            assert sent(session) == count, days


def test_the_papers_tell_the_old_day_and_the_new_one(
    make, tx, people, market, placed, day, now
) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.propose_day(placed, day, WHY, by=talent, now=now)
        service.answer_day(
            placed, changes(session)[0].id, DayState.AGREED, by=market.client, now=now
        )
        service.propose_day(placed, day + timedelta(days=1), WHY, by=talent, now=now)
        service.deliver(placed, "berkas", "", by=talent, now=now)
        row, log, said = reading.work(placed), work_files.log(placed), reading.accepted(placed)
        who, old, new = accounts.person(people.talent), words(day - timedelta(days=7)), words(day)
        for paper, deadline in (
            (documents.agreement(row, who, who, who, said, [], log), old),
            (documents.handover(row, who, who, log, []), new),
        ):
            pairs = [pair for section in paper.sections for pair in section.pairs]
            assert ("Tenggat", deadline) in pairs
            (line,) = next(s.points for s in paper.sections if "disepakati" in s.title)
            assert WHY in line and old in line and new in line


def test_both_sides_talk_about_the_day_on_the_page(
    app, client, login, tx, people, placed, day
) -> None:
    url = f"/work/{placed}"
    login(client, people.talent)
    typed = client.post(f"{url}/day", data={"day": "2020-01-01", "why": WHY})
    assert typed.status_code == 422
    assert WHY in typed.text and 'value="2020-01-01"' in typed.text
    assert client.post(f"{url}/day", data={"day": "", "why": ""}).status_code == 422
    assert client.post(f"{url}/day", data={"day": day.isoformat(), "why": WHY}).status_code == 303
    page = client.get(url).text
    assert "/withdrawn" in page and "/agreed" not in page
    login(client, people.client)
    with count_sql(app) as statements:
        page = client.get(url).text
    assert "/agreed" in page and WHY in page and len(statements) <= 8
    with tx() as session:
        number = changes(session)[0].id
    assert client.post(f"{url}/day/{number}/lapsed").status_code == 404
    assert client.post(f"{url}/day/{number}/agreed").status_code == 303
    assert "28 Des" in client.get(url).text


def test_clients_reach_a_minor_through_the_mentor_or_the_hub(
    app, client, login, make, tx, people, market, placed, officer, now
) -> None:
    with tx() as session:
        service.add_role(
            market.brief, f"{make.TRACK}/{make.SERVICE}", seen=1, by=market.client, now=now
        )
        service.lead_team(market.brief, people.other_mentor, by=officer, now=now)
        session.get(User, people.talent).birth_date = date(2010, 1, 1)
        own, mentor = accounts.person(people.talent), accounts.person(people.other_mentor)
        hub = programme.hub(own.hub_id)

    def digits(phone: str) -> str:
        return phone.lstrip("+")

    with tx() as session:
        session.get(User, people.other_mentor).phone = "+6281299990001"
    login(client, people.client)
    with count_sql(app) as statements:
        page = client.get(f"/work/{placed}").text
    assert len(statements) <= 8
    assert mentor.name in page and "6281299990001" in page and digits(own.phone) not in page
    with tx() as session:
        session.get(User, people.other_mentor).phone = None
    page = client.get(f"/work/{placed}").text
    assert hub.phone in page and digits(own.phone) not in page
    with tx() as session:
        session.get(User, people.talent).birth_date = date(2000, 1, 1)
    assert digits(own.phone) in client.get(f"/work/{placed}").text


def test_the_answer_of_a_link_names_no_minors_number(
    client, make, tx, people, market, placed, now
) -> None:
    with tx() as session:
        session.get(User, people.talent).birth_date = date(2010, 1, 1)
        own = accounts.person(people.talent)
        offer = session.get(Placement, placed).offer_id
        token = links.sign("confirm", now, timedelta(hours=48), deed=2, ref=offer,
                           person=people.client, by=people.officer)  # fmt: skip
    page = client.get(f"/yes/{token}").text
    assert own.name in page and own.phone.lstrip("+") not in page
