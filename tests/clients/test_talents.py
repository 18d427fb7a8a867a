"""What talents show: cases with pictures and permission, days, and the public search."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import icalendar
import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from PIL import Image
from sqlmodel import delete, select
from tests.support import count_sql

from sanggar import clock, errors
from sanggar.accounts import service as accounts
from sanggar.accounts.models import User
from sanggar.certification.models import Certificate
from sanggar.clients import calendar, cases, listing, portfolio, reading, search, service
from sanggar.clients.commands import talents
from sanggar.clients.models import PortfolioWork, WorkProfile, WorkRecord
from sanggar.clients.search import Wanted
from sanggar.clients.service import Service, Work
from sanggar.clients.talent_models import BusySpan, ListingKey, TalentListing
from sanggar.clients.talent_rules import BusyKind, Lack

TRACK = "packaging_design"


def photo(colour: str = "red", size: tuple[int, int] = (1600, 1200)) -> io.BytesIO:
    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    image.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def body(answer) -> bytes:
    """Return what was sent, and close the file it came from."""
    assert answer.status_code == 200
    with answer:
        return answer.data


@pytest.fixture
def shown(make, tx, people, now) -> None:
    """Two certified talents who have agreed to be public, and one who has not."""
    with tx():
        for person in (people.talent, people.peer, people.outsider):
            make.certify(person, now)
        for person in (people.talent, people.peer):
            accounts.give_consent(person, "public_profile", now=now - timedelta(hours=1))
        save(people.talent, now, headline="Kemasan kopi", languages=("id", "mad"))
        save(people.peer, now, headline="Label batik", price=900_000)


def save(person: int, now, *, headline: str = "", price: int = 500_000, **more) -> None:
    service.save_profile(
        person, headline=headline, weekly_hours=14, paused=more.pop("paused", False), onsite=True,
        prices={(TRACK, "full-pack"): Service(price)}, now=now, **more,
    )  # fmt: skip


def found(now, **wanted) -> set[int]:
    return set(search.find(Wanted(**wanted), clock.local(now).date()))


# the search


def test_the_search_finds_by_every_filter(tx, people, shown, now) -> None:
    both = {people.talent, people.peer}
    with tx() as session:
        assert found(now) == both
        assert found(now, track=TRACK) == both and not found(now, track="photography")
        assert found(now, level=1) == both and not found(now, level=2)
        assert found(now, words=("kopi",)) == {people.talent}
        assert found(now, words=("kopi", "kemas")) == {people.talent}
        assert not found(now, words=("kopi", "batik"))
        assert found(now, language="mad") == {people.talent}
        assert found(now, price=600_000) == {people.talent}
        assert found(now, track=TRACK, service="full-pack", price=600_000) == {people.talent}
        assert found(now, track=TRACK, service="full-pack", words=("batik",)) == {people.peer}
        hub = session.exec(select(TalentListing.hub_id)).first()
        assert people.talent in found(now, hub_id=hub) and not found(now, hub_id=999)


def test_consent_pause_expiry_and_revocation_take_out_at_once(tx, people, shown, now) -> None:
    with tx() as session:
        save(people.peer, now, paused=True)
        assert found(now) == {people.talent}
        later = now + timedelta(days=301)
        assert not found(later)
        held = session.exec(select(Certificate).where(Certificate.person_id == people.talent)).one()
        accounts.withdraw_consent(people.talent, "public_profile", now=now)
        assert not found(now)
        assert not session.exec(select(ListingKey)).all()
        accounts.give_consent(people.talent, "public_profile", now=now)
        assert found(now + timedelta(seconds=1)) == {people.talent}
        held.revoked_at = now
        session.add(held)
        listing.refresh([people.talent], now)
        assert not session.exec(select(TalentListing)).all()


def test_whose_account_is_closed_is_no_longer_counted(
    client, login, tx, people, shown, now
) -> None:
    login(client, people.admin)
    for active, wanted in (("0", {people.peer}), ("1", {people.talent, people.peer})):
        done = client.post(f"/officer/people/{people.talent}/active", data={"active": active})
        assert done.status_code == 303
        with tx():
            assert found(now) == wanted


def mended(now) -> int:
    return sum(listing.refresh(people, now) for people in listing.missed(now))


def test_the_list_is_made_anew_by_command(app, tx, people, shown, now) -> None:
    with tx() as session:
        session.execute(delete(TalentListing))
    told = CliRunner().invoke(talents, ["list"], obj=ScriptInfo(create_app=lambda: app))
    assert told.exit_code == 0 and "2" in told.output
    with tx():
        assert found(now) == {people.talent, people.peer}


def test_the_nightly_repair_finds_what_events_missed(tx, people, shown, now) -> None:
    with tx() as session:
        for row in session.exec(select(TalentListing)):
            session.delete(row)
        session.flush()
        assert mended(now) == 2 and found(now) == {people.talent, people.peer}
        assert mended(now) == 0
        assert mended(now + timedelta(days=301)) == 2
        assert not session.exec(select(TalentListing)).all()


def test_a_guardian_decides_for_somebody_under_18(make, tx, people, shown, now) -> None:
    with tx() as session:
        session.get(User, people.talent).birth_date = date(2010, 1, 1)
        session.flush()
        word = {
            "guardian_name": "Ibu",
            "relation": "ibu",
            "method": "form",
            "by_id": people.officer,
        }
        accounts.record_guardian(people.talent, given_on=date(2026, 11, 1), now=now, **word)
        assert found(now) == {people.talent, people.peer}
        accounts.withdraw_guardian(people.talent, now=now)
        assert found(now) == {people.peer}


def test_two_certificates_are_one_person(make, tx, people, shown, now) -> None:
    with tx():
        make.certify(people.talent, now, track="photography", level="professional")
        listing.refresh([people.talent], now)
        assert search.find(Wanted(words=("kopi",)), clock.local(now).date()) == [people.talent]
        assert found(now, level=2) == {people.talent}
        card = search.cards([people.talent], clock.local(now).date())[0]
        assert card.held == (("photography", 2), (TRACK, 1)) and card.lowest == 500_000
        assert found(now, words=("kopi",), track=TRACK, price=500_000) == {people.talent}
        assert not found(now, words=("kopi",), track="photography", price=500_000)


def test_who_has_several_certificates_takes_nobody_elses_place(
    make, monkeypatch, tx, people, shown, now
) -> None:
    today = clock.local(now).date()
    with tx():
        for person in (people.talent, people.peer):
            for track in ("photography", "digital_marketing"):
                make.certify(person, now, track=track)
        save(people.peer, now, languages=("id",))
        listing.refresh([people.talent, people.peer], now)
        everybody = search.find(Wanted(), today)
        assert len(everybody) == 2 and search.find(Wanted(language="id"), today) == everybody
        monkeypatch.setattr(search, "MOST", 1)
        monkeypatch.setattr(search, "start_of", lambda _day: 0)
        assert set(search.find(Wanted(language="id"), today)) == set(everybody)


def test_the_rarest_key_leads(monkeypatch, tx, people, shown, now) -> None:
    track = listing.track_key(TRACK)
    with tx():
        monkeypatch.setattr(search, "NEAR", 2)
        assert search._rarest_first([track, "kopi"]) == ["kopi", track]
        monkeypatch.setattr(search, "NEAR", 1)
        farther = max((listing.lot(people.talent), "kopi"), (listing.lot(people.peer), "batik"))
        nearer = ({"kopi", "batik"} - {farther[1]}).pop()
        assert search._rarest_first([nearer, farther[1]]) == [farther[1], nearer]


def test_the_order_begins_at_another_lot_every_day(monkeypatch, tx, people, shown, now) -> None:
    lots = sorted((listing.lot(p), p) for p in (people.talent, people.peer))
    with tx():
        monkeypatch.setattr(search, "start_of", lambda _day: lots[1][0])
        assert search.find(Wanted(), clock.local(now).date()) == [lots[1][1], lots[0][1]]


def test_the_page_of_the_search(app, client, people, shown) -> None:
    with count_sql(app) as statements:
        page = client.get("/talents/")
    assert "2 talenta" in page.text and len(statements) <= 8
    page = client.get("/talents/?q=kopi&language=mad&price=600rb")
    assert "Wahyuni" in page.text and "1 talenta" in page.text
    none = client.get("/talents/?q=kopi&level=professional&service=packaging_design/full-pack")
    assert "Lepaskan satu syarat" in none.text and "Wahyuni" not in none.text
    assert "/talents/?q=kopi&amp;track=packaging_design&amp;service=" in none.text
    apart = client.get("/talents/?q=kopi+batik&level=professional&language=zh")
    assert "Satu syarat saja menemukan" not in apart.text and "0 talenta" in apart.text
    apart = client.get("/talents/?q=kopi&level=professional&language=zh")
    assert "Satu syarat saja menemukan" in apart.text and '/talents/?q=kopi"' in apart.text
    assert client.get("/talents/?track=x&hub=zz&price=mahal&page=99&language=xx").status_code == 200


# cases, pictures, permission


def test_work_for_a_client_waits_for_the_clients_yes(client, login, tx, people, shown, now) -> None:
    login(client, people.talent)
    typed = {
        "track": TRACK,
        "title": "Pouch kopi",
        "category": "",
        "made_for": "Kopi Arjuno",
        "published": "y",
    }
    made = client.post("/profile/work/portfolio/new", data=typed).location.partition("#")[0]
    files = {"file": (photo(), "a.jpg"), "alt": "Pouch cokelat di meja kayu"}
    assert client.post(f"{made}/pictures/1", data=files).status_code == 303
    page = client.get(made).text
    link = re.search(r'value="http[^"]*(/portfolio/allow/[^"]+)"', page)[1]
    slug = "/talents/" + _slug(tx, people.talent)
    assert "Pouch kopi" not in client.get(slug).text

    client.get("/logout")
    visitor = client.application.test_client()
    asked = visitor.get(link)
    assert "Pouch kopi" in asked.text and asked.headers["X-Robots-Tag"] == "noindex"
    picture = re.search(r'src="(/portfolio/[^"]+)"', asked.text)[1].replace("&amp;", "&")
    got = body(visitor.get(picture))
    assert b"SecretCamera" not in got and max(Image.open(io.BytesIO(got)).size) <= 480
    assert visitor.get(picture.partition("?")[0]).status_code == 404
    assert visitor.post(link, data={"name": ""}).status_code == 422
    for _ in range(2):
        assert visitor.post(link, data={"name": "Bu Sulas", "yes": "1"}).status_code == 303
    assert "Pouch kopi" in visitor.get(slug).text
    assert body(visitor.get(picture.partition("?")[0])) == got
    assert 'property="og:image" content="http' in visitor.get(slug).text
    visitor.post(link, data={"name": "Bu Sulas", "no": "1"})
    assert "Pouch kopi" not in visitor.get(slug).text
    assert visitor.get(link + "x").status_code == 404


def _slug(tx, person: int) -> str:
    with tx():
        return reading.profile_of(person).slug


def test_another_client_or_picture_needs_another_yes(app, tx, people, shown, now) -> None:
    with tx() as session:
        made = portfolio.save_work(
            people.talent, Work(TRACK, "A", made_for="X", published=True), now=now
        )
        portfolio.state_permission(people.talent, made, "Pak X", date(2026, 11, 1), None, now=now)
        row = session.get(PortfolioWork, made)
        assert cases.of_work(row).shown
        with app.test_request_context():
            old = portfolio.permission_link(row, now).rsplit("/", 1)[-1]
        portfolio.set_picture(
            people.talent, made, 0, "x", portfolio.prepare("a.jpg", photo()), now=now
        )
        assert cases.of_work(row).lacks == [Lack.PERMISSION]
        with pytest.raises(errors.Conflict):
            portfolio.answer(old, "Pak X", True, now=now)
        with pytest.raises(errors.Invalid):
            portfolio.state_permission(
                people.talent, made, "", now.date() + timedelta(9), None, now=now
            )


def test_people_in_pictures_need_a_signed_paper_that_stays_private(
    client, login, tx, people, shown
) -> None:
    login(client, people.talent)
    typed = {"track": TRACK, "title": "Potret", "category": "", "people": "y", "published": "y"}
    made = client.post("/profile/work/portfolio/new", data=typed).location.partition("#")[0]
    slug = "/talents/" + _slug(tx, people.talent)
    assert "Potret" not in client.get(slug).text
    assert client.post(f"{made}/release", data={}).status_code == 422
    paper = {"release": (io.BytesIO(b"%PDF-1.4 signed"), "surat.pdf")}
    assert client.post(f"{made}/release", data=paper).status_code == 303
    assert "Potret" in client.get(slug).text
    assert body(client.get(f"{made}/papers/release")).startswith(b"%PDF")
    login(client, people.officer)
    assert client.get(f"{made}/papers/release").status_code == 403
    login(client, people.peer)
    assert client.get(f"{made}/papers/release").status_code == 404
    assert client.post(f"{made}/release", data={}).status_code == 404


def test_a_picture_needs_words_and_must_be_one(client, login, people, shown) -> None:
    login(client, people.talent)
    made = client.post(
        "/profile/work/portfolio/new", data={"track": TRACK, "title": "A", "category": ""}
    ).location
    made = made.partition("#")[0]
    wrong = client.post(f"{made}/pictures/0", data={"file": (photo(), "a.jpg"), "alt": ""})
    assert wrong.status_code == 422 and "Jelaskan dengan beberapa kata" in wrong.text
    text = (io.BytesIO(b"not a picture"), "a.jpg")
    wrong = client.post(f"{made}/pictures/0", data={"file": text, "alt": "Label merah"})
    assert wrong.status_code == 422 and "Label merah" in wrong.text
    assert client.post(f"{made}/pictures/9", data={"file": (photo(), "a.jpg"), "alt": "x"}).status_code == 404  # fmt: skip
    assert client.post(f"{made}/pictures/0", data={"file": (photo(), "a.jpg"), "alt": "Label"}).status_code == 303  # fmt: skip
    assert client.post(f"{made}/pictures/0", data={"alt": "Label biru"}).status_code == 303
    assert "Label biru" in client.get(made).text
    for _ in range(2):
        assert client.post(f"{made}/pictures/0", data={"remove": "1"}).status_code == 303


def test_finished_work_becomes_a_case_with_one_tap(tx, people, placed, make, market, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.start(placed, by=talent, now=now)
        with pytest.raises(errors.NotFound):
            service.pick_work(people.talent, placed, now=now)
        service.deliver(placed, "jadi", "", by=talent, now=now)
        service.accept_work(placed, 5, "", by=market.client, now=now)
        assert [f.id for f in cases.finished_work(people.talent)] == [placed]
        made = {service.pick_work(people.talent, placed, now=now) for _ in range(2)}
        row = session.get(PortfolioWork, made.pop())
        assert not made and row.made_for and row.number.startswith("5 ")
        assert not cases.finished_work(people.talent)
        with pytest.raises(errors.NotFound):
            service.pick_work(people.peer, placed, now=now)


# days


def test_days_off_cost_hours_and_stop_work_on_site(make, tx, people, market, now) -> None:
    day = (now + timedelta(days=20)).date()
    with tx() as session:
        brief = service.write_brief(
            make.brief_text(now, onsite=True, deadline=day), by=market.client, now=now, publish=True
        )
        service.shortlist(brief, people.talent, wanted=True, by=market.client, now=now)
        span = service.add_span(people.talent, BusyKind.OFF, day, day, "ujian", now=now)
        assert service.add_span(people.talent, BusyKind.OFF, day, day, "ujian", now=now) == span
        record = session.exec(select(WorkRecord).where(WorkRecord.person_id == people.talent)).one()
        assert record.data["off"] == [[day.isoformat(), day.isoformat(), "off"]]
        with pytest.raises(errors.Conflict, match="hari-hari itu"):
            service.send_offers(brief, make.terms(now, due=day), by=market.client, now=now)
        service.delete_span(people.talent, span, now=now)
        offer = service.send_offers(brief, make.terms(now, due=day), by=market.client, now=now)
        service.add_span(people.talent, BusyKind.AWAY, day, day, "", now=now)
        with pytest.raises(errors.Conflict):
            service.accept_offer(offer, by=make.as_talent(people.talent), now=now)


def test_agreed_days_cannot_be_taken_off(make, tx, people, market, now) -> None:
    day = (now + timedelta(days=20)).date()
    talent = make.as_talent(people.talent)
    with tx() as session:
        brief = service.write_brief(
            make.brief_text(now, onsite=True, deadline=day), by=market.client, now=now, publish=True
        )
        service.shortlist(brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(brief, make.terms(now, due=day), by=market.client, now=now)
        service.accept_offer(offer, by=talent, now=now)
        service.confirm_offer(offer, by=market.client, now=now)
        with pytest.raises(errors.Invalid):
            service.add_span(people.talent, BusyKind.OFF, day, day + timedelta(days=2), "", now=now)
        assert not session.exec(select(BusySpan)).all()
        kinds = [e.kind for e in calendar.entries(people.talent, day, day)]
        assert kinds == ["onsite"]


def test_who_has_enough_of_a_service_is_not_asked(make, tx, people, market, placed, now) -> None:
    with tx():
        service.save_profile(
            people.talent, headline="", weekly_hours=40, paused=False, onsite=True, now=now,
            prices={(TRACK, "full-pack"): Service(500_000, at_once=1)},
        )  # fmt: skip
        brief = service.write_brief(make.brief_text(now), by=market.client, now=now, publish=True)
        for person in (people.talent, people.peer):
            service.shortlist(brief, person, wanted=True, by=market.client, now=now)
        offer = service.send_offers(brief, make.terms(now), by=market.client, now=now)
        assert reading.offers_of_brief(brief)[0].person_id == people.peer and offer


def test_the_calendar_page_and_its_feed(app, client, login, tx, people, market, now) -> None:
    login(client, people.talent)
    first = (now + timedelta(days=3)).date()
    typed = {"kind": "off", "starts_on": first.isoformat(), "ends_on": "", "note": "Ujian sekolah"}
    for _ in range(2):
        assert client.post("/profile/work/calendar", data=typed).status_code == 303
    wrong = {**typed, "ends_on": (first - timedelta(days=1)).isoformat()}
    assert client.post("/profile/work/calendar", data=wrong).status_code == 422
    with count_sql(app) as statements:
        page = client.get(f"/profile/work/calendar?month={first:%Y-%m}").text
    assert "Ujian sekolah" in page and len(statements) <= 8
    assert client.get("/profile/work/calendar?month=abc-12").status_code == 200
    assert client.post("/profile/work/calendar/renew").status_code == 303
    feed = re.search(r'value="http[^"]*(/work-calendar/[^"]+\.ics)"', client.get("/profile/work/calendar").text)[1]  # fmt: skip
    visitor = app.test_client()
    event = icalendar.Calendar.from_ical(visitor.get(feed).data).walk("VEVENT")[0]
    assert event["DTSTART"].dt == first and event["DTEND"].dt == first + timedelta(days=1)
    assert client.post("/profile/work/calendar/renew").status_code == 303
    assert visitor.get(feed).status_code == 404
    login(client, people.peer)
    assert client.post("/profile/work/calendar/1/delete").status_code == 404
    login(client, people.talent)
    for _ in range(2):
        assert client.post("/profile/work/calendar/1/delete").status_code == 303


# the public page


def test_the_public_page_asks_search_engines_to_stay_away_unless_allowed(
    app, client, login, tx, people, shown, now
) -> None:
    slug = "/talents/" + _slug(tx, people.talent)
    with count_sql(app) as statements:
        page = client.get(slug)
    assert len(statements) <= 8
    assert page.headers["X-Robots-Tag"] == "noindex" and 'content="noindex"' in page.text
    assert (
        "Rp500.000" in page.text and "Bhâsa Madhurâ" in page.text and 'rel="canonical"' in page.text
    )
    with tx() as session:
        row = session.exec(select(WorkProfile).where(WorkProfile.person_id == people.talent)).one()
        row.searchable = True
        session.add(row)
    assert "X-Robots-Tag" not in client.get(slug).headers
    login(client, people.outsider)
    own = client.get("/talents/" + _slug(tx, people.outsider))
    assert "Hanya Anda yang melihat halaman ini" in own.text
