"""Write down practical work: files handed in, marks given blind by two mentors, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sanggar.assessments import marking_rules
from sanggar.assessments.models import (
    Anchor,
    AssessmentLog,
    Marking,
    Submission,
    SubmissionFile,
    SubmissionState,
    TaskKind,
)
from sanggar.demo.data import distribution, texts
from sanggar.demo.dice import Dice
from sanggar.demo.pictures import Gallery
from sanggar.demo.store import Store
from sanggar.demo.world import HandIn, Mentor, Talent, World
from sanggar.plugin.track import Assignment

#: a mark of 74 in the rubric stands for a skill of so much
RUBRIC_TRIES = 400
#: anchors of each track
ANCHORS = 4
Marks = list[dict[str, int]]


def write(world: World, store: Store, gallery: Gallery) -> None:
    """Write every version of practical work with its files and marks."""
    dice = world.dice("handins")
    for talent in world.talents:
        for hand in talent.hand_ins:
            task = (
                world.tracks[talent.track].assignment(hand.ref)
                if hand.kind == "assignment"
                else None
            )
            marks = _marks(talent, hand, task, dice) if task else []
            hand_in(world, talent, hand, marks, _markers(world, talent, dice), store, gallery, dice)
    _anchors(world, store)


def _anchors(world: World, store: Store) -> None:
    """Make the last decided work of each track that two people agreed on an anchor, a few of them."""
    agreed = [
        row for row in store.rows(Submission)
        if row["kind"] is TaskKind.ASSIGNMENT and row["decision"] and row["needed"] == 2
    ]  # fmt: skip
    for track in world.tracks:
        for row in [r for r in agreed if r["track"] == track][-ANCHORS:]:
            store.add(
                Anchor, submission_id=row["id"], track=track, ref=row["ref"],
                levels={name: round(level) for name, level in row["levels"].items()},
                made_by_id=world.mentors_of(track)[0].id, made_at=row["decided_at"],
            )  # fmt: skip


def hand_in(
    world: World, talent: Talent, hand: HandIn, marks: Marks, markers: Sequence[Mentor],
    store: Store, gallery: Gallery, dice: Dice,
) -> None:  # fmt: skip
    """Write one version of practical work with its files, and the marks that these markers gave it."""
    assignment = (
        world.tracks[talent.track].assignment(hand.ref) if hand.kind == "assignment" else None
    )
    decision = marking_rules.decide(assignment, marks) if assignment and hand.decision else None
    hand.total, hand.markers = decision.total if decision else None, len(marks)
    decided = hand.decided_at is not None
    state = (SubmissionState.DECIDED if decided
             else SubmissionState.MARKING if hand.marked_by else SubmissionState.SUBMITTED)  # fmt: skip
    begun = hand.at - timedelta(hours=dice.uniform(0.3, 20))
    row = store.add(
        Submission, person_id=talent.id, track=talent.track, kind=TaskKind(hand.kind), ref=hand.ref,
        version=hand.version, state=state, note=dice.choice(texts()["notes"]),
        needed=decision.needed if decision else assignment.markers if assignment else 1,
        open_key=None if decided else f"{talent.id}:{talent.track}:{hand.kind}:{hand.ref}",
        created_at=begun, submitted_at=hand.at, decided_at=hand.decided_at, decision=hand.decision,
        total=decision.total if decision else None, levels=decision.levels if decision else {},
    )  # fmt: skip
    count = _files(world, talent, hand, row, begun, store, gallery, dice)
    _log(store, talent, row, "handed_in", hand.at, version=hand.version, files=count)
    if assignment:
        _rubric(talent, hand, assignment, row, marks, markers, store, dice)
    elif decided:
        assert hand.decided_at is not None
        words = texts()["accepted" if hand.decision == "accepted" else "returned"]
        store.add(Marking, submission_id=row, marker_id=markers[0].id, comment=dice.choice(words),
                  decision=hand.decision, started_at=hand.decided_at, saved_at=hand.decided_at,
                  submitted_at=hand.decided_at, lock_until=hand.decided_at)  # fmt: skip
    if decided:
        assert hand.decided_at is not None
        _log(store, talent, row, "decided", hand.decided_at, decision=hand.decision)


def _markers(world: World, talent: Talent, dice: Dice) -> list[Mentor]:
    """Return mentors of the track in the order in which they take the work: the own hub's first."""
    found = world.mentors_of(talent.track)
    dice.shuffle(found)
    return sorted(found, key=lambda mentor: mentor.hub != talent.hub)


