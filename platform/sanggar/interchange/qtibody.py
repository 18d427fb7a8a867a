"""The body of a QTI item: the question, then the interaction of its type with its declarations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree

from sanggar.interchange import archive
from sanggar.interchange.model import Unreadable
from sanggar.plugin.items import Gap, Item, Option

if TYPE_CHECKING:
    from sanggar.interchange.qtiwrite import Build

MIME = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "svg": "image/svg+xml"}  # fmt: skip
_GAP = re.compile(r"\[\[([^\]]+)\]\]")


def fill(build: Build) -> None:
    """Fill body and declarations of an item."""
    build.blocks(build.body, build.item.stem)
    BODIES[build.item.type](build)


def _identifier(option: Option) -> str:
    return f"o{option.id}"


def _interaction(build: Build, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(build.body, name, {"responseIdentifier": "RESPONSE", **attributes})


def _choice(build: Build, parent: etree._Element, option: Option) -> None:
    made = etree.SubElement(parent, "simpleChoice", identifier=_identifier(option))
    build.inline(made, option.text)
    if option.feedback and option.feedback.id:
        build.feedback = True
        shown = etree.Element("feedbackBlock", {
            "outcomeIdentifier": "FEEDBACK", "identifier": _identifier(option), "showHide": "show",
        })  # fmt: skip
        build.blocks(shown, option.feedback)
        made.append(shown)


def choices(build: Build) -> None:
    """Single, multiple, true/false."""
    item = build.item
    several = item.type == "multiple"
    shuffle = "false" if item.type == "truefalse" or item.params.get("shuffle") == "no" else "true"
    holder = _interaction(
        build, "choiceInteraction", shuffle=shuffle, maxChoices="0" if several else "1"
    )
    for option in item.options:
        _choice(build, holder, option)
    keys = [option for option in item.options if option.key]
    declared = build.declare("RESPONSE", "multiple" if several else "single", "identifier")
    build.correct(declared, *(_identifier(option) for option in keys))
    if several and item.params.get("credit") == "partial":
        share = item.points / len(keys)
        entries = {_identifier(o): share if o.key else -share for o in item.options}
        build.mapping(declared, entries, upper=item.points)
        build.scored.append(("RESPONSE", "map", item.points))
    else:
        build.scored.append(("RESPONSE", "match", item.points))


def order(build: Build) -> None:
    """Steps; they stand in the order of their names, which says nothing."""
    item = build.item
    holder = _interaction(build, "orderInteraction", shuffle="true")
    for option in sorted(item.options, key=lambda option: option.id):
        _choice(build, holder, option)
    declared = build.declare("RESPONSE", "ordered", "identifier")
    build.correct(declared, *(_identifier(option) for option in item.options))
    build.scored.append(("RESPONSE", "match", item.points))
    if item.params.get("credit") != "exact":
        build.done.lose(
            item, "partial credit for neighbouring steps: in QTI the order is right or not"
        )


def match(build: Build) -> None:
    """Pairs and matrices: one point's share for every right pair."""
    item = build.item
    table = item.type == "matrix"
    holder = _interaction(
        build, "matchInteraction", shuffle="false" if table or item.params.get("shuffle") == "no" else "true",
        maxAssociations=str(len(item.prompts)),
    )  # fmt: skip
    if table:
        holder.set("class", "qti-match-tabular")
    left = etree.SubElement(holder, "simpleMatchSet")
    right = etree.SubElement(holder, "simpleMatchSet")
    for prompt in item.prompts:
        made = etree.SubElement(
            left, "simpleAssociableChoice", identifier=f"p{prompt.id}", matchMax="1"
        )
        build.inline(made, prompt.text)
    for option in item.options:
        made = etree.SubElement(
            right, "simpleAssociableChoice", identifier=_identifier(option), matchMax="0"
        )
        build.inline(made, option.text)
    declared = build.declare("RESPONSE", "multiple", "directedPair")
    pairs = [f"p{prompt.id} o{prompt.key}" for prompt in item.prompts]
    build.correct(declared, *pairs)
    share = item.points / len(pairs)
    build.mapping(declared, dict.fromkeys(pairs, share), upper=item.points)
    build.scored.append(("RESPONSE", "map", item.points))


def entry(build: Build) -> None:
    """A number or a short text in a paragraph of its own, with the unit behind it."""
    item = build.item
    line = etree.SubElement(build.body, "p")
    field = etree.SubElement(line, "textEntryInteraction", responseIdentifier="RESPONSE")
    if item.type == "numeric":
        _number(build, "RESPONSE", item.params, item.points)
        if unit := item.params.get("unit"):
            field.tail = f" {unit}"
        if item.params.get("units"):
            build.done.lose(item, "other units with their factors (they stand in the label)")
        return
    answers = build.speech.answers(item)
    _words(build, "RESPONSE", answers, item.points)
    field.set("expectedLength", str(max(len(answer) for answer in answers) + 5))
    build.done.lose(
        item, "spelling that differs in accents, spaces and punctuation is wrong in QTI"
    )


def _number(build: Build, name: str, params: object, share: float) -> None:
    values = dict(params)  # type: ignore[call-overload]
    declared = build.declare(name, "single", "float")
    build.correct(declared, values["value"])
    build.scored.append((name, f"equal:{values.get('tolerance', '0')}", share))


def _words(build: Build, name: str, answers: list[str], share: float) -> None:
    declared = build.declare(name, "single", "string")
    build.correct(declared, answers[0])
    build.mapping(declared, dict.fromkeys(answers, share), upper=share, caseless=True)
    build.scored.append((name, "map", share))


