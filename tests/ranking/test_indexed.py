"""The index and judging everybody give the same lists, whatever changes; who must not be listed never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from benchmarks import certified
from sqlmodel import select

from sanggar.accounts.models import Consent, User
from sanggar.catalogue import queries as catalogue
from sanggar.certification.models import Certificate
from sanggar.clients import queries as clients
from sanggar.clients.models import Block, Offer, Placement, WorkProfile, WorkRecord
from sanggar.clients.rules import OfferState, PlacementState
from sanggar.kernel import events
from sanggar.plugin import events as happened
from sanggar.rankers.additive import Additive, Curve
from sanggar.ranking import candidates, fitting, indexed, indexing, keeping, rerank, service
from sanggar.ranking.fitting import Asked, Fitting
from sanggar.ranking.indexing import Plan
from sanggar.ranking.scoring import Baseline, Learned

TRACK, PEOPLE = "packaging_design", 300


@pytest.fixture
def many(remembered, tx, people, now, indexes):
    """A track with some hundred certified talents, an index of it, and different briefs."""

    def fill() -> list[int]:
        with tx() as session:
            track = catalogue.track(TRACK)
            certified.fill(session, track, PEOPLE, now)
            _owner, client = certified.owner(session, now)
            return certified.briefs(session, track, client, 14, now)

    ids = remembered(fill)
    with tx():
        keeping.build(TRACK, now)
    return ids


def asked(brief_id: int, now, scorer=None) -> Asked:
    brief = clients.system_brief(brief_id)
    return Asked.of(brief, scorer or Baseline(Plan.of(brief.track).features), now)


def shown(ask: Asked, found: Fitting):
    made = service.arrange(ask, found)
    return [
        (c.person_id, c.rank, c.score, c.chance, c.reasons, dict(c.added), dict(c.values))
        for c in made.cards
    ]


def agree(ids, now, scorer=None, *, hubs: bool = True) -> int:
    """Both ways list the same; return how many fit all the briefs together."""
    everybody = 0
    for brief_id in ids:
        ask = asked(brief_id, now, scorer)
        fast = indexed.fitting(ask)
        assert fast is not None
        corpus = indexed.opened(indexing.folder(TRACK)).rarity
        slow = fitting.directly(ask, corpus)
        assert shown(ask, fast) == shown(ask, slow)
        if hubs:
            assert dict(fast.hubs) == dict(slow.hubs)
        everybody += len(slow.people)
    return everybody


@pytest.mark.once
def test_both_ways_give_the_same_lists_for_random_briefs(tx, many, now) -> None:
    with tx():
        assert agree(many, now) > 14 * 40
        ask = asked(many[0], now)
        slow, fast = fitting.directly(ask), indexed.fitting(ask)
        assert shown(ask, slow) == shown(ask, fast)
        assert len(fast.people) < 0.8 * len(slow.people)


@pytest.mark.once
def test_they_do_so_for_a_learned_model_and_a_plugins_own_feature(
    tx, many, now, monkeypatch
) -> None:
    """A feature that looks at the whole brief is bounded by its best, and still exact."""
    random = np.random.default_rng(3)

    def curve(direction: int) -> Curve:
        cuts = np.unique(np.round(random.uniform(0, 1, 9), 3))
        values = np.sort(random.normal(0, 0.5, len(cuts) + 1))[::direction]
        return Curve(cuts, values, float(values.mean()))

    with tx():
        some = next(f for f in Plan.of(TRACK).features if f.name == "rubric")
        odd = replace(
            some, name="odd", depends="brief",
            compute=lambda c, b: (c.key * 7 + len(b.text) * 13) % 100 / 99,
        )  # fmt: skip
        features = (*candidates.features_for(TRACK), odd)
        monkeypatch.setattr(candidates, "features_for", lambda _track: features)
        known = type(service.registry.current())
        owner = known.owner
        monkeypatch.setattr(
            known, "owner", lambda s, k, n: "a plugin" if n == "odd" else owner(s, k, n)
        )
        curves = Additive({f.name: curve(f.direction) for f in features})
        for scorer in (Baseline(features), Learned("m", curves, 1.3, -0.2)):
            monkeypatch.setattr(keeping, "scorer_of", lambda _plan, s=scorer: s)
            keeping.build(TRACK, now)
            assert Plan.of(TRACK).left_out == {"odd"}
            assert Plan.of(TRACK).margin(scorer) > 0
            assert agree(many[:6], now, scorer) > 0


@pytest.mark.once
def test_another_day_another_month_the_same_lists(tx, many, now) -> None:
    with tx():
        for days in (1, 12, 40):
            agree(many[:5], now + timedelta(days=days))


def test_changes_are_seen_at_once_in_this_and_in_other_processes(
    tx, many, now, monkeypatch
) -> None:
    with tx():
        found = indexed.fitting(asked(many[1], now))
        best = service.arrange(asked(many[1], now), found).cards[0].person_id
        other = indexed._open_any(indexing.folder(TRACK))  # as another process opens it
        before = other.look(np.array([best]), "paused")
    assert before == {best: (0.0,)}
    with tx() as session:
        row = session.exec(select(WorkProfile).where(WorkProfile.person_id == best)).one()
        row.paused = True
        events.emit(happened.WorkProfileChanged(at=now, person=best))
    assert other.look(np.array([best]), "paused") == {best: (1.0,)}
    assert other.beside() == 1
    with tx() as session:
        agree(many[:6], now)
        for n, who in enumerate(session.exec(select(Consent).limit(30))):
            if n % 2:
                who.withdrawn_at = now - timedelta(hours=1)
            else:
                record = session.exec(
                    select(WorkRecord).where(WorkRecord.person_id == who.person_id)
                ).one()
                record.data = {**record.data, "rubric": 99, "text": "kata1 kata2 kata3"}
            events.emit(
                happened.ConsentChanged(
                    at=now, person=who.person_id, purpose="matching", given=bool(n % 2)
                )
            )
    with tx():
        assert 10 < other.beside() < 20
        agree(many[:6], now)
        monkeypatch.setattr(keeping, "MOST_BESIDE", 3)
        keeping.work_in(TRACK)
        assert other.beside() == 0
        for brief_id in many[:6]:
            ask = asked(brief_id, now)
            assert shown(ask, indexed.fitting(ask)) == shown(ask, fitting.directly(ask))


def test_who_must_not_be_listed_never_is_however_far_the_index_lags(tx, many, now) -> None:
    with tx() as session:
        ask = asked(many[2], now)
        cards = [c.person_id for c in service.arrange(ask, indexed.fitting(ask)).cards]
        paused, expired, gone, left = cards[:4]
        session.exec(select(WorkProfile).where(WorkProfile.person_id == paused)).one().paused = True
        certificate = session.exec(
            select(Certificate).where(Certificate.person_id == expired)
        ).one()
        certificate.valid_until = (now - timedelta(days=1)).date()
        session.get(User, gone).active = False
        consent = session.exec(select(Consent).where(Consent.person_id == left)).one()
        consent.withdrawn_at = now - timedelta(hours=1)
        session.flush()
        fast, slow = indexed.fitting(ask), fitting.directly(ask)
        listed = [c.person_id for c in service.arrange(ask, fast).cards]
        assert not set(listed) & set(cards[:4])
        first = rerank.ranked([each.entry for each in slow.people])[: rerank.WINDOW]
        assert {e.key for e in first} <= {each.row.person_id for each in fast.people}


def test_days_off_cost_hours_in_both_ways(tx, many, now) -> None:
    with tx() as session:
        ask = asked(many[5], now)
        cards = service.arrange(ask, indexed.fitting(ask)).cards
        off = [[now.date().isoformat(), (now + timedelta(days=90)).date().isoformat(), "off"]]
        record = session.exec(
            select(WorkRecord).where(WorkRecord.person_id == cards[0].person_id)
        ).one()
        record.data = {**record.data, "off": off}
        session.flush()
        fast, slow = indexed.fitting(ask), fitting.directly(ask)
        for found in (fast, slow):
            assert cards[0].person_id not in {each.row.person_id for each in found.people}
        first = rerank.ranked([each.entry for each in slow.people])[: rerank.WINDOW]
        assert {e.key for e in first} <= {each.row.person_id for each in fast.people}


def test_blocks_offers_and_earlier_work_count(tx, many, now) -> None:
    with tx() as session:
        ask = asked(many[3], now)
        cards = [c.person_id for c in service.arrange(ask, indexed.fitting(ask)).cards]
        session.add(Block(client_id=ask.row.client_id, person_id=cards[0], by_id=900, at=now))
        session.add(Offer(
            brief_id=many[3], person_id=cards[1], state=OfferState.DECLINED, price=1,
            due=now.date(), made_at=now, answer_by=now,
        ))  # fmt: skip
        offer = Offer(
            brief_id=many[4], person_id=cards[-1], state=OfferState.ACCEPTED, price=1,
            due=now.date(), made_at=now, answer_by=now,
        )  # fmt: skip
        session.add(offer)
        session.flush()
        session.add(Placement(
            offer_id=offer.id, brief_id=many[4], client_id=ask.row.client_id, person_id=cards[-1],
            track=TRACK, service=ask.row.service, price=1, starts_on=now.date(), due=now.date(),
            state=PlacementState.FINISHED, agreed_at=now,
        ))  # fmt: skip
        record = session.exec(select(WorkRecord).where(WorkRecord.person_id == cards[-1])).one()
        record.data = {**record.data, "clients": {str(ask.row.client_id): 1}}
        session.flush()
        agree([many[3]], now, hubs=False)
        listed = {c.person_id: c for c in service.arrange(ask, indexed.fitting(ask)).cards}
        assert not set(cards[:2]) & set(listed)
        assert listed[cards[-1]].values["with_client"] == 0.5


@pytest.mark.parametrize("how", ["missing", "torn", "of another model"])
def test_without_an_index_that_can_be_trusted_everybody_is_judged(tx, many, now, how) -> None:
    with tx():
        folder = indexing.folder(TRACK)
        ask = asked(many[0], now)
        right = shown(ask, indexed.fitting(ask))
        indexed.forget()
        current = folder / (folder / "current").read_text()
        if how == "missing":
            (folder / "current").unlink()
        elif how == "torn":
            for path in current.glob("codes*.npy"):
                path.write_bytes(path.read_bytes()[:40])
        else:
            ask = replace(ask, scorer=Baseline(ask.features[:-1]))
            assert indexed.fitting(ask) is None
            return
        assert indexed.fitting(ask) is None
        brief = clients.system_brief(many[0])
        made = service.compute(brief, now, None)
        assert [c.person_id for c in made.cards] == [line[0] for line in right]


def test_small_tracks_have_no_index_and_stale_ones_are_mended(tx, many, now, monkeypatch) -> None:
    with tx():
        assert keeping.due(now, stale_only=False) == []
        monkeypatch.setattr(keeping, "LEAST", 100)
        assert keeping.due(now, stale_only=False) == [TRACK]
        assert keeping.due(now, stale_only=True) == []
        Path(indexing.folder(TRACK) / "current").unlink()
        indexed.forget()
        assert keeping.due(now, stale_only=True) == [TRACK]


def test_a_value_in_thousandths_is_rounded_as_features_are() -> None:
    random = np.random.default_rng(1)
    curve = Curve(np.sort(random.uniform(0, 1, 40)), random.normal(size=41), 0.1)
    found = indexing.in_thousandths(curve)
    near = (np.arange(1000) + 0.5) / 1000
    probes = np.concatenate([
        random.uniform(0, 1, 5000), near, np.nextafter(near, 0), np.nextafter(near, 1), [0, 1, np.nan]
    ])  # fmt: skip
    rounded = np.array([np.nan if np.isnan(p) else candidates.clean(p) for p in probes])
    assert found(probes).tolist() == curve(rounded).tolist()
