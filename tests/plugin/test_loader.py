"""Reading a track: one test for each kind of fault, with its file, its line and its remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from sanggar.plugin import Track, TrackFaults
from sanggar.plugin.faults import Fault
from sanggar.plugin.loader import inspect, read_track

TRACK, THEORY = "track.yaml", "assessments/theory.yaml"
ITEMS, ITEMS_EN = "items/theory.id.quiz.md", "items/theory.en.quiz.md"
SHOP, SHOP_EN = "workshops/w1.id.md", "workshops/w1.en.md"
TASK, TASK_EN = "assignments/real-order.id.md", "assignments/real-order.en.md"


class Case(NamedTuple):
    """In `file`, `old` becomes `new`; the fault stands on the line with `at` in `where` (or `file`)."""

    file: str
    old: str
    new: str
    at: str
    problem: str
    remedy: str
    where: str = ""


CASES = {
    # track.yaml: form
    "missing key": Case(TRACK, 'version: "0.1"\n', "", "# The heart", "'version' is missing", 'add version: "1.0"'),
    "misspelt key": Case(TRACK, "summary:", "sumary:", "sumary:", "'sumary' is not known here", "did you mean 'summary'?"),
    "misspelt nested key": Case(TRACK, "per: {id: pesanan", "pre: {id: pesanan", "pre: {id", "'pre' is not known here", "did you mean 'per'?"),
    "number as version": Case(TRACK, 'version: "0.1"', "version: 0.1", "version: 0.1", "is read as '0.1', not as a text", "put it in quotes"),
    "yes as text": Case(TRACK, "device: {id: ponsel, en: phone}", "device: {id: yes, en: phone}", "device: {id: yes", "is read as true (yes)", "put it in quotes"),
    "bad track id": Case(TRACK, "id: content_creator\nversion", "id: Content-Creator\nversion", "id: Content-Creator", "'id' is 'Content-Creator'", "small letters"),
    "text that is a list": Case(TRACK, "device: {id: ponsel, en: phone}", "device: [ponsel]", "device: [ponsel]", "'device' is a list", "write it like this"),
    "units not a list": Case(TRACK, "standards: []", "standards: {}", "standards: {}", "'standards' should be a list", "square brackets"),
    "price as a word": Case(TRACK, "price: [100000,", "price: [murah,", "price: [murah", "is 'murah'", "write a whole number"),
    "price with two values": Case(TRACK, "price: [100000, 175000, 300000]", "price: [100000, 175000]", "price: [100000, 175000]", "'price' is missing", "price: [12000, 25000, 60000]"),
    "prices out of order": Case(TRACK, "price: [100000,", "price: [999999,", "price: [999999", "are not in order", "[low, usual, high]"),
    "days below one": Case(TRACK, "days: 5", "days: 0", "days: 0", "'days' is '0'", "at least 1"),
    "no hours": Case(TRACK, "hours: 6", "hours: .inf", "hours: .inf", "'hours' is '.inf'", "write a number"),
    "service without units": Case(TRACK, "units: [CC-01, CC-02]", "units: []", "units: []", "'units' has 0 entries", "at least 1"),
    "unknown level": Case(TRACK, "level: associate\n", "level: asociate\n", "level: asociate", "'level' is 'asociate'", "did you mean 'associate'?"),
    "unknown requirement": Case(TRACK, "need: self_assessment", "need: self_assesment", "need: self_assesment", "there is no requirement 'self_assesment'", "did you mean 'self_assessment'?"),
    "requirement without need": Case(TRACK, "{need: self_assessment}", "{nod: self_assessment}", "{nod: self", "does not say what it asks for", "need: theory"),
    "unknown key of a requirement": Case(TRACK, "percent: 80", "percnt: 80", "percnt: 80", "'percnt' is not known here", "did you mean 'percent'?"),
    "percent above 100": Case(TRACK, "percent: 80", "percent: 180", "percent: 180", "'percent' is '180'", "at most 100"),
    "items in track.yaml": Case(TRACK, "standards: []", "items: []", "items: []", "'items' does not belong into track.yaml", "folder items/"),
    # track.yaml: YAML itself
    "tab": Case(TRACK, "  - id: CC-01", "\t- id: CC-01", "\t- id: CC-01", "a tab stands here", "spaces"),
    "colon in a text": Case(TRACK, "standards: []", "standards: a: b", "standards: a: b", "a colon inside a text", "in quotes"),
    "bracket left open": Case(TRACK, "units: [CC-01, CC-02]", "units: [CC-01, CC-02", "certificates:", "YAML cannot be read", "brackets"),
    "key twice": Case(TRACK, "order: 50", "id: twice", "id: twice", "'id' stands here twice", "keep one"),
    "alias": Case(TRACK, "standards: []", "standards: &a [1]", "standards: &a", "'&' and '*'", "write the value out"),
    "python tag": Case(TRACK, "standards: []", "standards: !!python/name:os.system x", "standards: !!", "is not allowed", "remove the word"),
    "too deep": Case(TRACK, "standards: []", "standards: " + "[" * 40 + "]" * 40, "standards: [[", "nested too deeply", "guide"),
    "control character": Case(TRACK, "standards: []", "standards: [\x08]", "standards: [", "an invisible control character (U+0008)", "delete it"),
    # references
    "unit twice": Case(TRACK, "- id: CC-02", "- id: CC-01", "- id: CC-01", "the unit 'CC-01' stands here twice", "keep one"),
    "certificate twice": Case(TRACK, "level: associate\n", "level: foundation\n", "level: foundation\n", "the certificate 'foundation' stands here twice", "keep one"),
    "unknown unit of a service": Case(TRACK, "units: [CC-01, CC-02]", "units: [CC-01, CC-2]", "units: [CC-01, CC-2]", "there is no unit 'CC-2'", "did you mean 'CC-02'?"),
    "unknown workshop": Case(TRACK, "need: deliverables, workshops: [w1]", "need: deliverables, workshops: [w2]", "need: deliverables", "there is no workshop 'w2'", "use one of w1"),
    "unknown exam": Case(TRACK, "assessment: theory, total: 70, each", "assessment: teory, total: 70, each", "assessment: teory", "there is no assessment 'teory'", "did you mean 'theory'?"),
    "unknown assignment": Case(TRACK, "assignment: real-order", "assignment: real-oder", "real-oder", "there is no assignment 'real-oder'", "did you mean 'real-order'?"),
    "level that needs itself": Case(TRACK, "need: certificate, level: foundation", "need: certificate, level: associate", "need: certificate", "asks for 'associate' first", "lower level"),
    "level that is not given": Case(TRACK, "need: certificate, level: foundation", "need: certificate, level: professional", "need: certificate", "gives no certificate 'professional'", "use one of"),
    "unknown own course": Case(TRACK, "courses: [content_creator/first-order]\n  - id", "courses: [content_creator/first-oder]\n  - id", "first-oder]", "there is no course 'content_creator/first-oder'", "did you mean 'content_creator/first-order'?"),
    "unknown course in a requirement": Case(TRACK, "need: courses, courses: [content_creator/first-order]", "need: courses, courses: [shared/nothing]", "shared/nothing", "there is no course 'shared/nothing'", "use one of"),
    "unknown workshop inside any_of": Case(
        TRACK, "{need: placements, count: 3, within_months: 12}", "{need: any_of, options: [[{need: deliverables, workshops: [w9]}]]}", "w9", "there is no workshop 'w9'", "w1"),
    # assessments
    "blueprint of an unknown unit": Case(THEORY, "CC-02: {know", "CC-03: {know", "CC-03: {know", "names 'CC-03', which is no unit", "did you mean"),
    "blueprint with an unknown band": Case(THEORY, "{know: 1, apply: 1}", "{know: 1, aply: 1}", "aply: 1", "names the band 'aply'", "know, apply, analyse"),
    "blueprint that cannot be filled": Case(THEORY, "{know: 1, apply: 1}", "{know: 1, apply: 5}", "apply: 5", "draws 5 items of CC-01 at 'apply', the bank has 2", "write 3 more"),
    "empty blueprint": Case(THEORY, "  CC-01: {know: 1, apply: 1}\n  CC-02: {know: 1, analyse: 1}", "  CC-01: {know: 0}", "blueprint:", "draws no item", "at least one"),
    "negative blueprint": Case(THEORY, "{know: 1, apply: 1}", "{know: -1, apply: 1}", "know: -1", "gives know as -1", "use 0 or more"),
    "exam id unlike its file": Case(THEORY, "id: theory", "id: exam", "id: exam", "differs from the file name 'theory'", "write id: theory"),
    "unknown selection": Case(THEORY, "selection: random", "selection: rnadom", "selection: rnadom", "'selection' is 'rnadom'", "did you mean 'random'?"),
    "minutes as text": Case(THEORY, "minutes: 10", "minutes: ten", "minutes: ten", "'minutes' is 'ten'", "write a whole number"),
    "unknown course of an exam": Case(THEORY, "selection: random", "course: shared/nope", "course: shared/nope", "there is no course 'shared/nope'", "use one of"),
    # items: headings and facts
    "unknown area": Case(ITEMS, "CC-Q01 {type=numeric area=CC-01", "CC-Q01 {type=numeric area=CC-1", "## CC-Q01", "measures 'CC-1', which is no unit", "did you mean 'CC-01'?"),
    "unknown item level": Case(ITEMS, "CC-Q01 {type=numeric area=CC-01 level=apply", "CC-Q01 {type=numeric area=CC-01 level=aply", "## CC-Q01", "has the level 'aply'", "did you mean 'apply'?"),
    "level as C3": Case(ITEMS, "CC-Q01 {type=numeric area=CC-01 level=apply", "CC-Q01 {type=numeric area=CC-01 level=C3", "## CC-Q01", "has the level 'C3'", "did you mean 'apply'?"),
    "missing facts": Case(ITEMS, "## CC-Q01 {type=numeric area=CC-01 level=apply}", "## CC-Q01 {type=numeric}", "## CC-Q01", "does not say its area, level", "in the braces"),
    "no braces": Case(ITEMS, "## CC-Q01 {type=numeric area=CC-01 level=apply}", "## CC-Q01", "## CC-Q01", "does not say its type, area, level", "in the braces"),
    "brace left open": Case(ITEMS, "level=apply}\nSebuah", "level=apply\nSebuah", "## CC-Q01", "a part I cannot read", "write it like"),
    "fact without value": Case(ITEMS, "## CC-Q01 {type=numeric", "## CC-Q01 {hard type=numeric", "## CC-Q01", "'hard' in the braces has no value", "name=value"),
    "fact twice": Case(ITEMS, "## CC-Q01 {type=numeric", "## CC-Q01 {type=single type=numeric", "## CC-Q01", "'type' stands twice", "keep one"),
    "bad points": Case(ITEMS, "## CC-Q01 {type=numeric", "## CC-Q01 {points=0 type=numeric", "## CC-Q01", "has '0' points", "from 1 to 100"),
    "bad type name": Case(ITEMS, "## CC-Q01 {type=numeric", "## CC-Q01 {type=Numeric!", "## CC-Q01", "has the type 'Numeric!'", "small letters"),
    "heading without id": Case(ITEMS, "## CC-Q02 {", "## {", "## {type=numeric", "the heading has no item id", "## PHO-Q01"),
    "single hash": Case(ITEMS, "## CC-Q02 {", "# CC-Q02 {", "# CC-Q02", "one # does not begin an item", "with two"),
    "item twice": Case(ITEMS, "## CC-Q02 {", "## CC-Q01 {", "## CC-Q01 {", "CC-Q01 stands here twice", "another id"),
    "text before the first item": Case(ITEMS, "bank: theory\n---\n", "bank: theory\n---\nHalo\n", "Halo", "belongs to no item", "below a heading"),
    "unknown bank fact": Case(ITEMS, "bank: theory", "bnk: theory", "bnk: theory", "'bnk' is not known here", "did you mean 'bank'?"),
    # items: content
    "no stem": Case(ITEMS, "Apa sebutan untuk pembayaran sebagian sebelum pekerjaan dimulai?\n", "", "## CC-Q04", "CC-Q04 asks nothing", "below its heading"),
    "no explanation": Case(ITEMS, "! Uang muka membuat kedua pihak sama-sama terikat.\n", "", "## CC-Q04", "has no explanation", "begins with !"),
    "no key": Case(ITEMS, "- [x] Menanyakan tujuan", "- [ ] Menanyakan tujuan", "## CC-Q03", "CC-Q03 has 0 keys", "exactly one option with [x]"),
    "two keys": Case(ITEMS, "- [ ] Menyebut harga", "- [x] Menyebut harga", "- [x] Menyebut harga", "CC-Q03 has 2 keys", "type=multiple"),
    "multiple with one key": Case(ITEMS, "- [x] Menawarkan revisi", "- [ ] Menawarkan revisi", "## CC-Q07", "CC-Q07 has 1 keys", "type=single"),
    "multiple with all keys": Case(ITEMS, "- [ ] Berhenti menjawab pesan\n- [ ] Mengerjakan", "- [x] Berhenti menjawab pesan\n- [x] Mengerjakan", "## CC-Q07", "all options of CC-Q07 are keys", "add a wrong option"),
    "option without box": Case(ITEMS, "- [ ] Menyebut harga", "- Menyebut harga", "- Menyebut harga", "this option has no box", "- [ ]"),
    "strange mark": Case(ITEMS, "- [ ] Menyebut harga", "- [v] Menyebut harga", "- [v] Menyebut", "'[v]' is not a mark", "[x] for the key"),
    "empty option": Case(ITEMS, "- [ ] untuk ibu.pdf", "- [ ]", "- [ ]\n! Tanggal", "this option is empty", "remove the line"),
    "option twice": Case(ITEMS, "- [ ] untuk ibu.pdf", "- [ ] FINAL-fix-banget.pdf", "FINAL-fix", "this option stands twice", "change it"),
    "too few options": Case(ITEMS, "- [ ] final-fix-banget.pdf\n- [ ] desain baru (3).pdf\n- [ ] untuk ibu.pdf\n", "", "## CC-Q06", "has 1 options", "give 2 to 12"),
    "text between options": Case(ITEMS, "- [ ] untuk ibu.pdf", "lagi\n- [ ] untuk ibu.pdf", "lagi\n", "stands between or after the options", "indent"),
    "option below the explanation": Case(ITEMS, "! Tanggal, klien,", "! Tanggal\n- [ ] lagi\nklien,", "- [ ] lagi", "stands below the explanation", "above the line"),
    "answer line of a choice": Case(ITEMS, "- [ ] untuk ibu.pdf", "- [ ] untuk ibu.pdf\n= 3", "= 3\n", "does not belong to type=single", "remove it"),
    "no number": Case(ITEMS, "= 180000 ± 0\n", "", "## CC-Q01", "CC-Q01 has no answer", "= 500 ± 0"),
    "number with a comma": Case(ITEMS, "= 180000 ± 0", "= 180,5 ± 0", "= 180,5", "the value '180,5' of CC-Q01 is not a number", "decimal point"),
    "number with thousands points": Case(ITEMS, "= 180000 ± 0", "= 1.180.000 ± 0", "= 1.180.000", "is not a number", "no thousands separator"),
    "negative tolerance": Case(ITEMS, "= 180000 ± 0", "= 180000 ± -1", "± -1", "the tolerance '-1'", "± 0.5"),
    "two numbers": Case(ITEMS, "= 180000 ± 0", "= 180000 ± 0\n= 5 ± 0", "= 5 ± 0", "has two answers", "keep one"),
    "short without answer": Case(ITEMS, "= uang muka | DP | down payment\n", "", "## CC-Q04", "has no accepted answer", "= difuser"),
    "short with empty answer": Case(ITEMS, "= uang muka | DP | down payment", "= | |", "## CC-Q04", "has no accepted answer", "= difuser"),
    "too few steps": Case(ITEMS, "3. Menerima pelunasan\n4. Mengirim berkas akhir\n", "", "## CC-Q05", "has 2 steps", "give 3 to 12"),
    "parameter twice": Case(ITEMS, "= 180000 ± 0", ": hint = a\n: hint = b\n= 180000 ± 0", ": hint = b", "'hint' is given twice", "keep one"),
    # items: the English twin
    "key in English": Case(ITEMS_EN, "- Asking for purpose", "- [x] Asking for purpose", "- [x] Asking", "the English file shows the key", "`- text`"),
    "facts in English": Case(ITEMS_EN, "## CC-Q01", "## CC-Q01 {type=numeric}", "## CC-Q01", "repeats its facts", "write only ## CC-Q01"),
    "option missing in English": Case(ITEMS_EN, "- for madam.pdf\n", "", "## CC-Q06", "has 3 options here and 4 in Indonesian", "same order"),
    "answer in English": Case(ITEMS_EN, "! 6 × Rp25,000", "= 180000\n! 6 × Rp25,000", "= 180000", "repeats its answer", "remove the line"),
    "unknown item in English": Case(ITEMS_EN, "## CC-Q08", "## CC-Q80", "## CC-Q80", "CC-Q80 is not in the Indonesian file", "did you mean"),
    # workshops
    "no front matter": Case(SHOP, "---\nnumber: 1", "number: 1", "number: 1", "the facts at the top are missing", "a line ---"),
    "front matter left open": Case(SHOP, '"\n---\nPeserta', '"\nPeserta', "---", "are not closed", "add a line ---"),
    "unknown mode": Case(SHOP, "mode: onsite", "mode: on-site", "mode: on-site", "'mode' is 'on-site'", "did you mean 'onsite'?"),
    "unknown unit of a workshop": Case(SHOP, "units: [CC-01, CC-02]", "units: [CC-01, CC-09]", "units: [CC-01, CC-09]", "there is no unit 'CC-09'", "did you mean"),
    "too many files": Case(SHOP, "files: {max: 3,", "files: {max: 300,", "max: 300", "'max' is '300'", "at most 60"),
    "empty workshop": Case(SHOP, "", "", "", "", ""),
    "fact in the English workshop": Case(SHOP_EN, "title: One", "hours: 4\ntitle: One", "hours: 4", "'hours' does not belong into the English file", "remove it"),
    "English text that is a list": Case(SHOP_EN, "title: One Order in Half a Day", "title: [One]", "title: [One]", "'title' should be a text", "write title"),
    "workshop called as an exam": Case(SHOP, "number: 1", "id: theory\nnumber: 1", "id: theory", "differs from the file name", "remove this line"),
    # assignments
    "weights": Case(TASK, "weight: 30", "weight: 20", "rubric:", "add up to 90", "make them add up to 100"),
    "three levels": Case(TASK, '      - "Kebutuhan tidak dicatat"\n', "", "levels:", "'levels' is missing", "four lines"),
    "unknown kind": Case(TASK, "kind: assignment", "kind: homework", "kind: homework", "'kind' is 'homework'", "use one of"),
    "unknown criterion in English": Case(TASK_EN, "- id: handover", "- id: hand-over", "- id: hand-over", "is not in the Indonesian rubric", "did you mean 'handover'?"),
    "weight in English": Case(TASK_EN, "  - id: need\n", "  - id: need\n    weight: 3\n", "weight: 3", "'weight' does not belong into the English file", "remove it"),
    "levels missing in English": Case(TASK_EN, '      - "Files are missing"\n', "", 'levels:\n      - "Complete, but', "has not the same levels", "write 4"),
}  # fmt: skip
del CASES["empty workshop"]


def spoil(package: Path, file: str, old: str, new: str) -> str:
    path = package / file
    text = path.read_text()
    assert old in text, f"{old!r} is not in {file}"
    changed = text.replace(old, new, 1)
    path.write_text(changed)
    return changed


def line_of(text: str, marker: str) -> int:
    """Return the line of the last occurrence, which is the second of two equal ones."""
    return text.count("\n", 0, text.rindex(marker)) + 1


def courses() -> set[str]:
    return {"shared/freelancing-basics"}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_named_with_file_line_and_remedy(name: str, sample: Path) -> None:
    case = CASES[name]
    text = spoil(sample, case.file, case.old, case.new)
    faults = inspect(sample, courses()).errors
    hit = [f for f in faults if case.problem in f.problem]
    assert hit, f"expected {case.problem!r}, got {[str(f) for f in faults]}"
    fault = hit[0]
    assert fault.file == f"sanggar_content_creator/{case.where or case.file}"
    assert case.remedy in fault.remedy
    first, last = text.count("\n", 0, text.index(case.at)) + 1, line_of(text, case.at)
    assert fault.line in (first, last), (fault.line, first, last)


def test_the_sample_is_correct(sample: Path) -> None:
    reading = inspect(sample, courses())
    assert reading.faults == []
    assert reading.track is not None
    assert [w.id for w in reading.track.workshops] == ["w1"]
    assert len(reading.track.items) == 8
    assert reading.track.folder == sample


def test_all_faults_are_collected_not_only_the_first(sample: Path) -> None:
    spoil(sample, TRACK, "days: 5", "days: none")
    spoil(sample, THEORY, "minutes: 10", "minutes: 0")
    spoil(sample, ITEMS, "= 180000 ± 0\n", "")
    spoil(sample, SHOP, "mode: onsite", "mode: space")
    with pytest.raises(TrackFaults) as caught:
        read_track(sample)
    files = {fault.file.split("/", 1)[1] for fault in caught.value.faults}
    assert {TRACK, THEORY, ITEMS, SHOP} <= files
    for line in str(caught.value).splitlines():
        file, number, problem, remedy = line.split(":", 3)
        assert file.startswith("sanggar_content_creator/")
        assert number.isdigit()
        assert problem.strip()
        assert remedy.strip()


def test_a_faulty_item_is_not_also_missed_in_the_blueprint(sample: Path) -> None:
    spoil(
        sample,
        ITEMS,
        "CC-Q06 {type=single area=CC-02 level=remember",
        "CC-Q06 {type=single area=CC-02 level=C9",
    )
    spoil(sample, THEORY, "{know: 1, analyse: 1}", "{know: 2, analyse: 1}")
    (fault,) = inspect(sample, courses()).errors
    assert "has the level 'C9'" in fault.problem


def test_one_bad_unit_hides_no_other_fault_and_causes_none(sample: Path) -> None:
    spoil(
        sample,
        TRACK,
        '    outcomes:\n      id: ["Menanyakan',
        '    outcome:\n      id: ["Menanyakan',
    )
    problems = [f.problem for f in inspect(sample, courses()).errors]
    assert sorted(problems) == ["'outcome' is not known here", "'outcomes' is missing"]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (TRACK, "device: {id: ponsel, en: phone}", "device: {id: ponsel}", "'device' has no English text"),
        (TRACK, 'en: ["The work in the form agreed on", "A one-page handover note"]', 'en: ["One"]', "'deliverables' has 2 texts in Indonesian and 1"),
        (SHOP_EN, "title: One Order in Half a Day\n", "", "'title' has no English text"),
        (ITEMS_EN, "! Date, client, content and version make a file easy to find.\n", "", "CC-Q06 has no English explanation"),
        (ITEMS, "= 180000 ± 0", "= 1.250 ± 0", "'1.250' is read as 1.25, with a decimal point"),
    ],
)  # fmt: skip
def test_missing_english_is_a_warning_and_the_track_still_loads(
    file: str, old: str, new: str, problem: str, sample: Path
) -> None:
    spoil(sample, file, old, new)
    reading = inspect(sample, courses())
    assert reading.track is not None
    assert [f.problem for f in reading.faults if problem in f.problem] == [
        reading.faults[0].problem
    ]
    assert reading.faults[0].severity == "warning"
    assert read_track(sample).id == "content_creator"


def test_a_missing_english_file_is_a_warning(sample: Path) -> None:
    for file in (SHOP_EN, TASK_EN, ITEMS_EN):
        (sample / file).unlink()
    reading = inspect(sample)
    assert reading.errors == []
    assert reading.track is not None
    files = [
        f.file.split("/", 1)[1]
        for f in reading.faults
        if f.problem == "the English text is missing"
    ]
    assert files == [TASK, ITEMS, SHOP]
    assert reading.track.items[0].stem.to("en").startswith("Sebuah pesanan")


def test_an_english_file_alone_is_a_fault(sample: Path) -> None:
    (sample / SHOP).unlink()
    (fault, *_) = inspect(sample).errors
    assert any(
        "no Indonesian text" in f.problem and "add w1.id.md" in f.remedy
        for f in inspect(sample).errors
    )
    assert fault.file.startswith("sanggar_content_creator/")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("workshops/w2.md", "call it w2.id.md and w2.en.md"),
        ("workshops/W2.id.md", "call it w2.id.md"),
        ("assessments/exam.yml", "call it exam.yaml"),
        ("items/bank.md", "call it bank.id.quiz.md"),
        ("assignments/task.fr.md", "call it task.id.md"),
    ],
)
def test_a_file_with_an_unknown_name_is_not_overlooked(
    name: str, remedy: str, sample: Path
) -> None:
    (sample / name).write_text("x")
    hit = [f for f in inspect(sample).errors if f.file.endswith(name)]
    assert hit
    assert remedy in hit[0].remedy


@pytest.mark.parametrize(
    "name", ["items/.DS_Store", "items/theory.id.quiz.md~", "workshops/README.md"]
)
def test_leftovers_of_editors_and_readmes_are_ignored(name: str, sample: Path) -> None:
    (sample / name).write_text("x")
    assert inspect(sample).faults == []


def test_a_picture_that_belongs_to_no_service_is_a_fault(sample: Path) -> None:
    pictures = sample / "static" / "services"
    pictures.mkdir(parents=True)
    (pictures / "small-order.svg").write_text("<svg/>")
    assert inspect(sample).errors == []
    (pictures / "smallorder.svg").write_text("<svg/>")
    (fault,) = inspect(sample).errors
    assert "'smallorder.svg' belongs to no service" in fault.problem
    assert fault.file.endswith(TRACK)


def test_the_same_item_in_two_banks_is_a_fault(sample: Path) -> None:
    text = (sample / ITEMS).read_text()
    (sample / "items/more.id.quiz.md").write_text(text[: text.index("## CC-Q02")])
    hit = [f for f in inspect(sample).errors if "also in another bank" in f.problem]
    assert hit
    assert "sanggar_content_creator/items/more.id.quiz.md:" in hit[0].remedy


def test_two_workshops_with_one_number_are_a_fault(sample: Path) -> None:
    (sample / "workshops/w2.id.md").write_text((sample / SHOP).read_text())
    hit = [f for f in inspect(sample).errors if "have the number 1" in f.problem]
    assert len(hit) == 2
    assert hit[0].line == 2


def test_workshops_come_in_the_order_of_their_numbers(sample: Path) -> None:
    (sample / "workshops/a0.id.md").write_text(
        (sample / SHOP).read_text().replace("number: 1", "number: 2")
    )
    assert [w.id for w in read_track(sample).workshops] == ["w1", "a0"]


def test_an_exam_called_like_a_workshop_is_a_fault(sample: Path) -> None:
    (sample / "assessments/w1.yaml").write_text(
        (sample / THEORY).read_text().replace("id: theory", "id: w1")
    )
    assert any("is called like a workshop" in f.problem for f in inspect(sample).errors)


def test_an_empty_body_is_a_fault(sample: Path) -> None:
    text = (sample / SHOP).read_text()
    (sample / SHOP).write_text(text[: text.index("---\nPeserta") + 4])
    hit = [f for f in inspect(sample).errors if "no text below the facts" in f.problem]
    assert hit
    assert hit[0].remedy == "write it in Markdown"


# --- hostile input -----------------------------------------------------------------------------


def _only(faults: list[Fault], problem: str) -> Fault:
    hit = [f for f in faults if problem in f.problem]
    assert hit, [str(f) for f in faults]
    return hit[0]


def test_a_link_out_of_the_folder_is_not_followed(sample: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.id.quiz.md"
    secret.write_text("## CC-Q99 {type=short area=CC-01 level=apply}\nx\n= secret\n! x\n")
    (sample / "items/secret.id.quiz.md").symlink_to(secret)
    fault = _only(inspect(sample).errors, "leads out of the plugin's folder")
    assert "copy the file" in fault.remedy


def test_a_linked_folder_is_not_followed(sample: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (sample / "assignments").rename(outside)
    (sample / "assignments").symlink_to(outside)
    _only(inspect(sample).errors, "leads out of the plugin's folder")


def test_links_in_a_circle_are_a_fault(sample: Path) -> None:
    (sample / "items/a.id.quiz.md").symlink_to(sample / "items/b.id.quiz.md")
    (sample / "items/b.id.quiz.md").symlink_to(sample / "items/a.id.quiz.md")
    assert inspect(sample).errors


def test_a_pipe_is_not_waited_for(sample: Path) -> None:
    os.mkfifo(sample / "items/pipe.id.quiz.md")
    _only(inspect(sample).errors, "this is not a file")


def test_a_fault_stays_one_short_line(sample: Path) -> None:
    spoil(sample, TRACK, "need: self_assessment", 'need: "a\\nb\\e[31m' + "x" * 5000 + '"')
    for fault in inspect(sample, courses()).errors:
        assert "\n" not in str(fault)
        assert str(fault).isprintable()
        assert len(str(fault)) < 1300


def test_bytes_that_are_not_utf8_are_named_with_their_line(sample: Path) -> None:
    path = sample / ITEMS
    path.write_bytes(path.read_bytes().replace(b"! 40 %", b"! \xff40 %"))
    fault = _only(inspect(sample).errors, "is not UTF-8")
    assert fault.line == line_of((sample / ITEMS).read_bytes().decode("latin-1"), "! \xff40 %")
    assert "save the file again" in fault.remedy


def test_utf16_is_named(sample: Path) -> None:
    (sample / TRACK).write_text("id: x", encoding="utf-16")
    assert _only(inspect(sample).errors, "not saved as UTF-8").line == 1


def test_a_byte_order_mark_and_windows_line_ends_are_fine(sample: Path) -> None:
    for file in (TRACK, ITEMS, SHOP):
        text = (sample / file).read_bytes().replace(b"\n", b"\r\n")
        (sample / file).write_bytes(b"\xef\xbb\xbf" + text)
    assert inspect(sample, courses()).faults == []


def test_a_huge_file_is_refused_unread(sample: Path) -> None:
    (sample / ITEMS).write_bytes(b"x" * 900_000)
    fault = _only(inspect(sample).errors, "the file is 900 KB")
    assert "split it" in fault.remedy


def test_brackets_that_would_take_minutes_to_show_are_a_fault(sample: Path) -> None:
    file = next((sample / "workshops").glob("*.id.md"))
    lines = file.read_text().count("\n")
    with file.open("a") as body:
        body.write("\n" + "[" * 6000 + "\n")
    fault = _only(inspect(sample).errors, "too many brackets")
    assert (Path(fault.file).name, fault.line) == (file.name, lines + 2)


def test_too_many_files_are_refused(sample: Path) -> None:
    for number in range(500):
        (sample / f"items/b{number}.id.quiz.md").touch()
    _only(inspect(sample).errors, "the folder holds 502 files")


def test_an_alias_bomb_is_refused_before_it_grows(sample: Path) -> None:
    bomb = "a: &a [x,x,x]\n" + "".join(
        f"{c}: &{c} [*{p},*{p},*{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (sample / TRACK).write_text(bomb)
    assert _only(inspect(sample).errors, "anchors").line == 1


def test_a_folder_with_the_name_of_a_file_is_named(sample: Path) -> None:
    (sample / "items/x.id.quiz.md").mkdir()
    _only(inspect(sample).errors, "this is not a file")


def test_an_empty_track_file_says_what_is_missing(sample: Path) -> None:
    (sample / TRACK).write_text("")
    problems = {f.problem for f in inspect(sample).errors}
    assert {"'id' is missing", "'title' is missing", "'units' is missing"} <= problems


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words", "42", "[]", "? x\n: y\n"])
def test_a_track_file_of_another_shape_is_a_fault_not_a_crash(text: str, sample: Path) -> None:
    (sample / TRACK).write_text(text)
    assert inspect(sample).errors


@pytest.mark.parametrize("key", ["units", "services", "certificates", "courses", "title"])
@pytest.mark.parametrize("value", ["null", "[]", "{}", "[null]", "[[1]]", "[{id: 3}]", "text", "7"])
def test_any_value_at_any_key_is_a_fault_or_fine_but_never_a_crash(
    key: str, value: str, sample: Path
) -> None:
    lines = (sample / TRACK).read_text().splitlines()
    at = (
        next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
        if key != "courses"
        else 0
    )
    if key == "courses":
        lines.insert(1, f"courses: {value}")
    else:
        end = next(
            (
                n
                for n in range(at + 1, len(lines))
                if lines[n] and not lines[n].startswith((" ", "#"))
            ),
            len(lines),
        )
        lines[at:end] = [f"{key}: {value}"]
    (sample / TRACK).write_text("\n".join(lines))
    reading = inspect(sample, courses())
    assert reading.track is not None or reading.errors


def test_a_folder_without_a_track_says_so(tmp_path: Path) -> None:
    with pytest.raises(TrackFaults, match=r"track\.yaml:1: there is no track\.yaml"):
        Track.from_folder(tmp_path)
