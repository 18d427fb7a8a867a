"""Practical work from hand-in to decision: services and pages."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select
from tests.kernel.test_files import archive, photo
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from sanggar import clock, errors
from sanggar.accounts import service as accounts
from sanggar.assessments import desk, marking, queries, submissions
from sanggar.assessments.marking import Marks
from sanggar.assessments.models import Marking, Submission, SubmissionFile, SubmissionState
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.files import storage, sweep
from sanggar.kernel.models import AuditEntry, EventRecord

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TASK = "/tasks/photography/assignment/product-set"
DELIVERABLE = "/tasks/photography/workshop/w1"
GOOD = {"technical": 4, "light": 3, "notes": 4}
WEAK = {"technical": 2, "light": 3, "notes": 3}


def mentor(person_id: int, track: str = "photography") -> Principal:
    return Principal(person_id, "Mentor", frozenset({Role.MENTOR}), tracks=frozenset({track}))


@pytest.fixture
def second(tx, people, now) -> int:
    """The other mentor, granted photography as well."""
    with tx():
        accounts.grant(
            people.other_mentor, Role.MENTOR, track="photography", by_id=people.admin, now=now
        )
    return people.other_mentor


def files(*names: str) -> list[submissions.Incoming]:
    return [submissions.Incoming(name, io.BytesIO(photo())) for name in names or ("a.jpg",)]


@pytest.fixture
def handed(tx, people, track, now) -> int:
    with tx():
        return (
            submissions.hand_in(
                people.talent, "photography", "assignment", "product-set", now=now, files=files()
            ).id
            or 0
        )


def kinds(session, kind: str) -> list[EventRecord]:
    return list(session.exec(select(EventRecord).where(EventRecord.kind == kind)).all())


# -- handing in -------------------------------------------------------------------------------


def test_handing_in_twice_is_one_version(tx, people, track, now, handed) -> None:
    with tx() as session:
        again = submissions.hand_in(
            people.talent, "photography", "assignment", "product-set", now=now
        )
        assert again.id == handed
        same = submissions.hand_in(
            people.talent, "photography", "assignment", "product-set", now=now, files=files()
        )
        assert same.id == handed
        assert len(kinds(session, "SubmissionReceived")) == 1
        with pytest.raises(errors.Conflict):
            submissions.hand_in(
                people.talent, "photography", "assignment", "product-set", now=now,
                files=[submissions.Incoming("b.pdf", io.BytesIO(b"%PDF-1.7 lain"))],
            )  # fmt: skip


def test_nothing_attached_is_refused(tx, people, track, now) -> None:
    with tx(), pytest.raises(errors.Invalid) as refused:
        submissions.hand_in(people.talent, "photography", "assignment", "product-set", now=now)
    assert "files" in refused.value.fields


@pytest.mark.parametrize(
    ("kind", "ref"), [("assignment", "x"), ("workshop", "product-set"), ("x", "w1")]
)
def test_unknown_tasks_are_not_found(tx, people, track, now, kind, ref) -> None:
    with tx(), pytest.raises(errors.NotFound):
        submissions.hand_in(people.talent, "photography", kind, ref, now=now, files=files())


def test_exif_is_kept_where_it_is_assessed_and_removed_elsewhere(
    tx, people, track, now, handed
) -> None:
    with tx():
        submissions.hand_in(people.talent, "photography", "workshop", "w1", now=now, files=files())
    with tx() as session:
        kept, bare = session.exec(select(SubmissionFile).order_by(SubmissionFile.id)).all()
        assert kept.exif["iso"] == 400
        assert b"Kamera Uji" in storage.read(kept.sha256)
        assert bare.exif == {}
        assert b"Kamera Uji" not in storage.read(bare.sha256)
        for row in (kept, bare):
            assert b"Kamera Uji" not in storage.read(row.public_sha256)
            assert b"Kamera Uji" not in storage.read(row.thumb_sha256)


def test_the_sweep_deletes_only_what_nobody_names(tx, people, track, now, handed) -> None:
    import os

    with tx() as session:
        kept = session.exec(select(SubmissionFile)).one()
        lost = storage.put(io.BytesIO(b"dari draf yang dihapus"))
        young = storage.put(io.BytesIO(b"baru saja"))
        for sha in (kept.sha256, kept.public_sha256, kept.thumb_sha256, lost):
            os.utime(storage.path(sha), (0, 0))
        sweep.sweep_uploads()
        assert storage.path(kept.sha256).exists() and storage.path(kept.thumb_sha256).exists()
        assert not storage.path(lost).exists()
        assert storage.path(young).exists()


# -- marking ----------------------------------------------------------------------------------


def test_two_agreeing_markers_decide_and_tell(tx, people, track, now, handed, second) -> None:
    with tx() as session:
        first = marking.submit_marks(
            mentor(people.mentor), handed, Marks(GOOD, {"light": "Bagus."}, "Rapi."), now
        )
        assert (first.state, first.decision) == (SubmissionState.MARKING, "")
        done = marking.submit_marks(mentor(second), handed, Marks(GOOD), now + HOUR)
        assert (done.state, done.decision, done.total) == (
            SubmissionState.DECIDED,
            "competent",
            90.0,
        )
        (told,) = kinds(session, "SubmissionDecided")
        assert told.data["decision"] == "competent"
        (found,) = queries.assignment_results(people.talent, "photography")
        assert (found.total, found.markers, found.competent) == (90.0, 2, True)
        assert found.levels == {"technical": 4.0, "light": 3.0, "notes": 4.0}
        assert queries.rubric_totals([people.talent, people.peer], "photography") == {
            people.talent: 90.0
        }


def test_disagreement_asks_a_third_marker(tx, people, track, now, handed, second) -> None:
    third = people.admin
    with tx() as session:
        marking.submit_marks(mentor(people.mentor), handed, Marks(GOOD), now)
        split = marking.submit_marks(mentor(second), handed, Marks(WEAK), now)
        assert (split.state, split.needed) == (SubmissionState.MARKING, 3)
        assert queries.waiting(mentor(third)) == 1
        done = marking.submit_marks(mentor(third), handed, Marks(GOOD), now)
        assert (done.decision, done.levels["technical"]) == ("competent", 4.0)
        (found,) = queries.assignment_results(people.talent, "photography")
        assert (found.markers, found.levels["technical"]) == (3, 2.0)
        assert len(kinds(session, "SubmissionDecided")) == 1


def test_marks_handed_in_twice_count_once(tx, people, track, now, handed) -> None:
    with tx() as session:
        for _ in range(2):
            marking.submit_marks(mentor(people.mentor), handed, Marks(GOOD), now)
        assert len(session.exec(select(Marking)).all()) == 1
        assert session.get(Submission, handed).decision == ""
        with pytest.raises(errors.Conflict):
            marking.save_marks(mentor(people.mentor), handed, Marks(WEAK), now)


def test_an_incomplete_rubric_is_refused_and_names_what_is_missing(
    tx, people, track, now, handed
) -> None:
    with tx(), pytest.raises(errors.Invalid) as refused:
        marking.submit_marks(
            mentor(people.mentor), handed, Marks({"technical": 3, "light": 9}), now
        )
    assert set(refused.value.fields) == {"light", "notes"}


def test_a_lock_expires_and_its_draft_stays(tx, people, track, now, second) -> None:
    with tx():
        quick = (
            submissions.hand_in(
                people.talent, "photography", "assignment", "quick", now=now, files=files()
            ).id
            or 0
        )
        one, two = mentor(people.mentor), mentor(second)
        marking.save_marks(one, quick, Marks({"technical": 3}), now)
        with pytest.raises(errors.Conflict):
            marking.take(two, quick, now + HOUR)
        assert queries.waiting(two) == 1
        assert desk.queue(two, now + HOUR).total == 0
        assert desk.queue(two, now + 3 * HOUR).total == 1
        marking.take(two, quick, now + 3 * HOUR)
        with pytest.raises(errors.Conflict):
            marking.submit_marks(one, quick, Marks(GOOD), now + 3 * HOUR)
        marking.give_back(two, quick, now + 3 * HOUR)
        done = marking.submit_marks(one, quick, Marks(GOOD), now + 4 * HOUR)
        assert done.decision == "competent"


def test_saving_again_holds_the_work_on(tx, people, track, now, handed) -> None:
    with tx():
        marking.take(mentor(people.mentor), handed, now)
        kept = marking.save_marks(mentor(people.mentor), handed, Marks({"light": 2}), now + HOUR)
        assert kept.lock_until == now + 3 * HOUR


def test_nobody_marks_their_own_work_or_another_track(tx, people, track, now, handed) -> None:
    with tx():
        own = Principal(
            people.talent,
            roles=frozenset({Role.MENTOR, Role.TALENT}),
            tracks=frozenset({"photography"}),
        )
        for stranger in (
            own,
            mentor(people.other_mentor, "packaging_design"),
            Principal(people.talent),
        ):
            with pytest.raises(errors.NotFound):
                marking.take(stranger, handed, now)
            with pytest.raises(errors.NotFound):
                marking.submit_marks(stranger, handed, Marks(GOOD), now)
            assert queries.waiting(stranger) == 0
            assert queries.oldest_waiting(stranger) is None
            assert desk.queue(stranger, now).lines == ()


def test_a_draft_is_not_for_markers(tx, people, track, now) -> None:
    with tx():
        task = desk.content.task("photography", "assignment", "product-set")
        looked = submissions.look_at(task, files())
        draft = submissions.add_files(people.talent, task, looked, now).draft
        with pytest.raises(errors.NotFound):
            marking.take(mentor(people.mentor), draft.id or 0, now)
        assert queries.waiting(mentor(people.mentor)) == 0


def test_deliverables_are_returned_improved_and_accepted(tx, people, track, now) -> None:
    person = mentor(people.mentor)
    with tx() as session:
        first = submissions.hand_in(
            people.talent, "photography", "workshop", "w1", now=now, files=files()
        )
        assert queries.deliverables(people.talent, "photography") == {"w1": "submitted"}
        with pytest.raises(errors.Invalid):
            marking.decide_deliverable(person, first.id, "returned", "  ", now)
        with pytest.raises(errors.Invalid):
            marking.decide_deliverable(person, first.id, "perfect", "x", now)
        marking.decide_deliverable(person, first.id, "returned", "Lebih terang.", now)
        assert queries.deliverables(people.talent, "photography") == {"w1": "returned"}
        better = submissions.hand_in(
            people.talent, "photography", "workshop", "w1", now=now, files=files("b.jpg")
        )
        assert (better.version, better.id != first.id) == (2, True)
        marking.decide_deliverable(person, better.id, "accepted", "", now)
        marking.decide_deliverable(person, better.id, "accepted", "", now)
        assert queries.deliverables(people.talent, "photography") == {"w1": "accepted"}
        assert [e.data["decision"] for e in kinds(session, "SubmissionDecided")] == [
            "returned",
            "accepted",
        ]
        with pytest.raises(errors.Conflict):
            submissions.hand_in(
                people.talent, "photography", "workshop", "w1", now=now, files=files()
            )
        with pytest.raises(errors.Conflict):
            marking.decide_deliverable(person, better.id, "returned", "Ternyata tidak.", now)


def test_the_queue_is_sorted_by_waiting_time(tx, people, track, now) -> None:
    with tx():
        for days, person in ((1, people.talent), (3, people.peer), (2, people.outsider)):
            submissions.hand_in(
                person, "photography", "workshop", "w1", now=now - days * DAY, files=files()
            )
        lines = desk.queue(mentor(people.mentor), now).lines
        assert [line.since for line in lines] == [now - d * DAY for d in (3, 2, 1)]
        assert lines[0].name == "Rizky Pratama"
        assert queries.oldest_waiting(mentor(people.mentor)) == now - 3 * DAY
        assert queries.waiting(mentor(people.mentor)) == 3


# -- pages ------------------------------------------------------------------------------------


@pytest.fixture
def talent(client, login, people, track):
    return login(client, people.talent)


def upload(*parts: tuple[bytes, str], **fields: str) -> dict:
    """Return the arguments of a post with files; encoded in memory, however large they are."""
    many = MultiDict(fields)
    for content, name in parts:
        many.add("files", FileStorage(io.BytesIO(content), name, name="files"))
    boundary, body = encode_multipart(many)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def test_a_talent_hands_in_and_a_mentor_marks_and_the_talent_reads_it(
    talent, app, login, people, tx, second
) -> None:
    page = talent.get(TASK).text
    for words in (
        "Seri produk",
        "Teknis",
        "Tingkat 1",
        "kritis",
        "JPG, PNG, PDF",
        "4 berkas",
        "1 MB",
        "EXIF",
    ):
        assert words in page, words
    added = talent.post(
        TASK,
        **upload(
            (photo(), "satu.jpg"), (photo("PNG"), "dua.png"), upload="1", note="Cahaya jendela"
        ),
    )
    assert added.status_code == 303
    draft = talent.get(TASK).text
    assert "2 berkas di draf Anda" in draft
    assert "Cahaya jendela" in draft
    assert "f/5,6 · 1/125 s · ISO 400" in draft
    assert talent.post(TASK, data={"note": "Cahaya jendela"}).status_code == 303
    assert "Hasil kerja Anda ada pada mentor" in talent.get(TASK).text
    marker = login(app.test_client(), people.mentor)
    queue = marker.get("/marking").text
    assert "1 hasil kerja menunggu" in queue and "Wahyuni" in queue
    with tx() as session:
        work = session.exec(select(Submission)).one().id
    assert "Mulai menilai" in marker.get(f"/marking/{work}").text
    assert marker.post(f"/marking/{work}/take").status_code == 303
    rubric = marker.get(f"/marking/{work}").text
    assert rubric.count('type="radio"') == 12
    saved = marker.post(
        f"/marking/{work}",
        data={"level-light": "3", "comment-light": "Lembut."},
        headers={"X-Requested-With": "autosave"},
    )
    assert (saved.text, saved.mimetype) == ("Tersimpan 10.00", "text/plain")
    short = marker.post(
        f"/marking/{work}",
        data={"level-light": "3", "comment-light": "Lembut sekali.", "action": "submit"},
    )
    assert short.status_code == 422
    assert short.text.count("Pilih satu tingkat.") == 2
    assert "Lembut sekali." in marker.get(f"/marking/{work}").text
    full = {f"level-{k}": str(v) for k, v in GOOD.items()} | {
        "comment-light": "Lembut.",
        "comment": "Rapi.",
    }
    assert marker.post(f"/marking/{work}", data={**full, "action": "submit"}).location == "/marking"
    other = login(app.test_client(), second)
    blind = other.get(f"/marking/{work}").text
    for secret in ("Lembut", "Rapi", "90 dari 100", " checked>"):
        assert secret not in blind
    other.post(f"/marking/{work}/take")
    other.post(f"/marking/{work}", data={**full, "action": "submit"})
    assert "Penilai" in other.get(f"/marking/{work}").text
    result = talent.get(TASK).text
    for words in ("Kompeten: 90 dari 100", "Lembut.", "Rapi.", "tingkat 4 dari 4", "Penilai 2"):
        assert words in result, words
    with tx() as session:
        assert (
            session.exec(select(AuditEntry).where(AuditEntry.entity == "marking")).first()
            is not None
        )


def test_a_refused_file_names_the_limit_and_the_good_ones_stay(talent) -> None:
    big = b"%PDF-1.7" + b"0" * 1_100_000
    answer = talent.post(
        TASK,
        **upload((photo(), "baik.jpg"), (big, "besar.pdf"), upload="1", note="Tetap di sini"),
    )
    assert answer.status_code == 413
    assert "besar.pdf berukuran 1,1 MB. Satu berkas paling besar 1 MB." in answer.text
    assert "baik.jpg" in answer.text
    assert "Tetap di sini" in answer.text
    many = talent.post(
        TASK, **upload(*((photo("PNG", (40 + n, 40)), f"{n}.png") for n in range(6)), upload="1")
    )
    assert many.status_code == 413
    assert "Paling banyak 4 berkas" in many.text
    bad = talent.post(DELIVERABLE, **upload((archive(("a.txt", b"x")), "a.zip")))
    assert bad.status_code == 422
    assert "Yang diterima: jpg, pdf" in bad.text


def test_a_long_note_is_refused_and_kept_in_the_form(talent) -> None:
    answer = talent.post(TASK, **upload((photo(), "a.jpg"), note="x" * 4001))
    assert answer.status_code == 422
    assert "Paling banyak 4000 huruf" in answer.text
    assert "x" * 4001 in answer.text


def test_a_file_can_be_removed_from_a_draft_only(talent, app, login, people, tx) -> None:
    talent.post(TASK, **upload((photo(), "a.jpg"), (photo("PNG"), "b.png"), upload="1"))
    with tx() as session:
        one, two = (row.id for row in session.exec(select(SubmissionFile)).all())
    peer = login(app.test_client(), people.peer)
    assert peer.post(f"/tasks/files/{one}/remove").status_code == 404
    assert talent.post(f"/tasks/files/{one}/remove").status_code == 303
    assert talent.post(f"/tasks/files/{one}/remove").status_code == 404
    talent.post(TASK, data={})
    assert talent.post(f"/tasks/files/{two}/remove").status_code == 409


def test_downloads_are_checked_locked_and_never_inline(talent, app, login, people, tx) -> None:
    talent.post(TASK, **upload((photo(), "a.jpg"), upload="1"))
    with tx() as session:
        row = session.exec(select(SubmissionFile)).one()
        original = storage.read(row.sha256)
    own = talent.get(f"/files/{row.id}", buffered=True)
    assert own.data == original
    assert own.headers["Content-Disposition"] == "attachment; filename=a.jpg"
    assert own.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in own.headers["Content-Security-Policy"]
    thumb = talent.get(f"/files/{row.id}/thumb", buffered=True)
    assert thumb.mimetype == "image/jpeg" and b"Kamera Uji" not in thumb.data
    peer, marker, stranger = (
        login(app.test_client(), p) for p in (people.peer, people.mentor, people.other_mentor)
    )
    for person, expected in ((peer, 404), (stranger, 404), (marker, 404)):
        assert person.get(f"/files/{row.id}", buffered=True).status_code == expected
        assert person.get(f"/files/{row.id}/page", buffered=True).status_code == expected
    talent.post(TASK, data={})
    assert marker.get(f"/files/{row.id}", buffered=True).status_code == 200
    assert marker.get(f"/files/{row.id}/page", buffered=True).status_code == 200
    assert stranger.get(f"/files/{row.id}", buffered=True).status_code == 404
    assert app.test_client().get(f"/files/{row.id}", buffered=True).status_code in (302, 303, 401)
    assert talent.get("/files/99999").status_code == 404


def test_a_message_about_a_version_leads_to_its_task(talent, app, login, people, handed) -> None:
    assert talent.get(f"/submissions/{handed}").location == TASK
    peer = login(app.test_client(), people.peer)
    assert peer.get(f"/submissions/{handed}").status_code == 404


def test_other_tracks_and_other_roles_cannot_mark(talent, app, login, people, tx) -> None:
    talent.post(TASK, **upload((photo(), "a.jpg")))
    with tx() as session:
        work = session.exec(select(Submission)).one().id
    stranger = login(app.test_client(), people.other_mentor)
    assert stranger.get(f"/marking/{work}").status_code == 404
    for url in ("", "/take", "/give-back"):
        assert stranger.post(f"/marking/{work}{url}").status_code == 404
    assert "Tidak ada yang menunggu" in stranger.get("/marking").text
    assert talent.get(f"/marking/{work}").status_code == 403
    assert login(app.test_client(), people.mentor).get("/marking/9999").status_code == 404


def test_a_mentor_accepts_or_returns_what_came_out_of_a_workshop(
    talent, app, login, people, tx
) -> None:
    talent.post(DELIVERABLE, **upload((photo(), "a.jpg")))
    marker = login(app.test_client(), people.mentor)
    with tx() as session:
        work = session.exec(select(Submission)).one().id
    marker.post(f"/marking/{work}/take")
    silent = marker.post(f"/marking/{work}", data={"action": "returned"})
    assert silent.status_code == 422 and "Tulis apa yang perlu diperbaiki." in silent.text
    assert (
        marker.post(
            f"/marking/{work}", data={"action": "returned", "comment": "Ulangi foto 2."}
        ).status_code
        == 303
    )
    page = talent.get(DELIVERABLE).text
    assert "Dikembalikan kepada Anda" in page and "Ulangi foto 2." in page


def test_the_queue_asks_the_database_at_most_eight_times(
    client, login, people, track, tx, now, database
) -> None:
    with tx():
        for person in (people.talent, people.peer, people.outsider):
            submissions.hand_in(person, "photography", "workshop", "w1", now=now, files=files())
            submissions.hand_in(
                person, "photography", "assignment", "product-set", now=now, files=files()
            )
    marker = login(client, people.mentor)
    for url in ("/marking", "/marking/1"):
        count: list[str] = []
        listener = lambda *args, _count=count: _count.append(args[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listener)
        assert marker.get(url).status_code == 200
        event.remove(database.engine, "before_cursor_execute", listener)
        assert len(count) <= 8, count


def test_waiting_days_are_told(client, login, people, track, tx, now) -> None:
    with tx():
        submissions.hand_in(people.talent, "photography", "workshop", "w1", now=now, files=files())
    marker = login(client, people.mentor)
    with clock.frozen(now + 5 * DAY):
        assert "Menunggu 5 hari" in marker.get("/marking").text
