"""Dealing out one item: new names by place on the page for everything that could give the key away.

The bank's ids follow the order in the file, where keys stand first, steps stand in the right order
and a pair's right side has its left side's number. The copy keeps the stored order (which is the key
of an ordering item) under new ids; sorted by id its parts are in the order of showing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sanggar.plugin.items import Gap, Item
from sanggar.plugin.text import Text

#: Names of parts as pages know them; they are dealt out anew in every attempt.
LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: types whose options keep their order: Benar before Salah, columns of a scale
ORDERED = frozenset({"truefalse", "matrix"})
_GAP = re.compile(r"\[\[([^\[\]]{1,40})\]\]")


@dataclass(frozen=True)
class Drawn:
    """One item of a form. `order` holds the bank's option ids in the order they are shown."""

    item: Item
    order: tuple[str, ...]


def deal_options(item: Item, rng: random.Random) -> Drawn:
    """Shuffle and rename options, prompts and gaps of an item by their place on the page.

    ``shuffle=no`` on the item keeps the order of the file, as true/false and the columns of a matrix
    always do. Gaps are named ``g1``, ``g2`` … as they stand in the Indonesian text.
    """
    fixed = item.params.get("shuffle") == "no"
    shown = _order([o.id for o in item.options], rng, fixed=fixed or item.type in ORDERED)
    names = _names(shown)
    options = tuple(o.model_copy(update={"id": names[o.id]}) for o in item.options)
    asked = _names(_order([p.id for p in item.prompts], rng, fixed=fixed))
    prompts = tuple(
        p.model_copy(update={"id": asked[p.id], "key": names.get(p.key, "")}) for p in item.prompts
    )
    changed: dict[str, object] = {"options": options, "prompts": prompts}
    if item.gaps:
        changed |= _gaps(item, rng)
    return Drawn(item=item.model_copy(update=changed), order=tuple(shown))


def _order(old: list[str], rng: random.Random, *, fixed: bool) -> list[str]:
    shown = old[:]
    if not fixed:
        rng.shuffle(shown)
    return shown


def _names(shown: Sequence[str]) -> dict[str, str]:
    wide = len(shown) > len(LETTERS)
    return {
        old: (LETTERS[n // len(LETTERS)] if wide else "") + LETTERS[n % len(LETTERS)]
        for n, old in enumerate(shown)
    }


def _gaps(item: Item, rng: random.Random) -> dict[str, object]:
    places = dict.fromkeys(_GAP.findall(item.stem.id))
    names = {gap: f"g{n}" for n, gap in enumerate(places, 1)}

    def renamed(text: str) -> str:
        return _GAP.sub(lambda m: f"[[{names.get(m[1], m[1])}]]", text)

    gaps = tuple(_gap(gap, names.get(gap.id, gap.id), rng) for gap in item.gaps)
    stem = Text(id=renamed(item.stem.id), en=renamed(item.stem.en))
    return {"stem": stem, "gaps": tuple(sorted(gaps, key=lambda g: (len(g.id), g.id)))}


def _gap(gap: Gap, name: str, rng: random.Random) -> Gap:
    names = _names(_order([o.id for o in gap.options], rng, fixed=False))
    options = tuple(o.model_copy(update={"id": names[o.id]}) for o in gap.options)
    return gap.model_copy(update={"id": name, "options": options})
