"""`sanggar demo`: make a believable programme, say who can sign in, and serve it."""

from __future__ import annotations

from datetime import date, datetime
from importlib import import_module
from pathlib import Path

import click

from sanggar.demo import build
from sanggar.demo.data import ACCOUNTS, DIVISORS, PASSWORD, figures
from sanggar.kernel.config import SettingsError


@click.command()
@click.option("--size", type=click.Choice(sorted(DIVISORS)), default="full", show_default=True,
              help="The whole programme, or a tenth of it.")  # fmt: skip
@click.option("--dir", "folder", type=click.Path(path_type=Path), default=Path("demo-data"),
              show_default=True, help="Folder to build the demo in; a finished one is used again.")  # fmt: skip
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None,
              help="Day up to which the demo tells (YYYY-MM-DD); today when not given.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on.",
)
@click.option("--no-serve", is_flag=True, help="Only build; do not serve.")
def demo(
    size: str, folder: Path, as_of: datetime | None, host: str, port: int, no_serve: bool
) -> None:
    """Make a believable programme and serve it."""
    try:
        make(folder, size, as_of.date() if as_of else None)
    except (build.DemoError, SettingsError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {folder}: {error.strerror or error}") from None
    click.echo(f"Sign in with one of these addresses and the password {PASSWORD}:")
    for name in ACCOUNTS:
        click.echo(f"  {name}@example.org")
    if no_serve:
        return
    # the server stands one floor above this slice, so it is found by name
    server = import_module("sanggar.cli.serve")
    server.run(build.settings_for(folder, f"http://{host}:{port}"), host, port)


def make(folder: Path, size: str, day: date | None) -> None:
    """Build the demo unless the folder holds it already."""
    build.check_folder(folder)
    asked = build.as_of_moment(day)
    if build.is_current(folder, size, asked if day else None):
        click.echo(f"The demo in {folder} is ready.")
        return
    numbers = figures(size)
    label = f"Building {numbers.total('talents')} talents, {numbers.total('briefs')} briefs"
    with click.progressbar(length=len(build.PARTS), label=label, show_eta=False) as bar:
        build.build(folder, size, asked, lambda _part: bar.update(1))
    click.echo(f"The demo is in {folder}.")
