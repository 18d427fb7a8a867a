"""Automatic checks and pictures of pages: beside the work, for talents and markers, never a verdict."""

from __future__ import annotations

import io

import pytest
from sqlmodel import select
from tests.plugins.pdfs import Sheet

from sanggar.assessments import desk, inspection, pdf_pages, submissions
from sanggar.assessments.models import Submission, SubmissionFile
from sanggar.kernel.files import storage
from sanggar.plugin.track import Check

from .conftest import install, make_assignment, make_track
from .markers import TRACK, mentor

pytestmark = pytest.mark.once

TASK = f"/tasks/{TRACK}/assignment/label"
PRINT = Check(type="packaging-print", params={"bleed_mm": 3, "min_text_pt": 5})


@pytest.fixture
def checked(app, track):
    """The small track with an assignment that the packaging plugin's print check looks at."""
    label = make_assignment(id="label", markers=1, checks=(PRINT,))
    install(app, make_track().model_copy(update={"assignments": (label,)}))


@pytest.fixture
def pdf(tmp_path):
    """`pdf(bleed)` returns the bytes of a label with so many millimetres of bleed."""

    def make(bleed: float = 3) -> bytes:
        return Sheet(bleed_mm=bleed).save(tmp_path / f"{bleed}.pdf").read_bytes()

    return make


def hand_in(person_id: int, now, *files: tuple[str, bytes]) -> int:
    incoming = [submissions.Incoming(name, io.BytesIO(content)) for name, content in files]
    return submissions.hand_in(
        person_id, TRACK, "assignment", "label", now=now, files=incoming
    ).id  # fmt: skip


def test_findings_stand_in_the_draft_and_beside_the_work(
    tx, people, checked, pdf, app, client, login, now
) -> None:
    with tx():
        task = desk.content.task(TRACK, "assignment", "label")
        looked = submissions.look_at(task, [submissions.Incoming("cetak.pdf", io.BytesIO(pdf(1)))])
        draft = submissions.add_files(people.talent, task, looked, now).draft.id
    with tx() as session:
        row = session.get(Submission, draft)
        outcome = {one["rule"]: one["outcome"] for one in row.findings}
        assert outcome["bleed"] == "fail"
        first = session.exec(select(SubmissionFile)).one().id
    talent = login(client, people.talent)
    page = talent.get(TASK).text
    assert "Hasil pemeriksaan otomatis" in page and "1,00 mm" in page
    # the mended file takes the place of the first; what was measured belongs to the files
    talent.post(f"/tasks/files/{first}/remove")
    assert "1,00 mm" not in talent.get(TASK).text
    with tx():
        hand_in(people.talent, now, ("cetak.pdf", pdf(3)))
    with tx() as session:
        row = session.get(Submission, draft)
        outcome = {one["rule"]: one["outcome"] for one in row.findings}
        assert outcome["bleed"] == "pass"
        assert row.decision == ""
    marker = login(app.test_client(), people.mentor)
    beside = marker.get(f"/marking/{draft}").text
    assert "Fakta, bukan vonis" in beside and beside.index("perlu dilihat") < beside.index(
        "3,00 mm"
    )


def test_a_check_that_fails_or_is_gone_holds_nothing_up(
    tx, people, checked, pdf, app, monkeypatch, now
) -> None:
    with tx():
        work = hand_in(people.talent, now, ("cetak.pdf", b"%PDF-1.7 rusak"))
    with tx() as session:
        row = session.get(Submission, work)
        assert row.state.value == "submitted"
        assert "pass" not in {one["outcome"] for one in row.findings}
        gone = make_assignment(id="label", checks=(Check(type="ghost"),))
        assert inspection.inspect(gone, ()) == []
        kind = app.extensions["sanggar.registry"].question_types["packaging-print"]
        monkeypatch.setattr(type(kind), "inspect", lambda *_: 1 / 0)
        assert inspection.inspect(make_assignment(id="label", checks=(PRINT,)), ()) == []


def test_findings_of_other_files_are_not_shown(tx, people, checked, pdf, now) -> None:
    with tx():
        work = hand_in(people.talent, now, ("cetak.pdf", pdf(3)))
    with tx() as session:
        row = session.get(Submission, work)
        files = desk.files_of([work])[work]
        assert inspection.findings_of(row, files)
        row.inspected = "older"
        assert inspection.findings_of(row, files) is None
        assert inspection.findings_of(row, []) == []
        assert desk.desk(mentor(people.mentor), work, now).findings is None


def test_pages_of_a_pdf_are_drawn_and_a_broken_one_has_none(
    tx, people, checked, pdf, app, client, login, now
) -> None:
    with tx():
        work = hand_in(people.talent, now, ("cetak.pdf", pdf(3)), ("rusak.pdf", b"%PDF-1.7 rusak"))
    with tx() as session:
        good, bad = session.exec(select(SubmissionFile).order_by(SubmissionFile.id)).all()
        assert (len(good.pages), bad.pages) == (1, [])
        assert storage.read(good.pages[0])[:3] == b"\xff\xd8\xff"
    marker = login(app.test_client(), people.mentor)
    shown = marker.get(f"/marking/{work}").text
    assert shown.count(f"/files/{good.id}/pages/1") == 2 and f"/files/{bad.id}/pages" not in shown
    picture = marker.get(f"/files/{good.id}/pages/1", buffered=True)
    assert (picture.mimetype, picture.headers["X-Content-Type-Options"]) == (
        "image/jpeg", "nosniff",
    )  # fmt: skip
    for number in (0, 2, 10**12):
        assert marker.get(f"/files/{good.id}/pages/{number}").status_code == 404
    peer = login(app.test_client(), people.peer)
    assert peer.get(f"/files/{good.id}/pages/1").status_code == 404


def test_what_is_no_pdf_at_all_draws_nothing(app, tmp_path) -> None:
    with app.app_context():
        assert pdf_pages.draw(storage.put(io.BytesIO(b"bukan pdf"))) == []
