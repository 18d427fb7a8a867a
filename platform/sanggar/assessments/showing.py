"""Items as mentors of the track read them, key included: for judging the bank, never for attempts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from markupsafe import Markup

from sanggar.assessments import content, dealing, grading, rules
from sanggar.assessments.reading import stem_parts
from sanggar.kernel import i18n, registry
from sanggar.plugin.items import Item
from sanggar.plugin.text import Text


@dataclass(frozen=True)
class Keyed:
    """One item of the bank in the reader's language; `options` are (text, whether it is a key).

    `shown` is the item as talents get it, None when its type is gone; `label` names the type,
    `credit` says how the score comes about, and `judged` that there is no key but a person.
    """

    id: str
    version: str
    unit: str
    legend: Markup
    stem: Markup
    options: tuple[tuple[str, bool], ...]
    key: str
    explanation: str
    shown: grading.Shown | None
    label: Text | None
    credit: Text | None
    judged: bool


def keyed(track: str, item_ids: Collection[str]) -> dict[str, Keyed]:
    """Return items by id; those that left the bank are left out.

    What a type draws for each attempt is drawn once, by the item's id: everybody sees the same.
    """
    bank = content.track(track).items_by_id
    return {name: _keyed(bank[name]) for name in item_ids if name in bank}


def _keyed(item: Item) -> Keyed:
    rng = Random(item.id)  # noqa: S311 - reproducible, not secret
    dealt = dealing.deal_options(grading.deal(item, rng), rng).item
    legend, stem = stem_parts(i18n.tr(dealt.stem))
    kind = registry.current().question_types.get(item.type)
    chosen = any(option.key for option in dealt.options)
    return Keyed(
        id=item.id, version=item.version, unit=item.area, legend=legend, stem=stem,
        options=tuple((i18n.tr(o.text), o.key) for o in dealt.options) if chosen else (),
        key=grading.describe_key(dealt, i18n.language()), explanation=i18n.tr(dealt.explanation),
        shown=grading.show(dealt), label=kind.label if kind else None, credit=grading.credit(dealt),
        judged=grading.judged(dealt),
    )  # fmt: skip


def form(track: str, assessment: str, seed: str) -> tuple[Item, ...]:
    """Return items of the bank as one attempt of an exam would get them, unit by unit.

    Items that a person judges are left out.

    Raises
    ------
    NotFound
        An unknown exam.
    BlueprintShort
        When the bank is too small for the blueprint.
    """
    owner, exam = content.assessment(track, assessment)
    kinds = registry.current().question_types
    drawn = [found.item.id for found in rules.draw_form(exam, owner.items, seed)]
    items = [owner.items_by_id[name] for name in drawn]
    return tuple(
        sorted(
            (i for i in items if i.type in kinds and not kinds[i.type].judged),
            key=lambda i: (list(exam.blueprint).index(i.area), i.id),
        )
    )
