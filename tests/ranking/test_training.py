"""Learning from decided offers: finds what is true, refuses what is not proven, fails safely."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.base import clone
from sklearn.metrics import ndcg_score
from sklearn.utils.estimator_checks import parametrize_with_checks
from sqlmodel import select
from threadpoolctl import threadpool_limits

from sanggar.clients.models import Offer
from sanggar.rankers import metrics
from sanggar.ranking import baseline, candidates, queries, service, store, training
from sanggar.ranking.commands import ranking
from sanggar.ranking.model import PlacementRanker
from sanggar.ranking.models import RankingModel
from sanggar.ranking.scoring import Baseline, Linear


@pytest.mark.once
@parametrize_with_checks([PlacementRanker(), PlacementRanker(kind="boosted", random_state=0)])
def test_the_model_follows_the_conventions(estimator, check) -> None:
    import warnings

    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore")
        check(estimator)


def test_ndcg_by_hand() -> None:
    # places 1..3 hold gains 0, 1, 1: (1/log2(3) + 1/log2(4)) / (1 + 1/log2(3))
    by_hand = (1 / math.log2(3) + 0.5) / (1 + 1 / math.log2(3))
    assert metrics.ndcg([1, 0, 1], [0.2, 0.9, 0.1], 5) == pytest.approx(by_hand)
    assert metrics.ndcg([1, 0, 0], [3, 2, 1], 5) == 1
    assert metrics.ndcg([0, 0], [1, 2], 5) == 0
    assert metrics.ndcg([0, 0, 1], [3, 2, 1], 2) == 0


@pytest.mark.parametrize("seed", range(5))
def test_ndcg_is_that_of_scikit_learn_ties_included(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, 4, 12), rng.integers(0, 5, 12).astype(float)
    labels[0] = 3
    for k in (1, 3, 5, 12):
        expected = ndcg_score([labels], [scores], k=k)
        assert metrics.ndcg(labels.tolist(), scores.tolist(), k) == pytest.approx(expected)


def test_the_bootstrap_is_seeded_and_covers_the_mean() -> None:
    values = [0.1, 0.3, -0.1, 0.2, 0.4, 0.0] * 10
    low, high = metrics.bootstrap(values)
    assert (low, high) == metrics.bootstrap(values)
    assert low < sum(values) / len(values) < high and low > 0.05
    assert metrics.bootstrap([]) == (0.0, 0.0)
    assert metrics.bootstrap([0.2] * 9) == pytest.approx((0.2, 0.2))


@pytest.fixture
def data(app, simulated) -> training.Dataset:
    with app.app_context():
        return training.dataset(simulated.offers())


def test_learning_finds_the_truth(data) -> None:
    model = training.new_model("logistic", data.features).fit(data.X, data.y)
    linear = model.linear(data.names)["features"]
    effect = {name: w["coef"] for name, w in linear.items()}
    assert effect["units"] + effect["rubric"] > 0 and effect["price"] > 0
    assert effect["load"] < 0
    assert abs(effect["load"]) > 5 * abs(effect.get("response", 0.0))
    directions = {f.name: f.direction for f in data.features}
    assert all(directions[name] * coef >= -1e-9 for name, coef in effect.items())


def test_a_model_that_has_something_to_find_beats_the_fixed_weights(app, simulated) -> None:
    with app.app_context():
        found = training.evaluate(training.dataset(simulated.offers(1500, per_brief=4)))
    assert found.auc > 0.62
    assert found.ships and found.low > 0 and found.difference > 0
    assert found.low < found.difference < found.high
    assert "serves" in found.reason


def test_a_model_without_anything_to_find_does_not_serve(data) -> None:
    rng = np.random.default_rng(5)
    noise = training.Dataset(
        data.features, data.X, rng.permutation(data.y), data.briefs, data.made_at
    )
    found = training.evaluate(noise)
    assert not found.ships and "fixed weights serve" in found.reason


def test_fewer_than_300_offers_never_make_a_model(app, tx, simulated, database, now) -> None:
    with tx():
        few = training.dataset(simulated.offers(90, per_brief=3))
        found, row = training.train(now, few)
        assert (found.rows, found.ships, row) == (270, False, None)
        assert "300" in found.reason
        assert queries.serving() is None


def test_the_split_is_by_time_and_never_through_a_brief(data) -> None:
    earlier = training._earlier(data)
    before, after = data.pick(earlier), data.pick(~earlier)
    assert not set(before.briefs) & set(after.briefs)
    assert max(before.made_at) < min(after.made_at)


def rows_of(data: training.Dataset, count: int = 40) -> list[dict[str, float | None]]:
    return [
        {n: None if math.isnan(v) else v for n, v in zip(data.names, row, strict=True)}
        for row in data.X[:count].tolist()
    ]


def test_plain_numbers_score_like_the_estimator(data) -> None:
    holes = data.X.copy()
    holes[::7, 3] = np.nan
    model = training.new_model("logistic", data.features).fit(holes, data.y)
    numbers = model.linear(data.names)
    linear = Linear("x", numbers["intercept"], numbers["features"])
    punched = training.Dataset(data.features, holes, data.y, data.briefs, data.made_at)
    found = linear.score(rows_of(punched))
    expected = model.predict_proba(holes[:40])[:, 1]
    assert [s.score for s in found] == pytest.approx(expected.tolist(), abs=1e-12)
    odds = model.decision_function(holes[:40])
    sums = [linear.intercept + sum(s.added.values()) for s in found]
    assert sums == pytest.approx(odds.tolist(), abs=1e-9)


def test_the_boosted_model_is_monotone(data) -> None:
    model = training.new_model("boosted", data.features).fit(data.X, data.y)
    for column, feature in enumerate(data.features):
        low, high = data.X[:50].copy(), data.X[:50].copy()
        low[:, column], high[:, column] = 0.1, 0.9
        step = feature.direction * (model.decision_function(high) - model.decision_function(low))
        assert step.min() >= -1e-9, feature.name


def test_a_column_against_its_direction_is_left_out() -> None:
    rng = np.random.default_rng(0)
    X = rng.random((400, 2))
    y = (X[:, 0] - X[:, 1] + rng.normal(0, 0.2, 400) > 0).astype(int)
    model = PlacementRanker(directions=[1, 1]).fit(X, y)
    assert model.kept_.tolist() == [True, False]
    assert clone(model).directions == [1, 1]


@pytest.fixture
def shipped(tx, simulated, now, monkeypatch) -> str:
    """A model that serves, saved under the data folder of the tests; what it earned is taken as given."""

    def earned(data: training.Dataset) -> training.Evaluation:
        return training.Evaluation(
            rows=len(data.y), kind="logistic" if len(data.y) > 1000 else "", ships=True, low=0.01
        )

    monkeypatch.setattr(training, "evaluate", earned)
    with tx():
        _found, row = training.train(now, training.dataset(simulated.offers()))
        assert row is not None and row.active
        return row.version


def active(tx):
    with tx():
        row = queries.serving()
        return service.scorer_for(row, candidates.all_features()), row


def test_a_model_is_saved_read_back_and_serves(tx, shipped) -> None:
    scorer, row = active(tx)
    assert isinstance(scorer, Linear) and scorer.version == shipped
    with tx():
        model = store.estimator(row)
        assert model.kind == "logistic"
        assert set(row.files) == {f"{shipped}.skops", f"{shipped}.json"}
        assert queries.history()[0].metrics["low"] > 0
    assert row.rows == 1500


@pytest.mark.parametrize("how", ["changed", "missing", "not json"])
def test_a_model_file_nobody_can_trust_is_not_used(app, tx, shipped, how) -> None:
    with app.app_context():
        path = store.folder() / f"{shipped}.json"
    if how == "missing":
        path.unlink()
    else:
        numbers = json.loads(path.read_text())
        numbers["intercept"] += 1
        path.write_text(json.dumps(numbers) if how == "changed" else "{")
    service.forget()
    scorer, _row = active(tx)
    assert isinstance(scorer, Baseline)


def test_a_changed_estimator_is_refused(app, tx, shipped) -> None:
    _scorer, row = active(tx)
    with app.app_context():
        path = store.folder() / f"{shipped}.skops"
        path.write_bytes(path.read_bytes() + b"x")
        with pytest.raises(store.UnreadableModelError):
            store.estimator(row)


def test_strange_types_are_refused(app, tx, shipped, monkeypatch) -> None:
    _scorer, row = active(tx)
    monkeypatch.setattr(store, "TRUSTED", ())
    with app.app_context(), pytest.raises(store.UnreadableModelError, match="holds"):
        store.estimator(row)


def test_boosted_files_hold_trusted_types_only(app, data, now) -> None:
    model = training.new_model("boosted", data.features).fit(data.X, data.y)
    with app.app_context():
        files = store.save("boosted-test", model, data.names)
        row = queries.Serving("boosted-test", "boosted", 1, files)
        scorer = store.load(row, data.features)
        assert scorer is not None
        found = [s.score for s in scorer.score(rows_of(data))]
    assert found == pytest.approx(model.predict_proba(data.X[:40])[:, 1].tolist())


def test_a_model_that_earns_it_no_longer_stops_serving(tx, shipped, simulated, now) -> None:
    with tx() as session:
        training.train(now, training.dataset(simulated.offers(50)))
        assert queries.serving() is None
        assert len(list(session.exec(select(RankingModel)))) == 1


def test_commands_say_plainly_that_there_is_too_little(app, database) -> None:
    with app.app_context():
        pass
    runner = CliRunner()
    with app.app_context():
        said = runner.invoke(ranking, ["evaluate"])
        assert said.exit_code == 0 and "the fixed weights serve" in said.output
        numbers = runner.invoke(ranking, ["evaluate", "--json"])
        assert json.loads(numbers.output)["ships"] is False
        trained = runner.invoke(ranking, ["train"])
        assert trained.exit_code == 0 and "300" in trained.output


def test_decided_offers_become_rows(make, tx, people, market, now) -> None:
    from sanggar.clients import service as clients

    with tx() as session:
        service.toggle(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = clients.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        clients.decline_offer(offer, "skill", by=make.as_talent(people.talent), now=now)
        made = session.get(Offer, offer)
        assert made.rank_shown >= 1 and made.features["level_fit"] == 0.85
        data = training.dataset()
        assert data.y.tolist() == [0] and data.X.shape == (1, len(data.features))
        assert baseline.score(data.features, made.features) > 0
