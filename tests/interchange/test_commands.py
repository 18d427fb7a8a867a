"""`sanggar items import` and `export`: files, reports and exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sanggar.cli import main
from sanggar.plugin import quizwrite
from sanggar.plugin.items import Item

from .conftest import PICTURE, read_bank

pytestmark = pytest.mark.once


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["items", *map(str, arguments)])


@pytest.fixture
def bank(tmp_path: Path, every_type: list[Item]) -> Path:
    folder = tmp_path / "items"
    folder.mkdir()
    for language, text in quizwrite.bank(every_type, "all").items():
        (folder / f"all.{language}.quiz.md").write_text(text, encoding="utf-8")
    (folder / "meja.svg").write_bytes(PICTURE)
    return folder


def test_import_writes_a_bank_that_can_be_checked(tmp_path: Path) -> None:
    file = tmp_path / "bank.gift"
    file.write_text("::Satu::Ya? {T}\n\n::Dua::Berapa? {#3:0.5}\n", encoding="utf-8")
    report = tmp_path / "report.json"
    done = run(
        "import", file, "--to", tmp_path / "items" / "baru", "--area", "PHO-01", "--level", "apply",
        "--json", report,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(report.read_text())
    assert [(row["id"], row["type"]) for row in told["imported"]] == [
        ("Satu", "truefalse"), ("Dua", "numeric"),
    ]  # fmt: skip
    assert told["refused"] == []
    written = tmp_path / "items" / "baru.id.quiz.md"
    (first, second) = read_bank(written.read_text(encoding="utf-8"))
    assert (first.area, second.params["tolerance"]) == ("PHO-01", "0.5")
    checked = run("check", written)
    assert checked.exit_code == 0, checked.output


def test_some_refused_is_three_nothing_is_one_misuse_is_two(tmp_path: Path) -> None:
    file = tmp_path / "bank.gift"
    file.write_text("::Satu::Ya? {T}\n\n::Catatan::Tanpa jawaban.\n", encoding="utf-8")
    done = run("import", file, "--json", "-")
    assert done.exit_code == 3
    told = json.loads(done.stdout)
    assert told["refused"] == [
        {
            "name": "Catatan",
            "reason": "not a question: a description without an answer in braces",
            "line": 3,
        }
    ]
    file.write_text("::Catatan::Tanpa jawaban.\n", encoding="utf-8")
    assert run("import", file).exit_code == 1
    assert run("import", file, "--format", "word").exit_code == 2
    assert run("import", tmp_path / "none.gift").exit_code == 2
    assert run("import", file, "--to", tmp_path / "Nama Salah").exit_code == 2


def test_import_replaces_nothing_unasked(tmp_path: Path) -> None:
    file = tmp_path / "bank.txt"
    file.write_text("Apa?\nA. ya\nB. tidak\nANSWER: A\n", encoding="utf-8")
    target = tmp_path / "soal.quiz.md"
    assert run("import", file, "--to", target).exit_code == 0
    again = run("import", file, "--to", target)
    assert again.exit_code == 2
    assert "--replace" in again.output
    assert run("import", file, "--to", target, "--replace").exit_code == 0


def test_a_bank_goes_out_and_comes_back_with_its_picture(bank: Path, tmp_path: Path) -> None:
    package = tmp_path / "out.zip"
    done = run(
        "export", bank, "--format", "qti30", "-o", package, "--language", "both", "--json", "-"
    )
    assert done.exit_code == 3, done.output
    told = json.loads(done.stdout)
    assert len(told["exported"]) == 12
    assert [row["name"] for row in told["refused"]] == ["ALL-Q08"]
    assert told["lost"]
    back = run("import", package, "--to", tmp_path / "kembali" / "all")
    assert back.exit_code == 0, back.output
    assert (tmp_path / "kembali" / "meja.svg").read_bytes() == PICTURE
    assert (tmp_path / "kembali" / "all.en.quiz.md").is_file()
    assert run("check", tmp_path / "kembali").exit_code == 0


def test_export_says_what_a_format_has_no_room_for(bank: Path, tmp_path: Path) -> None:
    done = run("export", bank / "all.id.quiz.md", "--format", "aiken", "-o", tmp_path / "a.txt")
    assert done.exit_code == 3
    assert "Aiken has single choices only" in done.output
    misuse = run("export", bank, "--format", "gift", "-o", tmp_path / "a", "--language", "both")
    assert misuse.exit_code == 2
    assert "one language" in misuse.output


def test_a_fault_in_the_bank_is_listed_and_the_rest_is_written(bank: Path, tmp_path: Path) -> None:
    with (bank / "all.id.quiz.md").open("a", encoding="utf-8") as file:
        file.write(
            "\n## ALL-Q99 {type=single area=ALL-01 level=apply}\nTanpa kunci?\n- [ ] a\n- [ ] b\n! x\n"
        )
    done = run("export", bank, "--format", "moodle", "-o", tmp_path / "a.xml", "--json", "-")
    assert done.exit_code == 3
    told = json.loads(done.stdout)
    assert any("0 keys" in row["reason"] for row in told["refused"])
    assert len(told["exported"]) == 12
