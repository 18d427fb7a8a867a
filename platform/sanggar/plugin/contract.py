"""The executable contract of a plugin's code: what `check_plugin` and `sanggar check` run.

A question type is a set of pure functions; here it meets good and hostile answers before talents
meet it. Findings are faults. The contract of ranking features is in `contract_ranking`.
"""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sanggar.plugin.faults import Fault
from sanggar.plugin.items import (
    CORE_TEMPLATES,
    STORED,
    Gap,
    Grade,
    Item,
    Prompt,
    PublicItem,
    QuestionType,
)
from sanggar.plugin.text import LANGUAGES, Text
from sanggar.plugin.trial import Report

#: what a plugin must not import: it gets values, never a request, a session or a table
FORBIDDEN = ("flask", "sqlmodel", "sqlalchemy", "werkzeug", "flask_security", "alembic", "huey")

HOSTILE_RESPONSES: tuple[Any, ...] = (
    None, "", " ", "x", "0", "-1", "nan", "inf", "1e309", "9" * 400, "a" * 10_000, "\x00", "\u202e1",
    "../../etc/passwd", "<script>alert(1)</script>", "{{ 7 * 7 }}", "%s%n", "１２３", "🎉", "1/0", "[",
    "https://[", 0, -1, 1, 1.5, 10**40, True, [], [None], [[]], [""], ["x"] * 500, [{"a": []}], {},
    {"": ""}, {"a": None}, {"a": {"b": {"c": []}}}, {"x": 10**40},
)  # fmt: skip
HOSTILE_FIELDS: tuple[Mapping[str, list[str]], ...] = (
    {}, {"answer": []}, {"answer": [""]}, {"answer": ["\x00"]}, {"answer": ["\ud800"]},
    {"answer": ["x" * 10_000]}, {"answer": ["1", "2"]}, {"answer": ["x"] * 500},
    {"answer-": ["1"]}, {"answer-zzz": ["-5"]}, {"other": ["x"]}, {"answer": ["９"]},
)  # fmt: skip

#: what stands where the server names kept files; `read` must not trust it all the same
HOSTILE_FILES = (
    "", "x", "[]", "null", "{}", "[" * 5000, '{"name": 1, "sha256": 2, "size": "x", "kind": null}',
    '{"name": "a", "sha256": "../../etc/passwd", "size": 1, "kind": "jpg"}',
    '{"name": "a.jpg", "sha256": "' + "0" * 64 + '", "size": 1e999, "kind": "jpg"}',
)  # fmt: skip


def check_imports(package: Path) -> list[Fault]:
    """Return forbidden imports: of Sanggar a plugin may import `sanggar.plugin` only."""
    faults: list[Fault] = []
    for path in sorted(package.rglob("*.py")):
        file = f"{package.name}/{path.relative_to(package).as_posix()}"
        try:
            tree = ast.parse(path.read_bytes(), filename=str(path))
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            faults.append(Fault(file, line, f"this is not Python ({error})", "correct this line"))
            continue
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
                if node.module == "sanggar":
                    names = [f"sanggar.{alias.name}" for alias in node.names]
            faults += [_import_fault(file, node, name) for name in names if _forbidden(name)]
    return faults


def _forbidden(name: str) -> bool:
    root = name.split(".", maxsplit=1)[0]
    if root == "sanggar":
        return name != "sanggar.plugin" and not name.startswith("sanggar.plugin.")
    return root in FORBIDDEN


def _import_fault(file: str, node: ast.AST, name: str) -> Fault:
    remedy = "import from sanggar.plugin only; a plugin gets values and returns values"
    return Fault(file, getattr(node, "lineno", 1), f"'{name}' is imported", remedy)


def check_templates(types: Iterable[QuestionType], folder: Path, file: str) -> list[Fault]:
    """Return question types whose template is missing or named outside templates/<folder>/.

    Templates that the core offers (`CORE_TEMPLATES`) need no file in the plugin.
    """
    faults = []
    for kind in types:
        name = kind.template
        if name in CORE_TEMPLATES:
            continue
        path = folder / "templates" / name
        if not name or name.startswith("/") or ".." in name.split("/") or "/" not in name:
            faults.append(Fault(
                file, 1, f"the template of '{kind.kind}' is {name!r}",
                "name it like photography/exposure.html: a folder of your own, then the file",
            ))  # fmt: skip
        elif not path.is_file():
            faults.append(Fault(
                file, 1, f"the template {name} of '{kind.kind}' is missing",
                f"add the file templates/{name}",
            ))  # fmt: skip
    return faults


