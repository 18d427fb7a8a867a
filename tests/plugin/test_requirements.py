"""Certificate rules: what meets them, what is missing, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from sanggar.plugin.evidence import (
    AssignmentResult,
    Attendance,
    CertificateHeld,
    Evidence,
    PlacementDone,
    TheoryResult,
)
from sanggar.plugin.requirements import AnyRequirement, Check, Names, evaluate
from sanggar.plugin.text import Text

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
NOTHING = Evidence(track="photography", now=NOW)
NAMES = Names(titles={"w4": Text(id="Lokakarya 4: Pracetak", en="Workshop 4: Prepress")})
ADAPTER: TypeAdapter[AnyRequirement] = TypeAdapter(AnyRequirement)


def check(rule: dict, evidence: Evidence) -> Check:
    return ADAPTER.validate_python(rule).evaluate(evidence, NAMES)


def theory(total: float, **units: float) -> TheoryResult:
    return TheoryResult("theory", total, units, 1, NOW)


def decided(total: float, passed: bool) -> TheoryResult:
    """Return a result that a person or an adaptive exam decided, at a mark of 70."""
    return TheoryResult("theory", total, {"U1": total}, 1, NOW, passed, 70)


def assignment(total: float, markers: int = 2, competent: bool = True) -> AssignmentResult:
    return AssignmentResult("set", total, {"tech": 3}, markers, competent, NOW)


def placement(rating: int | None = 5, on_time: bool = True, days_ago: int = 10) -> PlacementDone:
    return PlacementDone(NOW - timedelta(days=days_ago), rating, on_time, accepted=True)


def certificate(
    level: str, months_ago: float, *, revoked: bool = False, left: int = 300
) -> CertificateHeld:
    issued = NOW.date() - timedelta(days=round(30.4 * months_ago))
    return CertificateHeld(level, issued, NOW.date() + timedelta(days=left), revoked)


CASES = [
    ({"need": "self_assessment"}, {"self_assessed": True}, True),
    ({"need": "courses", "courses": ["a", "b"]}, {"courses_done": frozenset("ab")}, True),
    ({"need": "courses", "courses": ["a", "b"]}, {"courses_done": frozenset("a")}, False),
    ({"need": "attendance", "percent": 80, "workshops": ["w1", "w2"]},
     {"attendance": (Attendance("w1", 4, 4), Attendance("w2", 4, 6))}, True),
    ({"need": "attendance", "percent": 80, "workshops": ["w1", "w2"]},
     {"attendance": (Attendance("w1", 4, 4), Attendance("w2", 3, 6))}, False),
    ({"need": "attendance", "percent": 80, "workshops": ["w1", "w2"]},
     {"attendance": (Attendance("w1", 40, 4), Attendance("w2", 0, 6))}, False),
    ({"need": "deliverables", "workshops": ["w4"]}, {"deliverables": {"w4": "accepted"}}, True),
    ({"need": "deliverables", "workshops": ["w4"]}, {"deliverables": {"w4": "submitted"}}, False),
    ({"need": "theory", "assessment": "theory", "total": 70, "each_unit": 50}, {"theory": (theory(70, U1=50),)}, True),
    ({"need": "theory", "assessment": "theory", "total": 70, "each_unit": 50}, {"theory": (theory(90, U1=49.9),)}, False),
    ({"need": "theory", "assessment": "theory", "total": 70, "each_unit": 50},
     {"theory": (theory(90, U1=40), theory(71, U1=60))}, True),
    ({"need": "theory", "assessment": "theory", "total": 70}, {"theory": (decided(68, True),)}, True),
    ({"need": "theory", "assessment": "theory", "total": 70}, {"theory": (decided(72, False),)}, False),
    ({"need": "theory", "assessment": "theory", "total": 85}, {"theory": (decided(72, True),)}, False),
    ({"need": "assignment", "assignment": "set", "total": 75, "markers": 2}, {"assignments": (assignment(75),)}, True),
    ({"need": "assignment", "assignment": "set", "total": 75, "markers": 2}, {"assignments": (assignment(90, markers=1),)}, False),
    ({"need": "assignment", "assignment": "set", "total": 75, "markers": 2}, {"assignments": (assignment(90, competent=False),)}, False),
    ({"need": "certificate", "level": "foundation"}, {"certificates": (certificate("foundation", 1),)}, True),
    ({"need": "certificate", "level": "foundation"}, {"certificates": (certificate("foundation", 1, revoked=True),)}, False),
    ({"need": "certificate", "level": "foundation"}, {"certificates": (certificate("foundation", 1, left=-1),)}, False),
    ({"need": "certificate", "level": "associate", "held_months": 6}, {"certificates": (certificate("associate", 6.1),)}, True),
    ({"need": "certificate", "level": "associate", "held_months": 6}, {"certificates": (certificate("associate", 5),)}, False),
    ({"need": "incubation", "state": "started"}, {"incubation": "completed"}, True),
    ({"need": "incubation", "state": "completed"}, {"incubation": "started"}, False),
    ({"need": "incubation", "state": "started"}, {"incubation": "stopped"}, False),
    ({"need": "accepted_work", "count": 1}, {"placements": (placement(),)}, True),
    ({"need": "accepted_work", "count": 1, "within_months": 12}, {"placements": (placement(days_ago=400),)}, False),
    ({"need": "placements", "count": 5, "mean_rating": 4.3, "on_time": 85}, {"placements": (placement(),) * 5}, True),
    ({"need": "placements", "count": 5, "mean_rating": 4.3, "on_time": 85}, {"placements": (placement(4),) * 5}, False),
    ({"need": "placements", "count": 5, "on_time": 85}, {"placements": (placement(),) * 4 + (placement(on_time=False),)}, False),
    ({"need": "mentoring", "learners": 2}, {"learners_mentored": 2}, True),
    ({"need": "any_of", "options": [[{"need": "mentoring"}], [{"need": "self_assessment"}]]}, {"self_assessed": True}, True),
    ({"need": "any_of", "options": [[{"need": "mentoring"}, {"need": "self_assessment"}]]}, {"self_assessed": True}, False),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "shown", "met"), CASES)
def test_rule(rule: dict, shown: dict, met: bool) -> None:
    found = check(rule, replace(NOTHING, **shown))
    assert found.met is met
    assert 0 <= found.progress <= 1
    assert (found.progress == 1) or not found.met
    assert found.label.id
    assert found.label.en
    assert found.detail.id
    assert found.detail.en


@pytest.mark.parametrize("rule", [case[0] for case in CASES])
def test_no_rule_is_met_by_nothing(rule: dict) -> None:
    assert check(rule, NOTHING).met is False


def test_the_reason_names_what_is_missing() -> None:
    found = check({"need": "deliverables", "workshops": ["w4"]}, NOTHING)
    assert "Lokakarya 4: Pracetak" in found.detail.id
    assert "Workshop 4: Prepress" in found.detail.en


def test_a_verdict_needs_every_check() -> None:
    rules = tuple(
        ADAPTER.validate_python(r) for r in ({"need": "self_assessment"}, {"need": "mentoring"})
    )
    verdict = evaluate("foundation", rules, replace(NOTHING, self_assessed=True), NAMES)
    assert not verdict.met
    assert [c.need for c in verdict.missing] == ["mentoring"]
    assert verdict.stage("learn") == 1
    assert verdict.stage("work") == 0
    assert verdict.stage("exam") == 1  # nothing is asked there


def test_unknown_words_in_a_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="need"):
        ADAPTER.validate_python({"need": "diploma"})
    with pytest.raises(ValueError, match="totl"):
        ADAPTER.validate_python({"need": "theory", "assessment": "theory", "totl": 70})


def test_months_and_dates_of_the_evidence_are_days() -> None:
    assert certificate("foundation", 0).issued_on == date(2026, 11, 21)
