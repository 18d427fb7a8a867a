"""`sanggar new-track`: what it writes is correct, installable and alive; what it refuses is clear."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sanggar.cli import main, new_track
from sanggar.plugin.loader import inspect, shared_courses

#: what is started here has a database of its own
pytestmark = pytest.mark.once


def make(*args: object) -> Result:
    return CliRunner().invoke(main, ["new-track", *map(str, args)])


def test_a_new_track_is_complete_and_passes_the_check(tmp_path: Path) -> None:
    target = tmp_path / "creator"
    done = make(
        "content_creator",
        "--dir",
        target,
        "--title",
        "Kreator Konten",
        "--title-en",
        "Content Creator",
    )
    assert done.exit_code == 0, done.output
    assert f"sanggar check {target}" in done.output
    checked = CliRunner().invoke(main, ["check", str(target)])
    assert checked.exit_code == 0, checked.output
    reading = inspect(target / "sanggar_content_creator", shared_courses(tmp_path))
    assert reading.faults == []
    track = reading.track
    assert track is not None
    assert (track.id, track.title.id, track.title.en) == (
        "content_creator",
        "Kreator Konten",
        "Content Creator",
    )
    assert len(track.units) == 2
    assert len(track.workshops) == len(track.assessments) == len(track.assignments) == 1
    assert [c.level for c in track.certificates] == ["foundation", "associate"]
    assert {item.type for item in track.items} == {
        "single",
        "multiple",
        "numeric",
        "ordering",
        "short",
    }
    assert (target / "README.md").read_text().startswith("# Content Creator\n")


def test_no_placeholder_is_left(tmp_path: Path) -> None:
    make("wood_craft", "--dir", tmp_path / "wood")
    texts = [path.read_text() for path in (tmp_path / "wood").rglob("*") if path.is_file()]
    assert len(texts) == 15
    assert not any("@@" in text for text in texts)
    assert not any("content_creator" in text for text in texts)


def test_the_folder_is_named_after_the_track_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert make("content_creator").exit_code == 0
    assert (tmp_path / "content-creator/sanggar_content_creator/track.yaml").is_file()


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert make("one_track", "--dir", tmp_path / "empty").exit_code == 0
    assert make("two_track", "--dir", tmp_path / "a/b/c").exit_code == 0
    assert (tmp_path / "a/b/c/pyproject.toml").is_file()


@pytest.mark.slow
def test_a_new_track_installs_with_pip_and_appears_without_a_change_in_the_core(
    tmp_path: Path,
) -> None:
    make("content_creator", "--dir", tmp_path / "creator", "--title", "Kreator Konten")
    target = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--disable-pip-version-check", "--target", str(target), str(tmp_path / "creator")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (tmp_path / "creator").rename(tmp_path / "gone")
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-m", "sanggar.cli", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ content_creator 0.1.0 (installed, ok) 2 units, 1 workshop" in done.stdout
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "gone/tests")],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert tests.returncode == 0, tests.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Content-Creator", "Try content_creator."),
        ("2d_art", "beginning with a letter"),
        ("x", "use 2 to 40 small letters"),
        ("a" * 41, "use 2 to 40 small letters"),
        ("../evil", "Try evil."),
        ("fotografi é", "Try fotografi_e."),
        ("class", "'class' is reserved"),
        ("shared", "'shared' is reserved"),
        ("photography", "a plugin called 'photography' is installed already"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_is_written(
    name: str, message: str, tmp_path: Path
) -> None:
    done = make(name, "--dir", tmp_path / "x")
    assert done.exit_code == 2
    assert message in done.output.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["", "   ", "a\nb", "x" * 81, "a\x00"])
def test_a_bad_title_is_refused(title: str, tmp_path: Path) -> None:
    done = make("content_creator", "--dir", tmp_path / "x", "--title", title)
    assert done.exit_code == 2
    assert "write one line of 1 to 80 characters" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "title", ['Kreator "Konten": #1', "{a: b}", "- x", "yes", "12:30", "é \\ %s @@ID@@", "'", "🎬"]
)
def test_any_title_survives_yaml(title: str, tmp_path: Path) -> None:
    assert make("content_creator", "--dir", tmp_path / "x", "--title", title).exit_code == 0
    reading = inspect(tmp_path / "x/sanggar_content_creator")
    assert reading.track is not None, reading.faults
    assert reading.track.title.id == title


def test_a_folder_with_something_in_it_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/mine.txt").write_text("mine")
    done = make("content_creator", "--dir", tmp_path / "x")
    assert done.exit_code == 2
    assert "exists and is not empty: name a new folder" in done.output
    assert [p.name for p in tmp_path.rglob("*")] == ["x", "mine.txt"]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    done = make("content_creator", "--dir", tmp_path / "x")
    assert done.exit_code == 2
    assert "is a file" in done.output


def test_a_place_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = make("content_creator", "--dir", tmp_path / "file/below")
    assert done.exit_code == 1
    assert "choose another --dir" in done.output


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_args: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(new_track, "_filled", interrupted)
    with pytest.raises(KeyboardInterrupt):
        new_track.write("content_creator", "A", "B", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("content_creator", "CC"),
        ("photography", "PHO"),
        ("a_b_c_d_e_f", "ABCD"),
        ("x9", "X9"),
        ("a__b", "AB"),
    ],
)
def test_unit_ids_begin_with_the_initials(name: str, prefix: str) -> None:
    assert new_track.unit_prefix(name) == prefix
