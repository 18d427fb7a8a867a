"""The telling states of the demo accounts that chance alone would not bring about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sanggar.demo.lives import practical
from sanggar.demo.world import HandIn, Mentor, Talent, World

#: since how many days the work in the mentor account's queue waits
AGES = (0.4, 0.9, 2.1, 3.3, 5.4, 8.6, 12.7)


def queue(world: World) -> None:
    """Leave work of several ages in the queue of the mentor account."""
    mentor = world.account("mentor")
    assert isinstance(mentor, Mentor)
    track = mentor.tracks[0]
    able = [t for t in world.talents if t.track == track and t.active and not t.account
            and (t.goal == "starter" or t.incubated == "running")]  # fmt: skip
    pairs = [
        (talent, name, at) for talent in able for name, at in sorted(talent.attended.items(), reverse=True)
        if talent.goal == "starter" or name in ("w4", "w5")
    ]  # fmt: skip
    first = list({id(pair[0]): pair for pair in reversed(pairs)}.values())[::-1]
    rest = [p for p in pairs if p not in first]
    for age, (talent, name, came) in zip(AGES, [*first, *rest], strict=False):
        _wait(world, talent, name, came, age)
    _second_opinion(world, mentor, track)


def _wait(world: World, talent: Talent, name: str, came: datetime, age: float) -> None:
    """Let the deliverable of a workshop wait for its mentor since so many days."""
    talent.hand_ins = [h for h in talent.hand_ins if (h.kind, h.ref) != ("workshop", name)]
    at = max(world.as_of - timedelta(days=age), came + timedelta(hours=6))
    if at < world.as_of - timedelta(hours=2):
        talent.hand_ins.append(HandIn("workshop", name, 1, at))


def _second_opinion(world: World, mentor: Mentor, track: str) -> None:
    """Let an assignment that a colleague has marked wait for a second marker, another for its first."""
    local = {m.hub for m in world.mentors_of(track) if m is not mentor}
    members = [t for t in world.talents if t.incubated == "running" and t.track == track]
    fresh = [t for t in members if not any(h.kind == "assignment" for h in t.hand_ins)]
    elsewhere = sorted(fresh, key=lambda t: t.hub == mentor.hub or t.hub not in local)
    for talent, marked, age in zip(elsewhere, (1, 0), (6.2, 1.6), strict=False):
        at = world.as_of - timedelta(days=age)
        if talent.member is not None and at > talent.member.started_at + timedelta(days=7):
            talent.hand_ins.append(
                HandIn("assignment", practical(world, track), 1, at, marked_by=marked)
            )
