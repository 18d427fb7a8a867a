"""The ranking page: who is on it, who never is, why, and at what cost."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from sanggar.accounts import service as accounts
from sanggar.certification.models import Certificate
from sanggar.clients import queries as clients
from sanggar.clients import service
from sanggar.clients.models import WorkRecord
from sanggar.kernel.access import Role
from sanggar.ranking import journal
from sanggar.ranking import service as ranking


def names(page: str) -> list[str]:
    return re.findall(r'<h2 class="name[^>]*><a[^>]*>([^<]+)</a>', page)


def order(brief_id: int, who, now) -> list[int]:
    ranking.forget()
    brief, listed = clients.brief_with_shortlist(brief_id, who)
    return [card.person_id for card in ranking.rank(brief, listed, now).cards]


@pytest.fixture
def crowd(make, tx, people, now):
    """Make some certified talents besides the people of every test."""

    def add(count: int, level: str = "associate") -> list[int]:
        made = []
        with tx():
            for n in range(count):
                person_id = accounts.join(
                    name=f"Talenta {n}", phone=None, email=f"t{n}-{count}@example.org",
                    password=None, birth_date=date(2000, 1, 1), region_id=None, hub_id=1,
                    language="id", role=Role.TALENT, channel="self", now=now,
                )  # fmt: skip
                make.certify(person_id, now, level=level)
                made.append(person_id)
        return made

    return add


def test_the_page_says_who_fits_and_why(client, login, people, market) -> None:
    login(client, people.client)
    page = client.get(f"/briefs/{market.brief}/talents").text
    assert "<h1>3 talenta yang cocok</h1>" in page
    assert set(names(page)) == {"Wahyuni", "Rizky Pratama", "Moh. Holil"}
    assert "Mengapa urutan ini?" in page and "Bisa selesai sebelum 21 Des" in page
    assert "tidak pernah memengaruhi urutan" in page and page.count("<progress") >= 9
    client.set_cookie("lang", "en")
    page = client.get(f"/briefs/{market.brief}/talents").text
    assert "3 talents who fit" in page and "Can finish before 21 Dec" in page


def test_who_must_not_be_listed_never_is(make, client, login, people, market, tx, now) -> None:
    with tx():
        make.certify(people.mentor, now, valid_until=(now - timedelta(days=1)).date())
        make.certify(people.admin, now, level="foundation")
        make.certify(people.province, now, consent=False)
        make.certify(people.agency, now, track="photography")
        accounts.withdraw_consent(people.peer, "matching", now=now)
    login(client, people.client)
    page = client.get(f"/briefs/{market.brief}/talents?all=1").text
    assert set(names(page)) == {"Wahyuni", "Moh. Holil"}


def test_a_change_is_seen_at_once(client, login, people, market, tx, now) -> None:
    login(client, people.client)
    url = f"/briefs/{market.brief}/talents"
    assert "Wahyuni" in names(client.get(url).text)
    with tx():
        service.save_profile(
            people.talent,
            headline="",
            weekly_hours=20,
            paused=True,
            onsite=True,
            prices={},
            now=now,
        )
    assert "Wahyuni" not in names(client.get(url).text)
    with tx():
        accounts.withdraw_consent(people.peer, "matching", now=now)
    assert names(client.get(url).text) == ["Moh. Holil"]


def test_minors_are_suggested_to_led_teams_only(
    make, client, login, people, market, tx, now
) -> None:
    with tx() as session:
        session.execute(
            text('UPDATE "user" SET birth_date = :day WHERE id = :id'),
            {"day": "2010-01-01", "id": people.talent},
        )
        accounts.record_guardian(
            people.talent, guardian_name="Bu Sri", relation="ibu", method="surat",
            given_on=now.date(), by_id=people.officer, now=now,
        )  # fmt: skip
        alone = service.write_brief(
            make.brief_text(now, supervised=True), by=market.client, now=now, publish=True
        )
        assert people.talent not in order(market.brief, market.client, now)
        assert people.talent not in order(alone, market.client, now)  # nobody leads one person
        role = f"{make.TRACK}/{make.SERVICE}"
        service.add_role(market.brief, role, seen=1, by=market.client, now=now)
        assert people.talent not in order(market.brief, market.client, now)
        officer = make.as_officer(
            people.officer, clients.brief(market.brief, market.client).hub_id or 0
        )
        service.lead_team(market.brief, people.other_mentor, by=officer, now=now)
        assert people.talent in order(market.brief, market.client, now)


def test_nobody_fits_says_what_to_change(make, client, login, people, market, tx, now) -> None:
    with tx():
        expert = service.write_brief(
            make.brief_text(now, level="professional"), by=market.client, now=now, publish=True
        )
        rushed = service.write_brief(
            make.brief_text(now, deadline=now.date()), by=market.client, now=now, publish=True
        )
        other = service.write_brief(
            make.brief_text(now, track="photography", service="half-day-event"),
            by=market.client, now=now, publish=True,
        )  # fmt: skip
    login(client, people.client)
    page = client.get(f"/briefs/{expert}/talents").text
    assert "3 talenta bersertifikat di tingkat yang lebih rendah" in page
    assert "Pilih tingkat yang lebih rendah" in page
    page = client.get(f"/briefs/{rushed}/talents").text
    assert "3 talenta tidak punya waktu" in page and "Pilih tenggat" in page
    assert "Belum ada yang bersertifikat" in client.get(f"/briefs/{other}/talents").text


def test_the_short_list_keeps_rank_and_features_as_shown(client, login, people, market, tx) -> None:
    login(client, people.client)
    url = f"/briefs/{market.brief}/talents"
    listed = names(client.get(url).text)
    add = f"{url}/{people.peer}/shortlist"
    assert client.post(add, data={"wanted": "1"}).status_code == 303
    assert client.post(add, data={"wanted": "1"}).status_code == 303
    page = client.get(url).text
    assert 'aria-pressed="true"' in page and "Kirim tawaran (1)" in page
    with tx():
        (row,) = clients.shortlist(market.brief)
        assert row.rank_shown == listed.index("Rizky Pratama") + 1
    assert client.post(add, data={"wanted": "0"}).status_code == 303
    assert client.post(f"{url}/{people.mentor}/shortlist", data={"wanted": "1"}).status_code == 409


def test_scope(client, login, people, market) -> None:
    url = f"/briefs/{market.brief}/talents"
    for somebody, status in (
        (people.other_client, 404), (people.other_hub_officer, 404), (people.officer, 200),
        (people.admin, 200), (people.talent, 403),
    ):  # fmt: skip
        login(client, somebody)
        assert client.get(url).status_code == status
        if status != 200:
            answer = client.post(f"{url}/{people.talent}/shortlist", data={"wanted": "1"})
            assert answer.status_code == status


def test_protected_facts_change_nothing(people, market, tx, now, crowd) -> None:
    crowd(12)
    with tx() as session:
        before = order(market.brief, market.client, now)
        session.execute(text(
            "UPDATE \"user\" SET name = 'X' || (1000 - id), language = 'en', created_at = created_at"
        ))  # fmt: skip
        for offset, person_id in enumerate(before):
            session.execute(
                text('UPDATE "user" SET birth_date = :day, region_id = :region WHERE id = :id'),
                {"day": f"{1960 + 3 * offset}-02-01", "region": 1 + offset, "id": person_id},
            )
        session.execute(text("UPDATE certificate SET holder = 'X'"))
        assert order(market.brief, market.client, now) == before


def test_better_work_stands_higher(people, market, tx, now) -> None:
    with tx() as session:
        for person_id, score, stars in (
            (people.talent, 60, [3, 3, 3]), (people.peer, 90, [5, 5, 5]), (people.outsider, 75, [4]),
        ):  # fmt: skip
            row = session.exec(
                kernel_select(WorkRecord).where(WorkRecord.person_id == person_id)
            ).one()
            row.data = {**row.data, "rubric": score, "ratings": stars, "finished": 3, "on_time": 3}
        session.flush()
        assert order(market.brief, market.client, now) == [
            people.peer, people.outsider, people.talent,
        ]  # fmt: skip


def kernel_select(model):
    from sqlmodel import select

    return select(model)


def test_a_newcomer_gets_one_of_five_places(client, login, people, market, tx, now, crowd) -> None:
    crowd(8)
    with tx() as session:
        for row in session.exec(kernel_select(WorkRecord)):
            new = row.person_id == people.talent
            row.data = {**row.data, "finished": 0 if new else 6, "on_time": 0 if new else 6,
                        "rubric": 50 if new else 90, "ratings": [] if new else [5] * 6}  # fmt: skip
    ranking.forget()
    login(client, people.client)
    page = client.get(f"/briefs/{market.brief}/talents").text
    assert len(names(page)) == 5 and names(page)[4] == "Wahyuni"
    assert page.count("Kesempatan baru") == 1
    assert "Tampilkan" in page
    assert len(names(client.get(f"/briefs/{market.brief}/talents?all=1").text)) == 11


def statements(client, url: str) -> int:
    counted = []

    def count(*args: object) -> None:
        if not str(args[2]).startswith(("BEGIN", "COMMIT", "PRAGMA")):
            counted.append(str(args[2]))

    engine = client.application.extensions["sanggar.db"].engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def test_at_most_eight_statements_however_many_talents(
    client, login, people, market, crowd, monkeypatch
) -> None:
    monkeypatch.setattr(journal, "shown", lambda *_what, **_how: None)  # the worker's part
    login(client, people.client)
    url = f"/briefs/{market.brief}/talents"
    few = statements(client, url)
    crowd(40)
    many = statements(client, url)
    assert many <= few <= 8
    assert statements(client, url) <= 4  # nothing has changed: computed once


def test_the_other_pages_are_light_too(client, login, people, market, crowd) -> None:
    crowd(5)
    login(client, people.client)
    for url in ("/briefs", f"/briefs/{market.brief}", "/briefs/work", "/talents/"):
        assert statements(client, url) <= 8, url
    login(client, people.talent)
    for url in ("/work", "/profile/work"):
        assert statements(client, url) <= 8, url
    login(client, people.officer)
    assert statements(client, "/officer/briefs") <= 8


def test_how_it_is_made_is_public(client, database) -> None:
    page = client.get("/help/ranking")
    assert page.status_code == 200 and "35 %" in page.text and "bobot tetap" in page.text


def test_ranking_needs_no_learning_library(tmp_path) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from sanggar.app import create_app; from sanggar.kernel.config import Settings;"
        f"create_app(Settings.load({{}}, mode='test', data_dir={str(tmp_path)!r}));"
        "import sanggar.ranking.views;"
        "bad = {'sklearn', 'scipy', 'skops'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_hook_register_ranking_features(app) -> None:
    from sanggar.kernel import registry

    with app.app_context():
        known = registry.current()
        core = {
            f.name for f in known.features if known.owner("features", f.name) == "sanggar.ranking"
        }
        assert {"level_fit", "rating", "price", "hours", "similar", "place"} <= core
        tracks = {t for f in known.features for t in f.tracks}
        assert {"packaging_design", "photography"} <= tracks


def test_a_feature_that_fails_is_unknown_for_everybody(
    app, monkeypatch, people, market, tx, now
) -> None:
    from dataclasses import replace

    from sanggar.ranking import candidates

    with tx():
        features = candidates.features_for("packaging_design")

        def broken(*_args: object) -> float:
            raise RuntimeError("broken")

        bad = tuple(replace(f, compute=broken) if f.name == "price" else f for f in features)
        monkeypatch.setattr(candidates, "features_for", lambda _track: bad)
        found = order(market.brief, market.client, now)
        assert len(found) == 3


def test_certificates_that_expire_leave_the_list(people, market, tx, now) -> None:
    with tx() as session:
        row = session.exec(
            kernel_select(Certificate).where(Certificate.person_id == people.talent)
        ).one()
        row.valid_until = now.date()
        session.flush()
        assert people.talent in order(market.brief, market.client, now)
        row.valid_until = now.date() - timedelta(days=1)
        session.flush()
        assert people.talent not in order(market.brief, market.client, now)


def test_the_page_of_a_closed_brief_says_so(client, login, make, tx, people, market, now) -> None:
    with tx():
        service.cancel_brief(market.brief, "Sudah tidak perlu", by=market.client, now=now)
    login(client, people.client)
    page = client.get(f"/briefs/{market.brief}/talents").text
    assert "Brief ini ditarik kembali" in page
    assert 'class="card tight"' not in page and "/edit" not in page
