"""The figures add up at both sizes, and what is invented keeps to them, before anything is written."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import NOW

from sanggar import clock
from sanggar.app import create_app
from sanggar.clients.rules import LEVEL_FACTOR
from sanggar.demo import build
from sanggar.demo.data import distribution, figures, scale, share_out
from sanggar.demo.deals import BriefPlan, acceptance
from sanggar.demo.dice import Dice, sigmoid
from sanggar.demo.jobs import Job, Opening
from sanggar.demo.world import ClientOwner, Talent, World
from sanggar.kernel import db, schema
from sanggar.plugin.text import Text, Texts
from sanggar.plugin.track import Service

LEVELS = ("foundation", "associate", "professional")
PUBLISHED = {
    "talents": 612, "active": 415, "foundation": 341, "associate": 148, "professional": 22,
    "mentors": 58, "clients": 214, "briefs": 486,
}  # fmt: skip


@pytest.mark.once
def test_full_figures_are_the_published_ones() -> None:
    full = figures("full")
    assert {name: full.total(name) for name in PUBLISHED} == PUBLISHED
    assert sum(full.briefs.values()) == 486
    assert full.briefs["finished"] + full.briefs["running"] + full.broken_off == 344
    assert sum(full.umkm_guests.values()) == 260
    assert full.umkm_guests["pamekasan"] == 0


@pytest.mark.once
def test_small_is_a_tenth_with_halves_rounded_up() -> None:
    small = figures("small")
    for name, number in PUBLISHED.items():
        assert small.total(name) == scale(number, 10), name
    assert sum(small.briefs.values()) == small.total("briefs")
    assert sum(small.umkm_guests.values()) == 26
    for hub in small.hubs.values():
        assert hub.professional <= hub.associate <= hub.foundation <= hub.talents
        assert hub.active <= hub.talents


@pytest.mark.once
@pytest.mark.parametrize(
    ("total", "weights"), [(0, {"a": 1.0}), (7, {"a": 1.0, "b": 1.0, "c": 1.0}), (5, {"a": 0.0})]
)
def test_shares_add_up_to_their_total(total: int, weights: dict[str, float]) -> None:
    shared = share_out(total, weights)
    assert sum(shared.values()) == (total if sum(weights.values()) else 0)
    assert set(shared) == set(weights)


@pytest.mark.once
def test_the_same_seed_gives_the_same_chance() -> None:
    first, second = Dice("a"), Dice("a")
    assert [first.random() for _ in range(5)] == [second.random() for _ in range(5)]
    assert first.code(7) == second.code(7)
    assert Counter(first.quota({"x": 3, "y": 2})) == {"x": 3, "y": 2}


@pytest.fixture(scope="module")
def full_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, list[Job], list[Opening]]:
    """The full programme as it is imagined, without its rows."""
    folder = tmp_path_factory.mktemp("full")
    app = create_app(build.settings_for(folder))
    schema.upgrade(app.extensions["sanggar.db"])
    with clock.frozen(NOW):
        as_of = build.as_of_moment(None)
        with db.transaction(app) as session:
            made = build.imagine(session, "full", as_of)
    app.extensions["sanggar.db"].dispose()
    return made


@pytest.mark.once
def test_the_full_programme_has_every_number_of_the_table(
    full_world: tuple[World, list[Job], list[Opening]],
) -> None:
    world, jobs, openings = full_world
    for code, hub in world.figures.hubs.items():
        here = [t for t in world.talents if t.hub == code]
        valid = [t for t in here if t.goal != "expired"]
        assert len(here) == hub.talents
        assert sum(t.active for t in here) == hub.active
        for level in LEVELS:
            assert sum(level in t.certificates for t in valid) == getattr(hub, level), (code, level)
        assert sum(m.hub == code for m in world.mentors) == hub.mentors
        assert sum(c.hub == code for c in world.clients) == hub.clients
    states = Counter(t.incubated for t in world.talents if t.incubated)
    assert states == {"running": 96, "completed": 162, "stopped": 21}
    assert (
        len({t.member.cohort for t in world.talents if t.member and t.member.state == "running"})
        == 14
    )
    assert len(jobs) + len(openings) == 344
    assert Counter(t.goal for t in world.talents)["expired"] == 6


@pytest.mark.once
def test_shares_of_the_full_programme_are_close_to_the_published_ones(
    full_world: tuple[World, list[Job], list[Opening]],
) -> None:
    world, *_ = full_world
    talents = world.talents
    tracks = Counter(t.track for t in talents)
    for track, share in distribution()["tracks"].items():
        assert tracks[track] == pytest.approx(612 * share, abs=6)
    assert sum(bool(t.second) for t in talents) == 110
    assert sum(t.minor for t in talents) == 37
    assert sum(" " not in t.name for t in talents) == pytest.approx(43, abs=1)
    assert sum(t.woman for t in talents) == pytest.approx(0.55 * 612, abs=8)
    assert sum(t.twin_of is not None for t in talents) == 9
    assert sum(t.region_id is None for t in talents) == 14
    assert sum(t.withdrew for t in talents) == 3
    ages = sorted((world.today - t.birth_date).days // 365.25 for t in talents if t.birth_date)
    assert (ages[0], ages[-1]) == (17, 34)
    assert ages[len(ages) // 2] == pytest.approx(23, abs=1)


@pytest.mark.once
def test_everything_imagined_lies_before_the_as_of_moment(
    full_world: tuple[World, list[Job], list[Opening]],
) -> None:
    world, jobs, _ = full_world
    for talent in world.talents:
        moments = [
            talent.joined_at, *talent.read.values(), *talent.attended.values(), *talent.certificates.values(),
            *(s.at for s in talent.sittings), *(h.at for h in talent.hand_ins),
            *(h.decided_at for h in talent.hand_ins if h.decided_at), *(at for at, _ in talent.steps),
        ]  # fmt: skip
        assert max(moments) <= world.as_of, talent
        assert min(moments) == talent.joined_at, talent
        assert talent.inactive_at is None or talent.inactive_at < world.as_of
    assert all(job.agreed_at < world.as_of for job in jobs)
    assert all(job.finished_at < world.as_of for job in jobs if job.finished_at)


def _brief(hub: str, budget: tuple[int, int] | None) -> BriefPlan:
    words = Text(id="x", en="x")
    service = Service(id="s", title=words, per=words, price=(50, 100, 200), days=3, hours=4,
                      deliverables=Texts(id=("x",), en=("x",)), units=("U",))  # fmt: skip
    opened = datetime(2026, 5, 1, tzinfo=NOW.tzinfo)
    return BriefPlan(
        ClientOwner("Bu Sulas", hub), hub, "t", service, "finished", opened, budget=budget
    )


@pytest.mark.once
def test_acceptance_follows_the_published_law() -> None:
    talent = Talent(name="Wahyuni", hub="malang")
    assert acceptance(talent, 100, _brief("malang", (50, 100)), 0) == pytest.approx(sigmoid(1.5))
    assert acceptance(talent, 150, _brief("jember", (50, 100)), 2) == pytest.approx(
        sigmoid(1.2 - 0.75 - 1.6)
    )
    assert acceptance(talent, 900, _brief("jember", None), 0) == pytest.approx(sigmoid(1.2))
    assert LEVEL_FACTOR["associate"] == 1


@pytest.mark.once
def test_what_a_talent_is_does_not_move_acceptance() -> None:
    brief = _brief("jember", (50, 100))
    for woman in (True, False):
        for hub in ("malang", "madiun"):
            talent = Talent(
                name="X", hub=hub, woman=woman, birth_date=NOW.date() - timedelta(days=9000)
            )
            assert acceptance(talent, 100, brief, 0) == pytest.approx(sigmoid(1.2))


@pytest.mark.once
def test_data_files_lie_beside_the_code() -> None:
    folder = Path(build.__file__).parent
    assert {p.name for p in folder.glob("*.yaml")} == {
        "distribution.yaml",
        "names.yaml",
        "texts.yaml",
    }
