"""Quote, agreement and handover as PDF: what they say, for whom, always the same bytes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pypdfium2
import pytest
from tests.support import count_sql

from sanggar.accounts import queries as queries_of_people
from sanggar.accounts import service as accounts
from sanggar.accounts.models import User
from sanggar.clients import documents, members, paper, queries, reading, service, work_files
from sanggar.clients.agreements import Part
from sanggar.clients.paper import Paper, Section
from sanggar.clients.stages import PaymentKind


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    document.close()
    return re.sub(r"\s+", " ", " ".join(pages))


@pytest.mark.once
def test_a_long_document_breaks_over_pages_and_keeps_its_bytes() -> None:
    made = Paper("Perjanjian", "SPK/2026/000001", [
        Section("Isi", pairs=[("Nama", "A & B <script>")], points=["Baris panjang " * 30] * 40),
    ], signers=[("Klien", "Bu Sulas", ""), ("Talenta", "Wahyuni", "")])  # fmt: skip
    data = paper.pdf(made)
    assert data == paper.pdf(made) and data.startswith(b"%PDF")
    assert "A & B <script>" in text_of(data)
    pages = len(pypdfium2.PdfDocument(data))
    assert pages > 2
    for n in (1, pages):
        assert f"{n}/{pages}" in text_of(data)


@pytest.mark.once
def test_letters_the_font_has_not_lose_their_marks_only() -> None:
    made = Paper("Perjanjian", "SPK/2026/000002", [
        Section("Pihak", pairs=[("Talenta", "Nguyễn Ṣāliḥ 𝐁𝐚𝐭𝐢𝐤 Jose\u0301 A\u200bni ✂")]),
    ])  # fmt: skip
    assert "Nguyen Salih Batik José Ani ?" in text_of(paper.pdf(made))


def test_the_agreement_says_what_both_accepted(
    app, client, login, make, tx, people, market, placed, now
) -> None:
    with tx():
        service.plan_parts(placed, [Part("Sketsa")], by=market.client, now=now)
    login(client, people.talent)
    with count_sql(app) as statements:
        answer = client.get(f"/work/{placed}/agreement.pdf")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert len(statements) <= 8
    said = text_of(answer.data)
    for words in (
        "Rp700.000",
        "Rp280.000",
        "Wahyuni",
        "Sulastri",
        "Sketsa",
        f"SPK/2026/{placed:06d}",
        "keripik tempe",
        "Hak pakai",
        "Halaman 1 dari",
    ):
        assert words in said, words
    assert "62812" not in said and "Wali" not in said
    assert client.get(f"/work/{placed}/handover.pdf").status_code == 404
    assert client.get(f"/work/{placed}/invoice.pdf").status_code == 404


def test_the_handover_lists_deliveries_and_money(
    client, login, make, tx, people, market, placed, now
):
    talent = make.as_talent(people.talent)
    with tx():
        service.deliver(placed, "Berkas siap cetak", "", by=talent, now=now)
        service.record_payment(
            placed, PaymentKind.DOWN_PAYMENT, 280_000, now.date(), by=talent, now=now
        )
        accounts.set_language(people.client, "en")
    login(client, people.client)
    said = text_of(client.get(f"/work/{placed}/handover.pdf").data)
    assert "Berkas siap cetak" in said and "280.000" in said and "handover" in said
    assert "confirmed by the talent" in said and f"SPK/2026/{placed:06d}" in said
    client.post(f"/work/{placed}/accept", data={"rating": "5"})
    assert "accepted" in text_of(client.get(f"/work/{placed}/handover.pdf").data)


def test_the_agreement_names_who_said_yes_and_leaves_room_for_a_guardian(
    client, login, make, tx, people, market, now
) -> None:
    with tx() as session:
        service.invite("other_client@example.org", by=market.client, now=now)
        token = members.open_invites(queries.client_of(people.client).id, now)[0][3]
        other = make.as_client(people.other_client)
        service.accept_invite(token, by=other, now=now)
        service.shortlist(market.brief, people.talent, wanted=True, by=other, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=other, now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        placed = service.confirm_offer(offer, by=other, now=now)
        session.get(User, people.talent).birth_date = date(2010, 1, 1)
        name = queries_of_people.person(people.other_client).name
    login(client, people.client)
    said = text_of(client.get(f"/work/{placed}/agreement.pdf").data)
    assert f"oleh {name}" in said and "Wali talenta" in said


def test_a_handover_keeps_its_number_over_new_year(tx, make, people, placed, market, now) -> None:
    talent, eve = make.as_talent(people.talent), now.replace(month=12, day=31, hour=16)
    with tx():
        numbers = set()
        for at in (eve, eve + timedelta(hours=2)):
            service.deliver(placed, f"berkas {at}", "", by=talent, now=at)
            row, person = reading.work(placed), queries_of_people.person(people.talent)
            numbers.add(documents.handover(row, person, person, work_files.log(placed), []).number)
            if at is eve:
                service.ask_revision(placed, "Warna lebih muda", by=market.client, now=at)
        assert numbers == {f"BAST/2026/{placed:06d}"}


def test_documents_are_for_the_two_sides_and_their_officer(client, login, people, market, placed):
    for somebody, status in (
        (people.talent, 200), (people.client, 200), (people.officer, 200), (people.peer, 404),
        (people.other_client, 404), (people.other_hub_officer, 404),
    ):  # fmt: skip
        login(client, somebody)
        assert client.get("/offers/1/quote.pdf").status_code == status
        assert client.get(f"/work/{placed}/agreement.pdf").status_code == status
    login(client, people.talent)
    said = text_of(client.get("/offers/1/quote.pdf").data)
    assert "keripik tempe" in said.lower() and "PNW/2026/000001" in said
