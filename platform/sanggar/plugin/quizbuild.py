"""Making an item of its two sections, Indonesian and English, once both are known to fit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from sanggar.plugin.items import Gap, Item, Level, Option, Prompt
from sanggar.plugin.quizraw import RawGap, RawOption, Section
from sanggar.plugin.text import Text

#: attributes in braces that every item has; all others are parameters of its type
COMMON = ("type", "area", "level", "points")
NUMERIC = re.compile(
    r"(?P<value>[^\s±]+?)(?:[ \t]*(?:±|\+-|\+/-)[ \t]*(?P<tolerance>\S+))?(?:[ \t]+(?P<unit>\S.*))?$"
)
#: a formula may have spaces; its tolerance and unit stand behind ±
FORMULA = re.compile(
    r"(?P<formula>[^±]*?)(?:[ \t]*(?:±|\+-|\+/-)[ \t]*(?P<tolerance>\S+)(?:[ \t]+(?P<unit>\S.*))?)?$"
)
#: how the two answers of a true/false item may be written
TRUTH = {"benar": True, "true": True, "salah": False, "false": False}
TRUTH_TEXTS = ((True, Text(id="Benar", en="True")), (False, Text(id="Salah", en="False")))
_CHOICES = re.compile(r"\[(?P<mark>[xX ]?)\][ \t]*(?P<text>[^|]*?)[ \t]*(?:\||$)")
_NUMBER_GAP = re.compile(r"=[ \t]*[^|]*(?:±|\+-|\+/-)")


def build(section: Section, twin: Section | None) -> Item:
    """Return the item of a section without faults; its version is added by `quizmd`."""
    kind = section.kind
    attributes = dict(section.attributes)
    image = attributes.pop("image", "") if kind == "hotspot" else ""
    parameters = {k: v for k, v in attributes.items() if k not in COMMON}
    if kind == "matrix":
        parameters.pop("columns", None)
    if twin is not None and kind == "hotspot":
        parameters["alt_en"] = twin.attributes.get("alt", "")
    options, prompts = _options(section, twin)
    answers: dict[str, tuple[str, ...]] = {}
    if kind == "numeric":
        parameters |= number_params(section.answers[0])
    elif kind == "parametric":
        parameters |= _formula_params(section.answers[0])
    elif kind != "truefalse" and section.answers:
        answers["id"] = tuple(section.answers)
        if twin is not None and twin.answers:
            answers["en"] = tuple(twin.answers)
    return Item(
        id=section.id, type=kind, area=section.attributes["area"],
        level=Level(section.attributes["level"]),
        points=float(section.attributes.get("points", "1")),
        stem=Text(id=section.stem, en=twin.stem if twin else ""),
        options=options, prompts=prompts, gaps=_gaps(section, twin), image=image,
        answers=answers, params=parameters, vars={v.name: v.value for v in section.vars},
        explanation=Text(id=section.explanation or "", en=(twin.explanation or "") if twin else ""),
        file=section.file, line=section.line,
    )  # fmt: skip


def number_params(written: str) -> dict[str, str]:
    """Return value, tolerance and unit of ``12.5 ± 0.5 mm``."""
    match = NUMERIC.fullmatch(written)
    if match is None:
        return {}
    return {
        "value": match["value"].replace("−", "-"),
        "tolerance": match["tolerance"] or "0",
        "unit": (match["unit"] or "").strip(),
    }


def _formula_params(written: str) -> dict[str, str]:
    match = FORMULA.fullmatch(written)
    if match is None:
        return {"formula": written}
    return {
        "formula": match["formula"].strip(),
        "tolerance": match["tolerance"] or "0",
        "unit": (match["unit"] or "").strip(),
    }


def _pairs(section: Section, twin: Section | None) -> list[tuple[RawOption, RawOption | None]]:
    return [(o, twin.options[n] if twin else None) for n, o in enumerate(section.options)]


def _options(
    section: Section, twin: Section | None
) -> tuple[tuple[Option, ...], tuple[Prompt, ...]]:
    kind, name, pairs = section.kind, section.id, _pairs(section, twin)
    if kind == "truefalse":
        right = TRUTH[section.answers[0].casefold()]
        return tuple(
            Option(id=option_id(name, text.id), text=text, key=truth == right)
            for truth, text in TRUTH_TEXTS
        ), ()
    if kind == "matching":
        return _matching(name, pairs)
    if kind == "matrix":
        heads = section.listed("columns")
        english = twin.listed("columns") if twin else []
        columns_made = tuple(
            Option(id=option_id(name, head), text=Text(id=head, en=english[n] if english else ""))
            for n, head in enumerate(heads)
        )
        return columns_made, tuple(
            _prompt(name, a.text, b.text if b else "", _column(a.column, heads), n)
            for n, (a, b) in enumerate(pairs)
        )
    return tuple(_option(name, first, second) for first, second in pairs), ()


def _column(written: str, heads: list[str]) -> str:
    return next((head for head in heads if head.casefold() == written.casefold()), written)


def _matching(
    name: str, pairs: list[tuple[RawOption, RawOption | None]]
) -> tuple[tuple[Option, ...], tuple[Prompt, ...]]:
    """Return the right sides, each once, and the left sides with their keys."""
    options: dict[str, Option] = {}
    prompts = []
    for n, (first, second) in enumerate(pairs):
        made = _option(name, first, second)
        options.setdefault(made.id, made)
        if first.prompt:
            prompts.append(
                _prompt(name, first.prompt, second.prompt if second else "", first.text, n)
            )
    return tuple(options.values()), tuple(prompts)


def _prompt(name: str, text: str, english: str, key: str, place: int) -> Prompt:
    made = option_id(name, f"{place}\n{text}")
    return Prompt(id=made, text=Text(id=text, en=english), key=option_id(name, key))


def _option(item_id: str, first: RawOption, second: RawOption | None) -> Option:
    feedback = None
    if first.feedback:
        feedback = Text(id=first.feedback, en=second.feedback if second else "")
    return Option(
        id=option_id(item_id, first.text),
        text=Text(id=first.text, en=second.text if second else ""),
        key=first.key, feedback=feedback, place=first.place,
    )  # fmt: skip


def option_id(item_id: str, text: str) -> str:
    """Return an option's id: made from its text, so that it says nothing about its position."""
    return hashlib.blake2s(f"{item_id}\n{text}".encode(), digest_size=4).hexdigest()