def check_types(own: Mapping[str, QuestionType], items: Iterable[Item], file: str) -> list[Fault]:
    """Return what is wrong with question types, tried on items of theirs.

    Parameters
    ----------
    own : mapping of kind to QuestionType
        The types to try.
    items : iterable of Item
        Items of any type; a type without an item cannot be tried and is a finding.
    file : str
        Shown for findings about a type as a whole.
    """
    faults: list[Fault] = []
    by_kind: dict[str, list[Item]] = {kind: [] for kind in own}
    for item in items:
        if item.type in by_kind:
            by_kind[item.type].append(item)
    for name, kind in own.items():
        if not by_kind[name]:
            faults.append(Fault(
                file, 1, f"no item has type={name}", "write one, so that the type can be tried"
            ))  # fmt: skip
        if not kind.label.id or not kind.label.en:
            faults.append(Fault(
                file, 1, f"the question type '{name}' has no label in both languages",
                'write label = Text(id="…", en="…")',
            ))  # fmt: skip
        for item in by_kind[name]:
            faults += _check_type_on(kind, item)
    return faults


def _check_type_on(kind: QuestionType, item: Item) -> list[Fault]:
    report = Report(item.file, item.line)
    name = type(kind).__name__
    item = _dealt(kind, item, report)
    ok, public = report.call(f"{name}.public", kind.public, item)
    if ok:
        _check_public(kind, item, public, report)
    responses = [
        *HOSTILE_RESPONSES,
        *right_responses(item),
        *([item.options[0].id] if item.options else []),
    ]
    for fields in (*HOSTILE_FIELDS, *_fields_of(item)):
        ok, response = report.call(f"{name}.read", kind.read, item, fields)
        if not ok:
            continue
        if not fields and response is not None:
            report.add(
                f"{name}.read returns {response!r} for an empty form", "return None for no answer"
            )
        try:
            responses.append(json.loads(json.dumps(response, allow_nan=False)))
        except (TypeError, ValueError):
            report.add(
                f"{name}.read returns what JSON cannot hold", "return text, numbers, lists, dicts"
            )
    for response in responses:
        _check_grade(kind, item, response, report)
    for language in LANGUAGES:
        ok, words = report.call(f"{name}.describe_key", kind.describe_key, item, language)
        if ok and not (isinstance(words, str) and words.strip()):
            report.add(f"{name}.describe_key says nothing", "return the right answer in words")
    return list(report.faults.values())


def _dealt(kind: QuestionType, item: Item, report: Report) -> Item:
    """Return the item as an attempt would get it; dealing must be repeatable and keep its facts."""
    name = type(kind).__name__
    made = [
        report.call(f"{name}.deal", kind.deal, item, random.Random(seed))  # noqa: S311 - a trial
        for seed in ("a", "a", "b", "c")
    ]
    dealt = [given for ok, given in made if ok and isinstance(given, Item)]
    if len(dealt) < len(made):
        report.add(f"{name}.deal returns no Item", "return the item, changed or not")
        return item
    if dealt[0] != dealt[1]:
        report.add(
            f"{name}.deal gives two items for the same chance",
            "draw with the random generator that is handed over, and with nothing else",
        )
    for given in dealt:
        if (given.id, given.type, given.area, given.level, given.points) != (
            item.id, item.type, item.area, item.level, item.points,
        ):  # fmt: skip
            report.add(f"{name}.deal changes id, type, area, level or points", "keep them")
        ok, again = report.call(f"{name}.deal", kind.deal, given, random.Random("d"))  # noqa: S311
        if ok and again != given:
            report.add(f"{name}.deal draws a dealt item again", "return it as it is")
        if item.vars and "{{" in given.stem.id + given.stem.en:
            report.add(f"{name}.deal leaves {{{{…}}}} in the question", "write every value out")
    return dealt[0]


def _check_grade(kind: QuestionType, item: Item, response: Any, report: Report) -> None:
    name = type(kind).__name__
    ok, first = report.call(f"{name}.grade", kind.grade, item, response)
    if not ok:
        return
    if not isinstance(first, Grade):
        report.add(f"{name}.grade returns {type(first).__name__}", "return a Grade")
        return
    if not 0 <= first.score <= 1 or first.correct != (first.score == 1):
        report.add(
            f"{name}.grade gives score {first.score:g} with correct={first.correct}",
            "correct is true exactly when the score is 1",
        )
    ok, second = report.call(f"{name}.grade", kind.grade, item, response)
    if ok and second != first:
        report.add(
            f"{name}.grade gives two grades for the same answer ({str(response)[:30]!r})",
            "use no clock, no chance and no memory",
        )
    for language in LANGUAGES:
        ok, words = report.call(f"{name}.describe", kind.describe, item, response, language)
        if ok and not isinstance(words, str):
            report.add(f"{name}.describe returns {type(words).__name__}", "return text")


def right_responses(item: Item) -> list[Any]:
    """Return responses that the core's types take as right, to be tried on any type."""
    keys = [option.id for option in item.options if option.key]
    pairs = {prompt.id: prompt.key for prompt in item.prompts}
    gaps = {gap.id: _gap_key(gap) for gap in item.gaps}
    parts = [part for part in (pairs, gaps) if part]
    order = {option.id: place for place, option in enumerate(item.options, 1)}
    texts = [text for answers in item.answers.values() for text in answers]
    return [
        *keys,
        keys,
        order,
        *parts,
        *texts,
        *([item.params["value"]] if "value" in item.params else []),
    ]


