"""`sanggar items check` and `preview`: faults with their lines, and a page that stands on its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sanggar.cli.items import items

pytestmark = pytest.mark.once
GOOD = """## X-1 {type=hotspot area=U level=apply}
: image = a.svg
: alt = Gambar
Yang mana?
- [x] kiri @ 0 0 40 100
- [ ] kanan @ 60 0 40 100
! Kiri.

## X-2 {type=parametric area=U level=apply}
:vars
n = 2..9
Berapa {{n}} × 2?
= n * 2
! {{answer}}
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4"/></svg>'


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = tmp_path / "plugin" / "items"
    folder.mkdir(parents=True)
    (folder / "a.svg").write_text(SVG, "utf-8")
    path = folder / "satu.id.quiz.md"
    path.write_text(GOOD, "utf-8")
    return path


def run(*args: str | Path):
    return CliRunner().invoke(items, [str(arg) for arg in args])


def test_a_good_bank_is_counted_by_type_and_its_missing_english_is_a_warning(bank: Path) -> None:
    for path in (bank, bank.parent):
        done = run("check", path)
        assert done.exit_code == 0, done.output
        assert "✓ 2 items (1 hotspot, 1 parametric)" in done.output
        assert "the English text is missing" in done.output
    report = json.loads(run("check", bank, "--json").output)
    assert report["ok"]
    assert report["types"] == {"hotspot": 1, "parametric": 1}


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("a.svg", "b.svg", "satu.id.quiz.md:1:", "there is no picture 'b.svg'"),
        ("type=hotspot", "type=hotspots", "satu.id.quiz.md:1:", "did you mean 'hotspot'"),
        ("= n * 2", "= n / (n - 3)", "satu.id.quiz.md:13:", "a division by zero"),
    ],
)
def test_faults_name_file_line_and_remedy(
    bank: Path, old: str, new: str, where: str, words: str
) -> None:
    bank.write_text(GOOD.replace(old, new), "utf-8")
    done = run("check", bank)
    assert done.exit_code == 1
    assert where in done.output
    assert words in done.output


def test_what_is_no_bank_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("# x", "utf-8")
    assert "not named like a bank" in run("check", tmp_path / "x.md").output
    (tmp_path / "empty").mkdir()
    assert "no question bank" in run("check", tmp_path / "empty").output
    assert run("check", tmp_path / "nothing").exit_code == 2


def test_the_preview_is_one_page_without_scripts(bank: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    done = run("preview", bank, "-o", target, "--language", "en")
    assert done.exit_code == 0, done.output
    page = target.read_text("utf-8")
    assert "<script" not in page
    assert "data:image/svg+xml;base64," in page
    assert "{{" not in page
    assert page.count("<details>") == 2
    assert 'src="/' not in page
    assert page.count('id="q1-answer-a"') == 1
