"""The stages each talent passed through, as the events of their life would have moved them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sanggar.demo.dice import OFFICE, day
from sanggar.demo.jobs import Job
from sanggar.demo.world import Talent, World


def climb(world: World, jobs: list[Job]) -> None:
    """Gather the dated steps of every talent, and say when the inactive ones left."""
    dice = world.dice("stages")
    agreed: dict[int, list[Job]] = {}
    for job in jobs:
        agreed.setdefault(id(job.talent), []).append(job)
    for talent in world.talents:
        talent.steps = sorted(
            _steps(talent) + [(j.agreed_at, "placed") for j in agreed.get(id(talent), ())]
        )
        if not talent.active and talent.inactive_at is None:
            last = max(at for at, _ in talent.steps)
            if talent.member is not None and talent.member.closed_at is not None:
                last = max(last, talent.member.closed_at)
            ahead = max(2, (world.as_of - last).days - 3)
            left = day(last) + timedelta(days=dice.randint(min(40, ahead), min(420, ahead)))
            talent.inactive_at = dice.at(left, OFFICE)


def _steps(talent: Talent) -> list[tuple[datetime, str]]:
    first = [talent.judged_at, *talent.attended.values(), *talent.read.values()]
    began = [moment for moment in first if moment is not None]
    steps = [(min(began), "participant")] if began else []
    if talent.certificates:
        steps.append((min(talent.certificates.values()), "certified"))
    if talent.member is not None:
        steps.append((talent.member.started_at, "incubating"))
        if talent.member.state == "completed" and talent.member.closed_at is not None:
            steps.append((talent.member.closed_at, "ready"))
    return steps