def _gap_key(gap: Gap) -> str:
    keys = [option.id for option in gap.options if option.key]
    texts = [text for answers in gap.answers.values() for text in answers]
    return next(iter([*keys, *texts, gap.params.get("value", "")]), "")


def _fields_of(item: Item) -> list[dict[str, list[str]]]:
    ids = [option.id for option in item.options]
    parts = [*(prompt.id for prompt in item.prompts), *(gap.id for gap in item.gaps)]
    return [
        {"answer": ids},
        *({"answer": [text]} for text in right_responses(item) if isinstance(text, str)),
        {f"answer-{option}": ["1"] for option in ids},
        {f"answer-{option}": ["NaN", "\x00"] for option in ids},
        {f"answer-{prompt.id}": [prompt.key] for prompt in item.prompts},
        {f"answer-{gap.id}": [_gap_key(gap)] for gap in item.gaps},
        *(
            {f"answer-{part}": [text] for part in parts}
            for text in ("\x00", "NaN", "9" * 400, "a" * 9999)
        ),
        *({STORED: [text]} for text in HOSTILE_FILES),
    ]


def _check_public(kind: QuestionType, item: Item, public: Any, report: Report) -> None:
    """Change every secret of an item: what may leave the server must not change with it."""
    name = type(kind).__name__
    if not isinstance(public, PublicItem):
        report.add(f"{name}.public returns {type(public).__name__}", "return a PublicItem")
        return
    if public.id != item.id or public.type != item.type or public.stem != item.stem:
        report.add(f"{name}.public changes id, type or stem", "hand them over as they are")
    other = Text(id="•", en="•")
    options = tuple(
        o.model_copy(update={"key": not o.key, "feedback": other}) for o in item.options
    )
    secrets: dict[str, Item] = {
        "the explanation": item.model_copy(update={"explanation": other}),
        "the accepted answers": item.model_copy(update={"answers": {"id": ("•",)}}),
        "keys or feedback of options": item.model_copy(update={"options": options}),
        "the keys of prompts": item.model_copy(update={"prompts": _other_prompts(item)}),
        "the keys of gaps": item.model_copy(update={"gaps": tuple(map(_other_gap, item.gaps))}),
        "the variables": item.model_copy(update={"vars": dict.fromkeys(item.vars, "1 | 2")}),
    }
    for what, changed in secrets.items():
        ok, seen = report.call(f"{name}.public", kind.public, changed)
        if ok and seen != public:
            report.add(f"{name}.public gives away {what}", "leave them out")
    _check_parameters(kind, item, public, report)


def _other_prompts(item: Item) -> tuple[Prompt, ...]:
    """Return the prompts, each with another option as its key."""
    ids = [option.id for option in item.options] or [""]
    following = dict(zip(ids, [*ids[1:], ids[0]], strict=True))
    return tuple(
        p.model_copy(update={"key": following.get(p.key, ids[0])}) for p in item.prompts
    )  # fmt: skip


def _other_gap(gap: Gap) -> Gap:
    """Return a gap with other keys; what a page may show of it (options, unit) stays."""
    options = tuple(option.model_copy(update={"key": not option.key}) for option in gap.options)
    shown = {"unit": gap.params["unit"]} if "unit" in gap.params else {}
    return gap.model_copy(
        update={"options": options, "answers": {"id": ("•",)}, "params": {**shown, "value": "7919"}}
    )


def _check_parameters(kind: QuestionType, item: Item, public: PublicItem, report: Report) -> None:
    """A parameter that changes the grade of the right answer is a key: it must not be public."""
    name = type(kind).__name__
    right = [*right_responses(item), *_typed_keys(kind, item)]
    best = next((r for r in right if _is_right(kind, item, r)), None)
    if best is None:
        return
    for key, value in item.params.items():
        changed = item.model_copy(update={"params": {**item.params, key: _altered(value)}})
        try:
            matters = not _is_right(kind, changed, best)
            shown = kind.public(changed) != public
        except (Exception, SystemExit):  # noqa: S112 - plugin boundary; a nonsense parameter
            continue
        if matters and shown:
            report.add(f"{name}.public gives away the parameter '{key}'", "leave it out of extra")


def _typed_keys(kind: QuestionType, item: Item) -> list[Any]:
    try:
        words = [kind.describe_key(item, language) for language in LANGUAGES]
        return [*words, *(kind.read(item, {"answer": [text]}) for text in words)]
    except (Exception, SystemExit):  # plugin boundary; noted elsewhere
        return []


def _is_right(kind: QuestionType, item: Item, response: Any) -> bool:
    try:
        return bool(kind.grade(item, response).correct)
    except (Exception, SystemExit):  # plugin boundary; noted elsewhere
        return False


def _altered(value: str) -> str:
    try:
        return f"{float(value) * 4 + 1:g}"
    except ValueError:
        return value + "x"
