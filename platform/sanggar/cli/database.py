"""`sanggar upgrade`: bring the database to the shape this version needs."""

from __future__ import annotations

import click

from sanggar import clock
from sanggar.app import create_app
from sanggar.clients import service as clients
from sanggar.kernel import db, schema
from sanggar.kernel.config import Settings, SettingsError
from sanggar.programme import service as programme


@click.command()
@click.option("--check", is_flag=True, help="Only say whether an upgrade is needed (exit 1 if so).")
def upgrade(check: bool) -> None:
    """Apply migrations and the five hubs; safe to run again."""
    try:
        settings = Settings.load()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    app = create_app(settings)
    database = app.extensions["sanggar.db"]
    current, head = schema.revisions(database.engine)
    if check:
        click.echo("up to date" if current == head else f"at {current}, needs {head}")
        raise SystemExit(0 if current == head else 1)
    schema.upgrade(database)
    with db.transaction(app):
        programme.seed(clock.now())
    with app.app_context():
        clients.mend_listings(clock.now())
    click.echo(f"database is at migration {head}")
