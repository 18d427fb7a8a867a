"""What all automatic checks share: a process of their own, calm before anything, documented."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.plugins.checking import item, upload

import sanggar_digital_marketing.checks
import sanggar_packaging_design.checks
import sanggar_photography.checks
from sanggar.plugin import STORED, Finding, Item, QuestionType, Text, Track, UploadedFile
from sanggar.plugin.contract_files import check_inspections, check_named, items_of
from sanggar.plugin.filechecks import (
    UNREADABLE,
    FileCheck,
    Limits,
    Num,
    Param,
    Rule,
    Unreadable,
    clean,
    words,
)

pytestmark = pytest.mark.once
CHECKS: tuple[FileCheck, ...] = (
    *sanggar_packaging_design.checks.CHECKS,
    *sanggar_photography.checks.CHECKS,
    *sanggar_digital_marketing.checks.CHECKS,
)
PAGE = (Path(__file__).resolve().parents[2] / "docs/mentors/checks.md").read_text()
FILE = {"name": "a.pdf", "sha256": "0" * 64, "size": 2_400_000, "kind": "pdf"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.kind)
def test_every_rule_and_parameter_is_documented_as_it_is(check: FileCheck) -> None:
    part = re.split(r"^##+ ", PAGE.split(f"### `{check.kind}`", 1)[1], maxsplit=1, flags=re.M)[0]
    for name in check.params:
        assert f"`{name}`" in part, name
    for rule in check.rules:
        row = next(line for line in part.splitlines() if line.startswith(f"| `{rule.name}`"))
        assert (
            rule.source.split(" / ")[-1].split(",")[0].split(":")[0] in row
            or "this page" in row
            or "brief" in row
        )
        if "may fail" in row or "warns only" in row:
            assert ("may fail" in row) == rule.reliable, rule.name
        else:
            assert not rule.reliable, rule.name
    documented = set(re.findall(r"^\| `([a-z0-9-]+)`", part, re.M))
    assert documented == {rule.name for rule in check.rules}


def test_assignments_of_the_three_tracks_name_checks_that_exist() -> None:
    tracks = [
        Track.from_folder(Path(module.__file__ or "").parent)
        for module in (sanggar_packaging_design, sanggar_photography, sanggar_digital_marketing)
    ]
    made = items_of(tracks)
    assert {one.type for one in made} == {check.kind for check in CHECKS}
    assert check_named(made, {check.kind: check for check in CHECKS}) == []


def test_a_wrong_check_is_named_with_its_line_and_remedy() -> None:
    wrong = item(CHECKS[0]).model_copy(
        update={"params": {"bleed": "3", "min_ppi": "many"}, "file": "x.md", "line": 7}
    )
    faults = [str(fault) for fault in check_named([wrong], {CHECKS[0].kind: CHECKS[0]})]
    assert faults[0].startswith(
        "x.md:7: packaging-print: 'bleed' is not known to packaging-print: use files, bleed_mm"
    )
    assert faults[1].startswith(
        "x.md:7: packaging-print: 'min_ppi' is 'many': write a number from 0 to 5000"
    )
    (unknown,) = check_named(
        [wrong.model_copy(update={"type": "packaging-prin"})], {CHECKS[0].kind: CHECKS[0]}
    )
    assert "there is no check 'packaging-prin'" in str(unknown)


def test_loading_the_plugins_loads_nothing_heavy() -> None:
    code = (
        "import sys, sanggar_packaging_design, sanggar_photography, sanggar_digital_marketing\n"
        "heavy = {'pikepdf', 'pypdfium2', 'zxingcpp', 'skimage', 'numpy', 'PIL', 'exifread', 'regex', 'openpyxl', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SAID = Rule("said", Text(id="Isi", en="Content"), "here")


class Words(FileCheck):
    """A check for these tests; its files say what it does."""

    kind: ClassVar[str] = "words"
    label: ClassVar[Text] = Text(id="Kata", en="Words")
    kinds: ClassVar[tuple[str, ...]] = ("txt",)
    params: ClassVar[Mapping[str, Param]] = {"most": Param("5", number=True, high=9)}
    rules: ClassVar[tuple[Rule, ...]] = (SAID,)

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        text = files[0].path.read_text()
        if text == "raise":
            raise KeyError("x")
        if text == "unreadable":
            raise Unreadable(words("Rusak", "Broken"), broken=True)
        if text == "memory":
            text *= 1_000_000_000
        if text == "abort":
            os.abort()
        print("noise on the way")
        return [
            SAID.judge(
                len(text) <= limits.number("most"), words("{}", "{}", text), file=files[0].name
            )
        ]


def written(tmp_path: Path, *texts: str) -> list[UploadedFile]:
    found = []
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(text)
        found.append(upload(tmp_path / f"{number}.txt"))
    return found


def test_whatever_a_file_does_the_others_are_measured(tmp_path: Path) -> None:
    files = written(tmp_path, "fine", "memory", "raise", "abort", "unreadable", "too long")
    found = Words().inspect(item(Words()), files)
    assert [(f.file, f.outcome) for f in found] == [
        ("0.txt", "pass"), ("1.txt", "unknown"), ("2.txt", "unknown"), ("3.txt", "unknown"),
        ("4.txt", "fail"), ("5.txt", "fail"),
    ]  # fmt: skip
    assert found[3].measured.en == "Too complex to be checked automatically"


def test_files_are_chosen_by_kind_and_name(tmp_path: Path) -> None:
    files = written(tmp_path, "a", "b")
    chosen, said = Words().choose(item(Words(), files="1*|9*"), files)
    assert ([f.name for f in chosen], said) == (["1.txt"], [])
    _, (none,) = Words().choose(item(Words(), files="*CETAK*"), files)
    assert (none.outcome, none.limit.en) == ("unknown", "TXT called *cetak*")
    many = [files[0]] * 45
    chosen, said = Words().choose(item(Words()), many)
    assert (len(chosen), len(said)) == (40, 5)


def test_a_rule_that_is_not_reliable_only_warns() -> None:
    shaky = Rule("x", Text(id="X"), reliable=False)
    assert shaky.judge(False, Text(id="y")).outcome == "warn"
    assert SAID.judge(False, Text(id="y"), sure=False).outcome == "warn"
    assert SAID.judge(False, Text(id="y")).outcome == "fail"


def test_only_files_kept_by_the_server_are_an_answer() -> None:
    check = Words()
    form = {
        STORED: [json.dumps(FILE), "{", "[]", json.dumps({**FILE, "sha256": "../x"})],
        "answer": [json.dumps(FILE)],
    }
    response = check.read(item(check), form)
    assert response == [FILE]
    assert check.read(item(check), {"answer": [json.dumps(FILE)]}) is None
    assert check.describe(item(check), response, "id") == "a.pdf (2,4 MB)"
    assert check.files(item(check)).types == ("txt",)  # type: ignore[union-attr]
    grade = check.grade(item(check), response)
    assert (grade.needs_human, grade.correct, grade.note) == (True, False, None)


def test_stored_findings_are_summed_up_for_the_marker() -> None:
    rows = [SAID.judge(good, Text(id="x")).model_dump(mode="json") for good in (True, True, False)]
    grade = Words().grade(item(Words()), {"files": [FILE], "findings": [*rows, {"rule": 1}, None]})
    assert grade.note is not None
    assert (
        grade.note.en
        == "Automatic checks: 2 fine, 0 to look at, 1 not met, 0 not measured. Not met: Content."
    )
    assert grade.note.id.endswith("Tidak sesuai: Isi.")


@pytest.mark.parametrize(
    "response", [None, "x", [], {}, [1, None], {"files": 3}, [{"name": 3}], [{**FILE, "size": -1}]]
)
def test_what_is_no_answer_earns_nothing_and_no_marker(response: Any) -> None:
    grade = Words().grade(item(Words()), response)
    assert (grade.score, grade.needs_human) == (0, False)
    assert Words().describe(item(Words()), response, "en") == "–"


def test_words_are_said_in_both_languages_and_cleaned() -> None:
    said = words("{} di {}", "{} in {}", Num(1234.5), "a\x00\u202eb{}")
    assert (said.id, said.en) == ("1.234,5 di a b{}", "1,234.5 in a b{}")
    assert len(clean("x" * 1000)) == 160


class Nervous(QuestionType):
    kind: ClassVar[str] = "nervous"

    def inspect(self, item: Item, files: Sequence[UploadedFile]) -> tuple[Finding, ...]:
        return tuple(
            UNREADABLE.find("pass", words("{}", "{}", file.path.read_text())) for file in files
        )


class Listing(Nervous):
    def inspect(self, item: Item, files: Sequence[UploadedFile]) -> tuple[Finding, ...]:
        return []  # type: ignore[return-value]


def test_an_inspection_of_ones_own_is_tried_with_broken_files() -> None:
    made = item(CHECKS[0]).model_copy(update={"type": "nervous"})
    (fault,) = check_inspections({"nervous": Nervous()}, [made], "x.py")
    assert "Nervous.inspect raises UnicodeDecodeError" in str(fault)
    (fault,) = check_inspections({"nervous": Listing()}, [made], "x.py")
    assert "Listing.inspect returns list" in str(fault)
