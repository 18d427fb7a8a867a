"""Migrations make exactly the tables that the code describes, on both databases."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel

from sanggar.kernel import schema
from sanggar.kernel.db import Database
from sanggar.programme import queries as programme


def test_the_migrated_database_has_the_tables_of_the_code(database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_postgresql_answers_the_search_from_one_index_and_compiles_nothing(database) -> None:
    if database.is_sqlite:
        pytest.skip("needs the PostgreSQL run")
    table = SQLModel.metadata.tables["talent_listing_key"]
    with database.engine.connect() as connection:
        key = inspect(connection).get_pk_constraint(table.name)
        assert connection.exec_driver_sql("SHOW jit").scalar() == "off"
    found = key["constrained_columns"] + key["dialect_options"]["postgresql_include"]
    assert sorted(found) == sorted(table.columns.keys())


def test_a_migrated_database_is_current(database) -> None:
    current, head = schema.revisions(database.engine)
    assert current == head is not None


def test_the_number_in_the_file_name_is_the_revision() -> None:
    scripts = ScriptDirectory.from_config(schema.config())
    assert scripts.get_current_head() == schema.head()
    for script in scripts.walk_revisions():
        assert script.path.rsplit("/", 1)[-1].startswith(f"{script.revision}_")


def test_upgrading_again_changes_nothing(database) -> None:
    schema.upgrade(database)
    current, head = schema.revisions(database.engine)
    assert current == head


def test_a_fresh_install_has_exactly_the_five_hubs(tx) -> None:
    with tx():
        names = sorted(hub.name for hub in programme.hubs())
    assert names == ["Bojonegoro", "Jember", "Madiun", "Malang", "Pamekasan"]


def test_health_says_what_is_not_well(client, database) -> None:
    well = client.get("/health")
    assert well.status_code == 200
    assert well.json["status"] == "ok"
    assert well.json["migrations"]["up_to_date"] is True
    assert {"sanggar.catalogue", "photography"} <= {p["name"] for p in well.json["plugins"]}
    with database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()
    unwell = client.get("/health")
    assert unwell.status_code == 503
    assert unwell.json["migrations"]["up_to_date"] is False


def fill(path: Path, table: str, **values: object) -> None:
    """Insert a row, with something plain in every column that must not be empty."""
    with sqlite3.connect(path) as connection:
        for _place, name, kind, required, default, key in connection.execute(
            f'PRAGMA table_info("{table}")'
        ):
            if required and default is None and not key and name not in values:
                plain = {"JSON": "{}", "DATETIME": "2026-01-01 00:00:00"}
                values[name] = plain.get(kind, "" if "CHAR" in kind else 0)
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        connection.execute(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(values.values())
        )
    connection.close()


@pytest.mark.once
def test_what_the_first_version_knew_is_kept_by_the_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = Database(f"sqlite:///{path}")
    schema.upgrade(old, "0001")
    fill(path, "user", id=1)
    fill(path, "attempt", id=7, person_id=1, size=40, started_at="2026-01-01 00:00:00")
    fill(path, "attempt_item", id=9, attempt_id=7, position=1, item_id="PHO-Q01")
    fill(path, "answer", id=4, attempt_id=7, attempt_item_id=9, seq=1)
    fill(path, "submission", id=3, person_id=1)
    fill(path, "submission_file", id=2, submission_id=3)
    fill(path, "marking", id=5, submission_id=3, marker_id=1)
    fill(path, "client", id=1, person_id=1)
    fill(path, "brief", id=6, client_id=1, state="shortlisted")
    fill(path, "shortlist_entry", id=1, brief_id=6, person_id=1, rank_shown=2)
    fill(path, "offer", id=1, brief_id=6, person_id=1, state="made")
    fill(path, "user", id=2, fs_uniquifier="2")
    said = "2026-01-01 00:00:00"
    fill(path, "offer", id=2, brief_id=6, person_id=2, state="expired", talent_accepted_at=said)
    schema.upgrade(old, "0005")
    fill(path, "talent_listing", id=8, person_id=1, track="photography", lot=5, lowest=90)
    fill(path, "talent_listing_key", key="kopi", lot=5, listing_id=8)
    schema.upgrade(old)
    with old.engine.connect() as connection:
        keys = connection.exec_driver_sql(
            "SELECT key, lot, listing_id, person_id, lowest FROM talent_listing_key ORDER BY key"
        ).all()
        attempt = connection.exec_driver_sql(
            "SELECT size, selection, extra_percent, networks, hub_id, stood, rested_seconds FROM attempt WHERE id = 7"
        ).one()
        scored = connection.exec_driver_sql("SELECT scored FROM attempt_item WHERE id = 9").scalar()
        kept = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("answer", "submission", "submission_file", "marking")
        ]
        size = connection.exec_driver_sql("SELECT team_size FROM brief").scalar()
        under_way = connection.exec_driver_sql(
            "SELECT brief_id, by_id, suggested, chosen FROM shortlist_confirmation"
        ).all()
        offers = connection.exec_driver_sql("SELECT state, times FROM offer ORDER BY id").all()
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    old.dispose()
    assert tuple(attempt) == (40, "random", 0, "[]", None, "[]", 0)
    assert (scored, kept, broken) == (1, [1, 1, 1, 1], [])
    assert [tuple(row) for row in offers] == [("made", 1), ("withdrawn", 1)]
    assert (size, under_way) == (1, [(6, 1, "[[1, 2]]", "[1]")])
    assert keys == [("kopi", 5, 8, 1, 90), ("t:photography", 5, 8, 1, 90)]