def _log(store: Store, talent: Talent, row: int, kind: str, at: datetime, **data: Any) -> None:
    store.add(AssessmentLog, at=at, person_id=talent.id, submission_id=row, kind=kind, data=data)


def _files(
    world: World, talent: Talent, hand: HandIn, row: int, begun: datetime,
    store: Store, gallery: Gallery, dice: Dice,
) -> int:  # fmt: skip
    """Attach one to three pictures to a version; tasks that assess it keep the camera settings."""
    track = world.tracks[talent.track]
    task: Any = (
        track.assignment(hand.ref) if hand.kind == "assignment" else track.workshop(hand.ref)
    )
    pictures = dice.some(gallery.of(talent.track), min(task.files.max, dice.randint(1, 3)))
    for number, picture in enumerate(pictures, 1):
        name = dice.choice(texts()["files"][talent.track])
        store.add(
            SubmissionFile, submission_id=row, name=f"{name}-{number}.jpg", sha256=picture.sha256,
            size=picture.size, kind="jpg", media_type="image/jpeg", width=picture.width,
            height=picture.height, exif=_camera(dice) if task.keep_exif else {},
            public_sha256=picture.public, thumb_sha256=picture.thumb,
            uploaded_at=begun + timedelta(minutes=number),
        )  # fmt: skip
    return len(pictures)


def _camera(dice: Dice) -> dict[str, Any]:
    return {"aperture": dice.choice([1.8, 2.8, 4.0, 5.6, 8.0]), "iso": dice.choice([100, 200, 400, 800]),
            "shutter": dice.choice(["1/30", "1/60", "1/125", "1/250"]), "focal": dice.choice([26.0, 35.0, 50.0])}  # fmt: skip


def _marks(talent: Talent, hand: HandIn, assignment: Assignment, dice: Dice) -> Marks:
    """Draw marks of two or three markers that lead to the decision this work got."""
    wanted = {"competent": marking_rules.COMPETENT, "not_yet": marking_rules.NOT_YET}.get(
        hand.decision
    )
    law = distribution()["rubric"]
    if wanted is None:
        return [_levels(assignment, law["mean"], dice) for _ in range(hand.marked_by)]
    base = {"competent": max(assignment.pass_mark + 4, talent.mean_skill), "not_yet": 62.0}[
        hand.decision
    ]
    disputed = dice.chance(law["third_marker"])
    for turn in range(RUBRIC_TRIES):
        aim = base + (turn // 40) * (1.5 if wanted == marking_rules.COMPETENT else -1.5)
        marks = [_levels(assignment, aim + dice.gauss(0, law["marker_sd"]), dice) for _ in range(2)]
        decision = marking_rules.decide(assignment, marks)
        if decision.third and disputed:
            marks.append(_levels(assignment, aim, dice))
            decision = marking_rules.decide(assignment, marks)
        if decision.verdict == wanted and (decision.third == disputed or turn > 150):
            return marks
    level = 4 if wanted == marking_rules.COMPETENT else 2
    return [{c.id: level for c in assignment.rubric} for _ in range(assignment.markers)]


def _levels(assignment: Assignment, aim: float, dice: Dice) -> dict[str, int]:
    """Return levels whose weighted total lies near an aim, 0..100."""
    return {c.id: min(4, max(1, round(aim / 25 + dice.gauss(0, 0.35)))) for c in assignment.rubric}


def _rubric(
    talent: Talent, hand: HandIn, assignment: Assignment, row: int, marks: Marks,
    markers: Sequence[Mentor], store: Store, dice: Dice,
) -> None:  # fmt: skip
    """Write one marking for each marker, the last of them at the moment of the decision."""
    for number, (levels, marker) in enumerate(zip(marks, markers, strict=False), 1):
        if hand.decided_at is None:
            done = hand.at + timedelta(hours=dice.uniform(3, 9))
        else:
            done = hand.at + (hand.decided_at - hand.at) * (number / len(marks))
        mark = marking_rules.total(assignment, levels)
        met = marking_rules.meets(assignment, mark, levels)
        store.add(
            Marking, submission_id=row, marker_id=marker.id, levels=levels,
            comment=dice.choice(texts()["marked"]), total=mark,
            decision=marking_rules.COMPETENT if met else marking_rules.NOT_YET,
            started_at=done - timedelta(minutes=dice.randint(8, 35)), saved_at=done,
            submitted_at=done, lock_until=done,
        )  # fmt: skip
        _log(store, talent, row, "marked", done, marker=marker.id)
