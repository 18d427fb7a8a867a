"""`sanggar settings`: all settings, their values and where they came from."""

from __future__ import annotations

import os
from dataclasses import fields

import click

from sanggar.kernel.config import PREFIX, Settings


@click.command()
@click.option("--markdown", is_flag=True, help="Print the table of the operators' guide.")
def settings(markdown: bool) -> None:
    """List all settings with their defaults; secrets are never printed."""
    if markdown:
        click.echo(table())
        return
    for item in fields(Settings):
        name = PREFIX + item.name.upper()
        value = os.environ.get(name)
        shown = (
            "(set)" if value and item.name in ("secret_key", "smtp_url", "database_url") else value
        )
        source = "environment" if value is not None else "default"
        click.echo(
            f"{name}={shown if value is not None else item.default}  [{source}]\n    {item.metadata['help']}"
        )


def table() -> str:
    """Return the Markdown table of settings."""
    rows = ["| Variable | Default | What it does |", "|---|---|---|"]
    for item in fields(Settings):
        default = item.default if item.default != "" else "(empty)"
        rows.append(f"| `{PREFIX}{item.name.upper()}` | `{default}` | {item.metadata['help']} |")
    return "\n".join(rows)
