"""`sanggar plugins`: what is installed, in which state, and which commands it adds."""

from __future__ import annotations

from collections.abc import Iterator

import click

from sanggar.cli import COMMANDS, known
from sanggar.kernel.registry import PluginError, Registry, guard


def plugin_commands() -> dict[str, click.Command]:
    """Return the commands that plugins add, by name; a failing or clashing one is named on stderr."""
    found: dict[str, click.Command] = {}
    for plugin, name, command in _commands(known.load(known.settings())):
        if name in COMMANDS or name in found:
            click.echo(
                f"plugin '{plugin}': the command '{name}' exists already: rename it", err=True
            )
        else:
            found[name] = command
    return found


def _commands(loaded: Registry) -> Iterator[tuple[str, str, click.Command]]:
    for plugin, register in loaded.commanders:
        scratch = click.Group()
        try:
            with guard(plugin):
                register(scratch)
        except PluginError as error:
            click.echo(f"{error}: correct its register_commands()", err=True)
            continue
        for name, command in scratch.commands.items():
            yield plugin, name, command


@click.command()
def plugins() -> None:
    """List all plugins: name, version, state, tracks, commands."""
    loaded = known.load(known.settings())
    added: dict[str, list[str]] = {}
    for plugin, name, _ in _commands(loaded):
        added.setdefault(plugin, []).append(name)
    for state in loaded.plugins:
        parts = [state.name, state.version or "–", state.origin, state.state]
        if state.tracks:
            parts.append("tracks: " + ", ".join(state.tracks))
        if state.name in added:
            parts.append("commands: " + ", ".join(added[state.name]))
        click.echo("  ".join(parts))
        for fault in state.faults:
            click.echo(f"    {fault}")
