"""The pages: planning, comparing without scripts, progress, the order and its advice."""

from __future__ import annotations

import re

import pytest
from tests.support import count_sql

from sanggar.assessments import queries as assessments
from sanggar.assessments.models import SubmissionFile
from sanggar.comparison import service
from sanggar.comparison.models import ComparisonRound
from sanggar.kernel import db

from .conftest import TRACK, judge_all, mentor


@pytest.fixture
def me(client, login, judges):
    return login(client, judges[0])


def pair_of(page) -> int:
    """Return the pair that a compare page asks about."""
    return int(re.search(r'action="/comparisons/pairs/(\d+)"', page.text)[1])


def ticked(page: str) -> int:
    """Return how many boxes are ticked."""
    return len(re.findall(r"<input[^>]* checked", page))


def form(works, judges, **more: object) -> dict[str, object]:
    values = {"title": "Desember", "works": works, "judges": judges, "reliability": "0.80", "each": "5"}  # fmt: skip
    return {**values, **more}


def test_a_round_from_plan_to_close_by_plain_forms(me, works, judges, ref, unmeasured) -> None:
    assert "Belum ada putaran" in me.get("/comparisons").text
    assert f"/comparisons/new/{TRACK}/{ref}" in me.get("/comparisons/new").text
    page = me.get(f"/comparisons/new/{TRACK}/{ref}").text
    assert page.count('name="works"') == 6 and ticked(page) == 7
    made = me.post(f"/comparisons/new/{TRACK}/{ref}", data=form(works, judges))
    assert made.status_code == 303
    here = made.location
    again = me.post(f"/comparisons/new/{TRACK}/{ref}", data=form(works, judges))
    assert again.location == here
    assert "direncanakan" in me.get("/comparisons").text
    assert me.get(f"{here}/compare").location == here  # not open yet
    assert me.post(f"{here}/open").status_code == 303
    assert "menunggu Anda" in me.get("/comparisons").text

    asked = me.post(f"{here}/next")
    assert asked.location == f"{here}/compare"
    page = me.get(asked.location)
    assert "Mana yang lebih baik untuk brief ini?" in page.text
    assert len(re.findall(r"catatan \d", page.text)) == 2, "both notes stand on the page"
    key = pair_of(page)
    for answer in ("left", "right"):  # the second is an impatient finger
        decided = me.post(f"/comparisons/pairs/{key}", data={"better": answer})
        assert decided.location == f"{here}/compare"
    assert pair_of(me.get(f"{here}/compare")) != key
    assert me.post(f"/comparisons/pairs/{key + 1}", data={"better": "?"}).status_code == 422
    page = me.get(here).text
    assert "1 perbandingan" in page and "Lanjutkan membandingkan" in page
    assert me.post(f"{here}/close").status_code == 303
    late = me.post(f"/comparisons/pairs/{key + 1}", data={"better": "left"}, follow_redirects=True)
    assert "sudah ditutup sementara itu" in late.text
    assert "Ditutup secara manual" in me.get(here).text


def test_a_wrong_plan_is_shown_again_with_what_was_typed(me, works, judges, ref) -> None:
    address = f"/comparisons/new/{TRACK}/{ref}"
    wrong = me.post(address, data=form(works[:2], judges, each="5"))
    assert wrong.status_code == 422
    assert 'value="Desember"' in wrong.text and ticked(wrong.text) == 5
    assert "Pilih 3 sampai 100 karya." in wrong.text
    none = me.post(address, data=form([], [], title="", each="banyak"))
    assert none.status_code == 422
    for words in ("Centang setidaknya satu", "Beri putaran ini nama", "Tulis bilangan bulat"):
        assert words in none.text
    strange = me.post(address, data=form([*works, "x", "99999999999"], judges))
    assert strange.status_code == 422


def test_only_its_judge_answers_a_pair_and_only_the_maker_closes(
    client, login, people, plan, tx, now
) -> None:
    by = mentor(people.mentor)
    with tx():
        made = service.plan_round(plan(judges=[people.mentor], each=3), by=by, now=now)
        service.open_round(made, by=by, now=now)
        key = service.next_pair(made, by=by, now=now)
    login(client, people.other_mentor)  # of the track, but no judge of this round
    assert client.get(f"/comparisons/{made}").status_code == 200
    assert client.post(f"/comparisons/{made}/next").status_code == 404
    assert client.post(f"/comparisons/pairs/{key}", data={"better": "left"}).status_code == 404
    assert client.post(f"/comparisons/{made}/close").status_code == 403
    login(client, people.mentor)
    assert client.get("/comparisons/new/packaging_design/label").status_code == 404
    assert client.get(f"/comparisons/new/{TRACK}/nothing").status_code == 404


def test_another_track_s_round_is_not_there(me, tx, plan, judges, people, now, login) -> None:
    with tx() as session:
        made = service.plan_round(plan(), by=mentor(judges[0]), now=now)
        session.get_one(ComparisonRound, made).track = "digital_marketing"
    for address in (f"/comparisons/{made}", f"/comparisons/{made}/compare"):
        assert me.get(address).status_code == 404
    for action in ("open", "close", "next"):
        assert me.post(f"/comparisons/{made}/{action}").status_code == 404
    assert f"/comparisons/{made}" not in me.get("/comparisons").text


