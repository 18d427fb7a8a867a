"""`sanggar demo`: options, reuse, folders that are not ours, and builds that are interrupted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.conftest import NOW

from sanggar.cli import serve
from sanggar.demo import build, commands, people
from sanggar.demo.data import ACCOUNTS, PASSWORD

pytestmark = pytest.mark.once


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.demo, list(arguments))


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str, str]]:
    """Record what would be built, and leave only the stamp of a finished demo."""
    calls: list[tuple[Path, str, str]] = []

    def fake(folder: Path, size: str, as_of: Any, progress: Any = None) -> None:
        calls.append((folder, size, as_of.isoformat()))
        folder.mkdir(parents=True, exist_ok=True)
        stamp = build.Stamp(
            build.sanggar.__version__, build.distribution()["seed"], size, as_of.isoformat(),
            schema=build.schema.head(),
        )  # fmt: skip
        (folder / build.MARK).write_text(json.dumps(vars(stamp)))
        (folder / "sanggar.db").write_bytes(b"")

    monkeypatch.setattr(build, "build", fake)
    return calls


def test_it_builds_and_names_the_accounts(built: list[Any], tmp_path: Path) -> None:
    answer = run("--size", "small", "--no-serve", "--dir", str(tmp_path / "d"))
    assert answer.exit_code == 0, answer.output
    assert built == [(tmp_path / "d", "small", "2026-11-21T01:00:00+00:00")]
    assert PASSWORD in answer.output
    assert all(f"{name}@example.org" in answer.output for name in ACCOUNTS)


def test_a_finished_demo_is_used_again(built: list[Any], tmp_path: Path) -> None:
    folder = str(tmp_path / "d")
    run("--size", "small", "--no-serve", "--dir", folder)
    again = run("--size", "small", "--no-serve", "--dir", folder)
    assert again.exit_code == 0
    assert "is ready" in again.output
    assert len(built) == 1


@pytest.mark.parametrize(
    "options", [("--size", "full"), ("--size", "small", "--as-of", "2026-10-01")]
)
def test_another_size_or_day_is_built_anew(
    built: list[Any], tmp_path: Path, options: tuple[str, ...]
) -> None:
    folder = str(tmp_path / "d")
    run("--size", "small", "--no-serve", "--dir", folder)
    run(*options, "--no-serve", "--dir", folder)
    assert len(built) == 2


def test_a_demo_of_another_version_is_built_anew(built: list[Any], tmp_path: Path) -> None:
    folder = tmp_path / "d"
    run("--size", "small", "--no-serve", "--dir", str(folder))
    stamp = json.loads((folder / build.MARK).read_text())
    (folder / build.MARK).write_text(json.dumps({**stamp, "version": "0.0.1"}))
    run("--size", "small", "--no-serve", "--dir", str(folder))
    assert len(built) == 2


def test_it_serves_the_demo(
    built: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[Any, str, int]] = []
    monkeypatch.setattr(
        serve, "run", lambda settings, host, port: served.append((settings, host, port))
    )
    monkeypatch.setenv("SANGGAR_DATABASE_URL", "postgresql://elsewhere/real")
    answer = run("--size", "small", "--dir", str(tmp_path / "d"), "--port", "8123")
    assert answer.exit_code == 0, answer.output
    settings, host, port = served[0]
    assert (settings.mode, host, port) == ("demo", "127.0.0.1", 8123)
    assert settings.data == (tmp_path / "d").resolve()
    assert settings.database.startswith("sqlite:///")
    assert settings.base_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--size", "huge"), "huge"),
        (("--port", "0"), "0"),
        (("--port", "http"), "http"),
        (("--as-of", "yesterday"), "yesterday"),
        (("--as-of", "2026-11-22"), "in the future"),
        (("--as-of", "2019-01-01"), "too early"),
    ],
)
def test_bad_options_are_named(
    built: list[Any], tmp_path: Path, options: tuple[str, ...], word: str
) -> None:
    answer = run(*options, "--no-serve", "--dir", str(tmp_path / "d"))
    assert answer.exit_code != 0
    assert word in answer.output
    assert not built


def test_a_file_is_no_folder(built: list[Any], tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    answer = run("--no-serve", "--dir", str(tmp_path / "f"))
    assert answer.exit_code == 1
    assert "is a file" in answer.output


def test_a_folder_with_something_else_in_it_is_left_alone(built: list[Any], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    answer = run("--no-serve", "--dir", str(tmp_path))
    assert answer.exit_code == 1
    assert "something else" in answer.output
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert not built


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(build, "build", refuse)
    answer = run("--no-serve", "--dir", str(tmp_path / "d"))
    assert answer.exit_code == 1
    assert "Permission denied" in answer.output


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_build_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def stop(*_arguments: Any) -> None:
        raise error

    monkeypatch.setattr(people, "write", stop)
    with pytest.raises(error):
        build.build(tmp_path / "d", "small", build.as_of_moment(None))
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_build_keeps_the_demo_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / build.MARK).write_text(json.dumps({"version": "0.0.1"}))

    def stop(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(people, "write", stop)
    with pytest.raises(KeyboardInterrupt):
        build.build(folder, "small", build.as_of_moment(None))
    assert [p.name for p in tmp_path.iterdir()] == ["d"]
    assert (folder / build.MARK).is_file()


def test_a_missing_track_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGGAR_PLUGINS_OFF", "photography")
    answer = run("--size", "small", "--no-serve", "--dir", str(tmp_path / "d"))
    assert answer.exit_code == 1
    assert "the track photography" in answer.output
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_does_not_exist_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANGGAR_SPEED", "fast")
    answer = run("--size", "small", "--no-serve", "--dir", str(tmp_path / "d"))
    assert answer.exit_code == 1
    assert "SANGGAR_SPEED is not a setting" in answer.output


def test_leftovers_of_a_killed_build_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / ".d.building-999999999"
    left.mkdir()
    monkeypatch.setattr(build, "_fill", lambda *_arguments: None)
    build.build(tmp_path / "d", "small", build.as_of_moment(None))
    assert [p.name for p in tmp_path.iterdir()] == ["d"]
    assert build.is_current(tmp_path / "d", "small", None) is False  # it holds no database


def test_the_as_of_moment_is_eight_in_the_morning() -> None:
    assert build.as_of_moment(None).isoformat() == "2026-11-21T01:00:00+00:00"
    assert build.as_of_moment(NOW.date().replace(day=1)).isoformat() == "2026-11-01T01:00:00+00:00"
