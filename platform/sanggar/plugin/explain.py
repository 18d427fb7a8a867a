"""Validation errors as a mentor understands them: what is wrong on which line, what to write instead."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sanggar.plugin.documents import Document, Findings, YamlPath, meant
from sanggar.plugin.text import Frozen, Text, Texts

#: what to write when a value of this name is missing or misshapen
EXAMPLES = {
    "id": "id: photography",
    "version": 'version: "1.0"',
    "title": 'title: {id: "Fotografi", en: "Photography"}',
    "summary": 'summary: {id: "…", en: "…"}',
    "outcomes": 'outcomes: {id: ["…", "…"], en: ["…", "…"]}',
    "units": "units: [PHO-01, PHO-02]",
    "per": "per: {id: foto, en: photo}",
    "price": "price: [12000, 25000, 60000]",
    "deliverables": 'deliverables: {id: ["…"], en: ["…"]}',
    "requires": "requires: followed by lines like `- {need: self_assessment}`",
    "need": "need: theory",
    "levels": 'levels: followed by four lines `- "…"`',
    "rubric": "rubric: followed by entries with id, weight, title and levels",
    "blueprint": "blueprint: followed by lines like `PHO-01: {know: 1, apply: 3}`",
    "minutes": "minutes: 60",
    "hours": "hours: 4",
    "days": "days: 7",
    "number": "number: 1",
    "deliverable": 'deliverable: "…"',
    "files": "files: {max: 5, size_mb: 10, types: [jpg, png, pdf]}",
    "attempts": "attempts: {limit: 3, within_days: 180, wait_days: 7}",
    "pass": "pass: {total: 70, each_unit: 50}",
    "options": "options: followed by lists of requirements",
}
BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def example(name: str) -> str:
    """Return how a value of this name is written."""
    return EXAMPLES.get(name, f"{name}: …")


def validate(
    model: type[BaseModel], value: Any, path: YamlPath, document: Document, findings: Findings
) -> Any:
    """Return the validated object, or None after noting every fault with its line."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _explain(detail, model, value, path, document, findings)
        return None


def _explain(
    error: ErrorDetails, model: type[BaseModel], value: Any, path: YamlPath,
    document: Document, findings: Findings,
) -> None:  # fmt: skip
    location: YamlPath = tuple(error["loc"])
    place = document.at(*path, *location)
    names = [step for step in location if isinstance(step, str)]
    name = names[-1] if names else str(path[0] if path else "value")
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = _known(model, location[:-1])
        present = _inside(value, location[:-1])
        absent = [key for key in known if not isinstance(present, dict) or key not in present]
        tip = meant(name, absent)
        tip = tip if tip.startswith("did") else meant(name, known)
        tip += " Or remove it." if tip.endswith("?") else ", or remove it"
        findings.add(place, f"'{name}' is not known here", tip)
    elif kind == "missing":
        findings.add(place, f"'{name}' is missing", f"add {example(name)}")
    elif kind == "value_error":
        problem, _, remedy = str(context.get("error", error["msg"])).partition(": ")
        named = _named_in(problem, _inside(value, location))
        place = document.at(*path, *location, *named)
        findings.add(place, problem, remedy or "correct this")
    else:
        findings.add(place, *_words(kind, name, given, context))


def _inside(value: Any, location: YamlPath) -> Any:
    """Return the raw value at a location; steps that only name a kind of requirement are skipped."""
    for step in location:
        if isinstance(value, dict):
            value = value.get(step, value)
        elif isinstance(step, int) and isinstance(value, list | tuple):
            value = value[step] if step < len(value) else value
    return value


def _named_in(problem: str, value: Any) -> YamlPath:
    """Return the keys, from outside in, that a sentence about a value names."""
    words = set(re.findall(r"[\w-]+", problem))
    for key in value if isinstance(value, dict) else ():
        if key in words:
            return (key, *_named_in(problem, value[key]))
    return ()


