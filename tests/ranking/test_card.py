"""The model card: readable at every stage, light, and for staff only."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
from sqlalchemy import event

from sanggar.kernel import db
from sanggar.rankers.additive import Curve
from sanggar.ranking import card_charts, lessons, training, trial, turns
from sanggar.ranking.models import RankingReport

URL = "/ranking/model"


def statements(client, url: str) -> int:
    counted = []

    def count(*args: object) -> None:
        if not str(args[2]).startswith(("BEGIN", "COMMIT", "PRAGMA")):
            counted.append(args[2])

    engine = client.application.extensions["sanggar.db"].engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


@pytest.fixture
def learned(tx, simulated, now, monkeypatch) -> str:
    """A model that serves and a report of last night."""
    monkeypatch.setattr(training, "STEPS", 8)
    with tx():
        data = lessons.dataset(simulated.offers(150))
        made = trial.learn(data)
        place = {
            "propensity": [1.0, 0.5, 0.3], "switches": {
                "packaging_design/label": {"on": True, "gain": 0.02, "low": 0.01, "high": 0.03,
                                           "lists": 40, "reason": ""},
            },
        }  # fmt: skip
        found = replace(made.found, decision="serve", ships=True, position=place)
        row = turns.keep(replace(made, found=found), now)
        drift = {"rows": 250, "features": {"price": 0.31, "hours": 0.12, "load": 0.01}}
        db.add(RankingReport(at=now, data={
            "found": asdict(found), "contents": made.card["data"], "drift": drift, "new": True,
        }))  # fmt: skip
        return row.version


def test_before_the_first_night_the_card_says_so(client, login, people) -> None:
    login(client, people.officer)
    page = client.get(URL).text
    assert "Bobot tetap" in page and "malam pertama masih akan datang" in page
    client.set_cookie("lang", "en")
    assert "the first night is still to come" in client.get(URL).text


def test_with_too_little_to_learn_from_it_says_how_much_is_missing(tx, client, login, people, now) -> None:  # fmt: skip
    with tx():
        found = training.evaluate(lessons.dataset([]))
        db.add(RankingReport(at=now, data={
            "found": asdict(found), "drift": {"rows": 3, "features": {}}, "new": True,
            "contents": {"rows": 0, "decided": 0, "well": 0, "briefs": 0, "logged": 0,
                         "showings": 0, "clicks": 0, "grades": {}, "first": "", "last": "",
                         "missing": {}},
        }))  # fmt: skip
    login(client, people.province)
    page = client.get(URL).text
    assert "300 tawaran" in page and "Baru 3 talenta" in page
    assert "0 tawaran sudah ada hasilnya" in client.get("/help/ranking").text


def test_the_card_shows_what_serves(client, login, people, learned) -> None:
    login(client, people.officer)
    client.set_cookie("lang", "en")
    page = client.get(URL).text
    assert learned in page and "A learned model" in page
    assert page.count("<svg") >= 6 and "Brier" in page and "NDCG@5" in page
    assert "Place 3" in page and "large" in page and "watch" in page
    assert "style=" not in page and "onclick" not in page
    assert statements(client, URL) <= 8
    help_page = client.get("/help/ranking").text
    assert "Model card" in help_page and "later briefs" in help_page
    client.set_cookie("lang", "id")
    assert "Model yang belajar" in client.get(URL).text


def test_the_card_is_for_staff(client, login, people) -> None:
    for person in (people.talent, people.client, people.mentor):
        login(client, person)
        assert client.get(URL).status_code == 403
    assert "Kartu model" not in client.get("/help/ranking").text


@pytest.mark.once
def test_curves_become_lines_on_one_scale() -> None:
    step = Curve(np.array([0.5]), np.array([-1.0, 1.0]), 0.0)
    flat = Curve(np.array([0.5]), np.array([0.0, 0.01]), 0.0)
    line = Curve((np.arange(1000) + 0.5) / 1000, np.arange(1001) / 1000, 0.5)
    first, second, third = card_charts.effects({"flat": flat, "step": step, "line": line})
    assert [e.name for e in (first, second, third)] == ["step", "line", "flat"]
    assert [e.counts for e in (first, second, third)] == [True, True, False]
    assert first.plot.path == "M6 78L80 78L80 6L154 6" and first.plot.unknown == first.plot.zero
    assert first.steps[0] == (0.0, -1.0) and first.steps[-1] == (1.0, 1.0)
    assert second.plot.path.count("L") == 40
    assert [s.look for s in card_charts.shifts({"a": 0.05, "b": 0.2, "c": 0.3})] == ["no", "warn", "ok"]  # fmt: skip
