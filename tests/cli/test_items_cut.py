"""`sanggar items cut`: sheets in, cut scores out, faults by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sanggar.cli.items.cuts import cut

pytestmark = pytest.mark.once

SHEET = "judge;q1;q2\nAni;0,6;0,8\nBudi;0.5;0.7\npoints;1;3\nfacility;0.3;\n"
BANK = {
    "model": "rasch",
    "items": [{"name": n, "a": 1, "b": b} for n, b in zip("xyz", (-1, 0, 1), strict=True)],
}


def run(*arguments: object) -> tuple[int, str]:
    """Run the command; return its exit status and what it printed."""
    result = CliRunner().invoke(cut, [str(a) for a in arguments])
    return result.exit_code, result.output


def test_an_angoff_sheet_gives_a_cut(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET)
    status, output = run(sheet, "--json")
    found = json.loads(output)
    assert status == 0
    # (0.6 + 3 x 0.8) / 4 = 0.75 and (0.5 + 3 x 0.7) / 4 = 0.65
    assert found["cut"] == pytest.approx(0.70)
    assert found["points"] == pytest.approx(2.8)
    assert found["se"] == pytest.approx(0.05)
    assert [i["talk"] for i in found["items"]] == ["hopeful", ""]
    assert "cut 0.700" in run(sheet)[1]


def test_a_booklet_and_its_bookmarks(tmp_path: Path) -> None:
    bank, sheet = tmp_path / "bank.json", tmp_path / "pages.csv"
    bank.write_text(json.dumps(BANK))
    status, output = run("--parameters", bank, "--json")
    pages = json.loads(output)
    assert status == 0 and [p["item"] for p in pages] == ["x", "y", "z"]
    sheet.write_text("judge,page\nAni,1\nBudi,2\nCitra,3\n")
    status, output = run(sheet, "--parameters", bank, "--json")
    assert status == 0
    assert json.loads(output)["theta"] == pytest.approx(pages[1]["theta"])
    assert "cut at ability" in run(sheet, "--parameters", bank)[1]
    assert "page" in run("--parameters", bank)[1]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("judge,q1,q2\nAni,0.5,much\nBudi,0.5,0.5\n", "Ani, q2: 'much' is not a number"),
        ("judge,q1,q2\nAni,0.5\n", ":2: 2 cells"),
        ("judge,q1,q2\nAni,0.5,\nBudi,0.5,0.5\n", "Ani has not rated q2"),
        ("judge,q1,q2\nAni,0.5,0.5\nAni,0.5,0.5\n", "named twice"),
        ("judge\n", "at least one line below"),
        ("", "at least one line below"),
    ],
)
def test_faults_are_one_clear_line(tmp_path: Path, text: str, word: str) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(text)
    status, output = run(sheet)
    assert status == 1 and word in output and output.count("\n") == 1


def test_missing_files_and_pages_are_named(tmp_path: Path) -> None:
    bank, sheet = tmp_path / "bank.json", tmp_path / "pages.csv"
    bank.write_text(json.dumps(BANK))
    sheet.write_text("judge,page\nAni,1\nBudi,9\n")
    assert "page 9 does not exist" in run(sheet, "--parameters", bank)[1]
    sheet.write_text("judge,page\nAni,1\nBudi,\n")
    assert "Budi: an empty cell is no page" in run(sheet, "--parameters", bank)[1]
    assert "cannot be read" in run(tmp_path / "none.csv")[1]
    assert run()[0] == 2