def _words(kind: str, name: str, given: Any, context: dict[str, Any]) -> tuple[str, str]:
    """Return problem and remedy for an error of a value's form."""
    shown = _shown(given)
    if kind in BOUNDS:
        key, words = BOUNDS[kind]
        return f"'{name}' is {shown}", f"write a number that is {words} {context.get(key)}"
    if kind == "literal_error":
        allowed = [
            word.strip(" '")
            for word in str(context.get("expected", "")).replace(" or ", ",").split(",")
        ]
        return f"'{name}' is {shown}", meant(given, allowed)
    if kind == "union_tag_invalid":
        allowed = [word.strip(" '") for word in str(context.get("expected_tags", "")).split(",")]
        return f"there is no requirement '{context.get('tag')}'", meant(context.get("tag"), allowed)
    if kind == "union_tag_not_found":
        return (
            "this requirement does not say what it asks for",
            "begin it with `need:`, for example need: theory",
        )
    if kind == "string_pattern_mismatch":
        return (
            f"'{name}' is {shown}",
            "use 2 to 40 small letters, digits and '_', beginning with a letter, like digital_marketing",
        )
    if kind in ("too_short", "too_long"):
        count = context.get("min_length") or context.get("max_length")
        return (
            f"'{name}' has {context.get('actual_length')} entries",
            f"give {'at least' if kind == 'too_short' else 'at most'} {count}",
        )
    if kind == "string_type":
        if isinstance(given, bool | int | float):
            return f"'{name}' is read as {shown}, not as a text", 'put it in quotes: "…"'
        return f"'{name}' should be a text", f"write {example(name)}"
    if kind.startswith(("int", "float", "decimal")):
        sort = "a whole number" if kind.startswith("int") else "a number"
        return (
            f"'{name}' is {shown}",
            f"write {sort} without unit or thousands separator, like 12000",
        )
    if kind.startswith("bool"):
        return f"'{name}' is {shown}", "write true or false"
    if kind in ("tuple_type", "list_type"):
        return f"'{name}' should be a list", f"write it in square brackets, like {name}: [a, b]"
    return f"'{name}' is {shown}, which has the wrong form", f"write it like this: {example(name)}"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true (yes)" if value else "false (no)"
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "a group of values"
    text = str(value)
    return f"'{text if len(text) <= 40 else text[:40] + '…'}'"


def _models(annotation: Any) -> Iterator[type[Frozen]]:
    """Yield the models inside an annotation (tuple of, dict of, union of)."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        yield annotation
    elif get_origin(annotation) in (tuple, list, dict, Union, types.UnionType, Annotated):
        for argument in get_args(annotation):
            yield from _models(argument)


def _known(model: type[BaseModel], location: YamlPath) -> list[str]:
    """Return the names that are known at a place inside a model."""
    current: list[type[BaseModel]] = [model]
    for step in location:
        if isinstance(step, int):
            continue
        tagged = [m for m in current if _tag(m) == step]
        if tagged:
            current = tagged
            continue
        fields = [f for m in current for n, f in m.model_fields.items() if step in (n, f.alias)]
        if fields:
            current = [m for f in fields for m in _models(f.annotation)]
    return [f.alias or n for m in current for n, f in m.model_fields.items()]


def _tag(model: type[BaseModel]) -> str:
    need = model.model_fields.get("need")
    if need is None or get_origin(need.annotation) is not Literal:
        return ""
    return str(get_args(need.annotation)[0])


def warn_missing_english(
    thing: Any, path: YamlPath, document: Document, findings: Findings, name: str = ""
) -> None:
    """Warn of every text in an object that has no English."""
    place = document.at(*path)
    if isinstance(thing, Text):
        if thing.id and not thing.en:
            findings.add(place, f"'{name}' has no English text", "add en: …", warning=True)
    elif isinstance(thing, Texts):
        if len(thing.id) != len(thing.en):
            findings.add(
                place, f"'{name}' has {len(thing.id)} texts in Indonesian and {len(thing.en)} in English",
                "give both languages the same number", warning=True,
            )  # fmt: skip
    elif isinstance(thing, BaseModel):
        for key, info in type(thing).model_fields.items():
            step = info.alias or key
            warn_missing_english(getattr(thing, key), (*path, step), document, findings, step)
    elif isinstance(thing, tuple):
        for n, part in enumerate(thing):
            warn_missing_english(part, (*path, n), document, findings, name)