def cloze(build: Build) -> None:
    """Gaps in the text, each with its share of the points."""
    item = build.item
    total = sum(gap.weight for gap in item.gaps)
    names = {gap.id: f"RESPONSE_{n}" for n, gap in enumerate(item.gaps, 1)}
    gaps = {gap.id: gap for gap in item.gaps}
    for element in list(build.body.iter()):
        _put(build, element, "text", gaps, names)
        for part in list(element):
            _put(build, part, "tail", gaps, names)
    for gap in item.gaps:
        share = item.points * gap.weight / total
        if gap.kind == "single":
            declared = build.declare(names[gap.id], "single", "identifier")
            build.correct(declared, *(_identifier(o) for o in gap.options if o.key))
            build.scored.append((names[gap.id], "match", share))
        elif gap.kind == "numeric":
            _number(build, names[gap.id], gap.params, share)
        else:
            listed = [*gap.answers.get(build.speech.main, ()), *gap.answers.get("id", ())]
            listed += gap.answers.get("en", ())
            _words(build, names[gap.id], list(dict.fromkeys(listed)), share)


def _put(
    build: Build, element: etree._Element, where: str, gaps: dict[str, Gap], names: dict[str, str]
) -> None:  # fmt: skip
    """Put interactions where a text or tail names gaps."""
    text = element.text if where == "text" else element.tail
    pieces = _GAP.split(text or "")
    if len(pieces) < 3:
        return
    parent = element if where == "text" else element.getparent()
    if parent is None:
        return
    place = 0 if where == "text" else parent.index(element) + 1
    setattr(element, where, pieces[0])
    last = None
    for name, after in zip(pieces[1::2], pieces[2::2], strict=True):
        if name not in gaps:
            held = f"[[{name}]]{after}"
            if last is None:
                setattr(element, where, (getattr(element, where) or "") + held)
            else:
                last.tail = (last.tail or "") + held
            continue
        last = _field(build, gaps[name], names[name])
        unit = gaps[name].params.get("unit", "")
        last.tail = (f" {unit}" if unit else "") + after
        parent.insert(place, last)
        place += 1


def _field(build: Build, gap: Gap, name: str) -> etree._Element:
    if gap.kind != "single":
        return etree.Element("textEntryInteraction", responseIdentifier=name)
    made = etree.Element("inlineChoiceInteraction", responseIdentifier=name, shuffle="true")
    for option in gap.options:
        choice = etree.SubElement(made, "inlineChoice", identifier=_identifier(option))
        choice.text = build.speech.one(option.text)
    return made


def hotspot(build: Build) -> None:
    """Places in a picture."""
    item = build.item
    data = build.images.get(item.image)
    if data is None:
        raise Unreadable(f"its picture {item.image or '(none)'} is not beside the bank")
    if not build.folder:
        raise Unreadable("its picture needs a package: export it with --package")
    width, height = archive.image_size(data)
    build.used.add(item.image)
    keys = [option for option in item.options if option.key]
    one = len(keys) == 1
    holder = _interaction(build, "hotspotInteraction", maxChoices="1" if one else "0")
    path, kind = build.folder + item.image, archive.image_kind(data)
    if build.version.kebab:
        alt = _alt(build) or item.image
        etree.SubElement(holder, "img", src=path, alt=alt, width=str(width), height=str(height))
    else:
        picture = etree.SubElement(holder, "object", data=path, type=MIME[kind])
        picture.set("width", str(width))
        picture.set("height", str(height))
        picture.text = _alt(build)
    for option in item.options:
        etree.SubElement(holder, "hotspotChoice", {
            "identifier": _identifier(option), "shape": "rect",
            "coords": _coords(option.place, width, height),
            "hotspotLabel": build.speech.one(option.text),
        })  # fmt: skip
        if option.feedback and option.feedback.id:
            build.done.lose(item, "feedback of places in the picture")
    if build.speech.both and any(option.text.en for option in item.options):
        build.done.lose(item, "the English names of places: a name stands there once")
    declared = build.declare("RESPONSE", "single" if one else "multiple", "identifier")
    build.correct(declared, *(_identifier(option) for option in keys))
    build.scored.append(("RESPONSE", "match", item.points))


def _alt(build: Build) -> str:
    params = build.item.params
    english = params.get("alt_en", "") if build.speech.main == "en" else ""
    return english or params.get("alt", "")


def _coords(place: str, width: int, height: int) -> str:
    left, top, wide, high = (float(part) for part in place.split())
    corners = (left * width, top * height, (left + wide) * width, (top + high) * height)
    return ",".join(str(round(corner / 100)) for corner in corners)


def essay(build: Build) -> None:
    """A long text for a marker."""
    holder = _interaction(build, "extendedTextInteraction")
    holder.set("expectedLines", "12")
    build.declare("RESPONSE", "single", "string")


def upload(build: Build) -> None:
    """A file for a marker."""
    item = build.item
    _interaction(build, "uploadInteraction")
    build.declare("RESPONSE", "single", "file")
    if item.params.get("max", "1") != "1":
        build.done.lose(item, "more than one file (the number stands in the label)")


BODIES: dict[str, Callable[[Build], None]] = {
    "single": choices, "multiple": choices, "truefalse": choices, "ordering": order,
    "matching": match, "matrix": match, "numeric": entry, "short": entry, "cloze": cloze,
    "hotspot": hotspot, "essay": essay, "upload": upload,
}  # fmt: skip


def kind_of(item: Item) -> str:
    """Return the interaction of an item, as metadata names it."""
    return {
        "ordering": "orderInteraction", "matching": "matchInteraction",
        "matrix": "matchInteraction", "numeric": "textEntryInteraction",
        "short": "textEntryInteraction", "hotspot": "hotspotInteraction",
        "essay": "extendedTextInteraction", "upload": "uploadInteraction",
    }.get(item.type, "choiceInteraction")  # fmt: skip
