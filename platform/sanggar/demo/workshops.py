"""Write down workshops: sessions with their places, presence and guests; the packaging series of 2024."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sanggar.demo.data import names
from sanggar.demo.dice import Dice, moment
from sanggar.demo.store import Store
from sanggar.demo.world import Meeting, World
from sanggar.ids import ALPHABET
from sanggar.workshops.models import (
    Attendance,
    Guest,
    How,
    Mode,
    Registration,
    RegistrationState,
    Series,
    Session,
    SessionState,
    Training,
)

CODE_LENGTH = 6
THEME = "Pengembangan Kualitas dan Inovasi Desain Kemasan"
#: days of the packaging series: article S2 reports them on 14 November 2024
SERIES_DAYS = {"bojonegoro": date(2024, 10, 22), "malang": date(2024, 10, 29),
               "jember": date(2024, 11, 5), "madiun": date(2024, 11, 12)}  # fmt: skip
MENTORS = (("Rumah Kurasi", 3), ("PT Funvita Indonesia", 2))


class Codes:
    """Check-in codes, no two alike."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.used: set[str] = set()

    def draw(self) -> str:
        """Return a new code."""
        while True:
            code = "".join(self.dice.choice(ALPHABET) for _ in range(CODE_LENGTH))
            if code not in self.used:
                self.used.add(code)
                return code


def write(world: World, store: Store) -> None:
    """Write all sessions, held and to come, and who was there."""
    dice = world.dice("workshops")
    codes = Codes(dice)
    _series(world, store, dice, codes)
    for meeting in world.meetings:
        _session(world, meeting, store, dice, codes)


def _session(world: World, meeting: Meeting, store: Store, dice: Dice, codes: Codes) -> None:
    workshop = world.tracks[meeting.track].workshop(meeting.workshop)
    assert workshop is not None
    held = meeting.ends_at < world.as_of and bool(meeting.came)
    mode = Mode(workshop.mode)
    everybody = [*meeting.came, *meeting.absent]
    planned = min(meeting.starts_at, world.as_of) - timedelta(days=dice.randint(15, 30))
    place = world.places[meeting.hub]
    meeting.id = store.add(
        Session, track=meeting.track, workshop=meeting.workshop, hub_id=place.id,
        starts_at=meeting.starts_at, ends_at=meeting.ends_at, mode=mode,
        place="" if mode is Mode.ONLINE else f"EJSC {place.name}, ruang lokakarya",
        link="https://meet.example.org/" + dice.token(10) if mode is not Mode.ONSITE else "",
        capacity=max(meeting.capacity, len(meeting.came) + len(meeting.absent)),
        mentor_id=meeting.mentor.id, organisation=meeting.mentor.affiliation,
        training=Training(workshop.training), code=codes.draw(),
        state=SessionState.HELD if held else SessionState.PLANNED,
        uid=f"{dice.token(24)}@sanggar", changed_at=planned,
    )  # fmt: skip
    order = 0
    for state, people in ((RegistrationState.REGISTERED, [*everybody, *meeting.registered]),
                          (RegistrationState.WAITING, meeting.waiting)):  # fmt: skip
        for talent in people:
            order += 1
            latest = min(meeting.starts_at, world.as_of) - timedelta(hours=10)
            asked = max(
                talent.joined_at + timedelta(minutes=20),
                latest - timedelta(days=dice.uniform(0, 12)),
            )
            store.add(Registration, session_id=meeting.id, person_id=talent.id, state=state,
                      queue=order, at=min(asked, latest) if latest > talent.joined_at else asked)  # fmt: skip
    for talent in meeting.came:
        how = dice.weighted({How.QR: 0.62, How.CODE: 0.26, How.OFFICER: 0.12})
        store.add(Attendance, session_id=meeting.id, person_id=talent.id, hours=workshop.hours,
                  how=how, at=talent.attended[meeting.workshop],
                  by_id=meeting.mentor.id if how is How.OFFICER else None)  # fmt: skip


def _series(world: World, store: Store, dice: Dice, codes: Codes) -> None:
    """Write the packaging workshops of 2024, whose participants were small businesses."""
    series = store.add(
        Series, theme=THEME, year=2024, organisation=", ".join(name for name, _ in MENTORS)
    )
    products, owners = names()["products"], names()["owners"]
    women, men = names()["women"], names()["men"]
    for hub, on in SERIES_DAYS.items():
        count, place = world.figures.umkm_guests[hub], world.places[hub]
        starts: datetime = moment(on, 8, 30)
        session = store.add(
            Session, series_id=series, hub_id=place.id, title=THEME, starts_at=starts,
            ends_at=moment(on, 15), mode=Mode.ONSITE, place=f"Aula EJSC {place.name}",
            capacity=max(80, count), organisation=" dan ".join(name for name, _ in MENTORS),
            training=Training.UPSKILLING, code=codes.draw(), state=SessionState.HELD,
            uid=f"{dice.token(24)}@sanggar", changed_at=starts - timedelta(days=20),
        )  # fmt: skip
        seen: set[tuple[str, str]] = set()
        while len(seen) < count:
            pool = women if dice.chance(0.7) else men
            name = f"{dice.choice(pool['first'])} {dice.choice(pool['last'])}"
            business = f"{dice.choice(products)[0]} {dice.choice(owners)}"
            if (name, business) not in seen:
                seen.add((name, business))
                store.add(Guest, session_id=session, name=name, business=business, attended=True,
                          at=starts + timedelta(minutes=dice.randint(-20, 25)))  # fmt: skip
