"""The audit of exposure on a database: who counts, what is flagged, and that nobody can be read off it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest
from click.testing import CliRunner

from sanggar.accounts import fairness
from sanggar.accounts import service as accounts
from sanggar.accounts.fairness import Answer
from sanggar.accounts.models import Purpose
from sanggar.kernel import db
from sanggar.kernel.access import Role
from sanggar.ranking import audit
from sanggar.ranking.commands import ranking
from sanggar.ranking.models import RankingList, RankingPlace, RankingShowing


@pytest.fixture
def crowd(remembered, make, tx, people, hubs, now) -> list[int]:
    """Twenty-four certified talents in two hubs; women are the even ones."""

    def join() -> list[int]:
        made = []
        with tx():
            for n in range(24):
                person = accounts.join(
                    name=f"T{n}", phone=None, email=f"t{n}@example.org", password=None,
                    birth_date=date(2000, 1, 1), region_id=None,
                    hub_id=hubs["malang" if n < 12 else "jember"], language="id", role=Role.TALENT,
                    channel="self", now=now,
                )  # fmt: skip
                make.certify(person, now)
                accounts.give_consent(person, Purpose.STATISTICS, channel="web", now=now)
                fairness.answer(person, Answer(sex="woman" if n % 2 == 0 else "man"), now)
                made.append(person)
        return made

    return remembered(join)


@pytest.fixture
def shown(tx, market, crowd, now) -> None:
    """Four lists of a brief in which men stand first."""
    with tx():
        for day in range(4):
            rows = RankingList(
                brief_id=market.brief, digest=str(day), made_at=now, version="fixed-x"
            )
            db.add(rows)
            order = [p for n, p in enumerate(crowd) if n % 2] + [p for n, p in enumerate(crowd) if n % 2 == 0]  # fmt: skip
            for place, person in enumerate(order, 1):
                db.add(RankingPlace(list_id=rows.id, person_id=person, place=place, ranked=place, propensity=1.0))  # fmt: skip
            db.add(RankingShowing(list_id=rows.id, side="client", depth=15, first_at=now, last_at=now))  # fmt: skip


def test_exposure_counts_the_best_place_that_was_seen_once_a_brief(
    tx, market, crowd, shown, people, now
) -> None:
    with tx():
        found = audit.year(now)
    at = {person: n for n, person in enumerate(found.people)}
    assert set(crowd) | {people.talent, people.peer, people.outsider} == set(found.people)
    assert (found.briefs, found.logged) == (1, 1)
    assert set(found.eligible.tolist()) == {1.0}
    # four lists of one brief are one chance to be seen; place 16 was never on the page
    assert found.exposure[at[crowd[1]]] == pytest.approx(1.0)
    assert found.exposure[at[crowd[4]]] == pytest.approx(1 / np.log2(16))
    assert found.exposure[at[crowd[6]]] == 0


def test_who_falls_behind_is_flagged_and_kept_for_the_page(
    client, login, tx, people, hubs, crowd, shown, now
) -> None:
    with tx():
        audit.keep(now)
        audit.keep(now)  # once more changes nothing but the day
        row = audit.kept([audit.PROGRAMME])[audit.PROGRAMME]
    sex = {g["group"]: g for g in row.data["kinds"]["sex"]["groups"]}
    assert sex["woman"]["people"] == 12 and sex["woman"]["exposure"]["certain"]
    assert not sex["man"]["exposure"]["flagged"]
    assert row.data["kinds"]["education"]["groups"] == []
    login(client, people.officer)
    page = client.get("/officer/ranking/audit")
    assert page.status_code == 200 and "Mohon diperiksa" in page.text
    assert "perempuan" in page.text
    assert page.text.count("<svg viewBox") >= 2 and 'id="s-all"' in page.text
    # the programme and their own hubs only
    assert f'id="s-{hubs["malang"]}"' in page.text and f'id="s-{hubs["jember"]}"' not in page.text


def test_an_order_that_pushes_a_group_down_may_not_serve(tx, crowd, now) -> None:
    men, women = crowd[1::2], crowd[::2]
    rng = np.random.default_rng(0)
    mixed = [rng.permutation(crowd).tolist() for _ in range(60)]
    pushed = [[*rng.permutation(men).tolist(), *rng.permutation(women).tolist()] for _ in range(60)]
    with tx():
        assert audit.exposure_ok(mixed, now).ok
        found = audit.exposure_ok(pushed, now)
    assert not found.ok and found.findings[0].startswith("sex woman: 0.")


def test_certificates_and_consent_decide_who_could_have_been_suggested(
    make, tx, people, market, now
) -> None:
    with tx():
        make.certify(people.mentor, now, valid_until=(now - timedelta(days=3)).date())
        make.certify(people.admin, now, consent=False)
        make.certify(people.agency, now, track="photography")
        make.certify(people.province, now, level="foundation")
        found = audit.year(now)
    assert found.people == sorted([people.talent, people.peer, people.outsider])


def test_the_command_prints_and_says_by_its_exit_that_somebody_is_behind(
    app, tx, crowd, shown, now
) -> None:
    def run(*words: str):
        with app.app_context():
            return CliRunner().invoke(ranking, list(words))

    found = run("audit")
    assert found.exit_code == 1 and "BEHIND" in found.output
    numbers = json.loads(run("audit", "--json").output)
    assert numbers[""]["kinds"]["sex"]["groups"]
    said = run("validity")
    assert said.exit_code == 0 and "too few to say" in said.output
    assert json.loads(run("validity", "--json").output)[0]["links"]