def test_judges_see_the_order_only_when_the_round_is_closed(
    me, tx, open_round, judges, now, unmeasured
) -> None:
    for judge in judges:
        judge_all(tx, open_round, judge, now, most=6)
    with tx():
        row = db.get(ComparisonRound, open_round)
        row.each = 30  # far from the stop rule
        service.measure(open_round, now)
    page = me.get(f"/comparisons/{open_round}").text
    assert "urutannya ditampilkan setelah putaran ditutup" in page
    assert '<svg class="scale"' not in page and "Wahyuni" not in page
    me.post(f"/comparisons/{open_round}/close")
    page = me.get(f"/comparisons/{open_round}").text
    assert '<svg class="scale"' in page and page.count('class="dot"') == 6
    assert "Wahyuni" in page and "kesesuaian kedua paruh" in page


def test_advice_stands_beside_the_rubric_and_changes_nothing(
    me, tx, open_round, works, judges, now
) -> None:
    for judge in judges:
        judge_all(tx, open_round, judge, now)
    page = me.get(f"/comparisons/{open_round}").text
    rows = re.findall(r'<tr><td class="n">\d.*?</tr>', page)
    assert len(rows) == 6
    cells = [re.findall(r'<td class="n">(.*?)</td>', row) for row in rows]
    assert [row[4] for row in cells] == ["90", "–", "70", "–", "55", "–"]
    advised = [int(row[3].split(" ± ")[0]) for row in cells]
    assert advised == sorted(advised, reverse=True)
    assert "hanya nilai menurut rubrik yang memutuskan" in page
    with tx():
        assert assessments.shown(works)[works[0]].total is None


def test_a_secret_anchor_keeps_its_mark(me, tx, open_round, works, judges, now, monkeypatch) -> None:  # fmt: skip
    for judge in judges:
        judge_all(tx, open_round, judge, now)
    monkeypatch.setattr(
        "sanggar.assessments.queries.undisclosed", lambda _person, _track: frozenset({works[5]})
    )
    first = re.search(r'<tr><td class="n">1</td>.*?</tr>', me.get(f"/comparisons/{open_round}").text)[0]  # fmt: skip
    assert first.endswith('<td class="n">–</td></tr>')


def test_misfit_is_a_question_for_the_maker_and_the_judge_only(
    app, login, tx, open_round, judges, now, unmeasured
) -> None:
    for judge in judges:
        judge_all(tx, open_round, judge, now, most=8)
    with tx():
        service.close_round(open_round, by=mentor(judges[0]), now=now)
    with tx() as session:
        row = session.get_one(ComparisonRound, open_round)
        kept = {**row.scale}
        kept["judges"] = [
            [name, count, 1.9 if name == str(judges[1]) else 1.0, 3.0 if name == str(judges[1]) else 0.0]
            for name, count, _infit, _z in kept["judges"]
        ]  # fmt: skip
        row.scale = kept
    words = "Ini pertanyaan, bukan putusan"
    told = [words in login(app.test_client(), judge).get(f"/comparisons/{open_round}").text for judge in judges]  # fmt: skip
    assert told == [True, True, False]


def test_pages_ask_little_of_the_database(app, me, tx, open_round, judges, now, works) -> None:
    with tx() as session:
        for work in works:
            for n in range(3):
                session.add(
                    SubmissionFile(
                        submission_id=work, name=f"wahyuni-{n}.jpg", sha256=f"{work:032}{n:032}",
                        size=900, kind="jpg", media_type="image/jpeg", width=10, height=10,
                        public_sha256="a" * 64, thumb_sha256="b" * 64, uploaded_at=now,
                    )
                )  # fmt: skip
    me.post(f"/comparisons/{open_round}/next")
    with count_sql(app) as statements:
        page = me.get(f"/comparisons/{open_round}/compare").text
    assert len(statements) <= 8, statements
    assert page.count("<img") == 6
    assert "wahyuni" not in page, "names of files may name their maker"
    for judge in judges:
        judge_all(tx, open_round, judge, now)
    for address in ("", "/new", f"/{open_round}"):
        with count_sql(app) as statements:
            assert me.get(f"/comparisons{address}").status_code == 200
        assert len(statements) <= 8, (address, statements)


def test_the_last_pair_leads_to_thanks(me, tx, open_round, judges, now, unmeasured) -> None:
    judge_all(tx, open_round, judges[0], now, most=14)
    page = me.get(me.post(f"/comparisons/{open_round}/next").location)
    done = me.post(f"/comparisons/pairs/{pair_of(page)}", data={"better": "left"})
    assert done.location == f"/comparisons/{open_round}"
    assert "semua pasangan yang dapat Anda nilai" in me.get(done.location).text


def test_english_pages_are_english(me, open_round) -> None:
    me.set_cookie("lang", "en")
    me.post(f"/comparisons/{open_round}/next")
    page = me.get(f"/comparisons/{open_round}/compare").text
    assert "Which one is better for this brief?" in page and "Left is better" in page
    assert "The round may stop when" in me.get(f"/comparisons/{open_round}").text
