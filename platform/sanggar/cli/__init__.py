"""The `sanggar` command.

Its commands stand in a table and are imported when they are called: `sanggar --help` must answer in
half a second on an old laptop, and the web stack alone needs longer than that to import.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

import click

import sanggar

#: name -> (module:function, one line for --help)
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("sanggar.cli.serve:serve", "Serve the site."),
    "worker": ("sanggar.cli.serve:worker", "Run jobs in a process of their own."),
    "demo": ("sanggar.demo.commands:demo", "Make a believable programme and serve it."),
    "check": ("sanggar.cli.check:check", "Name every fault in tracks and plugins."),
    "items": ("sanggar.cli.items:items", "Check, measure and exchange question banks."),
    "new-track": ("sanggar.cli.new_track:new_track", "Write a small track to begin from."),
    "plugins": ("sanggar.cli.plugins:plugins", "List plugins and the commands they add."),
    "upgrade": ("sanggar.cli.database:upgrade", "Bring the database up to date."),
    "settings": ("sanggar.cli.settings:settings", "List all settings."),
    "user": ("sanggar.accounts.commands:users", "Make and change accounts."),
    "talents": ("sanggar.clients.commands:talents", "Keep the public list of talents."),
    "ranking": ("sanggar.ranking.commands:ranking", "Train and evaluate the ranking."),
}

#: commands that work on a site's data: they get the application
ON_SITE = frozenset({"user", "talents", "ranking"})


class LazyGroup(click.Group):
    """A group whose commands are imported on use; unknown names are looked for in the plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the table."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,
        cmd_name: str,
    ) -> click.Command | None:
        """Import a command of the core, or ask the plugins for it."""
        if cmd_name in COMMANDS:
            module, function = COMMANDS[cmd_name][0].split(":")
            command: click.Command = getattr(import_module(module), function)
            if cmd_name in ON_SITE:
                ctx.obj = import_module("sanggar.cli.site").script_info()
            return command
        if cmd_name.startswith("-"):
            return None
        from sanggar.cli.plugins import plugin_commands  # noqa: PLC0415 - imports every plugin

        return plugin_commands().get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, or say which one may have been meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            near = get_close_matches(args[0], COMMANDS, 1, 0.6)
            if near and not args[0].startswith("-"):
                problem = f"There is no command '{args[0]}'. Did you mean '{near[0]}'?"
                raise click.UsageError(problem, ctx) from None
            raise

    def format_commands(
        self,
        ctx: click.Context,
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(sanggar.__version__, prog_name="sanggar")
def main() -> None:
    """Sanggar: learn a craft, show it, be found for it."""
