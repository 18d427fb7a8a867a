"""check_plugin: the three tracks keep the contract, each dummy breaks it in its own way."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sanggar.plugin import FILES_TEMPLATE, PublicItem, QuestionType, Text, contract
from sanggar.plugin.host import load_folder
from sanggar.testing import check_plugin, check_template, find_faults

DUMMIES = Path(__file__).parent / "dummies"
EXPECTED = {
    "leaky": [
        "Sum.public gives away the explanation: leave them out",
        "Sum.public gives away the parameter 'secret': leave it out of extra",
    ],
    "moody": ["Sum.grade gives two grades for the same answer"],
    "nervous": [
        "Sum.grade raises ValueError for",
        "Sum.grade raises TypeError for",
        "Sum.read raises UnicodeEncodeError for",
        "Sum.read returns what JSON cannot hold",
        "Sum.read returns 0 for an empty form: return None for no answer",
    ],
    "greedy": ["Sum.grade gives score 1 with correct=False: correct is true exactly when the score is 1"],
    "faceless": ["the template faceless/sum.html of 'sum' is missing: add the file templates/faceless/sum.html"],
    "ugly": [
        "templates/ugly/sum.html:1: has a style attribute",
        "templates/ugly/sum.html:1: has an on… handler",
        "templates/ugly/sum.html:1: brings styles or scripts",
        "templates/ugly/sum.html:1: prints the response unescaped: remove |safe",
        "templates/ugly/sum.html:1: has no field called answer",
        "templates/ugly/sum.html:1: labels no field",
        "templates/ugly/sum.html:1: cannot be disabled",
    ],
    "nosy": [
        "sanggar_nosy/__init__.py:10: 'flask' is imported: import from sanggar.plugin only",
        "sanggar_nosy/__init__.py:12: 'sanggar.kernel' is imported",
    ],
    "contrary": [
        "contrary_modesty speaks against a candidate who is better in everything",
        "contrary_modesty.explain returns 'a plain string': return a Text in both languages, or None",
        "contrary_fragile.compute raises ZeroDivisionError",
        "the feature 'contrary_fragile' has no label in both languages",
        "the feature 'contrary_silent' is None for 60 random candidates: check the ids",
        "contrary_endless.compute returns nan: return a finite number",
        "the feature 'contrary_endless' has usual=7.0, depends='brief': write usual=0..1",
        "contrary_narrow says depends='talent' and changes with more of the brief",
        "contrary_busy says depends='service' and changes with more of the brief",
    ],
}  # fmt: skip


@pytest.fixture
def dummy(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    name = f"sanggar_{request.param}"
    yield load_folder(DUMMIES / name)
    sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["packaging_design", "digital_marketing", "photography"])
def test_the_three_tracks_keep_the_contract_in_both_languages(name: str) -> None:
    assert check_plugin(importlib.import_module(f"sanggar_{name}")) == []


@pytest.mark.parametrize("dummy", ["healthy"], indirect=True)
def test_a_healthy_plugin_passes(dummy: ModuleType) -> None:
    assert check_plugin(dummy) == []
    assert find_faults(dummy) == []


@pytest.mark.parametrize(("dummy", "name"), [(n, n) for n in EXPECTED], indirect=["dummy"])
def test_each_breach_is_named_with_its_remedy(dummy: ModuleType, name: str) -> None:
    with pytest.raises(AssertionError) as caught:
        check_plugin(dummy)
    message = str(caught.value)
    assert message.startswith(f"{name} breaks the contract of plugins:\n")
    for expected in EXPECTED[name]:
        assert expected in message, message
    assert "sanggar_healthy" not in message


def test_every_dummy_is_tried() -> None:
    names = {p.name.removeprefix("sanggar_") for p in DUMMIES.glob("sanggar_*")}
    assert names == {*EXPECTED, "healthy"}


def test_breaches_of_texts_and_code_are_reported_together(tmp_path: Path) -> None:
    package = tmp_path / "sanggar_nosy"
    shutil.copytree(DUMMIES / "sanggar_nosy", package, ignore=shutil.ignore_patterns("__pycache__"))
    track = package / "track.yaml"
    track.write_text(track.read_text().replace("days: 1", "days: soon"))
    try:
        with pytest.raises(AssertionError) as caught:
            check_plugin(load_folder(package))
    finally:
        sys.modules.pop("sanggar_nosy", None)
    assert "track.yaml:14: 'days' is 'soon'" in str(caught.value)
    assert "'flask' is imported" in str(caught.value)


def test_a_missing_english_text_is_returned_not_raised(tmp_path: Path) -> None:
    package = tmp_path / "sanggar_healthy"
    shutil.copytree(
        DUMMIES / "sanggar_healthy", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    (package / "items/bank.en.quiz.md").unlink()
    try:
        (warning,) = check_plugin(load_folder(package))
    finally:
        sys.modules.pop("sanggar_healthy", None)
    assert warning.startswith(
        "sanggar_healthy/items/bank.id.quiz.md:1: the English text is missing"
    )


@pytest.mark.parametrize(
    ("template", "faults"),
    [
        (FILES_TEMPLATE, 0),
        ("assessments/types/essay.html", 1),  # the core's, but not offered
        ("assessments/types/../types/files.html", 1),
        ("files.html", 1),
    ],
)
def test_a_type_may_name_only_those_templates_of_the_core_that_are_offered(
    tmp_path: Path, template: str, faults: int
) -> None:
    made = type("Sent", (QuestionType,), {"kind": "sent", "template": template})()
    assert len(contract.check_templates([made], tmp_path, "x.py")) == faults


def test_the_offered_template_keeps_the_contract_of_templates(tmp_path: Path) -> None:
    made = type("Sent", (QuestionType,), {"kind": "sent", "template": FILES_TEMPLATE})()
    item = PublicItem(
        id="x", type="sent", stem=Text(id="Kirim", en="Send"), extra={"accept": ".pdf"}
    )
    assert check_template(made, item, tmp_path) == []


def test_a_module_without_hooks_is_no_plugin() -> None:
    with pytest.raises(AssertionError, match="the plugin implements no hook"):
        check_plugin(ModuleType("sanggar_nothing"))
