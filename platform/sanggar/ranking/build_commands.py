"""`sanggar ranking build`: write the indexes of the ranking, on this machine or on several."""

from __future__ import annotations

import importlib
import time
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from sanggar import clock
from sanggar.certification import queries as certification
from sanggar.kernel import db
from sanggar.kernel.config import Settings
from sanggar.rankers.index import shards as on_cluster
from sanggar.rankers.index.shards import Rows
from sanggar.ranking import indexing, keeping
from sanggar.ranking.indexing import Plan

#: Talents of a shard.
SHARD = 250_000


@click.command("build")
@click.option("--track", "tracks", multiple=True, help="Id of a track; without it all large ones.")
@click.option("--scheduler", default="", help="Address of a Dask scheduler: build in shards there.")
@click.option("--shards", type=click.IntRange(1), help="How many; without it by the talents.")
@with_appcontext
def build(tracks: tuple[str, ...], scheduler: str, shards: int | None) -> None:
    """Write the indexes that rank many talents quickly; what serves stays until one is whole."""
    settings: Settings = current_app.extensions["sanggar.settings"]
    address = scheduler or settings.scheduler
    for track in tracks or keeping.due(clock.now(), stale_only=False):
        began = time.perf_counter()
        with db.reading():
            if address:
                path = build_shards(track, clock.now(), address, shards)
            else:
                path = keeping.build(track, clock.now())
        click.echo(f"{track}: {path.name} in {time.perf_counter() - began:.1f} s")


def build_shards(track: str, now: datetime, scheduler: str, shards: int | None = None) -> Path:
    """Write the index of a track in shards on the workers of a cluster.

    Parameters
    ----------
    track : str
    now : datetime
    scheduler : str
        Address; its workers have the settings of this site, and read their share of the database.
    shards : int, optional
    """
    plan = Plan.of(track)
    scorer = keeping.scorer_of(plan)
    count = shards or -(-max(len(certification.standings(track, now)), 1) // SHARD)
    with on_cluster.connect(scheduler) as client:
        return on_cluster.build(
            client, indexing.folder(track), plan.layout, partial(read, track, now, count), count,
            plan.model(scorer), typical=keeping.typical(plan, now), version=plan.version(scorer),
        )  # fmt: skip


def read(track: str, now: datetime, shards: int, number: int) -> Rows:
    """Return the talents of a shard; runs on a worker, which connects to the database itself."""
    app = _site()
    with db.transaction(app), db.reading():
        found = indexing.read(track, now, (number, shards))
    return Rows(found.keys, found.columns, found.texts)


@lru_cache(maxsize=1)
def _site() -> Flask:
    """Return the site of a worker process, made once: by name, for it stands above this floor."""
    made: Flask = importlib.import_module("sanggar.app").create_app(Settings.load())
    return made
