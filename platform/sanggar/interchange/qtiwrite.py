"""Writing one item as QTI, with the names of 2.1: declarations, body, scoring, feedback.

Every interaction has its response declaration, every item the outcomes SCORE and MAXSCORE. Simple
items use the standard's templates; explanations and feedback need rules of their own, which are
written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from lxml import etree

from sanggar.interchange import qtibody, texts
from sanggar.interchange.model import Exported, tags_of
from sanggar.interchange.qtinames import XML, Version, dress
from sanggar.interchange.words import Speech
from sanggar.plugin.items import Item
from sanggar.plugin.text import Text

TOOL = "Sanggar"
#: tags that may stand in a `span`
INLINE = ("strong", "em", "code", "a", "img", "br", "sub", "sup")
#: longest value of the attribute `label`
LABEL = 256
CANNOT = {
    "parametric": "QTI says drawn values by templates, which few systems read: not written",
}


class Build:
    """One item while it is written: its element, its responses, how each is scored."""

    def __init__(
        self, item: Item, speech: Speech, version: Version, images: Mapping[str, bytes],
        done: Exported, *, folder: str,
    ) -> None:  # fmt: skip
        self.item, self.speech, self.version = item, speech, version
        self.images, self.done, self.folder = images, done, folder
        self.used: set[str] = set()
        #: response identifier -> ("match" | "map" | "equal", share of the points)
        self.scored: list[tuple[str, str, float]] = []
        self.feedback = False
        self.body = etree.Element("itemBody")
        self.declarations: list[etree._Element] = []

    def element(self) -> etree._Element:
        """Return the item with the names and the namespace of its version."""
        item, speech = self.item, self.speech
        speech.note_language(item, self.done)
        root = etree.Element("assessmentItem", {
            "identifier": item.id, "title": self._title(), "label": self._label(),
            "adaptive": "false", "timeDependent": "false", f"{{{XML}}}lang": speech.main,
            "toolName": TOOL, "toolVersion": "1",
        })  # fmt: skip
        if not root.get("label"):
            del root.attrib["label"]
        qtibody.fill(self)
        explanation = speech.explanation(item)
        root.extend(self.declarations)
        self._outcomes(root, bool(explanation.id))
        root.append(self.body)
        self._processing(root, bool(explanation.id))
        if explanation.id:
            shown = etree.SubElement(root, "modalFeedback", {
                "outcomeIdentifier": "EXPLANATION", "identifier": "explanation", "showHide": "show",
            })  # fmt: skip
            self.blocks(shown, explanation)
        return dress(root, self.version)

    def _title(self) -> str:
        plain = " ".join(texts.to_plain(self.speech.one(self.item.stem)).split())
        return (plain if len(plain) <= 100 else plain[:99] + "…") or self.item.id

    def _label(self) -> str:
        written = label_of(self.item, self.speech)
        if len(written) > LABEL:
            self.done.lose(
                self.item, "facts longer than a label (a package keeps them as keywords)"
            )
            return ""
        return written

    # -- texts ------------------------------------------------------------------------------------

    def blocks(self, parent: etree._Element, text: Text) -> None:
        """Add a text as blocks; in both languages as two parts with their `xml:lang`."""
        for language in self._languages(text):
            holder = parent
            if len(self._languages(text)) > 1:
                holder = etree.SubElement(parent, "div", {f"{{{XML}}}lang": language})
            rendered = self._pictures(texts.to_xhtml(text.to(language)))
            self._spelling(text.to(language), rendered)
            if (rendered.text or "").strip():
                etree.SubElement(holder, "p").text = rendered.text
            holder.extend(list(rendered))
            for part in holder:
                part.tail = None

    def inline(self, parent: etree._Element, text: Text) -> None:
        """Add a text inside an option."""
        languages = self._languages(text)
        for language in languages:
            rendered = self._pictures(texts.to_xhtml(text.to(language), inline=True))
            self._spelling(text.to(language), rendered)
            holder = parent
            if len(languages) > 1:
                block = any(part.tag not in INLINE for part in rendered)
                holder = etree.SubElement(
                    parent, "div" if block else "span", {f"{{{XML}}}lang": language}
                )
            holder.text = (holder.text or "") + (rendered.text or "")
            holder.extend(list(rendered))

    def _spelling(self, text: str, rendered: etree._Element) -> None:
        if texts.from_tree(rendered, []).replace(self.folder, "") != texts.clean(text):
            self.done.lose(self.item, "how some of its Markdown is spelt (it looks the same)")

    def _languages(self, text: Text) -> tuple[str, ...]:
        two = self.speech.both and text.en and text.en != text.id
        if two and self.item.type == "cloze":
            self.done.lose(self.item, "the English text: gaps stand in one text only")
            two = False
        return ("id", "en") if two else (self.speech.main,)

    def _pictures(self, root: etree._Element) -> etree._Element:
        for image in list(root.iter("img")):
            name = image.get("src", "")
            if name in self.images and self.folder:
                self.used.add(name)
                image.set("src", self.folder + name)
            elif name not in self.images:
                self.done.lose(self.item, f"the picture {name}, which is not beside the bank")
            else:
                self.done.lose(self.item, f"the picture {name}: only a package holds files")
        return root

    # -- scoring ----------------------------------------------------------------------------------

    def declare(self, name: str, cardinality: str, base: str) -> etree._Element:
        """Add a response declaration."""
        made = etree.Element("responseDeclaration", {
            "identifier": name, "cardinality": cardinality, "baseType": base,
        })  # fmt: skip
        self.declarations.append(made)
        return made

    @staticmethod
    def correct(declaration: etree._Element, *values: str) -> None:
        """Add the right answer."""
        holder = etree.SubElement(declaration, "correctResponse")
        for value in values:
            etree.SubElement(holder, "value").text = value

    def mapping(
        self, declaration: etree._Element, entries: Mapping[str, float], *, upper: float,
        caseless: bool = False,
    ) -> None:  # fmt: skip
        """Add points for single answers, never below nothing and never above `upper`."""
        made = etree.SubElement(declaration, "mapping", {
            "lowerBound": "0", "upperBound": figure(upper), "defaultValue": "0",
        })  # fmt: skip
        for key, points in entries.items():
            entry = etree.SubElement(
                made, "mapEntry", {"mapKey": key, "mappedValue": figure(points)}
            )
            if caseless:
                entry.set("caseSensitive", "false")

    def _outcomes(self, root: etree._Element, explained: bool) -> None:
        points = figure(self.item.points)
        for name, value in (("SCORE", "0"), ("MAXSCORE", points)):
            made = etree.SubElement(root, "outcomeDeclaration", {
                "identifier": name, "cardinality": "single", "baseType": "float",
            })  # fmt: skip
            if name == "SCORE":
                made.set("normalMaximum", points)
                made.set("normalMinimum", "0")
            etree.SubElement(etree.SubElement(made, "defaultValue"), "value").text = value
        names = {"FEEDBACK": self.feedback, "EXPLANATION": explained}
        for name in (name for name, wanted in names.items() if wanted):
            several = name == "FEEDBACK" and self.item.type in ("multiple", "ordering")
            etree.SubElement(root, "outcomeDeclaration", {
                "identifier": name, "cardinality": "multiple" if several else "single",
                "baseType": "identifier",
            })  # fmt: skip

    def _processing(self, root: etree._Element, explained: bool) -> None:
        one = self.scored[0] if len(self.scored) == 1 else None
        if one and not explained and not self.feedback:
            template = {"match": "match_correct", "map": "map_response"}.get(one[1])
            if template and (one[1] == "map" or self.item.points == 1):
                address = self.version.templates + template
                etree.SubElement(root, "responseProcessing", template=address + (".xml" if self.version.kebab else ""))  # fmt: skip
                return
        if not self.scored and not explained:
            return
        rules = etree.SubElement(root, "responseProcessing")
        for name, how, share in self.scored:
            self._rule(rules, name, how, share, added=one is None)
        if self.feedback:
            setter = etree.SubElement(rules, "setOutcomeValue", identifier="FEEDBACK")
            holder = (
                etree.SubElement(setter, "multiple") if self.item.type == "ordering" else setter
            )
            etree.SubElement(holder, "variable", identifier="RESPONSE")
        if explained:
            setter = etree.SubElement(rules, "setOutcomeValue", identifier="EXPLANATION")
            etree.SubElement(setter, "baseValue", baseType="identifier").text = "explanation"

    def _rule(
        self, rules: etree._Element, name: str, how: str, share: float, *, added: bool
    ) -> None:  # fmt: skip
        if how == "map":
            setter = etree.SubElement(rules, "setOutcomeValue", identifier="SCORE")
            etree.SubElement(self._sum(setter, added), "mapResponse", identifier=name)
            return
        condition = etree.SubElement(rules, "responseCondition")
        when = etree.SubElement(condition, "responseIf")
        if how == "match":
            test = etree.SubElement(when, "match")
        else:
            _, _, tolerance = how.partition(":")
            exact = tolerance in ("", "0")
            test = etree.SubElement(when, "equal", toleranceMode="exact" if exact else "absolute")
            if not exact:
                test.set("tolerance", f"{tolerance} {tolerance}")
        etree.SubElement(test, "variable", identifier=name)
        etree.SubElement(test, "correct", identifier=name)
        setter = etree.SubElement(when, "setOutcomeValue", identifier="SCORE")
        etree.SubElement(self._sum(setter, added), "baseValue", baseType="float").text = figure(
            share
        )

    @staticmethod
    def _sum(setter: etree._Element, added: bool) -> etree._Element:
        if not added:
            return setter
        total = etree.SubElement(setter, "sum")
        etree.SubElement(total, "variable", identifier="SCORE")
        return total


def figure(value: float) -> str:
    """Return a number of points without an exponent."""
    return f"{value:.10f}".rstrip("0").rstrip(".") or "0"


def label_of(item: Item, speech: Speech) -> str:
    """Return what QTI has no place for as ``name=value; …``."""
    return "; ".join(f"{name}={value}" for name, value in facts_of(item, speech).items())


def facts_of(item: Item, speech: Speech) -> dict[str, str]:
    """Return what QTI has no place for, escaped."""
    tags = tags_of(item)
    tags.pop("points", None)
    if speech.both and item.type == "short":
        for language, listed in item.answers.items():
            tags[f"param.answers-{language}"] = "|".join(listed)
    return {name: quote(value, safe=" .,-+/|*()") for name, value in tags.items()}
