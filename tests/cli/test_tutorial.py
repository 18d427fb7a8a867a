"""The mentors' tutorial works as it is written: its files, its error messages, its certificate."""

from __future__ import annotations

import io
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import select
from tests.earn import right_response

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.app import create_app
from sanggar.assessments import service as assessments
from sanggar.assessments.models import AttemptItem
from sanggar.certification import queries as certification
from sanggar.cli import main
from sanggar.demo.cast import cast
from sanggar.kernel import db, schema
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.config import Settings
from sanggar.learning import service as learning
from sanggar.workshops import service as workshops
from sanggar.workshops.models import Session as WorkshopSession
from sanggar.workshops.schedule import Draft

#: what is started here has a database of its own
pytestmark = pytest.mark.once

DOCS = Path(__file__).parents[2] / "docs" / "mentors"
TRACK = "content_creator"
#: where the printed blocks go, in the order of the tutorial; track.yaml is written in four steps
FILES = (
    "track.yaml", "track.yaml", "track.yaml",
    "courses/first-script/course.yaml",
    "courses/first-script/01-three-parts.id.md", "courses/first-script/01-three-parts.en.md",
    "workshops/w1.id.md", "workshops/w1.en.md",
    "items/theory.id.quiz.md", "items/theory.en.quiz.md",
    "assessments/theory.yaml",
    "assignments/owner-video.id.md", "assignments/owner-video.en.md",
    "track.yaml",
)  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def printed(page: str) -> list[str]:
    """Return the files a reader types, as they stand between the four backticks."""
    return re.findall(r"^````\w+\n(.*?)^````$", (DOCS / page).read_text("utf-8"), re.M | re.S)


@pytest.fixture(params=["tutorial.md", "tutorial.id.md"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The track that a reader of the tutorial has written after its step 8."""
    target = tmp_path / "content-creator"
    made = CliRunner().invoke(main, ["new-track", TRACK, "--dir", str(target)])
    assert made.exit_code == 0, made.output
    package = target / f"sanggar_{TRACK}"
    for samples in ("courses", "workshops", "assessments", "items", "assignments"):
        shutil.rmtree(package / samples)
    (package / "track.yaml").unlink()
    blocks = printed(request.param)
    assert len(blocks) == len(FILES)
    for name, block in zip(FILES, blocks, strict=True):
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{block}" if file.tell() else block)
    return target


def test_the_check_finds_nothing_in_it(folder: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(folder)])
    assert done.exit_code == 0, done.output


def test_the_two_mistakes_are_named_as_printed(folder: Path) -> None:
    for name, old, new in (
        ("items/theory.id.quiz.md", "area=CC-01 level=remember", "area=CC-01 level=C1"),
        ("track.yaml", "need: theory, assessment: theory, total: 70, each_unit", "need: teory, assessment: theory, total: 70, each_unit"),
    ):  # fmt: skip
        path = folder / f"sanggar_{TRACK}" / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
    done = CliRunner().invoke(main, ["check", str(folder)])
    assert done.exit_code == 1
    promised = re.findall(r"^sanggar_\S+:\d+: .*$", (DOCS / "tutorial.md").read_text("utf-8"), re.M)
    assert len(promised) == 2
    for line in promised:
        assert line in done.output


def test_a_talent_of_the_preview_earns_the_certificate(folder: Path, tmp_path: Path) -> None:
    settings = Settings.load(
        {}, mode="test", data_dir=str(tmp_path / "data"), track_dirs=str(folder), rate_limits=False,
        log_level="ERROR",
    )  # fmt: skip
    app = create_app(settings)
    schema.upgrade(app.extensions["sanggar.db"])
    now = clock.now()
    assert cast(app, now) == cast(app, now)  # a second start changes nothing
    with db.transaction(app):
        people = {
            name: accounts.by_login(f"{name}@example.org")
            for name in ("talent", "mentor", "officer")
        }
        talent = people["talent"].id
        hub = people["officer"].hub_id
        learning.choose_track(talent, TRACK, now=now)
        judged = {unit: {"can": True, "note": ""} for unit in ("CC-01", "CC-02")}
        learning.save_self_assessment(talent, TRACK, judged, now=now)
        learning.complete_lesson(talent, f"{TRACK}/first-script", "three-parts", now=now)
        _attend(talent, people["officer"].id, hub, now)
    mentor = Principal(
        id=people["mentor"].id, roles=frozenset({Role.MENTOR}), tracks=frozenset({TRACK})
    )
    with db.transaction(app):
        files = [assessments.Incoming("naskah.pdf", io.BytesIO(PDF))]
        handed = assessments.hand_in(talent, TRACK, "workshop", "w1", now=now, files=files)
        assessments.decide_deliverable(mentor, handed.id, "accepted", "Rapi.", now)
    with db.transaction(app):
        _pass(talent, now)
    with db.transaction(app):
        held = certification.of_person(talent, now)
    app.extensions["sanggar.db"].dispose()
    assert [(one.track, one.level) for one in held] == [(TRACK, "foundation")]


def _attend(talent: int, officer: int, hub: int | None, now: datetime) -> None:
    by = Principal(id=officer, roles=frozenset({Role.HUB_OFFICER}), hubs=frozenset({hub}))
    draft = Draft(
        hub_id=hub, starts_at=now + timedelta(minutes=10), ends_at=now + timedelta(hours=4),
        capacity=16, track=TRACK, workshop="w1", place="EJSC Malang", mentor_id=None,
    )  # fmt: skip
    session_id = workshops.create_session(draft, by=by, now=now)
    workshops.register(session_id, talent, now=now)
    code = db.session().get(WorkshopSession, session_id).code
    workshops.check_in(code, talent, how="code", now=now)


def _pass(talent: int, now: datetime) -> None:
    attempt = assessments.start_attempt(talent, TRACK, "theory", now)
    rows = db.session().exec(
        select(AttemptItem.position, AttemptItem.item).where(AttemptItem.attempt_id == attempt.id)
    )
    for position, item in rows.all():
        assessments.save_answer(attempt.id, position, right_response(item), position, now)
    assessments.submit_attempt(attempt.id, talent, now)
