"""Panels from opening to the line for the file: two rounds, drafts, who may do what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import numpy as np
import pytest
from sqlmodel import select
from tests.quality.conftest import mentor_of
from tests.support import count_sql

from sanggar import errors
from sanggar.accounts import service as accounts
from sanggar.accounts.models import User
from sanggar.assessments.models import Attempt, AttemptState, Calibration
from sanggar.kernel.access import Role
from sanggar.notifications.models import Notification
from sanggar.quality import standards, standards_pages
from sanggar.quality.models import JudgeRating, PanelJudge, PanelMethod, PanelState, StandardPanel
from sanggar.quality.own_data import export_person
from sanggar.quality.standards_accuracy import accuracy_of

LIST = "/quality/standards"
NEW = f"{LIST}/new/photography/theory"


@pytest.fixture
def panel(tx, people, second, track, now) -> int:
    """An Angoff panel of the two mentors for the theory exam."""
    with tx():
        return standards.start(
            mentor_of(people.mentor), "photography", "theory", PanelMethod.ANGOFF, [second], now
        )


def items(tx, panel: int) -> list[str]:
    with tx() as session:
        found = session.get(StandardPanel, panel)
        return [item["id"] for item in found.items]


def values(names: list[str], start: int = 60) -> dict[str, int]:
    return {name: start + n for n, name in enumerate(names)}


def hand_in(tx, panel: int, person: int, found: dict[str, int], now) -> None:
    with tx():
        standards.save(mentor_of(person), panel, found, now, done=True)


@pytest.fixture
def exam_sat(remembered, second, sat) -> None:
    """60 people have sat the exam."""
    remembered(lambda: sat(60))


@pytest.fixture
def closed(tx, people, second, panel, now) -> int:
    """The panel after both rounds."""
    names = items(tx, panel)
    hand_in(tx, panel, people.mentor, values(names, 60), now)
    hand_in(tx, panel, second, values(names, 70), now)
    with tx():
        standards.second_round(mentor_of(people.mentor), panel, now)
    hand_in(tx, panel, people.mentor, values(names, 62), now)
    hand_in(tx, panel, second, values(names, 66), now)
    with tx():
        standards.close(mentor_of(people.mentor), panel, now)
    return panel


def test_a_panel_has_a_sample_that_follows_the_blueprint(tx, people, panel, track) -> None:
    names = items(tx, panel)
    assert len(names) == len(set(names)) == 20
    units = [track.items_by_id[name].area for name in names]
    assert units == ["PHO-01"] * 10 + ["PHO-02"] * 10
    with tx() as session:
        assert len(session.exec(select(PanelJudge)).all()) == 2


def test_an_invited_judge_is_told_once_and_in_their_language(
    tx, people, second, track, client, login, now
) -> None:
    with tx() as session:
        session.get(User, second).language = "en"

    def invite() -> int:
        by = mentor_of(people.mentor)
        return standards.start(by, "photography", "theory", PanelMethod.ANGOFF, [second], now)

    with tx():
        made = invite()
    with tx(), pytest.raises(errors.Conflict):
        invite()
    with tx() as session:
        rows = session.exec(select(Notification).where(Notification.kind == "judging")).all()
        assert [(row.person_id, row.subject) for row in rows] == [
            (second, "Your judgement is asked for")
        ]
        url = rows[0].url
    assert url == f"{LIST}/{made}"
    assert login(client, second).get(url).status_code == 200


def test_opening_needs_colleagues_of_the_track_and_one_panel_at_a_time(
    tx, people, second, panel, now
) -> None:
    me = mentor_of(people.mentor)
    with tx(), pytest.raises(errors.Conflict):
        standards.start(me, "photography", "theory", PanelMethod.ANGOFF, [second], now)
    with tx(), pytest.raises(errors.Invalid):
        standards.start(me, "photography", "light-check", PanelMethod.ANGOFF, [], now)
    with tx(), pytest.raises(errors.Invalid):
        standards.start(me, "photography", "light-check", PanelMethod.ANGOFF, [people.peer], now)
    with tx(), pytest.raises(errors.Invalid):
        standards.start(me, "photography", "light-check", PanelMethod.BOOKMARK, [second], now)
    with tx(), pytest.raises(errors.NotFound):
        standards.start(mentor_of(second, "packaging_design"), "photography", "theory", PanelMethod.ANGOFF, [second], now)  # fmt: skip


def test_a_draft_keeps_gaps_and_a_sheet_that_is_handed_in_has_none(tx, people, panel, now) -> None:
    me, names = mentor_of(people.mentor), items(tx, panel)
    with tx() as session:
        standards.save(me, panel, {names[0]: 40, names[1]: 50}, now, done=False)
        standards.save(me, panel, {names[1]: 55, "of-another-form": 3}, now, done=False)
        rows = session.exec(select(JudgeRating)).all()
        assert [(row.item_id, row.value) for row in rows] == [(names[1], 55)]
    with tx(), pytest.raises(errors.Invalid) as refused:
        standards.save(me, panel, {names[1]: 101}, now, done=True)
    assert len(refused.value.fields) == 20
    with tx() as session:
        assert session.exec(select(JudgeRating)).one().value == 55


def test_saving_a_draft_takes_a_sheet_back(tx, people, panel, now) -> None:
    found = values(items(tx, panel))
    hand_in(tx, panel, people.mentor, found, now)
    hand_in(tx, panel, people.mentor, found, now)
    with tx() as session:
        assert len(session.exec(select(JudgeRating)).all()) == 20
        standards.save(mentor_of(people.mentor), panel, found, now, done=False)
        judges = session.exec(select(PanelJudge)).all()
        assert [judge.first_at for judge in judges] == [None, None]


def test_the_second_round_waits_for_two_sheets_and_shows_the_others(
    tx, people, second, panel, now, sat
) -> None:
    sat(30)
    me, names = mentor_of(people.mentor), items(tx, panel)
    hand_in(tx, panel, people.mentor, values(names, 60), now)
    with tx(), pytest.raises(errors.Conflict):
        standards.second_round(me, panel, now)
    with tx():
        assert standards_pages.sheet(mentor_of(second), panel).questions[0].others is None
    hand_in(tx, panel, second, values(names, 70), now)
    with tx(), pytest.raises(errors.Forbidden):
        standards.second_round(mentor_of(second), panel, now)
    with tx():
        standards.second_round(me, panel, now)
    with tx(), pytest.raises(errors.Conflict):
        standards.second_round(me, panel, now)
    with tx():
        sheet = standards_pages.sheet(me, panel)
    first = sheet.questions[0]
    assert (sheet.second, first.value, first.others) == (True, "60", 70.0)
    asked = [q.facility for q in sheet.questions if q.facility is not None]
    assert asked and all(0 < value < 100 for value in asked)


def test_a_sheet_that_was_not_handed_in_is_shown_to_nobody(tx, people, second, track, now) -> None:
    with tx():
        accounts.grant(people.client, Role.MENTOR, track="photography", by_id=people.admin, now=now)
        panel = standards.start(
            mentor_of(people.mentor), "photography", "theory", PanelMethod.ANGOFF,
            [second, people.client], now,
        )  # fmt: skip
    names = items(tx, panel)
    hand_in(tx, panel, people.mentor, values(names, 60), now)
    hand_in(tx, panel, second, values(names, 70), now)
    with tx():
        draft = dict.fromkeys(names, 5)
        standards.save(mentor_of(people.client), panel, draft, now, done=False)
        standards.second_round(mentor_of(people.mentor), panel, now)
    with tx():
        sheet = standards_pages.sheet(mentor_of(people.mentor), panel)
        assert [one.others for one in sheet.questions] == list(values(names, 70).values())


def test_closing_gives_the_cut_with_its_error_and_what_it_would_mean(tx, exam_sat, closed) -> None:
    with tx() as session:
        panel = session.get(StandardPanel, closed)
    found = panel.result
    assert (panel.state, panel.open_key) == (PanelState.CLOSED, None)
    assert found["cut"] == pytest.approx(64 + 9.5)
    assert found["se"] == pytest.approx(2.0), "half the distance of two judges"
    assert found["rounds"]["first"] == pytest.approx(0.745)
    assert found["rounds"]["sd_second"] < found["rounds"]["sd_first"]
    assert [judge["agreement"] for judge in found["judges"]] == pytest.approx([1.0, 1.0])
    passing = found["passing"]
    assert passing["attempts"] == 60
    assert passing["lower"] >= passing["at"] >= passing["higher"]
    decisions = found["decisions"]
    assert decisions["method"] == "livingston_lewis" and decisions["cut"] == 74
    assert 0.5 < decisions["consistency"] <= decisions["accuracy"] < 1


def test_a_closed_panel_stays_as_it_is_and_makes_room_for_another(
    tx, people, second, closed, now
) -> None:
    me = mentor_of(people.mentor)
    with tx(), pytest.raises(errors.Conflict):
        standards.close(me, closed, now)
    with tx(), pytest.raises(errors.Conflict):
        standards.cancel(me, closed, now)
    with tx(), pytest.raises(errors.Conflict):
        standards.save(me, closed, {}, now, done=False)
    with tx():
        again = standards.start(me, "photography", "theory", PanelMethod.ANGOFF, [second], now)
        assert again != closed


def test_nothing_changes_the_exam_and_the_page_names_the_line(
    client, login, people, exam_sat, closed, track
) -> None:
    login(client, people.mentor)
    page = client.get(f"{LIST}/{closed}").text
    assert "pass: {total: 74, each_unit: 50}" in page
    assert "assessments/theory.yaml" in page
    assert "73,5 %" in page and "<desc" in page
    assert track.assessments[0].pass_rules.total == 70


@pytest.fixture
def calibrated(tx, track, now) -> None:
    with tx() as session:
        for n, item in enumerate(track.items):
            session.add(Calibration(
                track="photography", item_id=item.id, item_version="v1", model="2pl",
                a=1.0 + n % 3 / 5, b=-2 + n / 8, answers=400, at=now - timedelta(days=2),
            ))  # fmt: skip


def test_a_bookmark_panel_goes_from_easy_to_hard(tx, people, second, calibrated, now) -> None:
    me = mentor_of(people.mentor)
    with tx():
        made = standards.start(me, "photography", "theory", PanelMethod.BOOKMARK, [second], now)
    with tx() as session:
        places = [item["place"] for item in session.get(StandardPanel, made).items]
    assert len(places) == 30 and places == sorted(places)
    for page, person in ((10, people.mentor), (14, second)):
        hand_in(tx, made, person, {"": page}, now)
    with tx():
        standards.second_round(me, made, now)
        assert standards_pages.sheet(me, made).others_pages == [14]
    for page, person in ((11, people.mentor), (13, second)):
        hand_in(tx, made, person, {"": page}, now)
    with tx():
        standards.close(me, made, now)
    with tx() as session:
        found = session.get(StandardPanel, made).result
    assert found["theta"] == pytest.approx((places[10] + places[12]) / 2)
    low, high = sorted(judge["cut"] for judge in found["judges"])
    assert 0 < low < found["cut"] < high < 100
    assert found["se"] == pytest.approx((high - low) / 2, rel=0.1)
    assert found["passing"] is None


def test_bookmarks_lie_within_the_booklet(tx, people, second, calibrated, now) -> None:
    me = mentor_of(people.mentor)
    with tx():
        made = standards.start(me, "photography", "theory", PanelMethod.BOOKMARK, [second], now)
    for page in (0, 31):
        with tx(), pytest.raises(errors.Invalid):
            standards.save(me, made, {"": page}, now, done=False)


# -- pages -----------------------------------------------------------------------------------------


def test_a_mentor_opens_a_panel_and_judges_without_scripts(
    tx, client, login, people, second, track
) -> None:
    login(client, people.mentor)
    assert client.post(NEW, data={"method": "angoff"}).status_code == 422
    assert client.post(NEW, data={"method": "angoff", "colleagues": ["999999"]}).status_code == 422
    made = client.post(NEW, data={"method": "angoff", "colleagues": [str(second)]})
    assert made.status_code == 303
    url = made.location
    assert (
        client.post(NEW, data={"method": "angoff", "colleagues": [str(second)]}).status_code == 409
    )
    panel = int(url.rsplit("/", 1)[1])
    names = items(tx, panel)
    shown = client.get(f"{url}/sheet").text
    assert "Kunci" in shown and names[0] in shown, "judges own the bank: keys are shown"
    draft = client.post(f"{url}/sheet", data={f"item-{names[0]}": "55", "action": "draft"})
    assert draft.status_code == 303
    assert 'value="55"' in client.get(f"{url}/sheet").text
    typed = {f"item-{name}": "70" for name in names} | {f"item-{names[1]}": "banyak"}
    refused = client.post(f"{url}/sheet", data={**typed, "action": "done"})
    assert refused.status_code == 422
    assert 'value="banyak"' in refused.text and "Tulis bilangan bulat" in refused.text
    typed[f"item-{names[1]}"] = "65 %"
    done = client.post(f"{url}/sheet", data={**typed, "action": "done"}, follow_redirects=True)
    assert "Lembar Anda sudah diserahkan" in done.text
    assert client.post(f"{url}/second").status_code == 409
    login(client, second)
    assert "menunggu lembar Anda" in client.get(LIST).text
    assert client.post(f"{url}/cancel").status_code == 403


def test_the_second_sheet_and_the_steps_by_pages(
    client, login, people, second, panel, tx, now
) -> None:
    names, url = items(tx, panel), f"{LIST}/{panel}"
    typed = {f"item-{name}": "70" for name in names} | {"action": "done"}
    for person in (second, people.mentor):
        login(client, person)
        assert client.post(f"{url}/sheet", data=typed).status_code == 303
    assert "Mulai putaran kedua" in client.get(url).text
    assert client.post(f"{url}/second").status_code == 303
    assert "rata-rata juri lain: 70" in client.get(f"{url}/sheet").text
    for person in (second, people.mentor):
        login(client, person)
        assert client.post(f"{url}/sheet", data=typed).status_code == 303
    assert client.post(f"{url}/close").status_code == 303
    page = client.get(url).text
    assert "pass: {total: 70" in page and "Belum ada yang menempuh ujian ini" in page
    assert client.get(f"{url}/sheet").location == url


def test_mentors_of_other_tracks_and_mentors_who_do_not_judge(
    tx, client, login, people, panel, track
) -> None:
    login(client, people.admin)
    assert client.get(f"{LIST}/{panel}").status_code == 403
    with tx(), pytest.raises(errors.NotFound):
        standards_pages.panel_page(mentor_of(people.client, "packaging_design"), panel)
    with tx(), pytest.raises(errors.Forbidden):
        standards_pages.sheet(mentor_of(people.client), panel)


def test_a_cancelled_panel_has_no_result(client, login, people, panel) -> None:
    login(client, people.mentor)
    assert client.post(f"{LIST}/{panel}/cancel").status_code == 303
    assert "Ditutup tanpa hasil" in client.get(f"{LIST}/{panel}").text
    assert "ditutup tanpa hasil" in client.get(LIST).text


def test_pages_of_panels_cost_few_statements(app, client, login, people, panel, closed) -> None:
    login(client, people.mentor)
    for url in (LIST, NEW, f"{LIST}/{closed}"):
        with count_sql(app) as statements:
            assert client.get(url).status_code == 200
        assert len(statements) <= 8, (url, statements)


def test_the_sheet_costs_few_statements(app, client, login, people, panel) -> None:
    login(client, people.mentor)
    with count_sql(app) as statements:
        assert client.get(f"{LIST}/{panel}/sheet").status_code == 200
    assert len(statements) <= 8, statements


def test_adaptive_attempts_are_judged_by_their_abilities(tx, people, track, now) -> None:
    rng = np.random.default_rng(5)
    with tx() as session:
        for n in range(80):
            at, theta = now - timedelta(hours=n), float(rng.normal(0.4, 0.9))
            session.add(Attempt(
                person_id=people.peer, track="photography", assessment="theory", seed=str(n),
                token=str(n), size=20, started_at=at, deadline=at, submitted_at=at, decided_at=at,
                state=AttemptState.DECIDED, pass_total=70, selection="adaptive", ability=theta,
                ability_error=0.3, score=100 / (1 + float(np.exp(-theta))), passed=theta > 0.85,
            ))  # fmt: skip
    with tx():
        found = accuracy_of("photography", "theory")
        strict = accuracy_of("photography", "theory", cut=99)
        assert accuracy_of("photography", "light-check") is None
    assert found and strict
    assert (found.method, found.attempts, found.cut) == ("rudner", 80, 70)
    assert 0.85 < found.accuracy < 0.97 and found.consistency < found.accuracy
    assert strict.accuracy > found.accuracy, "far from everybody nobody is decided wrongly"


def test_a_judge_takes_along_what_they_said_and_nothing_of_others(
    tx, people, second, closed
) -> None:
    with tx():
        sheets = export_person(second)["panel_sheets"]
        assert not any(export_person(people.client).values())
    assert len(sheets) == 2 * 20
    assert {row["value"] for row in sheets if row["round"] == 1} == set(range(70, 90))


def test_two_clicks_at_once_open_one_panel_and_keep_one_sheet(
    app, tx, login, client, people, second, track
) -> None:
    barrier = Barrier(2)

    def send(url: str, data: dict) -> int:
        visitor = login(app.test_client(), people.mentor)
        barrier.wait()
        return visitor.post(url, data=data).status_code

    def twice(url: str, data: dict) -> list[int]:
        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(lambda _n: send(url, data), range(2)))

    assert twice(NEW, {"method": "angoff", "colleagues": [str(second)]}) == [303, 409]
    with tx() as session:
        panel = session.exec(select(StandardPanel)).one()
        names = [item["id"] for item in panel.items]
    typed = {f"item-{name}": "70" for name in names} | {"action": "done"}
    assert twice(f"{LIST}/{panel.id}/sheet", typed) == [303, 303]
    with tx() as session:
        assert len(session.exec(select(JudgeRating)).all()) == len(names)
