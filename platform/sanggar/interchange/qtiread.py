"""Reading one QTI item of any version: its texts, its interaction, its scoring."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from urllib.parse import unquote

from lxml import etree

from sanggar.interchange import qtitypes, texts
from sanggar.interchange.model import Draft, Found, Unreadable
from sanggar.interchange.qtinames import XML, undress
from sanggar.interchange.qtiscore import Scoring, points_of, scoring
from sanggar.interchange.xmlsafe import child, children, local, words
from sanggar.plugin.text import Text

#: finds a picture by its address in the item; returns the name it is kept under, or nothing
Pictures = Callable[[str], str]
GAPS = ("textEntryInteraction", "inlineChoiceInteraction")
_BLOCKS = ("p", "div", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")
_TEMPLATES = ("templateDeclaration", "templateProcessing")
_GAP_MARK = 0xE200


def read_item(
    source: etree._Element, found: Found, language: str, pictures: Pictures, facts: dict[str, str],
    name: str = "",
) -> None:  # fmt: skip
    """Read an `assessmentItem` into `found`; `facts` are keywords of its package."""
    root = undress(source)
    shown = root.get("identifier") or name
    try:
        found.drafts.append(Reading(root, language, pictures, facts).draft())
    except Unreadable as refused:
        found.refuse(shown, refused.reason, refused.line or int(source.sourceline or 0))


class Reading:
    """One item while it is read."""

    def __init__(
        self, root: etree._Element, language: str, pictures: Pictures, facts: dict[str, str]
    ) -> None:  # fmt: skip
        self.root, self.language, self.pictures = root, language, pictures
        self.made = Draft(name=root.get("identifier") or root.get("title") or "item")
        self.made.id = root.get("identifier") or ""
        self.facts = facts
        #: written by us: what the format cannot say is not a surprise then
        self.ours = root.get("toolName") == "Sanggar"
        self.score = Scoring()
        self.body = etree.Element("itemBody")
        spoken = (root.get(f"{{{XML}}}lang") or "").lower()[:2]
        if spoken in ("id", "en") and spoken != language:
            self.made.notes.append(f"the file says its language is '{spoken}'")

    def draft(self) -> Draft:
        """Return the item as a draft."""
        root, draft = self.root, self.made
        if root.get("adaptive") in ("true", "1"):
            raise Unreadable("an adaptive item (answered in several rounds) has no type here")
        if any(child(root, name) is not None for name in _TEMPLATES):
            raise Unreadable("the item draws values by templates: not read")
        self._facts()
        body = child(root, "itemBody")
        if body is None:
            raise Unreadable("the item has no body")
        self.body = body
        self.score = scoring(root)
        draft.lost += self.score.lost
        draft.notes += self.score.notes
        points = points_of(root)
        if points > 100:
            draft.lost.append(f"{points:g} points: here an item has at most 100")
        else:
            draft.points = points
        self._rubrics()
        interactions = [part for part in self.body.iter() if local(part).endswith("Interaction")]
        qtitypes.fill(self, interactions)
        self._feedback()
        return draft

    def _facts(self) -> None:
        told = dict(self.facts)
        for part in (self.root.get("label") or "").split(";"):
            name, equal, value = part.strip().partition("=")
            if equal:
                told.setdefault(name, value)
        for name, value in told.items():
            if not self.made.tag(name, unquote(value)):
                self.made.notes.append(f"'{name}={value[:60]}' is not kept")

    def declaration(self, interaction: etree._Element | str) -> etree._Element | None:
        """Return the declaration of an interaction's response."""
        name = (
            interaction if isinstance(interaction, str) else interaction.get("responseIdentifier")
        )
        return next(
            (d for d in children(self.root, "responseDeclaration") if d.get("identifier") == name),
            None,
        )

    # -- texts ------------------------------------------------------------------------------------

    def text(self, element: etree._Element | None) -> Text:
        """Return the content of an element as Markdown, in both languages where it has both."""
        if element is None:
            return Text(id="")
        parts = {
            (part.get(f"{{{XML}}}lang") or "").lower()[:2]: part
            for part in children(element)
            if words(part).strip() or len(part) or part.get("src")
        }
        if {"id", "en"} == set(parts) and not (element.text or "").strip():
            return Text(id=self.markdown(parts["id"]), en=self.markdown(parts["en"]))
        shown = self.markdown(element)
        return Text(id=shown, en=shown if self.language == "en" else "")

    def markdown(self, element: etree._Element) -> str:
        """Return an element's content as Markdown; pictures get the names they are kept under."""
        for image in [*element.iter("img"), *element.iter("object")]:
            if local(image) == "object" and (image.get("type") or "").startswith("image/"):
                image.tag = "img"
                image.set("src", image.get("data") or "")
                image.set("alt", words(image).strip())
                image.text = None
            if local(image) == "img":
                image.set("src", self._picture(image.get("src") or ""))
        dropped: list[str] = []
        text = texts.from_tree(element, dropped)
        self.made.lost += [what for what in dropped if what not in self.made.lost]
        return text

    def _picture(self, address: str) -> str:
        kept = self.pictures(address)
        if not kept:
            self.made.lost.append(f"the picture {address[:60]}, which is not in the file")
        return kept or address.rpartition("/")[2]

    def stem(self, gaps: dict[str, str] | None = None) -> Text:
        """Return body and prompt without the interaction; gaps are named ``[[g1]]``."""
        body = copy.deepcopy(self.body)
        marks: dict[str, str] = {}
        for part in [e for e in body.iter() if local(e).endswith("Interaction")]:
            name = part.get("responseIdentifier") or ""
            prompt = child(part, "prompt")
            if gaps is not None and name in gaps:
                mark = chr(_GAP_MARK + len(marks))
                marks[mark] = f"[[{gaps[name]}]]"
                _replace(part, mark, None)
            elif local(part) in GAPS:
                alone = _alone(part, self.made.params.get("unit", ""))
                _replace(part, "" if alone else "_____", None)
            else:
                _replace(part, "", prompt)
        text = self.text(body)
        return Text(id=_named(text.id, marks), en=_named(text.en, marks))

    def _rubrics(self) -> None:
        """Take what is written for markers and tutors out of the body."""
        for block in [part for part in self.body.iter() if local(part) == "rubricBlock"]:
            view = (block.get("view") or "").split()
            text = self.text(block)
            if "candidate" in view or not text.id:
                continue
            if not self.made.explanation.id:
                self.made.explanation = text
            else:
                self.made.lost.append(f"the note for {' '.join(view)}: '{text.id[:60]}'")
            _replace(block, "", None)

    def _feedback(self) -> None:
        """Take the explanation from modal feedback; the rest is listed."""
        blocks = children(self.root, "modalFeedback")
        general = [b for b in blocks if (b.get("outcomeIdentifier") == "EXPLANATION")]
        general = general or (blocks if len(blocks) == 1 else [])
        for block in blocks:
            text = self.text(block)
            if block in general and not self.made.explanation.id:
                self.made.explanation = text
            elif text.id:
                self.made.lost.append(f"the feedback '{block.get('identifier')}': '{text.id[:60]}'")


def _alone(field: etree._Element, unit: str) -> bool:
    """Return whether a field is all that its paragraph holds (but for its unit)."""
    parent = field.getparent()
    if parent is None or local(parent) not in _BLOCKS or len(parent) != 1:
        return False
    after = (field.tail or "").strip()
    if (parent.text or "").strip() or after not in ("", unit):
        return False
    field.tail = None
    return True


def _replace(part: etree._Element, mark: str, prompt: etree._Element | None) -> None:
    """Put a mark, or the blocks of a prompt, in the place of an element."""
    parent = part.getparent()
    if parent is None:
        return
    if prompt is not None:
        prompt.tag = "div"
        prompt.tail = part.tail
        parent.replace(part, prompt)
        if not any(local(inner) in (*_BLOCKS, "ul", "ol", "table", "pre") for inner in prompt):
            prompt.tag = "p"
        return
    text = mark + (part.tail or "")
    before = part.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(part)


def _named(text: str, marks: dict[str, str]) -> str:
    found = re.sub(r"\\?[\ue200-\ue3ff]", lambda m: marks.get(m[0][-1], m[0]), text)
    return found.replace("_____", "\\_\\_\\_\\_\\_") if "\\_" not in found else found
