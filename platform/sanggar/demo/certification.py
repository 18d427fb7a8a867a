"""Write down certificates as they were issued, with the reasons that stood on the day, and their evidence."""

from __future__ import annotations

from sanggar.certification.models import Certificate
from sanggar.certification.rules import add_months, check_character, format_number
from sanggar.demo.dice import Dice
from sanggar.demo.lives import day
from sanggar.demo.store import Store
from sanggar.demo.world import Talent, World
from sanggar.evidence.models import Fact
from sanggar.plugin.evidence import LEVELS


def write(world: World, store: Store) -> None:
    """Write all certificates; `basis` is filled from the rules of the level."""
    dice = world.dice("certificates")
    for talent in world.talents:
        for level in LEVELS:
            if level in talent.certificates:
                _certificate(world, talent, level, store, dice)


def _number(year: int, dice: Dice) -> str:
    body = f"{year % 100:02d}{dice.code(7)}"
    return format_number(body + check_character(body))


def _certificate(world: World, talent: Talent, level: str, store: Store, dice: Dice) -> None:
    track, issued_at = world.tracks[talent.track], talent.certificates[level]
    rule = track.certificate(level)
    assert rule is not None
    issued = day(issued_at)
    until, number = add_months(issued, rule.valid_months), _number(issued.year, dice)
    store.add(
        Certificate, number=number, person_id=talent.id, holder=talent.name, track=track.id,
        track_title={"id": track.title.id, "en": track.title.to("en")}, track_version=track.version,
        level=level, issued_at=issued_at, valid_until=until,
        issue_key=f"{talent.id}:{track.id}:{level}:0", basis=[],
    )  # fmt: skip
    store.add(
        Fact, person_id=talent.id, track=track.id, kind="certificate", ref=number, at=issued_at,
        data={"level": level, "valid_until": until.isoformat(), "revoked": False},
    )  # fmt: skip
