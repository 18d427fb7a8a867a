"""Reports on markers: what is counted, who sees whom, and that nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select
from tests.quality.conftest import mentor_of
from tests.support import count_sql

from sanggar import clock, errors
from sanggar.assessments import queries as assessments
from sanggar.assessments.models import Submission
from sanggar.catalogue import queries as catalogue
from sanggar.kernel.access import Principal, Role
from sanggar.quality import markers, markers_report
from sanggar.quality.models import MarkerReport
from sanggar.quality.own_data import export_person

PAGE = "/quality/markers/photography"


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markers_report, "RESAMPLES", 40)


@pytest.fixture
def counted(remembered, tx, mark, people) -> list[int]:
    def count() -> list[int]:
        works = mark(45, anchors=9, waiting=3)
        with tx():
            markers.measure_track("photography", "2026-11")
        return works

    return remembered(count)


def stored(tx) -> dict:
    with tx() as session:
        rows = session.exec(select(MarkerReport)).all()
        assert len(rows) == 1
        return rows[0].data["assignments"][0]


def test_severity_agreement_and_anchors_are_counted(tx, people, second, counted) -> None:
    found = stored(tx)
    assert (found["works"], found["twice"], found["why"]) == (45, 45, "")
    order = [row["id"] for row in found["severity"]["markers"]]
    assert order == [people.mentor, second, people.admin], "lenient to severe"
    points = [row["points"] for row in found["severity"]["markers"]]
    assert points[0] > 4 > -4 > points[2]
    assert all(0 < row["se"] < 0.6 for row in found["severity"]["markers"])
    agreement = found["agreement"]
    assert 0 < agreement["exact"] < agreement["adjacent"] <= 1
    assert agreement["icc"]["one"] < agreement["icc"]["mean"]
    assert {row["id"] for row in agreement["criteria"]} == {"technical", "light", "notes"}
    assert all(row["low"] < row["alpha"] < row["high"] for row in agreement["criteria"])
    assert sum(pair["works"] for pair in agreement["pairs"]) == 36 + 3 * 9
    anchors = {row["id"]: row for row in found["anchors"]}
    assert sum(row["works"] for row in anchors.values()) == 9
    assert anchors[people.admin]["gap"] < anchors[people.mentor]["gap"]


def test_fair_totals_help_the_works_of_severe_markers(tx, people, second, counted) -> None:
    rows = stored(tx)["fair"]
    assert len(rows) == 42, "work that is not decided yet is not shown"
    severe = [r for r in rows if r["markers"] == sorted((second, people.admin))]
    lenient = [r for r in rows if r["markers"] == sorted((people.mentor, second))]
    assert (
        min(r["fair"] - r["raw"] for r in severe) > 0 > max(r["fair"] - r["raw"] for r in lenient)
    )


def test_counting_again_overwrites_the_month_and_changes_no_decision(tx, people, counted) -> None:
    def totals() -> list:
        with tx() as session:
            return [(s.total, s.state, s.decision) for s in session.exec(select(Submission)).all()]

    before, first = totals(), stored(tx)
    with tx():
        markers.measure_track("photography", "2026-11")
    assert stored(tx) == first
    assert totals() == before


def test_a_report_of_the_month_before_counts_until_its_end(tx, mark, people) -> None:
    mark(45)
    with tx():
        markers.measure_markers()
    with tx() as session:
        rows = session.exec(select(MarkerReport).where(MarkerReport.track == "photography")).all()
        assert [row.month for row in rows] == ["2026-10"]
        data = rows[0].data
    assert datetime.fromisoformat(data["until"]) == datetime(2026, 11, 1, tzinfo=clock.WIB)
    # works were marked on each of the 45 days before 21 November: 20 of them fell into November
    assert data["assignments"][0]["works"] == 25
    assert data["assignments"][0]["this_month"] == 50


def test_few_works_are_said_in_words(tx, mark, people, client, login) -> None:
    mark(6)
    login(client, people.mentor)
    assert client.post(f"{PAGE}/count").status_code == 303
    page = client.get(PAGE).text
    assert "paling sedikit 10 karya" in page
    assert "paling sedikit 20 karya" in page
    assert "<svg viewBox" not in page


def test_nobody_is_compared_without_common_works(tx, mark, people, second) -> None:
    ratings = []
    with tx():
        mark(45)
        owner = catalogue.track("photography")
        for rating in assessments.ratings("photography"):
            mine = replace(rating, submission_id=1000 * rating.marker_id + rating.submission_id)
            ratings.append(mine)
    found = markers_report.severities(owner.assignments[0], {r.submission_id: [r] for r in ratings})
    assert (found["severity"], found["why"]) == (None, "apart")
    assert len(found["groups"]) == 3


def test_the_largest_group_is_compared(tx, mark, people, second) -> None:
    mark(45, teams=((0, 1), (0, 1), (2,)))
    with tx():
        markers.measure_track("photography", "2026-11")
    found = stored(tx)
    assert sorted(map(sorted, found["groups"])) == [[people.mentor, second], [people.admin]]
    assert [row["id"] for row in found["severity"]["markers"]] == [people.mentor, second]


def test_a_mentor_sees_their_own_name_and_numbers(client, login, people, counted) -> None:
    login(client, people.mentor)
    page = client.get(PAGE).text
    assert "Rina Wulandari, S.Ds. (Anda)" in page
    assert "Penilai 1" in page and "Penilai 2" in page
    assert "Bagus Setiawan" not in page and "Galih" not in page
    assert "<title" in page and "<desc" in page


def test_admins_and_officers_see_names(client, login, people, counted) -> None:
    for person in (people.admin, people.officer):
        page = login(client, person).get(PAGE).text
        assert "Rina Wulandari" in page and "Bagus Setiawan" in page
        assert "Penilai 1" not in page


def test_works_of_other_hubs_are_not_an_officers_to_see(client, login, people, counted) -> None:
    own = login(client, people.officer).get(PAGE).text
    assert "Rizky Pratama" in own
    other = login(client, people.other_hub_officer).get(PAGE).text
    assert "Rina Wulandari" in other  # who marks is known to all officers
    assert "Rizky Pratama" not in other


def test_mentors_of_other_tracks_see_nothing(tx, client, login, people, now, counted) -> None:
    stranger = mentor_of(people.client, "packaging_design")
    with tx(), pytest.raises(errors.NotFound):
        markers.page(stranger, "photography")
    with tx(), pytest.raises(errors.NotFound):
        markers.ask(stranger, "photography", now)
    login(client, people.mentor)
    assert client.get("/quality/markers/packaging_design").status_code == 404
    listed = client.get("/quality/markers").text
    assert "Fotografi" in listed and "packaging_design" not in listed


def test_anchors_still_to_be_marked_are_not_listed(tx, people, counted) -> None:
    someone = mentor_of(people.client)  # has marked nothing
    with tx():
        shown = markers.page(someone, "photography").parts[0].fair
        everything = markers.page(Principal(people.admin, "Galih", frozenset({Role.ADMIN})), "photography")  # fmt: skip
    assert len(everything.parts[0].fair) == markers.MOST_WORKS
    assert len(shown) == 42 - 9
    assert not any(work["anchor"] for work in shown)


def test_asking_twice_counts_once(tx, client, login, people, mark) -> None:
    mark(6)
    login(client, people.mentor)
    first = client.post(f"{PAGE}/count", follow_redirects=True).text
    again = client.post(f"{PAGE}/count", follow_redirects=True).text
    assert "sedang dihitung" in first and "baru saja dihitung" in again


def test_months_can_be_chosen_and_unknown_ones_are_no_page(
    tx, client, login, people, counted
) -> None:
    with tx():
        markers.measure_track("photography", "2026-10")
    login(client, people.mentor)
    assert "Nov 2026" in client.get(PAGE).text
    assert "Laporan Okt 2026" in client.get(f"{PAGE}?month=2026-10").text
    assert client.get(f"{PAGE}?month=2020-01").status_code == 404
    assert client.get(f"{PAGE}?month=x%00y").status_code == 404


def test_pages_cost_few_statements(app, client, login, people, counted) -> None:
    login(client, people.mentor)
    for url in ("/quality/markers", PAGE):
        with count_sql(app) as statements:
            assert client.get(url).status_code == 200
        assert len(statements) <= 8, statements


def test_months_end_where_the_next_begins() -> None:
    assert markers.end_of("2026-12") == datetime(2027, 1, 1, tzinfo=clock.WIB)
    assert markers.month_of(markers.end_of("2026-11") - timedelta(seconds=1)) == "2026-11"


def test_a_marker_takes_along_their_own_rows(tx, people, second, counted) -> None:
    with tx():
        rows = export_person(second)["marker_reports"]
    assert [row["month"] for row in rows] == ["2026-11"]
    assert [row["id"] for row in rows[0]["severity"]] == [second]
    assert {row["id"] for row in rows[0]["anchors"]} <= {second}


def test_all_tracks_are_counted_in_one_transaction_for_the_demo(tx, mark, now) -> None:
    mark(12)
    with tx():
        markers.measure_all("2026-11", now)
    with tx() as session:
        rows = {
            row.track: row.data["assignments"] for row in session.exec(select(MarkerReport)).all()
        }
    assert rows["photography"][0]["twice"] == 12
    assert len(rows) > 1 and not rows["packaging_design"]
