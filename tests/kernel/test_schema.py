"""Migrations make exactly the tables that the code describes, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from sanggar.kernel import schema
from sanggar.programme import queries as programme


def test_the_migrated_database_has_the_tables_of_the_code(database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []


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
