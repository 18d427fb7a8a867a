"""Write down people: accounts, roles, consents, enrolments with their stage history."""

from __future__ import annotations

from datetime import datetime, timedelta

from argon2 import PasswordHasher

from sanggar.accounts import consents
from sanggar.accounts.models import (
    Consent,
    FairnessAnswer,
    GuardianConsent,
    MentorProfile,
    Purpose,
    RoleGrant,
    User,
)
from sanggar.accounts.rules import is_minor
from sanggar.demo.data import PASSWORD
from sanggar.demo.dice import OFFICE, Dice, day, moment
from sanggar.demo.store import Store
from sanggar.demo.world import Person, Talent, World
from sanggar.kernel.access import Role
from sanggar.programme.models import Enrolment, Intake, StageChange
from sanggar.programme.rules import Stage, steps

#: the cost of `accounts.passwords`; a fixed salt makes the same demo twice
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
LONG_AGO = timedelta(days=40)


def write(world: World, store: Store) -> None:
    """Write everybody; only the six demo accounts have a password."""
    dice = world.dice("people")
    stored = HASHER.hash(PASSWORD, salt=b"sanggar demo 001")
    opening = moment(world.start, 9)
    for person in world.everybody():
        person.created_at = person.created_at or opening + timedelta(days=dice.randint(0, 300))
        person.id = store.add(
            User, name=person.name, phone=person.phone, email=person.email,
            password=stored if person.account else None, birth_date=person.birth_date,
            region_id=person.region_id, hub_id=world.places[person.hub].id,
            created_at=person.created_at, fs_uniquifier=dice.token(),
        )  # fmt: skip
    _roles(world, store, dice)
    for talent in world.talents:
        _consents(world, talent, store, dice)
        _enrolment(world, talent, store, dice)


def _grant(
    store: Store, person: Person, role: Role, by: int | None, at: datetime, *,
    hub_id: int | None = None, track: str | None = None, agency: str | None = None,
) -> None:  # fmt: skip
    scope = str(hub_id or "") or track or agency or ""
    store.add(RoleGrant, person_id=person.id, role=role, hub_id=hub_id, track=track, agency=agency,
              scope=scope, by_id=by, at=at)  # fmt: skip


def _roles(world: World, store: Store, dice: Dice) -> None:
    admin = world.account("admin").id
    for staff in world.staff:
        hub_id = world.places[staff.hub].id if staff.role == "hub_officer" else None
        at = staff.created_at or world.as_of
        _grant(
            store, staff, Role(staff.role), admin, at, hub_id=hub_id, agency=staff.agency or None
        )
    for mentor in world.mentors:
        for track in mentor.tracks:
            _grant(store, mentor, Role.MENTOR, admin, mentor.created_at or world.as_of, track=track)
        years = dice.randint(3, 16)
        store.add(
            MentorProfile, person_id=mentor.id, affiliation=mentor.affiliation,
            about=f"{years} tahun berkarya di bidang ini. Senang mendampingi talenta dari usaha kecil "
            "di sekitar hub, dari brief pertama sampai berkas diserahkan.",
        )  # fmt: skip
    for client in world.clients:
        _grant(store, client, Role.CLIENT, None, client.created_at or world.as_of)
    for talent in world.talents:
        _grant(store, talent, Role.TALENT, None, talent.joined_at)


def _consents(world: World, talent: Talent, store: Store, dice: Dice) -> None:
    """Record what each talent agreed to: everybody with a certificate in work agreed to matching."""
    works = talent.goal != "starter"
    says = dice.chance(SAID)
    minor = is_minor(talent.birth_date, world.today)
    odds = {Purpose.PUBLIC_PROFILE: 0.9 if works else 0.6, Purpose.MATCHING: 1.0 if works else 0.7,
            Purpose.STATISTICS: 0.8}  # fmt: skip
    for purpose, chance in odds.items():
        if not dice.chance(chance):
            continue
        given = talent.joined_at + timedelta(minutes=dice.randint(2, 15))
        withdrawn = talent.withdrew and purpose is Purpose.MATCHING
        store.add(
            Consent, person_id=talent.id, purpose=purpose, text_version=consents.version(purpose),
            given_at=given, withdrawn_at=dice.at(world.today - timedelta(days=9)) if withdrawn else None,
            withdrawn_channel="web" if withdrawn else "",
        )  # fmt: skip
        if says and purpose is Purpose.STATISTICS:
            store.add(
                FairnessAnswer, person_id=talent.id, sex="woman" if talent.woman else "man",
                education=talent.education, disability="yes" if talent.disability else "no",
                answered_at=given,
            )  # fmt: skip
    if minor and (works or dice.chance(0.6)):
        recorded = dice.at(day(talent.joined_at) + timedelta(days=4), OFFICE)
        if recorded < world.as_of:
            mother = dice.chance(0.6)
            store.add(
                GuardianConsent, person_id=talent.id,
                guardian_name=("Ibu " if mother else "Bapak ") + talent.name.split()[-1],
                relation="ibu" if mother else "ayah", method="formulir bertanda tangan",
                given_on=day(recorded), recorded_at=recorded,
                recorded_by_id=world.officer(talent.hub).id,
            )  # fmt: skip


def _enrolment(world: World, talent: Talent, store: Store, dice: Dice) -> None:
    stage = Stage.APPLICANT
    store.add(StageChange, person_id=talent.id, new=stage.value, at=talent.joined_at)
    goes = talent.inactive_at
    for at, reached in sorted(talent.steps):
        if goes is not None and at > goes:
            break
        if _index(Stage(reached)) <= _index(stage):
            continue
        for new in steps(stage, Stage(reached)):
            store.add(StageChange, person_id=talent.id, old=stage.value, new=new.value, at=at)
            stage = new
    if goes is not None:
        store.add(StageChange, person_id=talent.id, old=stage.value, new=Stage.INACTIVE.value,
                  at=goes, by_id=world.officer(talent.hub).id, reason=dice.choice(WHY_GONE))  # fmt: skip
        stage = Stage.INACTIVE
    store.add(
        Enrolment, person_id=talent.id, hub_id=world.places[talent.hub].id,
        region_id=talent.region_id, joined_at=talent.joined_at, channel=talent.channel, stage=stage,
    )  # fmt: skip
    store.add(Intake, person_id=talent.id, channel=talent.channel, at=talent.joined_at)
    if talent.channel == "self" and dice.chance(0.08):
        store.add(Intake, person_id=talent.id, channel="dinkop", at=talent.joined_at + LONG_AGO
                  if talent.joined_at + LONG_AGO < world.as_of else talent.joined_at)  # fmt: skip


#: share of talents who answer the optional question for checks of fairness
SAID = 0.7
WHY_GONE = (
    "Tidak menjawab tiga kali hubungan petugas.", "Pindah ke luar Jawa Timur.",
    "Bekerja penuh waktu di tempat lain.", "Melanjutkan kuliah, minta jeda.",
)  # fmt: skip


def _index(stage: Stage) -> int:
    return list(Stage).index(stage)
