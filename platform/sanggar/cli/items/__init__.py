"""`sanggar items`: question banks and their numbers, imported command by command."""

from __future__ import annotations

from importlib import import_module

import click

#: name -> (module:function, one line for --help)
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("sanggar.cli.items.banks:check", "Name every fault of a bank, with its line."),
    "preview": ("sanggar.cli.items.banks:preview", "Show a bank as talents see it."),
    "stats": ("sanggar.cli.items.measures:stats", "Print classical statistics of responses."),
    "calibrate": ("sanggar.cli.items.measures:calibrate", "Estimate item parameters (IRT)."),
    "score": ("sanggar.cli.items.measures:score", "Estimate abilities (EAP, MAP, WLE)."),
    "cut": ("sanggar.cli.items.cuts:cut", "Find a cut score (Angoff, bookmark)."),
    "import": ("sanggar.cli.items.exchange:import_", "Read GIFT, Aiken, Moodle XML or QTI."),
    "export": ("sanggar.cli.items.exchange:export", "Write GIFT, Aiken, Moodle XML or QTI."),
}


class ItemsGroup(click.Group):
    """Commands that are imported when they are called: statistics need numpy, checks do not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=ItemsGroup)
def items() -> None:
    """Check, measure and exchange question banks."""
