"""Server time of the heavy moments of an exam: begin, submit 40 answers, choose the next question.

CPU of the process, on a copy of the small demo (its banks are calibrated), straight through the WSGI
callable: sign-in, transaction and page included. Goals: submit of a 40-item form 25 ms, the choice of
the next adaptive item 5 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from flask import Flask
from sqlmodel import select

from benchmarks.pages import sign_in
from benchmarks.report import copy_of, demo, table, verdict
from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.app import create_app
from sanggar.assessments import adaptive, content, key_responses, service
from sanggar.assessments.grading import restore
from sanggar.assessments.models import Attempt, AttemptItem
from sanggar.demo.build import settings_for
from sanggar.kernel import db

TRACK, PEOPLE = "photography", 25
SUBMIT_GOAL, NEXT_GOAL = 25.0, 5.0


def cpu(call: Callable[[], object]) -> float:
    """Return the milliseconds of processor time a call takes."""
    begun = time.process_time()
    call()
    return 1000 * (time.process_time() - begun)


def answer_all(attempt_id: int) -> None:
    """Answer every question of an attempt rightly, as its page would save it."""
    rows = db.session().exec(select(AttemptItem).where(AttemptItem.attempt_id == attempt_id)).all()
    for row in rows:
        response = key_responses.right(restore(row.item))
        service.save_answer(
            attempt_id, row.position, response, row.position, clock.now(), client="bench"
        )


def submits(app: Flask) -> list[float]:
    """Return the time of submitting a 40-item form, for several people."""
    times = []
    with db.transaction(app) as session:
        people = session.exec(select(Attempt.person_id).distinct()).all()[:PEOPLE]
    for person in people:
        try:
            with db.transaction(app):
                made = service.start_attempt(person, TRACK, "theory", clock.now()).id
                answer_all(made)
        except Exception:  # somebody has no attempt left: the next one
            continue
        client = app.test_client()
        client.set_cookie("sanggar", sign_in(app, person).removeprefix("sanggar="))
        times.append(cpu(partial(client.post, f"/attempts/{made}/submit")))
    return times


def choices(app: Flask) -> list[float]:
    """Return the time of choosing each next item of adaptive exams."""
    times = []
    with db.transaction(app) as session:
        person = accounts.by_login("talent@example.org").id
        _owner, exam = content.assessment(TRACK, "readiness")
        for turn in range(6):
            attempt = service.start_attempt(person, TRACK, "readiness", clock.now())
            if attempt.selection != "adaptive":
                raise SystemExit("the demo's bank is not calibrated")
            while attempt.size < exam.adaptive.most:
                rows = session.exec(
                    select(AttemptItem).where(
                        AttemptItem.attempt_id == attempt.id, AttemptItem.position == attempt.size
                    )
                ).one()
                right = key_responses.right(restore(rows.item)) if attempt.size % 2 else "?"
                service.save_answer(
                    attempt.id, attempt.size, right, attempt.size, clock.now(), client=f"b{turn}"
                )
                times.append(cpu(partial(adaptive.after, attempt, clock.now())))
                service.advance(attempt, attempt.size, clock.now(), skip=True)
                if attempt.stopped_by:
                    break
            service.void_attempt(attempt.id, by_id=person, reason="measured", now=clock.now())
    return times


def run() -> int:
    """Measure and print; return how many goals are missed."""
    with copy_of(demo("small")) as folder:
        app = create_app(settings_for(folder))
        app.config["WTF_CSRF_ENABLED"] = False
        submitted, chosen = submits(app), choices(app)
        app.extensions["sanggar.db"].dispose()
    rows = []
    for name, times, goal in (
        ("submit of a 40-item form", submitted, SUBMIT_GOAL),
        ("choice of the next adaptive item, with its statements", chosen, NEXT_GOAL),
    ):
        middle = statistics.median(times)
        rows.append(
            (name, len(times), f"{middle:.1f}", f"{sorted(times)[int(0.95 * len(times))]:.1f}",
             f"{goal:.0f}", verdict(middle, goal))
        )  # fmt: skip
    return table(("moment", "times", "median ms CPU", "95 %", "goal", ""), rows)
