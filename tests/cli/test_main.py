"""The `sanggar` command: quick to answer, clear about what it does not know."""

from __future__ import annotations

import resource
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from sanggar.cli import COMMANDS, main
from sanggar.cli import plugins as plugins_module
from sanggar.kernel.registry import Registry

HEAVY = ("flask", "pydantic", "sqlmodel", "sqlalchemy", "sklearn", "numpy", "yaml", "babel")


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sanggar.cli", *args], capture_output=True, text=True, check=False
    )


def test_help_lists_every_command_without_importing_any() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from sanggar.cli import main;"
        "out = CliRunner().invoke(main, ['--help']).output; print(out);"
        f"print('HEAVY', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "HEAVY []" in done.stdout
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


def test_help_answers_in_half_a_second() -> None:
    """CPU time, not wall time: the tests may share the machine with others."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(once() for _ in range(3)) <= 0.5


def test_the_version_is_printed() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("sanggar, version ")


def test_an_unknown_command_exits_2_and_suggests_the_nearest() -> None:
    done = CliRunner().invoke(main, ["chek"])
    assert done.exit_code == 2
    assert "There is no command 'chek'. Did you mean 'check'?" in done.output


def test_an_unknown_command_unlike_any_other_exits_2() -> None:
    done = CliRunner().invoke(main, ["zzz"])
    assert done.exit_code == 2
    assert "No such command 'zzz'" in done.output


def test_an_unknown_option_exits_2() -> None:
    assert CliRunner().invoke(main, ["--frobnicate"]).exit_code == 2
    assert CliRunner().invoke(main, ["check", "--frobnicate"]).exit_code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_table_can_be_loaded(name: str) -> None:
    context = click.Context(main)
    command = main.get_command(context, name)
    assert isinstance(command, click.Command)
    assert command.help
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    assert f"Usage: main {name}" in done.output


def test_plugins_lists_states_tracks_and_commands() -> None:
    done = CliRunner().invoke(main, ["plugins"])
    assert done.exit_code == 0
    (line,) = [row for row in done.output.splitlines() if row.startswith("packaging_design")]
    assert "installed  ok" in line
    assert "tracks: packaging_design" in line
    assert "commands: ean13" in line


def _registry(**commands: object) -> Registry:
    return Registry(commanders=tuple(commands.items()))  # type: ignore[arg-type]


def test_a_plugin_cannot_replace_a_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def steal(cli: click.Group) -> None:
        cli.command("serve")(lambda: None)
        cli.command("honest")(lambda: None)

    monkeypatch.setattr(plugins_module.known, "load", lambda _settings: _registry(thief=steal))
    assert list(plugins_module.plugin_commands()) == ["honest"]
    assert "plugin 'thief': the command 'serve' exists already" in capsys.readouterr().err


def test_a_plugin_whose_commands_fail_is_named_and_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_cli: click.Group) -> None:
        raise RuntimeError("no")

    def work(cli: click.Group) -> None:
        cli.command("fine")(lambda: None)

    monkeypatch.setattr(plugins_module.known, "load", lambda _s: _registry(a=fail, b=work))
    assert list(plugins_module.plugin_commands()) == ["fine"]
    assert "plugin 'a' failed: RuntimeError: no" in capsys.readouterr().err


def test_a_setting_nobody_knows_stops_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGGAR_PLUGIN_OFF", "x")
    done = CliRunner().invoke(main, ["check"])
    assert done.exit_code == 1
    assert "SANGGAR_PLUGIN_OFF is not a setting" in done.output
