"""Who there is: staff, mentors, clients and talents, with their hub, age, track and how far they get."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sanggar.demo.data import BLOCK_SIZE, PHONE_BLOCK, distribution, names, share_out
from sanggar.demo.dice import Dice
from sanggar.demo.world import ClientOwner, Mentor, Person, Place, Staff, Talent, World

TALENT, MENTOR, CLIENT = "Wahyuni", "Rina Wulandari, S.Ds.", "Keripik Tempe Bu Sulas"
HOME = "malang"


class Namer:
    """Draws names: a full name once only, single names as often as they come."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        known = {TALENT, MENTOR.split(",", maxsplit=1)[0]}
        self.taken: set[str] = known | set(names()["avoid"])

    def draw(self, woman: bool, single: bool = False) -> str:
        """Return a name nobody has yet (single names may repeat, as in life)."""
        pool = names()["women" if woman else "men"]
        if single:
            return str(self.dice.choice([n for n in pool["single"] if n != TALENT]))
        while True:
            first, last = self.dice.choice(pool["first"]), self.dice.choice(pool["last"])
            name = f"{first} {last}"
            if first != last and name not in self.taken:
                self.taken.add(name)
                return name


def people(world: World) -> None:
    """Invent everybody and give phone numbers of the fictional block."""
    namer = Namer(world.dice("names"))
    _staff(world)
    namer.taken.update(staff.name for staff in world.staff)
    _mentors(world, namer)
    _clients(world, namer)
    _talents(world, namer)
    for number, person in enumerate(p for p in world.everybody() if p.phone != ""):
        if number >= BLOCK_SIZE:
            raise ValueError("the fictional block of phone numbers is used up")
        person.phone = f"{PHONE_BLOCK}{number:03d}"
    for person in world.everybody():
        person.phone = person.phone or None


def _region(place: Place, dice: Dice) -> int:
    """Return a region of a hub; its first ones are the most common."""
    served = place.regions[:6]
    return dice.choices([r[0] for r in served], [2.0**-i for i in range(len(served))])[0]


def _birthday(dice: Dice, today: date, age: int) -> date:
    """Return a birth date of somebody who is `age` today."""
    return today - timedelta(days=round(age * 365.2425) + dice.randint(5, 355))


def _settle(world: World, person: Person, dice: Dice, ages: tuple[int, int]) -> None:
    person.region_id = _region(world.places[person.hub], dice)
    person.birth_date = _birthday(dice, world.today, dice.randint(*ages))


def _staff(world: World) -> None:
    dice = world.dice("staff")
    officers = {"malang": "Agung Wicaksono", "jember": "Khusnul Khotimah",
                "bojonegoro": "Teguh Santoso", "madiun": "Yuni Astuti",
                "pamekasan": "Abd. Rahman"}  # fmt: skip
    for code, name in officers.items():
        account = "officer" if code == HOME else ""
        email = f"{account or 'petugas.' + code}@example.org"
        world.staff.append(
            Staff(name=name, hub=code, email=email, role="hub_officer", account=account)
        )
    world.staff.append(Staff(name="Indah Permatasari", hub=HOME, email="province@example.org",
                             role="province", account="province"))  # fmt: skip
    world.staff.append(Staff(name="Galih", hub=HOME, email="admin@example.org",
                             role="admin", account="admin"))  # fmt: skip
    for each in names()["agencies"]:
        world.staff.append(Staff(name=each["name"], hub=HOME, role="agency_officer",
                                 agency=each["agency"], email=f"{each['agency']}@example.org"))  # fmt: skip
    for person in world.staff:
        _settle(world, person, dice, (29, 48))


def _mentors(world: World, namer: Namer) -> None:
    dice = world.dice("mentors")
    order = ("photography", "digital_marketing", "packaging_design")
    turn = 0
    for code, hub in world.figures.hubs.items():
        for index in range(hub.mentors):
            mine = order[turn % 3]
            turn += 1
            # small programmes need people for a third opinion: there everybody marks two tracks
            extra = order[turn % 3] if world.figures.size == "small" or dice.chance(0.25) else ""
            first = code == HOME and index == 0
            name = MENTOR if first else namer.draw(dice.chance(0.5))
            if not first and dice.chance(0.4):
                name += ", " + dice.choice(names()["mentor_titles"])
            mentor = Mentor(
                name=name, hub=code, account="mentor" if first else "",
                email=f"{'mentor' if first else f'mentor{turn:02d}'}@example.org",
                tracks=tuple(t for t in (mine, extra) if t),
                affiliation="Rumah Kurasi" if first else dice.choice(names()["affiliations"]),
            )  # fmt: skip
            _settle(world, mentor, dice, (27, 55))
            world.mentors.append(mentor)


