"""`sanggar talents`: the public list of talents."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from sanggar import clock
from sanggar.clients import listing


@click.group("talents")
def talents() -> None:
    """Keep the public list of talents."""


@talents.command("list")
@with_appcontext
def list_all() -> None:
    """List everybody who belongs there and is missing, and take out who does not (every night by itself)."""
    click.echo(f"{listing.mend(clock.now())} listings changed")
