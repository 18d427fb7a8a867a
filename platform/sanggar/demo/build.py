"""Building a demo: invent the world, write it part by part, and only then put the folder in place."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlmodel import Session, select

import sanggar
from sanggar import clock
from sanggar.app import create_app
from sanggar.catalogue import queries as catalogue
from sanggar.clients import service as clients
from sanggar.demo import (
    auditlog,
    briefs,
    certification,
    chronicle,
    exams,
    handins,
    incubation,
    learning,
    lives,
    market,
    people,
    plan,
    showcase,
    stages,
    stories,
    trial_works,
    trials,
    workshops,
)
from sanggar.demo.data import DIVISORS, distribution, figures
from sanggar.demo.dice import moment
from sanggar.demo.jobs import Job, Opening
from sanggar.demo.jobs import plan as plan_jobs
from sanggar.demo.pictures import Gallery
from sanggar.demo.store import Store
from sanggar.demo.world import Place, World
from sanggar.kernel import db, schema
from sanggar.kernel.config import Settings
from sanggar.plugin.track import Track
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service
from sanggar.programme.models import Target
from sanggar.quality import markers
from sanggar.quality import service as quality
from sanggar.ranking import audit, nightly
from sanggar.ranking import store as model_files

MARK = "demo.json"
#: the programme's period begins with the year in which this many months ago lies
HISTORY_MONTHS = 46
EARLIEST = date(2025, 1, 1)
MORNING = 8

Progress = Callable[[str], None]


class DemoError(Exception):
    """The demo cannot be made here; the message says what to do instead."""


@dataclass(frozen=True)
class Stamp:
    """What a finished demo folder says of itself."""

    version: str
    seed: int
    size: str
    as_of: str
    finished: bool = True
    #: newest migration it was built with
    schema: str = ""


def as_of_moment(day: date | None) -> datetime:
    """Return 08.00 on the as-of day; without one the latest 08.00 that has passed.

    Raises
    ------
    DemoError
        When the day is in the future or before the history can begin.
    """
    now = clock.now()
    if day is None:
        today = moment(clock.local(now).date(), MORNING)
        return today if today <= now else moment(clock.local(now).date().fromordinal(
            clock.local(now).date().toordinal() - 1), MORNING)  # fmt: skip
    if day > clock.local(now).date():
        raise DemoError(f"--as-of {day} is in the future: give today or an earlier day")
    if day < EARLIEST:
        raise DemoError(
            f"--as-of {day} is too early: the demo tells of 2024, so give {EARLIEST} or later"
        )
    return moment(day, MORNING)


def settings_for(folder: Path, base_url: str = "http://localhost:8000") -> Settings:
    """Return the settings of a demo in a folder; its database is always the embedded one."""
    return Settings.load(
        mode="demo", data_dir=str(folder), database_url="", jobs_url="", base_url=base_url
    )


def found(folder: Path) -> Stamp | None:
    """Return the stamp of the finished demo in a folder, None when there is none."""
    try:
        data = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return Stamp(**data) if data.get("finished") else None
    except (OSError, ValueError, TypeError):
        return None


def is_current(folder: Path, size: str, as_of: datetime | None) -> bool:
    """Return whether a folder holds this version's demo of this size (and day, when one is asked)."""
    stamp = found(folder)
    return stamp is not None and (
        (stamp.version, stamp.seed, stamp.size, stamp.schema)
        == (sanggar.__version__, distribution()["seed"], size, schema.head())
        and (as_of is None or stamp.as_of == as_of.isoformat())
        and (folder / "sanggar.db").is_file()
    )


