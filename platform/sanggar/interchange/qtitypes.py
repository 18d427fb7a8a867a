"""The interactions of QTI, one function each: what becomes of them, and why others are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lxml import etree

from sanggar.interchange import qtiplaces
from sanggar.interchange.giftanswers import keep_short, plain, take_short
from sanggar.interchange.model import Blank, Choice, Unreadable
from sanggar.interchange.qtiscore import mapped, right_answers
from sanggar.interchange.weights import key_options
from sanggar.interchange.xmlsafe import child, children, local, words
from sanggar.plugin.text import Text

if TYPE_CHECKING:
    from sanggar.interchange.qtiread import Reading

REFUSED = {
    "graphicOrderInteraction": "places in a picture put in order",
    "graphicAssociateInteraction": "places in a picture joined in pairs",
    "graphicGapMatchInteraction": "pictures dragged onto a picture",
    "positionObjectInteraction": "an object put onto a picture",
    "selectPointInteraction": "a free point in a picture",
    "sliderInteraction": "a slider",
    "drawingInteraction": "a drawing",
    "mediaInteraction": "a recording to be played",
    "endAttemptInteraction": "a button that ends the attempt",
    "customInteraction": "an interaction of another system",
    "portableCustomInteraction": "an interaction of another system (PCI)",
}
_NUMBERS = ("float", "integer", "duration")


def fill(reading: Reading, interactions: Sequence[etree._Element]) -> None:
    """Fill the draft from the item's interactions."""
    names = [local(part) for part in interactions]
    if not names:
        raise Unreadable("not a question: it has no interaction")
    for name in names:
        if name in REFUSED:
            raise Unreadable(f"{REFUSED[name]} ({name}) has no type here")
    if set(names) <= {"textEntryInteraction", "inlineChoiceInteraction"} and (
        len(names) > 1 or names[0] == "inlineChoiceInteraction" or reading.made.kind == "cloze"
    ):
        cloze(reading, interactions)
        return
    if len(names) > 1:
        raise Unreadable(f"several interactions in one item ({', '.join(names)}): split it")
    reader = READERS.get(names[0])
    if reader is None:
        raise Unreadable(f"the interaction {names[0]} has no type here")
    reader(reading, interactions[0])


def _option(reading: Reading, element: etree._Element) -> Choice:
    """Return a choice, its feedback taken out of its text."""
    feedback = None
    for inner in [e for e in element if local(e) in ("feedbackInline", "feedbackBlock")]:
        feedback = reading.text(inner)
        tail, before = inner.tail or "", inner.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            element.text = (element.text or "") + tail
        element.remove(inner)
    return Choice(reading.text(element), feedback=feedback if feedback and feedback.id else None)


def choice(reading: Reading, element: etree._Element) -> None:
    """Single and multiple choice, true/false."""
    draft, named = reading.made, reading.made.kind
    parts = [*children(element, "simpleChoice"), *element.iter("hottext")]
    declaration = reading.declaration(element)
    draft.stem = reading.stem()
    draft.choices = [_option(reading, part) for part in parts]
    ids = [part.get("identifier") or "" for part in parts]
    several = declaration is not None and declaration.get("cardinality") == "multiple"
    name = element.get("responseIdentifier") or ""
    if element.get("shuffle") == "false" and named not in ("truefalse",) and draft.params.get("shuffle") != "no":  # fmt: skip
        draft.params["shuffle"] = "no"
    if local(element) == "hottextInteraction":
        draft.params.pop("shuffle", None)
        draft.notes.append("words marked in a text became options")
    if reading.score.of(name) == "map":
        values = mapped(declaration)
        _weighed(reading, [values.get(key, 0.0) for key in ids], several)
    else:
        right = set(right_answers(declaration))
        for option, key in zip(draft.choices, ids, strict=True):
            option.key = key in right
        keys = sum(option.key for option in draft.choices)
        if not keys:
            raise Unreadable("no right answer is in the file")
        draft.kind = "multiple" if several and keys > 1 else "single"
        if several and keys == 1:
            draft.notes.append(
                "several options may be chosen in the file, but there is one key: single"
            )
    if named == "truefalse" and len(ids) == 2 and draft.kind == "single":
        draft.kind = "truefalse"
        draft.choices[0].text = Text(id="Benar", en="True")
        draft.choices[1].text = Text(id="Salah", en="False")


def _weighed(reading: Reading, values: list[float], several: bool) -> None:
    top = sum(value for value in values if value > 0) if several else max([*values, 0.0])
    if top <= 0:
        raise Unreadable("no option earns points")
    key_options(reading.made, [100 * value / top for value in values], one=not several)


def order(reading: Reading, element: etree._Element) -> None:
    """Steps in their order."""
    draft = reading.made
    draft.kind = "ordering"
    parts = {part.get("identifier") or "": part for part in children(element, "simpleChoice")}
    right = right_answers(reading.declaration(element))
    if sorted(right) != sorted(parts):
        raise Unreadable("the right order does not name every step once")
    draft.stem = reading.stem()
    draft.choices = [_option(reading, parts[name]) for name in right]
    if reading.score.of(element.get("responseIdentifier") or "") == "map":
        raise Unreadable("an order with points for single steps has no counterpart here")
    if "credit" not in draft.params and not reading.ours:
        draft.params["credit"] = "exact"