def _clients(world: World, namer: Namer) -> None:
    dice = world.dice("clients")
    total = world.figures.total("clients")
    kinds = dice.quota(share_out(total, distribution()["client_kinds"]))
    owned = [tuple(each) for each in names()["businesses"] if each[0] != CLIENT]
    made = [(f"{product} {owner}", kind) for product, kind in names()["products"]
            for owner in names()["owners"]]  # fmt: skip
    dice.shuffle(made)
    small = [*dice.sample(owned, len(owned)), *(m for m in made if m[0] != CLIENT)]
    larger = [
        (name, dice.choice(["makanan", "minuman", "kriya", "jasa"]))
        for name in names()["companies"]
    ]
    offices = [
        (f"{office} {place.name}", "jasa")
        for office in names()["offices"]
        for place in world.places.values()
    ]
    for source in (larger, offices):
        dice.shuffle(source)
    used: dict[str, int] = {}
    for code, hub in world.figures.hubs.items():
        for index in range(hub.clients):
            first = code == HOME and index == 0
            kind = kinds.pop()
            if first and kind != "micro":
                kinds.append(kind)
                kinds.remove("micro")
                kind = "micro"
            business, category = (
                (CLIENT, "makanan") if first else _business(kind, small, larger, offices, used)
            )
            owner = ClientOwner(
                name="Sulastri" if first else namer.draw(dice.chance(0.6), dice.chance(0.1)),
                hub=code, business=business, category=category, kind=kind,
                email="client@example.org" if first else None,
                account="client" if first else "",
            )  # fmt: skip
            _settle(world, owner, dice, (26, 60))
            world.clients.append(owner)


def _business(
    kind: str, small: list[Any], larger: list[Any], offices: list[Any], used: dict[str, int]
) -> tuple[str, str]:
    """Return the next business of a kind; companies beyond the list get a number, as branches do."""
    source = {"company": larger, "agency": offices}.get(kind, small)
    turn = used.get(kind if source is not small else "small", 0)
    used[kind if source is not small else "small"] = turn + 1
    name, category = source[turn % len(source)]
    return (name if turn < len(source) else f"{name} {turn // len(source) + 1}"), category


def _talents(world: World, namer: Namer) -> None:
    dice = world.dice("talents")
    for code in world.places:
        world.talents.extend(_goals(world, code, dice))
    everybody = world.talents
    total = len(everybody)
    women = dice.quota(
        share_out(total, {True: distribution()["women"], False: 1 - distribution()["women"]})
    )
    single = dice.quota(
        share_out(
            total, {True: distribution()["single_names"], False: 1 - distribution()["single_names"]}
        )
    )
    me = next(t for t in everybody if t.hub == HOME and t.goal == "starter" and t.active)
    me.account, me.email = "talent", "talent@example.org"
    for index, talent in enumerate(everybody):
        mine = talent is me
        talent.woman = True if mine else women[index]
        talent.name = TALENT if mine else namer.draw(talent.woman, single[index])
        talent.region_id = _region(world.places[talent.hub], dice)
        talent.channel = dice.weighted(names()["channels"])
        talent.reliability = dice.betavariate(*distribution()["model"]["reliability"])
    _private(world)
    _ages(world, me, dice)
    _tracks(world, me, dice)
    _dirty(world, me, dice)


def _private(world: World) -> None:
    """Deal out what matters to checks of fairness and to nothing else."""
    dice, total, raw = world.dice("private"), len(world.talents), distribution()
    schools = dice.quota(share_out(total, raw["education"]))
    disabled = dice.quota(share_out(total, {True: raw["disability"], False: 1 - raw["disability"]}))
    for talent, school, yes in zip(world.talents, schools, disabled, strict=True):
        talent.education, talent.disability = school, yes


def _goals(world: World, code: str, dice: Dice) -> list[Talent]:
    """Return the talents of one hub with how far each of them gets, and who is active."""
    hub, sizes = world.figures.hubs[code], world.figures.incubation
    hubs = world.figures.hubs
    only = {c: h.foundation - h.associate for c, h in hubs.items()}
    running = share_out(sizes["running"], only)[code]
    spare = max(0, sizes["completed"] - world.figures.total("associate"))
    rest = {c: n - share_out(sizes["running"], only)[c] for c, n in only.items()}
    completed, stopped = share_out(spare, rest)[code], share_out(sizes["stopped"], rest)[code]
    others = max(0, only[code] - running - completed - stopped)
    expired = share_out(
        world.figures.dirty["expired_certificates"], {c: h.talents for c, h in hubs.items()}
    )[code]
    starters = hub.talents - hub.foundation - expired
    gone = hub.talents - hub.active
    gone_early = min(
        starters, max(0, gone - round(0.45 * others) - round(0.6 * stopped) - round(0.6 * expired))
    )
    left = gone - gone_early

    def several(count: int, **values: Any) -> list[Talent]:
        return [Talent(name="", hub=code, **values) for _ in range(count)]

    made = [
        *several(hub.professional, goal="professional", incubated="completed"),
        *several(hub.associate - hub.professional, goal="associate", incubated="completed"),
        *several(running, goal="foundation", incubated="running"),
        *several(completed, goal="foundation", incubated="completed"),
        *several(stopped, goal="foundation", incubated="stopped"),
        *several(others, goal="foundation"),
        *several(expired, goal="expired"),
        *several(starters - gone_early, goal="starter"),
        *several(gone_early, goal="starter", active=False),
    ]
    leaving = [
        t
        for t in made
        if t.active
        and (t.goal == "expired" or (t.goal == "foundation" and t.incubated in ("", "stopped")))
    ]
    for talent in dice.some(leaving, left):
        talent.active = False
    return made