def check_folder(folder: Path) -> None:
    """Refuse a folder that is not ours to replace."""
    if folder.exists() and not folder.is_dir():
        raise DemoError(f"{folder} is a file: choose a folder with --dir")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise DemoError(
            f"{folder} holds something else than a demo: choose another folder with --dir"
        )


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Yield an empty folder beside the wanted one; put it in place when everything went well."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.glob(f".{folder.name}.building-*"):
        if not _alive(old.name.rsplit("-", 1)[1]):
            shutil.rmtree(old, ignore_errors=True)
    building = folder.parent / f".{folder.name}.building-{os.getpid()}"
    building.mkdir(mode=0o750)
    try:
        yield building
        if folder.exists():
            shutil.rmtree(folder)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _alive(pid: str) -> bool:
    """Return whether the process that builds in a folder still runs."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def build(
    folder: Path, size: str, as_of: datetime, progress: Progress = lambda _part: None
) -> None:
    """Build a demo into `folder`, replacing an older one; nothing half-written is ever there.

    Raises
    ------
    DemoError
        When the folder cannot be used.
    """
    check_folder(folder)
    with _aside(folder) as building:
        stamp = Stamp(
            sanggar.__version__, distribution()["seed"], size, as_of.isoformat(),
            schema=schema.head() or "",
        )  # fmt: skip
        _fill(building, size, as_of, progress)
        (building / MARK).write_text(json.dumps(asdict(stamp), indent=1) + "\n", encoding="utf-8")


def _fill(folder: Path, size: str, as_of: datetime, progress: Progress) -> None:
    app = create_app(settings_for(folder))
    database: db.Database = app.extensions["sanggar.db"]
    try:
        schema.upgrade(database)
        with clock.frozen(as_of):
            _write(app, folder, size, as_of, progress)
        if database.is_sqlite:
            with database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA optimize")
    finally:
        database.dispose()


def _write(app: Flask, folder: Path, size: str, as_of: datetime, progress: Progress) -> None:
    with db.transaction(app) as session:
        world, jobs, openings = imagine(session, size, as_of)
    progress("imagine")
    store = Store()
    store.hubs = {code: place.id for code, place in world.places.items()}

    def part(name: str, *writers: Callable[[World, Store], Any]) -> None:
        with db.transaction(app) as session:
            for write in writers:
                write(world, store)
                store.flush(session)
        progress(name)

    gallery = Gallery(folder, sorted(world.tracks), size, world.dice("pictures"))
    progress("pictures")
    part("people", people.write)
    part("learning", learning.write, workshops.write)
    part("exams", exams.write)
    part(
        "work",
        lambda w, s: handins.write(w, s, gallery),
        lambda w, s: trial_works.write(w, s, gallery),
    )
    part("incubation", incubation.write)
    with db.transaction(app):
        traded, records = market.trade(world, jobs, openings)
    progress("market")
    part("certificates", lambda w, s: certification.write(w, s, jobs))
    part("briefs", briefs.write_clients, lambda w, s: briefs.write(w, s, traded, gallery),
         lambda w, s: showcase.write(w, s, records, gallery))  # fmt: skip
    with db.transaction(app):
        trials.calibrate(world)
        night = as_of - timedelta(hours=5)
        quality.measure_all(night)
        markers.measure_all(f"{clock.local(night):%Y-%m}", night)
    progress("measures")
    with db.transaction(app) as session:
        clients.refresh_records(None, as_of)
        clients.refresh_listings([talent.id for talent in world.talents], as_of)
        chronicle.write_log(world, store, session)
        auditlog.write(world, store, session)
        store.flush(session)
    progress("records")
    with db.transaction(app) as session:
        chronicle.write_inbox(world, session)
    progress("messages")
    with app.app_context(), model_files.alone(), db.transaction(app):
        nightly.run(night)
        audit.keep(night)
    progress("ranking")


PARTS = (
    "imagine", "pictures", "people", "learning", "exams", "work", "incubation", "market",
    "certificates", "briefs", "measures", "records", "messages", "ranking",
)  # fmt: skip


def imagine(session: Session, size: str, as_of: datetime) -> tuple[World, list[Job], list[Opening]]:
    """Invent everything that happened until `as_of`; hubs and targets are written on the way."""
    start = _period_start(clock.local(as_of).date())
    programme_service.seed(moment(start, 9))
    _widen_targets(session, as_of, size)
    regions = programme.regions()
    places = {
        hub.code: Place(hub.id, hub.code, str(hub.name), hub.city,
                        tuple(_nearest_first([(r.id, r.name) for r in regions if r.hub_id == hub.id], hub.city)))
        for hub in programme.hubs()
    }  # fmt: skip
    world = World(
        figures=figures(size), as_of=as_of, start=start,
        places={code: places[code] for code in distribution()["hubs"]},
        tracks=_tracks(),
        lessons={slug: tuple(lesson.slug for lesson in course.lessons)
                 for slug, course in catalogue.all_courses().items()},
        seed=distribution()["seed"],
    )  # fmt: skip
    plan.people(world)
    lives.lives(world)
    jobs, openings = plan_jobs(world)
    stories.queue(world)
    stages.climb(world, jobs)
    return world, jobs, openings


def _tracks() -> dict[str, Track]:
    """Return the tracks the demo tells of; others that are installed stay empty."""
    needed = distribution()["tracks"]
    tracks = {track.id: track for track in catalogue.tracks() if track.id in needed}
    if missing := sorted(set(needed) - set(tracks)):
        raise DemoError(
            f"the demo needs the track {missing[0]}: install its plugin, and see `sanggar check`"
        )
    return tracks


def _period_start(today: date) -> date:
    months = today.year * 12 + today.month - 1 - HISTORY_MONTHS
    return date(months // 12, 1, 1)


def _widen_targets(session: Session, as_of: datetime, size: str) -> None:
    """Let the targets of 1000 and 200 run from the first year to the end of this one, at this size."""
    end = date(clock.local(as_of).year, 12, 31)
    for target in session.exec(select(Target)):
        target.period_end = end
        target.number //= DIVISORS[size]
    db.flush()


def _nearest_first(regions: list[tuple[int, str]], city: str) -> list[tuple[int, str]]:
    """Return a hub's regions with its own town before the others."""
    return sorted(regions, key=lambda region: (city not in region[1], region[1]))