def match(reading: Reading, element: etree._Element) -> None:
    """Pairs, or a matrix where our own export says so."""
    draft = reading.made
    named = draft.kind
    sets = children(element, "simpleMatchSet")
    if local(element) == "associateInteraction":
        return _associate(reading, element)
    if len(sets) != 2:
        raise Unreadable("a match without its two sets")
    pairs = [tuple(pair.split()) for pair in _pairs(reading, element)]
    left, right = ([*children(part, "simpleAssociableChoice")] for part in sets)
    first = [pair[0] for pair in pairs if len(pair) == 2]
    if len(first) != len(pairs) or not pairs:
        raise Unreadable("no right pairs are in the file")
    if len(set(first)) < len(first):
        if len({pair[1] for pair in pairs}) < len(pairs):
            raise Unreadable("several right sides belong to one left side")
        left, right = right, left
        pairs = [(pair[1], pair[0]) for pair in pairs]
    draft.stem = reading.stem()
    _set_pairs(reading, left, right, dict(pairs))  # type: ignore[arg-type]
    draft.kind = named if named in ("matching", "matrix") else "matching"
    if element.get("shuffle") == "false" and draft.kind == "matching" and "shuffle" not in draft.params:  # fmt: skip
        draft.params["shuffle"] = "no"
    if reading.score.of(element.get("responseIdentifier") or "") == "match":
        draft.lost.append("all pairs or nothing: here every right pair earns its part")
    return None


def _pairs(reading: Reading, element: etree._Element) -> list[str]:
    declaration = reading.declaration(element)
    right = right_answers(declaration)
    if reading.score.of(element.get("responseIdentifier") or "") != "map":
        return right
    values = mapped(declaration)
    good = [key for key, value in values.items() if value > 0]
    if len({round(values[key], 6) for key in good}) > 1:
        reading.made.lost.append("pairs weigh differently in the file; here they weigh the same")
    if any(value < 0 for value in values.values()):
        reading.made.lost.append("wrong pairs cost points in the file; here they earn nothing")
    return right or good


def _set_pairs(
    reading: Reading, left: Sequence[etree._Element], right: Sequence[etree._Element],
    pairs: dict[str, str],
) -> None:  # fmt: skip
    draft = reading.made
    places = {part.get("identifier") or "": n for n, part in enumerate(right)}
    draft.choices = [_option(reading, part) for part in right]
    for part in left:
        key = pairs.get(part.get("identifier") or "")
        if key is None:
            draft.lost.append(f"'{words(part).strip()[:40]}', which belongs to nothing")
        elif key not in places:
            raise Unreadable(f"the right pair names '{key}', which is no choice")
        else:
            draft.pairs.append((_option(reading, part).text, places[key]))


def _associate(reading: Reading, element: etree._Element) -> None:
    """Pairs out of one set: the first of each right pair goes to the left."""
    parts = {p.get("identifier") or "": p for p in children(element, "simpleAssociableChoice")}
    pairs = [tuple(pair.split()) for pair in _pairs(reading, element)]
    flat = [name for pair in pairs for name in pair]
    if not pairs or any(len(pair) != 2 for pair in pairs) or len(set(flat)) < len(flat):
        raise Unreadable("pairs that share a side have no type here")
    if any(name not in parts for name in flat):
        raise Unreadable("the right pairs name a choice that is not there")
    reading.made.kind = "matching"
    reading.made.stem = reading.stem()
    lefts = [parts[pair[0]] for pair in pairs]
    rights = [part for name, part in parts.items() if name not in {pair[0] for pair in pairs}]
    _set_pairs(reading, lefts, rights, dict(pairs))  # type: ignore[arg-type]
    reading.made.notes.append("pairs of one set became a matching question with two sides")


def entry(reading: Reading, element: etree._Element) -> None:
    """A number or a short text."""
    draft = reading.made
    declaration = reading.declaration(element)
    name = element.get("responseIdentifier") or ""
    base = declaration.get("baseType") if declaration is not None else ""
    gap = Blank("g1", "")
    if base in _NUMBERS:
        draft.kind = "numeric"
        _number(reading, gap, declaration, name)
        draft.params |= gap.params
    else:
        draft.kind = "short"
        _words(reading, gap, declaration, name)
        keep_short(draft, gap.answers)
    draft.stem = reading.stem()


def _number(
    reading: Reading, gap: Blank, declaration: etree._Element | None, name: str
) -> None:  # fmt: skip
    gap.kind = "numeric"
    values = right_answers(declaration) or [k for k, v in mapped(declaration).items() if v > 0]
    if len(values) != 1:
        raise Unreadable(f"{len(values)} right numbers: exactly one is needed")
    try:
        gap.params["value"] = plain(Decimal(values[0]))
        gap.params["tolerance"] = plain(abs(Decimal(reading.score.tolerance.get(name, "0"))))
    except InvalidOperation:
        raise Unreadable(f"'{values[0][:30]}' is not a number") from None
    if "unit" in reading.made.params:
        gap.params["unit"] = reading.made.params["unit"]


