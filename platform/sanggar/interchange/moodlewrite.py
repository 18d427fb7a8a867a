"""Writing Moodle XML. One language goes out as Markdown, two as HTML with Moodle's multilang spans."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from lxml import etree

from sanggar.interchange import moodlecalc, moodlecloze, texts
from sanggar.interchange.model import PARAMETER, Exported, Unreadable, tags_of
from sanggar.interchange.weights import percent_text, percents_of
from sanggar.interchange.words import Speech
from sanggar.plugin.items import Item, Option
from sanggar.plugin.text import Text

KINDS = {
    "single": "multichoice", "multiple": "multichoice", "truefalse": "truefalse",
    "numeric": "numerical", "short": "shortanswer", "matching": "matching", "matrix": "matching",
    "ordering": "ordering", "cloze": "cloze", "essay": "essay", "upload": "essay",
    "parametric": "calculated",
}  # fmt: skip
CANNOT = {"hotspot": "Moodle has no choice of a place in a picture (its markers are dragged)"}


def write(items: Sequence[Item], speech: Speech, images: Mapping[str, bytes]) -> Exported:
    """Return items as Moodle XML, with the pictures their texts show."""
    done = Exported()
    quiz = etree.Element("quiz")
    for item in items:
        if item.type not in KINDS:
            why = CANNOT.get(item.type, f"Moodle has no question of the type '{item.type}'")
            done.refuse(item, why)
            continue
        try:
            quiz.append(_Writer(item, speech, images, done).question())
            done.written.append(item.id)
        except Unreadable as refused:
            done.refuse(item, refused.reason)
    done.data = etree.tostring(quiz, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return done


class _Writer:
    """One item as a `<question>`."""

    def __init__(
        self, item: Item, speech: Speech, images: Mapping[str, bytes], done: Exported
    ) -> None:  # fmt: skip
        self.item, self.speech, self.images, self.done = item, speech, images, done
        self.drawn = moodlecalc.Drawn(item) if item.type == "parametric" else None
        self.element = etree.Element("question", type=KINDS[item.type])

    def question(self) -> etree._Element:
        """Return the question."""
        item = self.item
        self.speech.note_language(item, self.done)
        self.plain(self.element, "name", item.id)
        self.text(self.element, "questiontext", item.stem, gaps=True)
        self.text(self.element, "generalfeedback", self.speech.explanation(item))
        for name, value in (
            ("defaultgrade", f"{item.points:g}"), ("penalty", "0"), ("hidden", "0"),
            ("idnumber", item.id),
        ):  # fmt: skip
            etree.SubElement(self.element, name).text = value
        _BODIES[item.type](self)
        self.tags()
        return self.element

    def plain(self, parent: etree._Element, tag: str, text: str) -> etree._Element:
        """Add a text without a format."""
        made = etree.SubElement(parent, tag)
        etree.SubElement(made, "text").text = text
        return made

    def text(
        self, parent: etree._Element, tag: str, text: Text | None, *, gaps: bool = False
    ) -> etree._Element:  # fmt: skip
        """Add a text with its format and the pictures it shows."""
        made = etree.SubElement(parent, tag)
        self.fill(made, text, gaps=gaps)
        return made

    def fill(self, made: etree._Element, text: Text | None, *, gaps: bool = False) -> None:
        """Write a text into an element."""
        speech = self.speech
        shown = text or Text(id="")
        if gaps and speech.both and not moodlecloze.same_order(self.item):
            self.done.lose(self.item, "the English text: its gaps stand in another order")
            shown = Text(id=shown.id)
        if speech.both and shown.en and shown.en != shown.id:
            made.set("format", "html")
            raw = "".join(
                f'<span lang="{language}" class="multilang">'
                f"{self.put(texts.to_html(shown.to(language)), language, gaps)}</span>"
                for language in ("id", "en")
            )
        else:
            made.set("format", "markdown")
            raw = self.put(shown.to(speech.main), speech.main, gaps)
        used = [name for name in self.images if name in raw]
        for name in used:
            raw = raw.replace(f"]({name}", f"](@@PLUGINFILE@@/{name}")
            raw = raw.replace(f'src="{name}"', f'src="@@PLUGINFILE@@/{name}"')
        etree.SubElement(made, "text").text = raw
        for name in used:
            attributes = {"name": name, "path": "/", "encoding": "base64"}
            file = etree.SubElement(made, "file", attributes)
            file.text = base64.b64encode(self.images[name]).decode()

    def put(self, raw: str, language: str, gaps: bool) -> str:
        """Put gaps and drawn values into a text."""
        if gaps and self.item.type == "cloze":
            raw = moodlecloze.write(self.item, language, self.done, raw, both=self.speech.both)
        return self.drawn.text(raw) if self.drawn else raw

    def answer(self, option: Option, percent: float) -> None:
        """Add an option with its share and feedback."""
        made = etree.SubElement(self.element, "answer", fraction=percent_text(percent))
        self.fill(made, option.text)
        self.text(made, "feedback", option.feedback)

    def fact(self, name: str, value: str) -> None:
        """Add a setting."""
        etree.SubElement(self.element, name).text = value

    def tags(self) -> None:
        """Add what Moodle has no place for as tags `name=value`."""
        item, tags = self.item, tags_of(self.item)
        if item.type == "numeric":
            tags.pop(PARAMETER + "unit", None)
        tags |= {f"var.{name}": value for name, value in item.vars.items()}
        if item.type == "matrix":
            heads = {"columns": "id", "columns-en": "en"} if self.speech.both else {"columns": self.speech.main}  # fmt: skip
            for name, language in heads.items():
                tags[PARAMETER + name] = "|".join(o.text.to(language) for o in item.options)
        if self.speech.both and item.type == "short":
            for language, listed in item.answers.items():
                tags[f"{PARAMETER}answers-{language}"] = "|".join(listed)
        holder = etree.SubElement(self.element, "tags")
        for name, value in tags.items():
            self.plain(holder, "tag", f"{name}={quote(value, safe=' .,-+/|*()')}")

    # -- the types ------------------------------------------------------------------------------

    def choices(self) -> None:
        item, one = self.item, self.item.type == "single"
        partial = item.params.get("credit") == "partial"
        if not one and not partial:
            self.done.lose(
                item,
                "all or nothing: in Moodle some of the keys earn a part, a wrong tick costs all",
            )
        self.fact("single", "true" if one else "false")
        self.shuffled()
        self.fact("answernumbering", "abc")
        shares = percents_of([o.key for o in item.options], one=one, partial=partial)
        for option, percent in zip(item.options, shares, strict=True):
            self.answer(option, percent)

    def shuffled(self) -> None:
        keep = self.item.params.get("shuffle") == "no"
        self.fact("shuffleanswers", "false" if keep else "true")

    def truth(self) -> None:
        for name, key in (("true", self.item.options[0].key), ("false", self.item.options[1].key)):
            made = etree.SubElement(self.element, "answer", fraction="100" if key else "0", format="moodle_auto_format")  # fmt: skip
            etree.SubElement(made, "text").text = name
            self.text(made, "feedback", None)

    def short(self) -> None:
        self.fact("usecase", "0")
        for accepted in self.speech.answers(self.item):
            made = etree.SubElement(self.element, "answer", fraction="100", format="plain_text")
            etree.SubElement(made, "text").text = accepted
        if self.item.params.get("distance"):
            self.done.lose(self.item, "the allowed distance of typing errors (it stands in a tag)")

    def numeric(self) -> None:
        made = etree.SubElement(self.element, "answer", fraction="100", format="plain_text")
        etree.SubElement(made, "text").text = self.item.params["value"]
        etree.SubElement(made, "tolerance").text = self.item.params.get("tolerance", "0")
        self.units()
        if self.item.params.get("units"):
            self.done.lose(self.item, "further units with their factors (they stand in a tag)")

    def units(self) -> None:
        if unit := self.item.params.get("unit"):
            made = etree.SubElement(etree.SubElement(self.element, "units"), "unit")
            etree.SubElement(made, "multiplier").text = "1"
            etree.SubElement(made, "unit_name").text = unit
            self.fact("unitgradingtype", "0")
            self.fact("showunits", "3")

    def pairs(self) -> None:
        item = self.item
        self.shuffled()
        options = {option.id: option for option in item.options}
        used = {prompt.key for prompt in item.prompts}
        for prompt in item.prompts:
            made = self.text(self.element, "subquestion", prompt.text)
            self.right(made, options[prompt.key])
        if item.type == "matrix":
            self.done.lose(
                item, "the table: in Moodle it is a matching question (a tag says matrix)"
            )
            return
        for option in item.options:
            if option.id not in used:
                made = self.text(self.element, "subquestion", None)
                self.right(made, option)

    def right(self, made: etree._Element, option: Option) -> None:
        if self.speech.both and option.text.en != option.text.id and self.item.type == "matching":
            self.done.lose(self.item, "the English right sides: Moodle's are plain text once")
        answer = etree.SubElement(made, "answer")
        etree.SubElement(answer, "text").text = texts.to_plain(self.speech.one(option.text))

    def steps(self) -> None:
        self.fact("layouttype", "VERTICAL")
        self.fact("selecttype", "ALL")
        self.fact("selectcount", "0")
        exact = self.item.params.get("credit") == "exact"
        self.fact("gradingtype", "ALL_OR_NOTHING" if exact else "RELATIVE_NEXT_EXCLUDE_LAST")
        self.fact("showgrading", "SHOW")
        self.fact("numberingstyle", "none")
        for number, option in enumerate(self.item.options, 1):
            self.answer(option.model_copy(update={"feedback": None}), float(number))
        if any(option.feedback for option in self.item.options):
            self.done.lose(self.item, "feedback of single steps")

    def cloze(self) -> None:
        """Its answers stand in the text."""

    def open(self) -> None:
        upload = self.item.type == "upload"
        self.fact("responseformat", "noinline" if upload else "editor")
        self.fact("responserequired", "0" if upload else "1")
        self.fact("attachments", self.item.params.get("max", "1") if upload else "0")
        self.fact("attachmentsrequired", "1" if upload else "0")
        if upload and (types := self.item.params.get("types")):
            listed = [f".{kind.strip().strip('.')}" for kind in types.replace("|", ",").split(",")]
            self.fact("filetypeslist", ",".join(listed))
        for name, limit in (("min_words", "minwordlimit"), ("max_words", "maxwordlimit")):
            if value := self.item.params.get(name):
                self.fact(limit, value)

    def calculated(self) -> None:
        if self.drawn:
            self.fact("synchronize", "0")
            moodlecalc.write(self.item, self.drawn, self.element, self.done)
            self.units()


_BODIES: dict[str, Callable[[_Writer], None]] = {
    "single": _Writer.choices, "multiple": _Writer.choices, "truefalse": _Writer.truth,
    "short": _Writer.short, "numeric": _Writer.numeric, "matching": _Writer.pairs,
    "matrix": _Writer.pairs, "ordering": _Writer.steps, "cloze": _Writer.cloze,
    "essay": _Writer.open, "upload": _Writer.open, "parametric": _Writer.calculated,
}  # fmt: skip
