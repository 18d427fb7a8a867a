"""`sanggar check`: one line for each fault, exit 1; JSON for programs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sanggar.cli import main, new_track

#: what is started here has a database of its own
pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"[^:\n]+:\d+: .+: .+")


def check(*args: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, args)])


@pytest.fixture
def track(tmp_path: Path) -> Path:
    new_track.write("content_creator", "Kreator", "Creator", tmp_path / "creator")
    return tmp_path / "creator"


def spoil(track: Path, file: str, old: str, new: str) -> None:
    path = track / "sanggar_content_creator" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_what_is_installed_is_listed_and_correct() -> None:
    done = check()
    assert done.exit_code == 0, done.output
    for name in ("packaging_design", "digital_marketing", "photography"):
        assert f"✓ {name} 1.0.0 (installed, ok) 10 units, 5 workshops" in done.output


@pytest.mark.parametrize("name", ["packaging_design", "digital_marketing", "photography"])
def test_each_delivered_track_passes_as_a_folder(name: str) -> None:
    done = check(ROOT / "plugins" / name)
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"✓ {name} (preview, ok)")


def test_a_folder_of_plugins_is_checked_one_by_one() -> None:
    done = check(ROOT / "plugins")
    assert done.exit_code == 0, done.output
    assert done.output.count("✓") >= 3


def test_every_fault_is_a_line_and_the_exit_code_is_1(track: Path) -> None:
    spoil(
        track,
        "track.yaml",
        "need: theory, assessment: theory, total: 70, each",
        "need: teory, assessment: theory, total: 70, each",
    )
    spoil(track, "items/theory.id.quiz.md", "- [ ] Menyebut harga", "- [x] Menyebut harga")
    done = check(track)
    assert done.exit_code == 1
    lines = done.output.split("\n\n")[0].splitlines()
    assert len(lines) == 2
    assert all(LINE.fullmatch(line) for line in lines)
    assert lines[0] == (
        "sanggar_content_creator/items/theory.id.quiz.md:17: CC-Q03 has 2 keys: "
        "mark exactly one option with [x], or use type=multiple"
    )
    assert lines[1].endswith("there is no requirement 'teory': did you mean 'theory'?")
    assert "✗ content_creator (preview, broken) – 2 faults to mend" in done.output


def test_a_warning_does_not_fail(track: Path) -> None:
    (track / "sanggar_content_creator/workshops/w1.en.md").unlink()
    done = check(track)
    assert done.exit_code == 0
    assert "Warnings (the track works all the same):" in done.output
    assert "w1.id.md:1: the English text is missing: add w1.en.md" in done.output


def test_json_has_every_fault_with_its_parts(track: Path) -> None:
    spoil(track, "track.yaml", "days: 5", "days: soon")
    (track / "sanggar_content_creator/workshops/w1.en.md").unlink()
    done = check(track, "--json")
    assert done.exit_code == 1
    report = json.loads(done.output)
    assert report["ok"] is False
    (plugin,) = report["plugins"]
    assert plugin["name"] == "content_creator"
    assert plugin["state"] == "broken"
    (fault,) = plugin["faults"]
    assert set(fault) == {"file", "line", "problem", "remedy", "severity"}
    assert fault["line"] == 39
    assert [w["problem"] for w in plugin["warnings"]] == ["the English text is missing"]


def test_json_without_a_path_lists_everything_installed() -> None:
    report = json.loads(check("--json").output)
    assert report["ok"] is True
    by_name = {p["name"]: p for p in report["plugins"]}
    assert by_name["photography"]["tracks"][0]["items"] >= 50


def test_faults_in_a_lesson_of_the_plugin_are_named(track: Path) -> None:
    spoil(track, "courses/first-order/01-four-questions.id.md", "minutes: 15", "minutes: soon")
    done = check(track)
    assert done.exit_code == 1
    assert (
        "courses/first-order/01-four-questions.id.md:3: 'minutes' is not a whole number"
        in done.output
    )


def test_an_unknown_course_is_named_with_the_nearest(track: Path) -> None:
    spoil(
        track,
        "track.yaml",
        "need: courses, courses: [content_creator/first-order]",
        "need: courses, courses: [shared/freelancing-basic]",
    )
    assert (
        "there is no course 'shared/freelancing-basic': did you mean 'shared/freelancing-basics'?"
        in check(track).output
    )


def test_a_broken_init_does_not_hide_faults_in_the_texts(track: Path) -> None:
    spoil(track, "__init__.py", "@hookimpl", "@hookimp")
    spoil(track, "track.yaml", "days: 5", "days: soon")
    done = check(track)
    assert "__init__.py:8: importing 'content_creator' failed with NameError" in done.output
    assert "track.yaml:39: 'days' is 'soon'" in done.output


def test_a_forbidden_import_is_named(track: Path) -> None:
    spoil(
        track,
        "__init__.py",
        "from pathlib import Path",
        "from pathlib import Path\n\nimport sqlalchemy",
    )
    done = check(track)
    assert done.exit_code == 1
    assert "__init__.py:5: 'sqlalchemy' is imported: import from sanggar.plugin only" in done.output


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[project.entry-points.sanggar]", "[project.entry-points.sangar]", "Sanggar cannot find the plugin when it is installed"),
        ("content_creator = ", "content_creator = = ", "cannot be read"),
        ('content_creator = "sanggar_content_creator"', 'content_creator = "content"', "add [project.entry-points.sanggar]"),
    ],
)  # fmt: skip
def test_a_faulty_pyproject_is_named(old: str, new: str, problem: str, track: Path) -> None:
    path = track / "pyproject.toml"
    path.write_text(path.read_text().replace(old, new))
    done = check(track)
    assert done.exit_code == 1
    assert "pyproject.toml:1: " in done.output
    assert problem in done.output


def test_a_name_that_an_installed_plugin_has_is_named(track: Path) -> None:
    package = track / "sanggar_content_creator"
    (package / "__init__.py").write_text(
        (ROOT / "plugins/photography/sanggar_photography/question_types.py").read_text()
        + "\nfrom pathlib import Path\nfrom sanggar.plugin import Track, hookimpl\n"
        "@hookimpl\ndef register_tracks(): return [Track.from_folder(Path(__file__).parent)]\n"
        "@hookimpl\ndef register_question_types(): return [Exposure()]\n"
    )
    templates = ROOT / "plugins/photography/sanggar_photography/templates"
    shutil.copytree(templates, package / "templates")
    bank = (ROOT / "plugins/photography/sanggar_photography/items/pho-01.id.quiz.md").read_text()
    item = re.search(r"## PHO-Q13 .*?(?=\n## )", bank, re.S)
    assert item is not None
    with (package / "items/theory.id.quiz.md").open("a") as file:
        file.write(item[0].replace("PHO-Q13", "CC-Q13").replace("PHO-01", "CC-01"))
    done = check(track)
    assert done.exit_code == 1
    expected = (
        "the question type 'exposure' is already given by plugin 'photography': choose another name"
    )
    assert expected in done.output, done.output


def test_a_track_with_another_name_than_its_plugin_is_named(track: Path) -> None:
    spoil(track, "track.yaml", "id: content_creator\n", "id: creator\n")
    done = check(track)
    assert done.exit_code == 1
    assert (
        "track.yaml:2: the track is called 'creator' and its plugin 'content_creator'"
        in done.output
    )


def test_a_preview_of_an_installed_plugin_does_not_clash_with_itself() -> None:
    assert check(ROOT / "plugins/photography").exit_code == 0


def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    done = check(tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "does not exist" in done.output


def test_a_file_instead_of_a_folder_is_a_usage_error(track: Path) -> None:
    done = check(track / "README.md")
    assert done.exit_code == 2
    assert "is a file; name the folder it stands in" in done.output


def test_a_folder_without_a_track_is_a_fault(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert done.exit_code == 1
    assert (
        "there is no track.yaml here or one folder deeper: name the folder of one track"
        in done.output
    )


def test_a_broken_installed_plugin_makes_the_check_fail(
    track: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(track, "track.yaml", "days: 5", "days: soon")
    monkeypatch.setenv("SANGGAR_TRACK_DIRS", str(track))
    done = check()
    assert done.exit_code == 1
    assert "✗ content_creator (preview, broken) – 1 fault to mend" in done.output
    assert "✓ photography" in done.output


def test_a_plugin_that_is_off_is_shown_as_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGGAR_PLUGINS_OFF", "photography")
    done = check()
    assert done.exit_code == 0
    assert "– photography 1.0.0 (installed, off)" in done.output


def test_no_secret_key_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANGGAR_SECRET_KEY", raising=False)
    monkeypatch.setenv("SANGGAR_MODE", "production")
    assert check().exit_code == 0