def _words(
    reading: Reading, gap: Blank, declaration: etree._Element | None, name: str
) -> None:  # fmt: skip
    gap.kind = "short"
    draft, values = reading.made, mapped(declaration)
    right = right_answers(declaration)
    top = max([*values.values(), 0.0])
    if reading.score.of(name) == "map" and top > 0:
        percents = {key: 100 * value / top for key, value in values.items()}
    else:
        percents = dict.fromkeys(right, 100.0)
    for answer, percent in percents.items():
        if percent > 0:
            take_short(draft, gap.answers, answer, percent)
    holder = child(declaration, "mapping")
    cased = [e for e in children(holder, "mapEntry") if e.get("caseSensitive") != "false"] if holder is not None else []  # fmt: skip
    if cased and any(key.lower() != key.upper() for key in values) and not reading.ours:
        draft.lost.append("that small and capital letters count: here they do not")
    if not gap.answers:
        raise Unreadable("; ".join(draft.lost) or "no accepted answer is in the file")


def cloze(reading: Reading, interactions: Sequence[etree._Element]) -> None:
    """Gaps in a text."""
    draft = reading.made
    draft.kind = "cloze"
    names: dict[str, str] = {}
    shares: list[float] = []
    for number, element in enumerate(interactions, 1):
        name = element.get("responseIdentifier") or ""
        gap = Blank(f"g{number}", "")
        names[name] = gap.id
        declaration = reading.declaration(name)
        if local(element) == "inlineChoiceInteraction":
            gap.kind = "single"
            right = set(right_answers(declaration))
            for part in children(element, "inlineChoice"):
                key = (part.get("identifier") or "") in right
                gap.choices.append(Choice(reading.text(part), key=key))
            if sum(option.key for option in gap.choices) != 1:
                raise Unreadable(f"gap {number} has not exactly one right option")
        elif declaration is not None and declaration.get("baseType") in _NUMBERS:
            _number(reading, gap, declaration, name)
        else:
            _words(reading, gap, declaration, name)
        shares.append(reading.score.share.get(name) or max([*mapped(declaration).values(), 0.0]))
        draft.gaps.append(gap)
    if len(names) < len(interactions):
        raise Unreadable("two gaps share one response")
    if "weights" not in draft.facts and all(s > 0 for s in shares) and max(shares) > min(shares) * 1.001:  # fmt: skip
        for gap, share in zip(draft.gaps, shares, strict=True):
            gap.weight = round(share / min(shares), 4)
    _strip_units(reading, interactions)
    draft.stem = reading.stem(names)


def _strip_units(reading: Reading, interactions: Sequence[etree._Element]) -> None:
    """Take the units that our own export wrote behind the gaps out of the text."""
    units = reading.made.facts.get("gap-units", "").split("|")
    for element, unit in zip(interactions, units, strict=False):
        if unit and (element.tail or "").startswith(f" {unit}"):
            element.tail = (element.tail or "")[len(unit) + 1 :]


def gap_match(reading: Reading, element: etree._Element) -> None:
    """Words put into gaps: every gap becomes a list of all words."""
    draft = reading.made
    draft.kind = "cloze"
    offered = children(element, "gapText")
    if children(element, "gapImg"):
        raise Unreadable("pictures put into gaps have no type here")
    pairs = [pair.split() for pair in _pairs(reading, element)]
    keys = {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
    names: dict[str, str] = {}
    for number, gap in enumerate(element.iter("gap"), 1):
        name = gap.get("identifier") or ""
        if name not in keys:
            raise Unreadable(f"the gap '{name}' has no right word")
        blank = Blank(f"g{number}", "single")
        for part in offered:
            blank.choices.append(
                Choice(reading.text(part), key=part.get("identifier") == keys[name])
            )
        draft.gaps.append(blank)
        names[f"gap:{name}"] = blank.id
        gap.tag = "textEntryInteraction"
        gap.set("responseIdentifier", f"gap:{name}")
    for part in offered:
        element.remove(part)
    element.tag = "div"
    if (prompt := child(element, "prompt")) is not None:
        prompt.tag = "div"
    draft.stem = reading.stem(names)
    draft.notes.append("words to be dragged became lists to choose from")


def essay(reading: Reading, _element: etree._Element) -> None:
    """A long text."""
    reading.made.kind = "essay"
    reading.made.stem = reading.stem()


def upload(reading: Reading, _element: etree._Element) -> None:
    """A file."""
    reading.made.kind = "upload"
    reading.made.stem = reading.stem()


READERS: dict[str, Callable[[Reading, etree._Element], None]] = {
    "choiceInteraction": choice, "hottextInteraction": choice, "orderInteraction": order,
    "matchInteraction": match, "associateInteraction": match, "textEntryInteraction": entry,
    "gapMatchInteraction": gap_match, "hotspotInteraction": qtiplaces.hotspot,
    "extendedTextInteraction": essay, "uploadInteraction": upload,
}  # fmt: skip
