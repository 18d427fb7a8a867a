"""Right and wrong responses to items, made from their keys: for demonstrations and trials only.

Pages never call this. A response has the form in which `read` of the item's type would give it.
"""

from __future__ import annotations

from typing import Any

from sanggar.plugin.items import Gap, Item


def right(item: Item) -> Any:
    """Return a response that earns the full score, None where a person or a plugin's type decides.

    A parametric item has one only when it is dealt.
    """
    keys = [option.id for option in item.options if option.key]
    match item.type:
        case "single" | "truefalse" | "hotspot":
            return keys[0]
        case "multiple":
            return keys
        case "ordering":
            return {option.id: place for place, option in enumerate(item.options, 1)}
        case "numeric" | "parametric" if "value" in item.params:
            unit = item.params.get("unit", "") if item.params.get("ask-unit") == "yes" else ""
            return f"{item.params['value']} {unit}".strip()
        case "short":
            return item.answers["id"][0]
        case "matching" | "matrix":
            return {prompt.id: prompt.key for prompt in item.prompts}
        case "cloze":
            return {gap.id: _gap(gap) for gap in item.gaps}
    return None


def _gap(gap: Gap) -> str:
    if gap.kind == "single":
        return next(option.id for option in gap.options if option.key)
    return gap.params["value"] if gap.kind == "numeric" else gap.answers["id"][0]


def wrong(item: Item) -> Any:
    """Return a response with a usual mistake, None where a person or a plugin's type decides."""
    ids = [option.id for option in item.options]
    keys = [option.id for option in item.options if option.key]
    match item.type:
        case "single" | "truefalse" | "hotspot":
            return next(i for i in ids if i not in keys)
        case "multiple":
            return [*keys[:-1], next(i for i in ids if i not in keys)]
        case "ordering":
            return {option: place for place, option in enumerate(reversed(ids), 1)}
        case "numeric" | "parametric" if "value" in item.params:
            return str(round(float(item.params["value"]) * 2 + 7, 2))
        case "short":
            return "tidak tahu"
        case "matching" | "matrix":
            first, *others = item.prompts
            slip = next(i for i in ids if i != first.key)
            return {first.id: slip, **{prompt.id: prompt.key for prompt in others}}
        case "cloze":
            given = {gap.id: _gap(gap) for gap in item.gaps}
            return dict(list(given.items())[1:]) or {item.gaps[0].id: "tidak tahu"}
    return None