def _ages(world: World, me: Talent, dice: Dice) -> None:
    """Give birth dates; minors are starters or newly certified, never somebody with agreed work."""
    raw = distribution()
    young = [
        t
        for t in world.talents
        if t is not me
        and t.active
        and t.goal in ("starter", "foundation")
        and t.incubated in ("", "running")
    ]
    for talent in dice.some(young, round(raw["minors"] * len(world.talents))):
        talent.minor = True
    for talent in world.talents:
        age = raw["minor_age"] if talent.minor else dice.weighted(raw["ages"])
        talent.birth_date = _birthday(dice, world.today, 22 if talent is me else age)


def _tracks(world: World, me: Talent, dice: Dice) -> None:
    """Share out first tracks; people in incubation fill as many cohorts as the figures say."""
    raw = distribution()
    quota = share_out(len(world.talents), raw["tracks"])
    me.track = "photography"
    quota[me.track] -= 1
    for talent in (t for t in world.talents if t.incubated == "running"):
        open_here = _cohort_tracks(world, talent.hub)
        talent.track = dice.weighted({t: max(quota[t], 1) for t in open_here})
        quota[talent.track] -= 1
    rest = dice.quota({track: max(0, count) for track, count in quota.items()})
    for talent in world.talents:
        if not talent.track:
            talent.track = rest.pop()
    for talent in dice.some(
        [t for t in world.talents if t is not me], round(raw["second_track"] * len(world.talents))
    ):
        talent.second = dice.choice([t for t in raw["tracks"] if t != talent.track])
    shape = raw["model"]["skill"]
    for talent in world.talents:
        level = talent.goal if talent.goal in ("associate", "professional") else "foundation"
        talent.skill = {unit.id: min(97.0, max(25.0, dice.gauss(shape[level], shape["sd"])))
                        for unit in world.tracks[talent.track].units}  # fmt: skip
        talent.price_factor = 2.718281828 ** dice.gauss(0, raw["model"]["price_sd"])


def _cohort_tracks(world: World, hub: str) -> list[str]:
    """Return the tracks that have a running cohort in a hub, the largest tracks first."""
    tracks = sorted(distribution()["tracks"], key=lambda t: -distribution()["tracks"][t])
    by_size = sorted(world.places, key=lambda code: -world.figures.hubs[code].talents)
    share = share_out(
        world.figures.incubation["cohorts"],
        {code: 3 - 0.001 * rank for rank, code in enumerate(by_size)},
    )
    return tracks[: max(1, min(3, share[hub]))]


def _dirty(world: World, me: Talent, dice: Dice) -> None:
    """Spoil some records, as real ones are: people twice, regions missing, consents withdrawn."""
    dirty = world.figures.dirty
    plain = [t for t in world.talents if t is not me and not t.minor]
    spelled = [
        t for t in plain if t.goal != "starter" and t.name.split()[0] in names()["spellings"]
    ]
    twins = [t for t in plain if t.goal == "starter" and not t.twin_of]
    for twin, original in zip(
        dice.some(twins, dirty["duplicates"]), dice.some(spelled, dirty["duplicates"]), strict=False
    ):
        first, *rest = original.name.split()
        twin.twin_of, twin.woman = original, original.woman
        twin.name = " ".join([names()["spellings"][first], *rest])
        twin.birth_date, twin.channel = original.birth_date, "disperindag"
        # the same number cannot be stored twice: the second record came by e-mail
        twin.phone, twin.email = "", ".".join([*rest, first.strip(".")]).lower() + "@example.org"
    whole = [t for t in plain if not t.twin_of]
    for talent in dice.some(
        [t for t in whole if t.goal == "starter" or not t.active], dirty["without_region"]
    ):
        talent.region_id = None
    quiet = [t for t in whole if t.goal == "foundation" and not t.incubated and t.active]
    for talent in dice.some(quiet or whole, dirty["withdrawn_consents"]):
        talent.withdrew = True
