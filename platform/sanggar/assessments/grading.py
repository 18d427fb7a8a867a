"""The one place that calls into question types, behind the plugin fence.

A grader that fails costs nobody a point and stops nothing: what was answered is kept as it came and
a person judges the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sanggar.kernel import registry
from sanggar.plugin.items import Grade, Item, PublicItem, QuestionType
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assessment, FileRules

#: Response of a form that its own question type could not read; kept for the person who judges it.
UNREAD = "unread_form"
UNANSWERED = Grade(score=0.0, correct=False)
FOR_A_PERSON = Grade(
    score=0.0,
    correct=False,
    needs_human=True,
    note=Text(
        id="Jawaban ini sedang dinilai oleh mentor.", en="A mentor is looking at this answer."
    ),
)


@dataclass(frozen=True)
class Shown:
    """An item as a page needs it: without its key, options in the order of this attempt."""

    item: PublicItem
    template: str


def restore(snapshot: Mapping[str, Any]) -> Item:
    """Return the item of an attempt from its stored copy."""
    return Item.model_validate(snapshot)


def snapshot(item: Item) -> dict[str, Any]:
    """Return the copy of an item that an attempt keeps."""
    return item.model_dump(mode="json", exclude={"file", "line"})


def _type(item: Item) -> tuple[str, QuestionType | None]:
    found = registry.current()
    return found.owner("question_types", item.type), found.question_types.get(item.type)


def deal(item: Item, rng: Random) -> Item:
    """Return an item with everything drawn that its type leaves to chance."""
    owner, kind = _type(item)
    if kind is not None:
        with registry.guard(owner, swallow=True):
            return kind.deal(item, rng)
    return item


def askable(exam: Assessment, items: Iterable[Item]) -> list[Item]:
    """Return the items an exam may draw: those a person judges only where it says ``judged: yes``."""
    found = registry.current().question_types
    judged = {kind for kind, one in found.items() if one.judged}
    return [item for item in items if exam.judged or item.type not in judged]


def show(item: Item) -> Shown | None:
    """Return what may leave the server, None when its question type is gone or fails."""
    owner, kind = _type(item)
    if kind is None:
        return None
    with registry.guard(owner, swallow=True):
        public = kind.public(item)
        return Shown(public.model_copy(update=in_order(public)), kind.template)
    return None


def in_order(public: PublicItem) -> dict[str, Any]:
    """Return the parts of an item sorted by id, which is their place on the page."""

    def by_id(pairs: tuple[tuple[str, Text], ...]) -> tuple[tuple[str, Text], ...]:
        return tuple(sorted(pairs, key=lambda pair: pair[0]))

    gaps = tuple(g.model_copy(update={"options": by_id(g.options)}) for g in public.gaps)
    return {"options": by_id(public.options), "prompts": by_id(public.prompts), "gaps": gaps}


def files(item: Item) -> FileRules | None:
    """Return what may be uploaded as an answer to an item; None for typed answers."""
    owner, kind = _type(item)
    if kind is not None:
        with registry.guard(owner, swallow=True):
            return kind.files(item)
    return None


def judged(item: Item) -> bool:
    """Return whether a person judges every answer to an item, so that it has no key."""
    kind = _type(item)[1]
    return kind is not None and kind.judged


def credit(item: Item) -> Text | None:
    """Return how the score of an item comes about, in one sentence."""
    owner, kind = _type(item)
    if kind is not None:
        with registry.guard(owner, swallow=True):
            return kind.credit_for(item)
    return None


def read(item: Item, form: Mapping[str, list[str]]) -> Any:
    """Return the response typed in a form; None for "not answered"."""
    fields = {name: values for name, values in form.items() if name.startswith("answer")}
    owner, kind = _type(item)
    if kind is not None:
        with registry.guard(owner, swallow=True):
            return kind.read(item, fields)
    return {UNREAD: fields} if any(any(values) for values in fields.values()) else None


def grade(item: Item, response: Any) -> Grade:
    """Return the grade of a response; a failing grader hands it to a person."""
    if response is None:
        return UNANSWERED
    owner, kind = _type(item)
    if kind is None or (isinstance(response, dict) and UNREAD in response):
        return FOR_A_PERSON
    with registry.guard(owner, swallow=True):
        given = kind.grade(item, response)
        return Grade.model_validate(given.model_dump())
    return FOR_A_PERSON


def describe(item: Item, response: Any, language: str) -> str:
    """Return a response in words."""
    if response is None:
        return ""
    if isinstance(response, dict) and UNREAD in response:
        fields = response[UNREAD]
        return "; ".join(str(value) for values in fields.values() for value in values)
    owner, kind = _type(item)
    if kind is not None:
        with registry.guard(owner, swallow=True):
            return kind.describe(item, response, language)
    return str(response)


def describe_key(item: Item, language: str) -> str:
    """Return the right answer in words; only after the attempt is decided."""
    owner, kind = _type(item)
    if kind is not None:
        with registry.guard(owner, swallow=True):
            return kind.describe_key(item, language)
    return ""
