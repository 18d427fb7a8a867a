"""The demo accounts alone, for previews of a track: an empty stage with people who can walk over it."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from sanggar.accounts import queries, service
from sanggar.catalogue import queries as catalogue
from sanggar.demo.data import PASSWORD
from sanggar.kernel import db
from sanggar.kernel.access import Role
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service

HUB = "malang"
BORN = date(1990, 5, 17)
#: name before the @ -> name, role; two mentors, because certifying work is marked by two
PEOPLE: dict[str, tuple[str, Role]] = {
    "talent": ("Wahyuni", Role.TALENT),
    "client": ("Sulastri", Role.CLIENT),
    "mentor": ("Rina Wulandari, S.Ds.", Role.MENTOR),
    "mentor2": ("Bagus Setiawan", Role.MENTOR),
    "officer": ("Agung Wicaksono", Role.HUB_OFFICER),
    "province": ("Indah Permatasari", Role.PROVINCE),
    "admin": ("Galih", Role.ADMIN),
}


def cast(app: Flask, now: datetime) -> list[str]:
    """Write hubs and accounts where there are none; return the addresses. Safe to run again."""
    with db.transaction(app):
        programme_service.seed(now)
        hub = next(each for each in programme.hubs() if each.code == HUB)
        region = next(each for each in programme.regions() if each.hub_id == hub.id)
        for name, (called, role) in PEOPLE.items():
            known = queries.by_login(f"{name}@example.org")
            person_id = known.id if known else _join(name, called, role, region.id, hub.id, now)
            if role is Role.MENTOR:
                _teach(person_id, now)
            elif known is None and role not in (Role.TALENT, Role.CLIENT):
                hub_id = hub.id if role is Role.HUB_OFFICER else None
                service.grant(person_id, role, hub_id=hub_id, by_id=None, now=now)
    return [f"{name}@example.org" for name in PEOPLE]


def _join(
    name: str, called: str, role: Role, region_id: int, hub_id: int, now: datetime
) -> int:  # fmt: skip
    return service.join(
        name=called, phone=None, email=f"{name}@example.org", password=PASSWORD, birth_date=BORN,
        region_id=region_id, hub_id=hub_id, language="id",
        role=role if role in (Role.TALENT, Role.CLIENT) else None, channel="demo", now=now,
    )  # fmt: skip


def _teach(person_id: int, now: datetime) -> None:
    """Let a mentor mark every track, also one that was begun after the last start."""
    held = {grant.track for grant in queries.roles(person_id) if grant.role is Role.MENTOR}
    for track in catalogue.tracks():
        if track.id not in held:
            service.grant(person_id, Role.MENTOR, track=track.id, by_id=None, now=now)
