"""The one next step: what is nearest comes first, and each step has a page behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from sanggar.assessments.queries import Running
from sanggar.catalogue import queries as catalogue
from sanggar.evidence import queries as evidence
from sanggar.plugin.evidence import (
    AssignmentResult,
    Attendance,
    CertificateHeld,
    Evidence,
    TheoryResult,
)
from sanggar.plugin.text import Text
from sanggar.web import home, steps
from sanggar.workshops.queries import MySession, SessionLine

SHARED = ("shared/freelancing-basics", "shared/safe-online-work", "shared/building-a-portfolio")


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/learn"):
        yield


def facts(now: datetime, level: str = "foundation", held: str = "", **shown: Any) -> steps.Facts:
    track = catalogue.track("photography")
    verdict = evidence.judge(track, level, Evidence(track=track.id, now=now, **shown))
    way = evidence.Way(track, level, held, verdict, (0, 0, 0, 0))
    course = catalogue.course("shared/freelancing-basics")
    return steps.Facts(way=way, now=now, lesson=(course, course.lessons[0]))


def test_an_exam_whose_clock_runs_comes_before_everything(now) -> None:
    running = Running(9, Text(id="Uji teori", en="Theory exam"), now + timedelta(minutes=5))
    near = session(now + timedelta(hours=1))
    step = steps.choose(replace(facts(now), running=running, session=near))
    assert step.title == "Lanjutkan: Uji teori"
    assert home.link(step.place) == "/attempts/9"
    assert "10.05 WIB" in step.text


def learned(now: datetime, **more: Any) -> dict[str, Any]:
    """Return evidence of somebody who has read and judged everything."""
    return {"self_assessed": True, "courses_done": frozenset(SHARED), **more}


def attended(*done: str) -> tuple[Attendance, ...]:
    track = catalogue.track("photography")
    return tuple(Attendance(w.id, w.hours if w.id in done else 0, w.hours) for w in track.workshops)


def session(starts: datetime) -> MySession:
    line = SessionLine(
        id=7, track="photography", workshop="w1", series_id=None, hub_id=1, own_title="",
        starts_at=starts, ends_at=starts + timedelta(hours=4), mode="onsite",  # type: ignore[arg-type]
        place="EJSC Malang", capacity=20, mentor_id=None, organisation="", training="skilling",  # type: ignore[arg-type]
        state="planned", taken=3, waiting=0,  # type: ignore[arg-type]
    )  # fmt: skip
    return MySession(line, "registered")  # type: ignore[arg-type]


def endpoint(found: steps.Facts) -> str:
    step = steps.choose(found)
    assert step.title
    assert step.text
    assert step.label
    assert home.link(step.place).startswith("/")
    return step.place.endpoint


def test_somebody_new_begins_with_themselves(now: datetime) -> None:
    assert endpoint(facts(now)) == "learning.self_assessment"


def test_then_comes_reading(now: datetime) -> None:
    assert endpoint(facts(now, self_assessed=True)) == "learning.lesson"


def test_reading_goes_on_at_the_heading_reached(now: datetime) -> None:
    found = replace(facts(now, self_assessed=True), position="h-coba")
    assert home.link(steps.choose(found).place).endswith("#h-coba")


def test_a_course_that_is_read_waits_for_its_check(now: datetime) -> None:
    found = replace(
        facts(now, self_assessed=True),
        checks={"shared/freelancing-basics": ("shared", "freelancing-basics-check")},
    )
    assert endpoint(found) == "assessments.intro"
    assert "Dasar Kerja Lepas" in steps.choose(found).title


def test_who_has_read_everything_looks_for_a_workshop(now: datetime) -> None:
    assert endpoint(facts(now, **learned(now, attendance=attended()))) == "workshops.index"


def test_a_place_already_taken_is_the_way_to_a_workshop(now: datetime) -> None:
    found = replace(
        facts(now, **learned(now, attendance=attended())), session=session(now + timedelta(days=20))
    )
    assert endpoint(found) == "workshops.show"


def test_a_session_that_is_near_comes_before_everything(now: datetime) -> None:
    found = replace(facts(now), session=session(now + timedelta(days=2)))
    step = steps.choose(found)
    assert step.place.endpoint == "workshops.show"
    assert "EJSC Malang" in step.text
    assert "Bawa:" in step.text


def test_after_the_workshops_their_results_are_handed_in(now: datetime) -> None:
    found = facts(now, **learned(now, attendance=attended("w1", "w2", "w3")))
    assert endpoint(found) == "assessments.task"
    assert steps.choose(found).place.args["kind"] == "workshop"


def test_then_comes_the_exam(now: datetime) -> None:
    shown = learned(
        now, attendance=attended("w1", "w2", "w3"),
        deliverables=dict.fromkeys(("w1", "w2", "w3"), "accepted"),
    )  # fmt: skip
    assert endpoint(facts(now, **shown)) == "assessments.intro"
    assert steps.choose(facts(now, **shown)).place.args["assessment"] == "theory"


def test_the_second_level_asks_for_incubation_and_practical_work(now: datetime) -> None:
    shown = learned(
        now, attendance=attended("w1", "w2", "w3", "w4", "w5"),
        deliverables=dict.fromkeys(("w1", "w2", "w3", "w4", "w5"), "accepted"),
        theory=(TheoryResult("theory", 90, {}, 1, now),),
        certificates=(CertificateHeld("foundation", now.date(), now.date() + timedelta(days=900)),),
    )  # fmt: skip
    assert endpoint(facts(now, "associate", "foundation", **shown)) == "web.contact"
    shown["incubation"] = "started"
    found = facts(now, "associate", "foundation", **shown)
    assert endpoint(found) == "assessments.task"
    assert steps.choose(found).place.args["kind"] == "assignment"
    marked = AssignmentResult("product-set", 90, {}, 2, True, now)
    shown["assignments"] = (marked,)
    assert endpoint(facts(now, "associate", "foundation", **shown)) == "incubation.mine"
    shown["incubation"] = "completed"
    assert endpoint(facts(now, "associate", "foundation", **shown)) == "clients.work"


def test_every_requirement_of_every_track_leads_somewhere(now: datetime) -> None:
    for track in catalogue.tracks():
        for rule in track.certificates:
            for requirement in rule.requires:
                known = requirement.need in steps.MAKERS or requirement.need == "certificate"
                assert known, (track.id, requirement.need)


def test_who_has_everything_is_sent_to_work(now: datetime) -> None:
    track = catalogue.track("photography")
    verdict = evidence.judge(track, "none", Evidence(track=track.id, now=now))
    way = evidence.Way(track, "professional", "professional", verdict, (1, 1, 1, 1))
    assert endpoint(steps.Facts(way=way, now=now)) == "clients.work"
    unheld = replace(way, held="")
    assert endpoint(steps.Facts(way=unheld, now=now)) == "certification.mine"
