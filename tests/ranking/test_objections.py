"""Objection to automated ranking: a person looks, decides with a reason, and everybody hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from sanggar import errors
from sanggar.clients import service
from sanggar.kernel.models import AuditEntry
from sanggar.notifications.models import Notification
from sanggar.ranking import objections
from sanggar.ranking.objection_models import Outcome, RankingObjection

REASON = "Karya kemasan kopi saya tidak dihitung."


@pytest.fixture
def asked(make, tx, people, market, now) -> int:
    """A brief for which the talent was asked."""
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now, rank_shown=3)  # fmt: skip
        service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
    return market.brief


@pytest.fixture
def filed(tx, people, asked, now) -> int:
    with tx():
        return objections.object_to(people.talent, asked, REASON, now)


def told(tx, person: int) -> list[str]:
    with tx() as session:
        rows = session.exec(
            select(Notification)
            .where(Notification.person_id == person, Notification.kind == "objection")
            .order_by(Notification.id)
        ).all()  # fmt: skip
        return [row.subject for row in rows]


def test_it_is_filed_once_with_the_numbers_of_the_day(tx, people, asked, filed, now) -> None:
    with tx() as session:
        assert (
            objections.object_to(people.talent, asked, "Sekali lagi hal yang sama.", now) == filed
        )
        row = session.get(RankingObjection, filed)
        assert row.reason == REASON and row.due_at == now + timedelta(hours=72)
        rows = row.standing["rows"]
        assert sum(r["added"] for r in rows) == pytest.approx(row.standing["score"], abs=1e-9)
        assert row.standing["place"] >= 1 and row.standing["version"]
    assert told(tx, people.officer) == ["Keberatan atas urutan menunggu Anda"]
    assert told(tx, people.talent) == ["Keberatan Anda sudah diterima"]
    assert told(tx, people.other_hub_officer) == []


def test_a_reason_is_needed_and_what_was_typed_stays(client, login, people, asked) -> None:
    login(client, people.talent)
    url = f"/work/standing/{asked}"
    page = client.post(url, data={"reason": "kurang"})
    assert page.status_code == 422 and "kurang</textarea>" in page.text
    assert client.post(url, data={"reason": REASON}).status_code == 303
    assert client.post(url, data={"reason": REASON}).status_code == 303  # pressed twice
    assert "Sedang diperiksa petugas" in client.get(url).text


def test_nobody_objects_for_others(client, login, tx, people, asked, now) -> None:
    with tx(), pytest.raises(errors.NotFound):
        objections.object_to(people.peer, asked, REASON, now)
    login(client, people.peer)
    assert client.post(f"/work/standing/{asked}", data={"reason": REASON}).status_code == 404


def test_an_officer_looks_and_decides(client, login, tx, people, asked, filed, officer) -> None:
    login(client, people.officer)
    assert "Wahyuni" in client.get("/officer/ranking/objections").text
    url = f"/officer/ranking/objections/{filed}"
    page = client.get(url).text
    assert REASON in page and "Angka pada hari itu" in page and f"/people/{people.talent}" in page
    wrong = client.post(
        url, data={"outcome": "noted", "place": "", "answer": "Sudah saya periksa datanya."}
    )
    assert wrong.status_code == 422 and "Sudah saya periksa" in wrong.text
    right = {"outcome": "noted", "place": "2", "answer": "Karya kopi terlewat: urutan dua pantas."}
    assert client.post(url, data=right).status_code == 303
    again = {"outcome": "confirmed", "answer": "Kedua kalinya tidak berubah."}
    assert client.post(url, data=again).status_code == 303  # decided already
    assert told(tx, people.talent)[-1] == "Posisi Anda sudah diperiksa"
    with tx() as session:
        row = session.get(RankingObjection, filed)
        assert (row.outcome, row.place, row.decided_by_id) == (Outcome.NOTED, 2, people.officer)
        log = session.exec(select(AuditEntry).where(AuditEntry.entity == "ranking_objection")).all()
        assert [entry.action for entry in log] == ["update"]
    login(client, people.client)
    page = client.get(f"/briefs/{asked}/talents").text
    assert "Diperiksa petugas" in page and "Wahyuni di urutan 2" in page
    login(client, people.talent)
    assert "urutan dua pantas" in client.get(f"/work/standing/{asked}").text


def test_officers_of_other_hubs_and_oneself_find_nothing(
    client, login, tx, people, filed, other_officer, now
) -> None:
    login(client, people.other_hub_officer)
    assert client.get(f"/officer/ranking/objections/{filed}").status_code == 404
    assert "Wahyuni" not in client.get("/officer/ranking/objections").text
    with tx(), pytest.raises(errors.NotFound):
        objections.decide(
            filed, Outcome.CONFIRMED, "Tetap seperti itu saja.", None, by=other_officer, now=now
        )


def test_it_is_called_to_mind_before_and_after_its_day_once_each(tx, people, filed, now) -> None:
    sent = []
    for hours in (1, 50, 51, 73, 90, 200):
        with tx():
            sent.append(objections.remind(now + timedelta(hours=hours)))
    assert sent == [0, 1, 0, 1, 0, 0]
    assert told(tx, people.officer)[-1] == "Keberatan atas urutan sudah lewat tenggat"


def test_the_officers_home_counts_it(client, login, people, filed) -> None:
    login(client, people.officer)
    page = client.get("/officer").text
    assert "1 keberatan atas urutan" in page and "/officer/ranking/objections" in page


def test_a_page_costs_few_statements(client, login, people, database, asked, filed) -> None:
    seen: list[str] = []

    def count(_c, _cursor, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            seen.append(statement)

    for who, url in (
        ("officer", "/officer/ranking/objections"),
        ("officer", f"/officer/ranking/objections/{filed}"),
        ("officer", "/officer/ranking/audit"), ("officer", "/officer/ranking/validity"),
        ("talent", "/work/standing?service=packaging_design/full-pack"),
        ("talent", f"/work/standing/{asked}"), ("client", f"/briefs/{asked}/talents"),
    ):  # fmt: skip
        login(client, getattr(people, who))
        client.get(url)  # what is kept for a process is read once
        seen.clear()
        event.listen(database.engine, "before_cursor_execute", count)
        try:
            assert client.get(url).status_code == 200, url
        finally:
            event.remove(database.engine, "before_cursor_execute", count)
        assert 0 < len(seen) <= 8, "\n".join([url, *(s[:150] for s in seen)])
