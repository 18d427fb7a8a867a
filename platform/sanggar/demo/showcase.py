"""Write down what talents show and when they are free: profiles, services, cases with pictures, days off."""

from __future__ import annotations

from datetime import datetime, timedelta

from sanggar import clock
from sanggar.clients.models import PortfolioWork, ServicePrice, WorkProfile
from sanggar.clients.talent_models import BusySpan, PortfolioPicture
from sanggar.clients.talent_rules import AFTER, BEFORE, BusyKind, PermissionHow
from sanggar.demo.candidates import Case, Records
from sanggar.demo.data import names, texts
from sanggar.demo.deals import usual_price
from sanggar.demo.dice import Dice
from sanggar.demo.pictures import Gallery
from sanggar.demo.store import Store
from sanggar.demo.world import Talent, World

#: share of cases with a picture, of those with one of before, of cases made for a client
PICTURED, PAIRED, FOR_CLIENTS = 0.7, 0.4, 0.5
#: share of talents with a case that waits for its client, with days off ahead; of languages spoken
WAITING, BUSY = 0.15, 0.25
SPEAKS = {"jv": 0.7, "mad": 0.15, "en": 0.35, "zh": 0.03}
MADURA = "pamekasan"


def write(world: World, store: Store, records: Records, gallery: Gallery) -> None:
    """Write how certified talents work and what they show."""
    dice, more = world.dice("profiles"), world.dice("showcase")
    for talent in world.talents:
        if not talent.certificates:
            continue
        _profile(talent, store, records, dice, more)
        _prices(world, talent, store, world.as_of, more)
        for case in records.cases[talent.id]:
            _case(talent, case, store, gallery, more)
        if more.chance(WAITING):
            _waiting(world, talent, store, gallery, more)
        if not records.onsite[talent.id] and more.chance(BUSY):
            _days_off(world, talent, store, more)


def _profile(talent: Talent, store: Store, records: Records, dice: Dice, more: Dice) -> None:
    since = talent.certificates["foundation"] + timedelta(minutes=1)
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in talent.name.lower())
    slug = "-".join(part for part in plain.split("-") if part)[:40]
    spoken = [code for code, share in SPEAKS.items()
              if more.chance(0.9 if code == "mad" and talent.hub == MADURA else share)]  # fmt: skip
    store.add(
        WorkProfile, person_id=talent.id, slug=f"{slug or 'talenta'}-{dice.code(4).lower()}",
        headline=dice.choice(texts()["headlines"][talent.track]),
        weekly_hours=records.weekly[talent.id],
        paused=not talent.active or (talent.goal == "foundation" and dice.chance(0.05)),
        onsite=dice.chance(0.85) or bool(records.onsite[talent.id]), updated_at=since,
        languages=" ".join(["id", *spoken]), searchable=more.chance(0.3),
    )  # fmt: skip


def _prices(world: World, talent: Talent, store: Store, now: datetime, more: Dice) -> None:
    level = talent.level_at(clock.local(now)) or "foundation"
    for service in world.tracks[talent.track].services:
        store.add(
            ServicePrice, person_id=talent.id, track=talent.track, service=service.id,
            price=usual_price(talent, service, level), at_once=more.choice([None, None, 2, 3]),
            days=more.choice([None, None, service.days + 2]),
        )  # fmt: skip


def _case(talent: Talent, case: Case, store: Store, gallery: Gallery, dice: Dice) -> None:
    allowed = {}
    if dice.chance(FOR_CLIENTS):
        allowed = {
            "made_for": case.product, "permission_at": case.created_at,
            "permission_by": case.product.rpartition(" ")[2], "permission_how": PermissionHow.LINK,
        }  # fmt: skip
    work = store.add(PortfolioWork, person_id=talent.id, track=talent.track, published=True,
                     created_at=case.created_at, **allowed, **case.values)  # fmt: skip
    if dice.chance(PICTURED):
        _pictures(work, talent, case.product, case.created_at, store, gallery, dice)


def _pictures(
    work: int,
    talent: Talent,
    product: str,
    at: datetime,
    store: Store,
    gallery: Gallery,
    dice: Dice,
) -> None:
    slots = (BEFORE, AFTER) if dice.chance(PAIRED) else (AFTER,)
    for slot, picture in zip(slots, dice.some(gallery.of(talent.track), len(slots)), strict=True):
        words = "sebelum dikerjakan" if slot == BEFORE else "hasil akhir di atas meja"
        store.add(
            PortfolioPicture, work_id=work, slot=slot, alt=f"{product}: {words}"[:200],
            page=picture.public, thumb=picture.thumb, width=picture.width, height=picture.height,
            added_at=at,
        )  # fmt: skip


def _waiting(world: World, talent: Talent, store: Store, gallery: Gallery, dice: Dice) -> None:
    """Give somebody a case whose client has not answered yet."""
    product, category = dice.choice(names()["products"])
    client = f"{product} {dice.choice(names()['owners'])}"
    shape = dice.choice(texts()["works"][talent.track])
    at = world.as_of - timedelta(days=2)
    work = store.add(
        PortfolioWork, person_id=talent.id, track=talent.track, published=True, created_at=at,
        made_for=client, category=category,
        **{key: text.format(product=client) for key, text in shape.items()},
    )  # fmt: skip
    _pictures(work, talent, client, at, store, gallery, dice)


def _days_off(world: World, talent: Talent, store: Store, dice: Dice) -> None:
    first = world.today + timedelta(days=dice.randint(2, 24))
    kind = BusyKind.AWAY if dice.chance(0.3) else BusyKind.OFF
    long = 0 if kind is BusyKind.AWAY else dice.randint(0, 5)
    store.add(
        BusySpan, person_id=talent.id, kind=kind, starts_on=first,
        ends_on=first + timedelta(days=long), added_at=world.as_of - timedelta(days=3),
        note=dice.choice(["Percetakan", "Dokter"] if kind is BusyKind.AWAY
                         else ["Ujian", "Acara keluarga", "Pulang kampung"]),
    )  # fmt: skip
