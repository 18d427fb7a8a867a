"""The small demo in its database: true to the figures, to the rules of the services, and repeatable."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest
from flask import Flask
from sqlalchemy import func, text
from sqlmodel import col, select
from tests.conftest import NOW
from tests.demo.conftest import Transaction

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.accounts.models import Consent, GuardianConsent, Purpose, RoleGrant, User
from sanggar.accounts.rules import is_minor
from sanggar.assessments import grading
from sanggar.assessments.models import Answer, Attempt, AttemptItem, Submission, SubmissionFile
from sanggar.assessments.rules import Scored, draw_form, score
from sanggar.certification import queries as certification
from sanggar.certification.models import Certificate
from sanggar.clients import queries as clients
from sanggar.clients.models import Brief, Offer, Placement
from sanggar.clients.rules import BRIEF_MOVES, BriefState, OfferState, PlacementState
from sanggar.demo import build, trial_works
from sanggar.demo.data import PHONE_BLOCK, distribution, figures, names
from sanggar.evidence import queries as evidence
from sanggar.incubation import queries as incubation
from sanggar.incubation.models import MemberState
from sanggar.kernel import registry
from sanggar.kernel.access import Role
from sanggar.kernel.files import storage
from sanggar.kernel.models import AuditEntry, EventRecord
from sanggar.learning import queries as learning
from sanggar.notifications import queries as notifications
from sanggar.plugin.evidence import LEVELS
from sanggar.programme import queries as programme
from sanggar.programme.models import Enrolment, StageChange
from sanggar.programme.rules import Stage, can_move
from sanggar.quality.models import MarkerReport
from sanggar.ranking import candidates, service
from sanggar.workshops import queries as workshops
from sanggar.workshops.models import Attendance, Guest, Registration, RegistrationState, Session

pytestmark = pytest.mark.once
SMALL = figures("small")


def _person(name: str) -> accounts.Person:
    found = accounts.by_login(f"{name}@example.org")
    assert found is not None
    return found


# --- numbers -------------------------------------------------------------------------------------


def test_every_hub_has_its_talents_targets_and_active(demo: Transaction) -> None:
    with demo():
        rows = programme.counts(clock.local(NOW).date())
        assert {row.hub.code for row in rows} == set(SMALL.hubs)
        for row in rows:
            hub = SMALL.hubs[row.hub.code]
            assert (row.cumulative, row.reached, row.active) == (
                hub.talents,
                hub.talents,
                hub.active,
            )
            assert row.target == 20
        whole = programme.total(rows, clock.local(NOW).date())
        assert (whole.cumulative, whole.target, whole.percent) == (61, 100, 61.0)


def test_every_level_has_its_holders(demo: Transaction, as_of: datetime) -> None:
    with demo() as session:
        held = {level: len(certification.certified_ids(as_of, level)) for level in LEVELS}
        assert held == {level: SMALL.total(level) for level in LEVELS}
        assert certification.count_certified(as_of) == SMALL.total("foundation")
        today = clock.local(as_of).date()
        old = session.exec(select(func.count()).where(col(Certificate.valid_until) < today)).one()
        assert old == SMALL.dirty["expired_certificates"]


def test_briefs_offers_and_work_have_their_numbers(demo: Transaction) -> None:
    with demo() as session:
        counted = {state.value: n for state, n in clients.state_counts(None).items()}
        assert counted == SMALL.briefs
        by_hub = dict(
            session.exec(select(Brief.hub_id, func.count()).group_by(col(Brief.hub_id))).all()
        )
        assert {hub.code: by_hub[hub.id] for hub in programme.hubs()} == {
            code: hub.briefs for code, hub in SMALL.hubs.items()
        }
        states = dict(
            session.exec(select(Placement.state, func.count()).group_by(col(Placement.state))).all()
        )
        assert states[PlacementState.FINISHED] == SMALL.briefs["finished"]
        assert states[PlacementState.CANCELLED] == SMALL.broken_off
        under_way = sum(
            n
            for s, n in states.items()
            if s not in (PlacementState.FINISHED, PlacementState.CANCELLED)
        )
        assert under_way == SMALL.briefs["running"]
        decided = session.exec(
            select(func.count()).where(col(Offer.state) == OfferState.DECLINED)
        ).one() + sum(states.values())
        assert decided == pytest.approx(SMALL.decided_offers, rel=0.15)


def test_incubation_mentors_clients_and_guests_have_their_numbers(demo: Transaction) -> None:
    with demo() as session:
        counted = incubation.counts().values()
        for state in MemberState:
            assert sum(each[state] for each in counted) == SMALL.incubation[state.value]
        mentors = session.exec(select(func.count(func.distinct(col(RoleGrant.person_id)))).where(
            col(RoleGrant.role) == Role.MENTOR)).one()  # fmt: skip
        assert mentors == SMALL.total("mentors")
        assert len(accounts.holders(Role.CLIENT)) == SMALL.total("clients")
        guests = dict(session.exec(
            select(Session.hub_id, func.count()).join(Guest, col(Guest.session_id) == col(Session.id))
            .group_by(col(Session.hub_id))).all())  # fmt: skip
        assert {hub.code: guests.get(hub.id, 0) for hub in programme.hubs()} == SMALL.umkm_guests


def test_ratings_and_punctuality_are_near_the_figures(demo: Transaction) -> None:
    with demo() as session:
        done = session.exec(
            select(Placement).where(col(Placement.state) == PlacementState.FINISHED)
        ).all()
        rated = [row.rating for row in done if row.rating is not None]
        assert fmean(rated) == pytest.approx(4.39, abs=0.4)
        assert fmean(bool(row.on_time) for row in done) == pytest.approx(
            distribution()["on_time"], abs=0.15
        )
        assert len(rated) / len(done) == pytest.approx(distribution()["rated"], abs=0.2)


def test_some_records_are_spoilt_on_purpose(demo: Transaction, as_of: datetime) -> None:
    with demo() as session:
        missing = session.exec(select(func.count()).where(col(Enrolment.region_id).is_(None))).one()
        assert missing == SMALL.dirty["without_region"]
        withdrawn = session.exec(
            select(func.count()).where(col(Consent.withdrawn_at).is_not(None))
        ).one()
        assert withdrawn == SMALL.dirty["withdrawn_consents"]
        talents = session.exec(
            select(User).join(Enrolment, col(Enrolment.person_id) == col(User.id))
        ).all()
        births: dict[object, int] = {}
        for person in talents:
            births[person.birth_date] = births.get(person.birth_date, 0) + 1
        doubled = [p for p in talents if births[p.birth_date] > 1 and p.phone is None]
        assert len(doubled) >= SMALL.dirty["duplicates"]


# --- as the services would have done it ----------------------------------------------------------


def test_every_certificate_was_earned_on_its_day(demo: Transaction) -> None:
    with demo() as session:
        for row in session.exec(select(Certificate)).all():
            verdict = evidence.verdict(row.person_id, row.track, row.level, row.issued_at)
            assert verdict.met, (row.person_id, row.level, [c.need for c in verdict.missing])
            assert [b["need"] for b in row.basis] == [c.need for c in verdict.checks]


def test_nobody_has_earned_a_certificate_they_do_not_hold(
    demo: Transaction, as_of: datetime
) -> None:
    with demo() as session:
        held: dict[tuple[int, str], set[str]] = {}
        for row in session.exec(select(Certificate)).all():
            held.setdefault((row.person_id, row.track), set()).add(row.level)
        for person_id in session.exec(select(Enrolment.person_id)).all():
            for track in learning.chosen(person_id):
                missing = [
                    level for level in LEVELS if level not in held.get((person_id, track), set())
                ]
                if missing:
                    assert not evidence.verdict(person_id, track, missing[0], as_of).met, person_id


def test_stage_histories_are_legal_and_end_where_the_talent_stands(demo: Transaction) -> None:
    with demo() as session:
        steps: dict[int, list[StageChange]] = {}
        for row in session.exec(
            select(StageChange).order_by(col(StageChange.at), col(StageChange.id))
        ):
            steps.setdefault(row.person_id, []).append(row)
        for enrolment in session.exec(select(Enrolment)):
            mine = steps[enrolment.person_id]
            assert (mine[0].old, mine[0].new, mine[0].at) == ("", "applicant", enrolment.joined_at)
            for before, after in pairwise(mine):
                assert before.new == after.old
                assert can_move(Stage(after.old), Stage(after.new)), (after.old, after.new)
            assert mine[-1].new == enrolment.stage.value


def test_every_placement_has_two_acceptances_and_nobody_uncertified_was_asked(
    demo: Transaction,
) -> None:
    with demo() as session:
        offers = {row.id: row for row in session.exec(select(Offer))}
        for placement in session.exec(select(Placement)):
            offer = offers[placement.offer_id]
            assert offer.talent_accepted_at is not None
            assert offer.client_accepted_at == placement.agreed_at
            assert offer.made_at < offer.talent_accepted_at < placement.agreed_at
            assert offer.person_id == placement.person_id
        briefs = {row.id: row for row in session.exec(select(Brief))}
        people = accounts.people([offer.person_id for offer in offers.values()])
        for offer in offers.values():
            brief = briefs[offer.brief_id]
            level = certification.levels(brief.track, offer.made_at, [offer.person_id]).get(
                offer.person_id
            )
            assert level, offer
            assert LEVELS.index(level) >= LEVELS.index(brief.level)
            assert not is_minor(people[offer.person_id].birth_date, NOW.date())
            assert 1 <= offer.place <= 3
            assert offer.answered_at is None or offer.answered_at <= offer.answer_by


def test_offers_carry_what_the_ranking_showed(demo: Transaction) -> None:
    with demo() as session:
        tracks = dict(session.exec(select(Brief.id, Brief.track)).all())
        for offer in session.exec(select(Offer)):
            if not offer.rank_shown:
                assert offer.features == {}
                continue
            assert 1 <= offer.rank_shown <= service.LISTED
            names = {f.name for f in candidates.features_for(tracks[offer.brief_id])}
            assert set(offer.features) == names
            assert all(v is None or 0 <= v <= 1 for v in offer.features.values())
        taught = clients.decided_offers()
        assert {row.label for row in taught} == {0, 1}


def test_briefs_moved_as_they_may(demo: Transaction, as_of: datetime) -> None:
    with demo() as session:
        today = clock.local(as_of).date()
        for brief in session.exec(select(Brief)):
            ended = not BRIEF_MOVES[brief.state] or brief.state is BriefState.EXPIRED
            assert (brief.closed_at is not None) == ended, brief.state
            assert (brief.opened_at is None) == (brief.state is BriefState.DRAFT)
            if brief.state in (BriefState.OPEN, BriefState.SHORTLISTED):
                assert brief.deadline is None or brief.deadline >= today
            assert 0 <= brief.quality <= 100


def test_exams_are_drawn_graded_and_added_up_as_the_site_does(demo: Transaction) -> None:
    with demo() as session:
        for attempt in session.exec(select(Attempt).order_by(col(Attempt.id)).limit(40)).all():
            track = registry.current().tracks[attempt.track]
            exam = track.assessment(attempt.assessment)
            assert exam is not None
            items = grading.askable(exam, track.items)
            form = draw_form(exam, items, attempt.seed, deal=grading.deal)
            rows = session.exec(
                select(AttemptItem, Answer.response)
                .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
                .where(col(AttemptItem.attempt_id) == attempt.id).order_by(col(AttemptItem.position))
            ).all()  # fmt: skip
            for drawn, (row, response) in zip(form, rows, strict=True):
                assert row.item == grading.snapshot(drawn.item)
                assert row.option_order == list(drawn.order)
                grade = grading.grade(grading.restore(row.item), response)
                assert (row.share, row.correct, row.needs_human) == (
                    grade.score,
                    grade.correct,
                    False,
                )
            result = score([Scored(row.unit, row.points, row.share or 0.0) for row, _ in rows])
            assert (attempt.score, attempt.by_unit) == (result.total, result.by_unit)


def test_every_question_type_was_answered_right_by_somebody(demo: Transaction) -> None:
    with demo() as session:
        kinds = {
            row.item["type"]
            for row in session.exec(select(AttemptItem).where(col(AttemptItem.correct)))
        }
        asked = {row.item["type"] for row in session.exec(select(AttemptItem))}
        assert kinds == asked


def test_files_of_submissions_are_there(demo: Transaction) -> None:
    with demo() as session:
        rows = session.exec(select(SubmissionFile)).all()
        for sha256 in {
            h for row in rows for h in (row.sha256, row.public_sha256, row.thumb_sha256)
        }:
            assert hashlib.sha256(storage.read(sha256)).hexdigest() == sha256
        handed = set(session.exec(select(Submission.id)).all())
        assert {row.submission_id for row in rows} == handed


def test_nobody_was_at_a_session_without_a_place(demo: Transaction) -> None:
    with demo() as session:
        places = set(session.exec(select(Registration.session_id, Registration.person_id).where(
            col(Registration.state) == RegistrationState.REGISTERED)).all())  # fmt: skip
        came = set(session.exec(select(Attendance.session_id, Attendance.person_id)).all())
        assert came <= places
        waiting = session.exec(select(Registration.session_id).where(
            col(Registration.state) == RegistrationState.WAITING)).all()  # fmt: skip
        assert waiting
        for session_id in set(waiting):
            held = session.get(Session, session_id)
            assert held is not None
            taken = sum(place[0] == session_id for place in places)
            assert taken == held.capacity


def test_keys_hold_and_nothing_lies_in_the_future(demo: Transaction, as_of: datetime) -> None:
    ahead = {("workshop_session", "starts_at"), ("workshop_session", "ends_at"), ("offer", "answer_by"),
             ("delivery", "next_try")}  # fmt: skip
    latest = as_of.replace(tzinfo=None).isoformat(sep=" ")
    with demo() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        tables = (
            session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
            .scalars()
            .all()
        )
        for table in tables:
            for column in session.execute(text(f'PRAGMA table_info("{table}")')).all():
                if (table, column[1]) in ahead or not (
                    column[1] == "at" or column[1].endswith("_at")
                ):
                    continue
                late = session.execute(
                    text(f'SELECT count(*) FROM "{table}" WHERE {column[1]} > :at'), {"at": latest}
                ).scalar()
                assert late == 0, (table, column[1])


def test_the_reports_on_assessors_have_something_to_say(demo: Transaction) -> None:
    with demo() as session:
        reports = {row.track: row.data["assignments"][0] for row in session.exec(
            select(MarkerReport)) if row.data["assignments"]}  # fmt: skip
    assert set(reports) == set(distribution()["tracks"])
    for track, found in reports.items():
        assert found["twice"] >= 25, track
        assert found["why"] == ""
        assert 0.3 < found["agreement"]["alpha"] < 0.8, track
        severity = [marker["severity"] for marker in found["severity"]["markers"]]
        assert severity[0] < -0.4, track  # lenient and severe as they were drawn
        assert severity[-1] > 0.4, track
        assert found["fair"]


def test_who_took_part_in_the_trial_of_tasks_is_no_talent(demo: Transaction) -> None:
    with demo() as session:
        trial = session.exec(select(User).where(col(User.name).startswith("Peserta Uji"))).all()
        ids = {person.id for person in trial}
        assert len(ids) == len(distribution()["tracks"]) * trial_works.WORKS
        assert not any(person.active for person in trial)
        for held in (RoleGrant.person_id, Enrolment.person_id, Certificate.person_id):
            assert not ids & set(session.exec(select(held)).all())


# --- people --------------------------------------------------------------------------------------


def test_phones_and_addresses_are_fictional(demo: Transaction) -> None:
    with demo() as session:
        people = session.exec(select(User)).all()
        phones = [p.phone for p in people if p.phone]
        assert len(set(phones)) == len(phones)
        block = re.compile(re.escape(PHONE_BLOCK) + r"\d{3}")
        assert all(block.fullmatch(phone) for phone in phones)
        assert all(p.email is None or p.email.endswith("@example.org") for p in people)
        assert all(p.phone or p.email for p in people)
        assert session.exec(select(func.count()).where(col(Guest.phone) != "")).one() == 0


def test_names_of_well_known_people_are_avoided(demo: Transaction) -> None:
    with demo() as session:
        people = session.exec(select(User.name)).all()
        assert not set(people) & set(names()["avoid"])
        full = [name for name in people if " " in name]
        assert len(set(full)) == len(full)


def test_only_the_six_accounts_have_a_password(demo: Transaction) -> None:
    with demo() as session:
        able = session.exec(select(User.email).where(col(User.password).is_not(None))).all()
        assert set(able) == {
            f"{n}@example.org"
            for n in ("talent", "mentor", "client", "officer", "province", "admin")
        }


def test_minors_are_public_only_with_a_guardian(demo: Transaction, as_of: datetime) -> None:
    with demo() as session:
        talents = session.exec(
            select(User).join(Enrolment, col(Enrolment.person_id) == col(User.id))
        ).all()
        minors = {p.id for p in talents if is_minor(p.birth_date, as_of.date())}
        guarded = set(session.exec(select(GuardianConsent.person_id)).all())
        assert minors
        assert guarded <= minors
        assert accounts.public_ids(minors, as_of) <= guarded
        matched = accounts.matching_ids(None, as_of)
        gone = set(session.exec(select(Consent.person_id).where(
            col(Consent.purpose) == Purpose.MATCHING, col(Consent.withdrawn_at).is_not(None))).all())  # fmt: skip
        assert gone
        assert not gone & matched


def test_the_talent_account_has_two_petals_open_and_a_session_next(
    demo: Transaction, as_of: datetime
) -> None:
    with demo():
        me = _person("talent")
        assert me.name == "Wahyuni"
        way = evidence.way(me.id, "photography", as_of)
        learn, workshop, exam, work = way.petals
        assert (way.level, learn, work) == ("foundation", 1, 1)
        assert 0.5 < workshop < 1
        assert exam == 0
        coming = workshops.next_session(me.id, as_of)
        assert coming is not None
        assert coming.session.workshop == "w3"
        assert timedelta(0) < coming.session.starts_at - as_of < timedelta(days=9)
        assert notifications.unread(me.id) >= 0


def test_the_mentor_account_has_a_queue_of_several_ages(
    demo: Transaction, demo_app: Flask, as_of: datetime
) -> None:
    with demo() as session:
        me = _person("mentor")
        tracks = session.exec(
            select(RoleGrant.track).where(col(RoleGrant.person_id) == me.id)
        ).all()
        waits = session.exec(select(Submission.submitted_at).where(
            col(Submission.track).in_(tracks), col(Submission.decided_at).is_(None))).all()  # fmt: skip
        days = {(as_of - at).days for at in waits if at}
        assert len(waits) >= 4
        assert len(days) >= 3


def test_the_client_account_has_a_brief_with_a_ranking_and_work_under_way(
    demo: Transaction, as_of: datetime
) -> None:
    with demo() as session:
        me = _person("client")
        mine = clients.briefs_of(me.id)
        brief = next(b for b in mine if b.state is BriefState.OPEN)
        assert brief.organisation == "Keripik Tempe Bu Sulas"
        ranked = service.compute(brief, as_of, None)
        assert len(ranked.cards) >= 4
        assert all(card.reasons for card in ranked.cards[:3])
        assert any(b.state is BriefState.RUNNING for b in mine)
        running = session.exec(select(Placement).where(
            col(Placement.brief_id).in_([b.id for b in mine]), col(Placement.state) == PlacementState.RUNNING)).all()  # fmt: skip
        assert running


def test_the_event_log_tells_of_the_last_weeks_in_order(demo: Transaction, as_of: datetime) -> None:
    with demo() as session:
        events = session.exec(select(EventRecord).order_by(col(EventRecord.id))).all()
        moments = [e.at for e in events]
        assert moments == sorted(moments)
        assert {"PersonJoined", "CertificateIssued", "OfferMade", "PlacementChanged"} <= {
            e.kind for e in events
        }


def test_the_audit_log_names_staff_who_exist_and_no_secrets(demo: Transaction) -> None:
    with demo() as session:
        entries = session.exec(select(AuditEntry)).all()
        staff = set(session.exec(select(RoleGrant.person_id).where(
            col(RoleGrant.role).in_((Role.MENTOR, Role.HUB_OFFICER)))).all())  # fmt: skip
        assert {e.entity for e in entries} >= {"marking", "brief"}
        assert {e.actor_id for e in entries} <= staff
        assert all(e.entity_id and e.after for e in entries)


# --- the accounts on the site --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "home"),
    [("talent", "/learn"), ("mentor", "/marking"), ("client", "/briefs"), ("officer", "/officer"),
     ("province", "/province"), ("admin", "/admin")],
)  # fmt: skip
def test_each_account_signs_in_and_sees_its_home(demo_app: Flask, name: str, home: str) -> None:
    visitor = demo_app.test_client()
    answer = visitor.post(
        "/sign-in", data={"email": f"{name}@example.org", "password": "sanggar-demo"}
    )
    assert answer.status_code in (302, 303)
    page = visitor.get("/home", follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, home)


def test_the_sign_in_page_shows_the_accounts(demo_app: Flask) -> None:
    page = demo_app.test_client().get("/sign-in").text
    assert "talent@example.org" in page
    assert "sanggar-demo" in page


# --- repeatable ----------------------------------------------------------------------------------


def _digests(database: Path) -> dict[str, str]:
    """Return a digest of every table."""
    found = {}
    with closing(sqlite3.connect(database)) as connection:
        names = [
            n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in sorted(names):
            rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall()
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


@pytest.mark.slow
def test_the_same_seed_and_day_give_the_same_rows(pristine: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    build.build(again, "small", build.as_of_moment(None))
    first, second = _digests(pristine), _digests(again / "sanggar.db")
    assert [name for name in first if first[name] != second[name]] == []
