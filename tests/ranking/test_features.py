"""Features: 0..1, monotone as declared, unknown is None, nothing protected."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.plugin.ranking import Brief, Candidate
from sanggar.ranking import baseline, features, rerank, text
from sanggar.ranking.features import FEATURES

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 21)
BRIEF = Brief(
    track="packaging_design", service="full-pack", level="associate", domain="makanan",
    text="kemasan pouch keripik tempe", budget=(500_000, 1_000_000), today=TODAY,
    deadline=TODAY + timedelta(days=21), hours=24, units=("PKG-01", "PKG-02"), hub="1", regency="7",
)  # fmt: skip
SOMEBODY = Candidate(
    key=1, level="associate", unit_scores={"PKG-01": 80}, rubric_total=82, price=700_000,
    free_hours=60, portfolio_text="kemasan keripik singkong", domains={"makanan": 4},
    ratings=(5, 4, 5), finished=4, on_time=4, response_hours=2, months_since_work=1.0, hub="1",
)  # fmt: skip
BY_NAME = {f.name: f for f in FEATURES}


def value(name: str, candidate: Candidate = SOMEBODY, brief: Brief = BRIEF) -> float | None:
    return BY_NAME[name].compute(candidate, brief)


candidates = st.builds(
    Candidate,
    key=st.integers(0, 10**6),
    level=st.sampled_from(["foundation", "associate", "professional"]),
    unit_scores=st.dictionaries(st.sampled_from(["PKG-01", "PKG-02", "x"]), st.floats(0, 100)),
    rubric_total=st.none() | st.floats(0, 100),
    portfolio_text=st.text(max_size=80),
    domains=st.dictionaries(st.sampled_from(["makanan", "batik"]), st.integers(0, 50)),
    price=st.none() | st.integers(0, 10**9),
    free_hours=st.floats(0, 5000),
    load=st.integers(0, 30),
    ratings=st.lists(st.integers(1, 5), max_size=30).map(tuple),
    finished=st.integers(30, 60),
    on_time=st.integers(0, 30),
    disputes=st.integers(0, 30),
    response_hours=st.none() | st.floats(0, 1000),
    with_client=st.integers(0, 40),
    months_since_work=st.none() | st.floats(0, 500),
)


@given(candidates)
def test_every_value_is_between_0_and_1_or_unknown(candidate: Candidate) -> None:
    for feature in FEATURES:
        found = feature.compute(candidate, BRIEF)
        assert found is None or 0 <= found <= 1, feature.name
        if found is not None:
            words = feature.explain(found, candidate, BRIEF)
            assert words is None or (words.id and words.en)


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("units", {"unit_scores": {"PKG-01": 95}}),
        ("rubric", {"rubric_total": 95}),
        ("recency", {"months_since_work": 0.2}),
        ("rating", {"ratings": (5, 5, 5, 5)}),
        ("with_client", {"with_client": 2}),
        ("hours", {"free_hours": 5000}),
        ("similar", {"portfolio_text": "kemasan pouch keripik tempe"}),
        ("domain", {"domains": {"makanan": 9}}),
    ],
)
def test_more_of_a_good_thing_is_more(name: str, better: dict[str, object]) -> None:
    low = value(name, replace(SOMEBODY, free_hours=20))
    assert value(name, replace(SOMEBODY, **better)) > low


def test_directions_point_the_right_way() -> None:
    worse = replace(SOMEBODY, load=3, disputes=2, response_hours=20.0)
    for name in ("load", "disputes", "response"):
        assert BY_NAME[name].direction == -1
        assert value(name, worse) > value(name)
        assert baseline.goodness(BY_NAME[name], value(name, worse)) < baseline.goodness(
            BY_NAME[name], value(name)
        )


def test_a_price_inside_the_budget_is_as_good_as_any() -> None:
    prices = [300_000, 700_000, 1_000_000, 1_500_000, 2_000_000, 9_000_000]
    found = [value("price", replace(SOMEBODY, price=p)) for p in prices]
    assert found == [1, 1, 1, 0.5, 0, 0]


def test_far_over_qualified_is_a_slight_penalty() -> None:
    asked = replace(BRIEF, level="foundation")
    levels = [value("level_fit", replace(SOMEBODY, level=x), asked)
              for x in ("foundation", "associate", "professional")]  # fmt: skip
    assert levels[1] > levels[2] > levels[0]


def test_place_matters_on_site_only() -> None:
    onsite = replace(BRIEF, onsite=True)
    assert value("place") is None
    assert value("place", replace(SOMEBODY, regency="7"), onsite) == 1
    assert value("place", SOMEBODY, onsite) == 0.6
    assert value("place", replace(SOMEBODY, hub="2"), onsite) == 0.2


def test_unknown_is_unknown_and_not_bad() -> None:
    nothing = Candidate(key=1, level="associate", free_hours=60)
    empty = replace(BRIEF, budget=None, text="", domain="")
    unknown = {f.name for f in FEATURES if f.compute(nothing, empty) is None}
    assert unknown == {
        "units", "rubric", "recency", "response", "price", "similar", "domain", "place",
    }  # fmt: skip


def test_reasons_are_said_in_both_languages() -> None:
    def said(name: str) -> tuple[str, str]:
        text = BY_NAME[name].explain(value(name), SOMEBODY, BRIEF)
        assert text is not None
        return text.id, text.en

    assert said("domain") == (
        "Pernah mengerjakan 4 kemasan makanan",
        "Has done 4 food packaging jobs",
    )
    assert said("hours") == ("Bisa selesai sebelum 12 Des", "Can finish before 12 Dec")
    assert said("price")[0] == "Harga biasa Rp595.000–805.000 sesuai anggaran"
    assert said("on_time")[0] == "Tepat waktu pada 4 dari 4 pekerjaan"
    assert said("rating")[0] == "Penilaian 4,7 dari 3 pekerjaan"


def test_nothing_protected_is_in_what_features_see() -> None:
    allowed = {
        "key", "level", "unit_scores", "rubric_total", "portfolio_text", "domains", "price",
        "free_hours", "load", "ratings", "finished", "on_time", "disputes", "response_hours",
        "with_client", "months_since_work", "offers_this_month", "hub", "regency",
    }  # fmt: skip
    assert {f.name for f in fields(Candidate)} == allowed


def test_text_similarity_is_that_of_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    documents = ["kemasan keripik tempe renyah", "foto produk batik tulis", "kemasan kemasan sabun"]
    query = "kemasan keripik pedas"
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, token_pattern=r"[a-z0-9]{2,}", stop_words=sorted(text.STOP_WORDS)
    ).fit(documents)
    known = query.replace(" pedas", "")
    expected = cosine_similarity(vectorizer.transform([known]), vectorizer.transform(documents))[0]
    corpus = text.rarity(documents)
    found = text.similarities(known, documents, corpus)
    assert found == pytest.approx(list(expected), abs=2e-5)  # 65535ths
    with text.compared(known, documents, corpus):
        assert [text.similarity(known, d) for d in documents] == found
        assert text.similarity(query, documents[0]) < found[0]


def test_text_says_nothing_when_there_is_nothing() -> None:
    assert text.similarity("", "kemasan") is None
    assert text.similarity("yang dan di", "kemasan") is None
    assert text.similarity("kemasan", "kemasan") == pytest.approx(1)
    assert text.similarity("kemasan", "foto") == 0


def test_baseline_weights_are_those_that_are_published() -> None:
    assert dict(baseline.WEIGHTS) == {
        "skill": 0.35, "reliability": 0.20, "price": 0.15, "time": 0.15, "text": 0.10, "place": 0.05,
    }  # fmt: skip
    assert sum(baseline.WEIGHTS.values()) == pytest.approx(1)


def test_what_nobody_knows_counts_as_usual() -> None:
    some = [BY_NAME["rubric"], BY_NAME["price"], BY_NAME["load"], BY_NAME["units"]]
    values = {"rubric": 0.8, "units": 0.6, "price": 0.5, "load": None}
    expected = 0.35 * (0.8 + 0.6) / 2 + 0.15 * 0.5 + 0.15 * (1 - BY_NAME["load"].usual)
    assert baseline.score(some, values) == pytest.approx(expected)
    assert sum(baseline.contributions(some, values).values()) == baseline.score(some, values)
    usual = {f.name: f.usual for f in some}
    assert baseline.score(some, {}) == pytest.approx(baseline.score(some, usual), abs=1e-9)
    assert baseline.version(some) != baseline.version(some[1:])


@given(candidates, st.sampled_from(FEATURES), st.floats(0, 1), st.floats(0, 1))
def test_baseline_is_monotone(candidate, feature, first, second) -> None:
    values = {f.name: f.compute(candidate, BRIEF) for f in FEATURES}
    if values[feature.name] is None:
        return
    low, high = sorted((first, second))
    scores = [baseline.score(FEATURES, {**values, feature.name: v}) for v in (low, high)]
    assert feature.direction * (scores[1] - scores[0]) >= -1e-12


def entries(*pairs: tuple[float, bool]) -> list[rerank.Entry]:
    return [rerank.Entry(n, score, new) for n, (score, new) in enumerate(pairs, 1)]


def test_one_of_five_places_is_for_somebody_new() -> None:
    made = entries(*[(1 - n / 10, False) for n in range(6)], (0.3, True), (0.2, True))
    assert rerank.order(made) == [
        (1, False), (2, False), (3, False), (4, False), (7, True), (5, False), (6, False), (8, False),
    ]  # fmt: skip


def test_newcomers_who_stand_there_anyway_need_no_place() -> None:
    made = entries((0.9, False), (0.8, True), *[(0.5, False)] * 4, (0.1, True))
    assert all(not chance for _key, chance in rerank.order(made))
    few = entries((0.9, False), (0.8, False))
    assert rerank.order(few) == [(1, False), (2, False)]
    assert rerank.order([]) == []


def test_many_offers_let_others_go_first() -> None:
    busy = rerank.Entry(1, 0.80, cost=rerank.spread(4))
    calm = rerank.Entry(2, 0.78, cost=rerank.spread(2))
    assert [key for key, _ in rerank.order([busy, calm])] == [2, 1]
    assert rerank.spread(90) == pytest.approx(0.1)


def test_hubs_are_seen_as_they_fit_and_nobody_is_overtaken_within_one() -> None:
    strong = [rerank.Entry(n, 1 - n / 1000, hub="1") for n in range(60)]
    weak = [rerank.Entry(100 + n, 0.5 - n / 1000, hub="2") for n in range(20)]
    listed = [key for key, _ in rerank.order([*strong, *weak])]
    first = [key >= 100 for key in listed[: rerank.WINDOW]]
    assert sum(first) == rerank.WINDOW // 4 and 1 <= sum(first[:5]) <= 2
    for hub in (strong, weak):
        assert [k for k in listed if k in {e.key for e in hub}] == [e.key for e in hub]
    assert listed[rerank.WINDOW :] == sorted(listed[rerank.WINDOW :])


def test_the_kept_place_goes_to_whom_one_may_hope_most_of() -> None:
    old = [rerank.Entry(n, 1 - n / 100) for n in range(6)]
    known = rerank.Entry(8, 0.500, newcomer=True, hope=0.002)
    unknown = rerank.Entry(9, 0.499, newcomer=True, hope=0.004)
    listed = rerank.order([*old, known, unknown])
    assert listed[4] == (9, True)
    assert rerank.HOPE[0] > rerank.HOPE[2] > rerank.HOPE[3] > 0


def test_usual_range_is_round() -> None:
    assert features.usual_range(700_000) == (595_000, 805_000)
    assert features.usual_range(25_000) == (21_000, 28_500)


def test_reasons_name_what_sets_somebody_apart(app) -> None:
    from sanggar.kernel import registry
    from sanggar.ranking import explain
    from sanggar.ranking.scoring import Baseline

    plain = replace(SOMEBODY, key=2, domains={}, ratings=(), finished=0, on_time=0)
    rows = [{f.name: f.compute(c, BRIEF) for f in FEATURES} for c in (SOMEBODY, plain)]
    scored = Baseline(FEATURES).score(rows)
    with app.app_context():
        said = explain.reasons(
            registry.current(), FEATURES, rows[0], scored[0].added, explain.usual(scored), SOMEBODY,
            BRIEF,
        )  # fmt: skip
    assert len(said) == 3 and said[0].id == "Pernah mengerjakan 4 kemasan makanan"