def gap_kind(body: str) -> str:
    """Return the kind of a gap by how it is written: ``[x] a | [ ] b``, ``= 3 ± 0``, ``= word``."""
    if body.startswith("["):
        return "single"
    return "numeric" if _NUMBER_GAP.match(body) else "short" if body.startswith("=") else ""


def gap_choices(body: str) -> list[tuple[str, bool]]:
    """Return the options of a gap, each with whether it is the key."""
    return [(m["text"].strip(), m["mark"] in ("x", "X")) for m in _CHOICES.finditer(body)]


def gap_words(body: str) -> list[str]:
    """Return ``= a | b`` or ``a | b`` as its parts."""
    return [part.strip() for part in body.removeprefix("=").split("|") if part.strip()]


def _gaps(section: Section, twin: Section | None) -> tuple[Gap, ...]:
    english = {gap.id: gap.body for gap in twin.gaps} if twin else {}
    return tuple(_made_gap(section, gap, english.get(gap.id, "")) for gap in section.gaps)


def _made_gap(section: Section, gap: RawGap, english: str) -> Gap:
    kind, weight = gap_kind(gap.body), float(gap.weight or 1)
    if kind == "single":
        twins = gap_words(english)
        options = tuple(
            Option(
                id=option_id(section.id, f"{gap.id}\n{text}"),
                text=Text(id=text, en=twins[n] if n < len(twins) else ""), key=key,
            )
            for n, (text, key) in enumerate(gap_choices(gap.body))
        )  # fmt: skip
        return Gap(id=gap.id, kind="single", options=options, weight=weight)
    if kind == "numeric":
        params = number_params(gap.body.removeprefix("=").strip())
        return Gap(id=gap.id, kind="numeric", params=params, weight=weight)
    answers: Mapping[str, tuple[str, ...]] = {"id": tuple(gap_words(gap.body))}
    if english:
        answers = {**answers, "en": tuple(gap_words(english))}
    distance = section.attributes.get("distance", "")
    params = {"distance": distance} if distance else {}
    return Gap(id=gap.id, kind="short", answers=answers, params=params, weight=weight)
