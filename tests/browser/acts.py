"""What the other people of a journey do meanwhile: through the services, on the site's own data."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlmodel import select
from tests import earn
from tests.browser.site import Site
from tests.browser.visitor import Visitor

from sanggar.accounts import service as accounts
from sanggar.assessments import service as assessments
from sanggar.assessments.models import AttemptItem
from sanggar.kernel.access import Principal, Role
from sanggar.learning import service as learning
from sanggar.programme import queries as programme
from sanggar.workshops import service as workshops
from sanggar.workshops.models import Session as WorkshopSession
from sanggar.workshops.schedule import Draft

TRACK = earn.TRACK
HUB = "malang"
PASSWORD = "kata-sandi-uji-17"
_numbers = itertools.count(1)


def phone() -> str:
    """Return a number of the fictional block that nobody of this run has yet."""
    return f"0811-9000-{next(_numbers):04d}"


def member(site: Site, name: str, role: Role = Role.TALENT, **more: Any) -> int:
    """Let somebody join at the hub of Malang."""
    with site.tx():
        hub = next(h for h in programme.hubs() if h.code == HUB)
        region = next(r for r in programme.regions() if r.hub_id == hub.id)
        person_id = accounts.join(
            name=name, phone=phone().replace("-", "").replace("0", "+62", 1), email=None,
            password=PASSWORD, birth_date=date(2002, 4, 9), region_id=region.id, hub_id=hub.id,
            language="id", role=role if role in (Role.TALENT, Role.CLIENT) else None,
            channel="self", now=site.now,
        )  # fmt: skip
        if role not in (Role.TALENT, Role.CLIENT):
            accounts.grant(person_id, role, by_id=person_id, now=site.now, **more)
    return int(person_id)


def region(site: Site) -> str:
    """Return the id of a regency of the hub of Malang, as the forms write it."""
    with site.tx():
        hub = next(h.id for h in programme.hubs() if h.code == HUB)
        return str(next(r.id for r in programme.regions() if r.hub_id == hub))


def staff(site: Site, talent: int) -> SimpleNamespace:
    """Return the demo's staff in the form that `tests.earn` wants, with this talent."""
    return SimpleNamespace(
        talent=talent, mentor=site.person("mentor@example.org"),
        officer=site.person("officer@example.org"),
    )  # fmt: skip


def principal(site: Site, person_id: int, role: Role) -> Principal:
    """Return the officer of Malang or a mentor of the track."""
    with site.tx():
        hub = next(h.id for h in programme.hubs() if h.code == HUB)
    return Principal(
        id=person_id, roles=frozenset({role}),
        hubs=frozenset({hub} if role is Role.HUB_OFFICER else ()),
        tracks=frozenset({TRACK} if role is Role.MENTOR else ()),
    )  # fmt: skip


def session_now(
    site: Site, workshop: str, *, capacity: int = 20, starts: timedelta = timedelta(minutes=20)
) -> tuple[int, str]:
    """Plan a session that begins soon; return its id and check-in code."""
    officer = principal(site, site.person("officer@example.org"), Role.HUB_OFFICER)
    with site.tx(officer) as session:
        now = site.now
        made = workshops.create_session(
            Draft(
                hub_id=next(iter(officer.hubs)), starts_at=now + starts,
                ends_at=now + starts + timedelta(hours=4), capacity=capacity, track=TRACK,
                workshop=workshop, place="EJSC Malang, Jl. Simpang Ijen 2",
                mentor_id=site.person("mentor@example.org"),
            ),
            by=officer, now=now,
        )  # fmt: skip
        row = session.get(WorkshopSession, made)
        assert row is not None
        return made, row.code


def attend_and_deliver(site: Site, talent: int, *ids: str) -> None:
    """Be at workshops and have what came out of them accepted."""
    people = staff(site, talent)
    for workshop in ids:
        with site.tx():
            earn.attend(people, talent, workshop, site.now)
        with site.tx():
            earn.deliver(people, talent, workshop, site.now)


def read_everything(site: Site, talent: int) -> None:
    """Read the shared courses and pass their checks."""
    with site.tx():
        earn.learn(talent, site.now)


def choose(site: Site, talent: int) -> None:
    """Take the track."""
    with site.tx():
        learning.choose_track(talent, TRACK, now=site.now)


def accept(site: Site, talent: int, workshop: str) -> None:
    """Accept what a talent handed in after a workshop."""
    from sanggar.assessments.models import Submission

    mentor = principal(site, site.person("mentor@example.org"), Role.MENTOR)
    with site.tx(mentor) as session:
        handed = session.exec(
            select(Submission.id).where(
                Submission.person_id == talent, Submission.ref == workshop,
                Submission.track == TRACK,
            ).order_by(Submission.version.desc())
        ).first()  # fmt: skip
        assert handed is not None
        assessments.decide_deliverable(mentor, handed, "accepted", "Rapi dan terang.", site.now)


def hand_in_assignment(site: Site, talent: int, assignment: str) -> int:
    """Hand in a practical assignment as its rules want it; return the submission."""
    with site.tx():
        files = [assessments.Incoming(f"foto-{n}.jpg", earn.picture()) for n in (1, 2, 3)]
        handed = assessments.hand_in(
            talent, TRACK, "assignment", assignment, now=site.now, files=files,
            note="Cahaya jendela dari kiri, reflektor dari styrofoam.",
        )  # fmt: skip
        return int(handed.id)


# ---- exams ---------------------------------------------------------------------------------------


def key_of(item: dict[str, Any]) -> Any:
    """Return the response that earns the full score."""
    return earn.right_response(item)


def form_of(site: Site, attempt_id: int) -> list[dict[str, Any]]:
    """Return the items of an attempt in the order of asking."""
    with site.tx() as session:
        rows = session.exec(
            select(AttemptItem.item)
            .where(AttemptItem.attempt_id == attempt_id)
            .order_by(AttemptItem.position)
        ).all()
        return [dict(row) for row in rows]


def fill_answer(visitor: Visitor, item: dict[str, Any]) -> None:
    """Give the right answer on the page, as a person does."""
    page, response = visitor.page, key_of(item)
    if item["type"] in ("single", "truefalse", "hotspot"):
        page.locator(f'[name="answer"][value="{response}"]').check()
    elif item["type"] == "multiple":
        for option in response:
            page.locator(f'[name="answer"][value="{option}"]').check()
    elif item["type"] == "ordering":
        for option, place in response.items():
            page.locator(f'[name="answer-{option}"]').select_option(str(place))
    elif item["type"] == "matching":
        for prompt, option in response.items():
            page.locator(f'[name="answer-{prompt}"]').select_option(option)
    elif item["type"] == "matrix":
        for prompt, option in response.items():
            page.locator(f'[name="answer-{prompt}"][value="{option}"]').check()
    elif item["type"] == "cloze":
        for gap in item["gaps"]:
            field = page.locator(f'[name="answer-{gap["id"]}"]')
            if gap["kind"] == "single":
                field.select_option(response[gap["id"]])
            else:
                field.fill(response[gap["id"]])
    else:
        page.locator('[name="answer"]').fill(str(response))


def answer_rest(site: Site, attempt_id: int, since: int) -> None:
    """Answer the questions from this position on, rightly, as another tab would."""
    now: datetime = site.now
    for position, item in enumerate(form_of(site, attempt_id), 1):
        if position >= since:
            with site.tx():
                assessments.save_answer(
                    attempt_id, position, key_of(item), position, now, client="rest", newest=True
                )
