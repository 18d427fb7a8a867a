"""Three and six months after some work: who is asked, once, and what one tap does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from sanggar import clock
from sanggar.clients import after, followups, queries, service
from sanggar.clients.after import Again, Income
from sanggar.clients.after_models import FollowUp
from sanggar.clients.models import Placement
from sanggar.notifications.models import Notification


@pytest.fixture
def finished(make, tx, people, market, placed, now) -> int:
    """Work that was finished exactly three calendar months ago."""
    with tx() as session:
        service.start(placed, by=make.as_talent(people.talent), now=now)
        service.deliver(placed, "Selesai", "https://x.example.org/f", by=make.as_talent(people.talent), now=now)  # fmt: skip
        service.accept_work(placed, 5, "", by=market.client, now=now)
        row = session.get(Placement, placed)
        row.finished_at = after.months_before(now, 3)
        session.add(row)
    return placed


def rows(tx) -> list[FollowUp]:
    with tx() as session:
        return list(session.exec(select(FollowUp).order_by(FollowUp.id)).all())


def links(tx, person: int) -> list[str]:
    with tx() as session:
        found = session.exec(
            select(Notification).where(
                Notification.person_id == person, Notification.kind == "follow_up"
            )
        ).all()  # fmt: skip
        return [row.url for row in found]


def test_months_are_calendar_months() -> None:
    at = datetime(2026, 5, 31, 5, tzinfo=UTC)
    assert after.months_before(at, 3).date().isoformat() == "2026-02-28"
    assert after.months_before(at, 6).date().isoformat() == "2025-11-30"


def test_both_sides_are_asked_once_and_reminded_once(tx, people, finished, now) -> None:
    with tx():
        assert followups.ask(now - timedelta(seconds=1)) == 0
    for moment, sent in (
        (now, 2), (now, 0), (now + timedelta(days=6), 0), (now + timedelta(days=7), 2),
        (now + timedelta(days=8), 0), (now + timedelta(days=40), 0),
    ):  # fmt: skip
        with tx():
            assert followups.ask(moment) == sent
    assert [(row.months, row.side.value, row.person_id) for row in rows(tx)] == [
        (3, "talent", people.talent), (3, "client", people.client),
    ]  # fmt: skip
    assert len(links(tx, people.talent)) == len(links(tx, people.client)) == 2


def test_after_six_months_it_is_asked_again_but_never_late(tx, finished, now) -> None:
    with tx():
        assert followups.ask(now + timedelta(days=31)) == 0  # three months were missed by a month
        assert followups.ask(now + timedelta(days=93)) == 2
    assert {row.months for row in rows(tx)} == {6}


def test_one_tap_without_a_password_is_enough(client, tx, people, finished, now) -> None:
    with tx():
        followups.ask(now)
    url = links(tx, people.talent)[0]
    page = client.get(url)
    assert page.status_code == 200 and "Bagaimana kelanjutannya?" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert len(re.findall(r'<button type="submit"[^>]*name="again"', page.text)) == 4
    assert client.post(url, data={}).status_code == 422
    for _twice in range(2):
        assert client.post(url, data={"again": "repeat"}).status_code == 303
    assert client.post(url, data={"again": "repeat", "income": "some"}).status_code == 303
    talent = rows(tx)[0]
    assert (talent.again, talent.income) == (Again.REPEAT, Income.SOME)
    assert "Ya, ada pesanan lagi" in client.get(url).text


def test_a_client_says_nothing_about_income_and_strangers_nothing_at_all(
    client, tx, people, finished, now
) -> None:
    with tx():
        followups.ask(now)
    url = links(tx, people.client)[0]
    client.post(url, data={"again": "no", "income": "much"})
    assert (rows(tx)[1].again, rows(tx)[1].income) == (Again.NO, None)
    assert client.get(url[:-4] + "xxxx").status_code == 404
    assert client.get("/follow-up/nonsense").status_code == 404
    asked = rows(tx)[1].id
    with tx():
        ended = followups.token(asked, now)
    with clock.frozen(now + after.OPEN_FOR + timedelta(minutes=1)):
        assert client.get(f"/follow-up/{ended}").status_code == 409


def test_what_came_of_it_is_an_outcome_and_a_number(tx, people, finished, now, client) -> None:
    with tx():
        followups.ask(now)
    client.post(links(tx, people.talent)[0], data={"again": "ongoing", "income": "little"})
    client.post(links(tx, people.client)[0], data={"again": "no"})
    with tx():
        found = queries.followed([finished])[finished]
        assert (found.months, found.together, found.income) == (3, True, Income.LITTLE)
        tally = queries.tallies(None, now + timedelta(days=1))[0]
        assert (tally.asked, tally.answered, tally.works, tally.together) == (2, 2, 1, 1)
        assert queries.tallies([], now + timedelta(days=1))[0].asked == 0
