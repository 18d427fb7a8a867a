"""The campaign-link question: a whole UTM link is typed and taken apart.

The order of parameters does not matter, upper and lower case do: analytics tools count `Instagram`
and `instagram` as two sources, which is the mistake this question is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from sanggar.plugin import Grade, Item, PublicItem, QuestionType, Text

PARTS = ("source", "medium", "campaign")
PARAMETERS = ("base", *PARTS)
TOKEN = re.compile(r"[a-z0-9][a-z0-9_.-]*")
MAX_TYPED = 1000
MAX_FIELDS = 30


def whole_link(item: Item) -> str:
    """Return the link the item asks for."""
    query = urlencode({f"utm_{part}": item.params.get(part, "") for part in PARTS})
    return f"{item.params.get('base', '')}?{query}"


def _take_apart(text: str) -> tuple[SplitResult, list[tuple[str, str]]] | None:
    """Return a link's parts and its parameters; None when it is not a link at all."""
    try:
        parts = urlsplit(text.strip())
        return parts, parse_qsl(parts.query, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return None


def _same_page(first: SplitResult, second: SplitResult) -> bool:
    return (
        first.scheme.lower() == second.scheme.lower()
        and first.netloc.lower() == second.netloc.lower()
        and first.path.rstrip("/") == second.path.rstrip("/")
    )


def _join(notes: list[Text]) -> Text:
    return Text(id=" ".join(n.id for n in notes), en=" ".join(n.en for n in notes))


class UtmLink(QuestionType):
    """A landing page with its three UTM parameters."""

    kind: ClassVar[str] = "utm-link"
    template: ClassVar[str] = "digital_marketing/utm-link.html"
    label: ClassVar[Text] = Text(id="Tautan UTM", en="UTM link")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the parameters of the item."""
        faults = [
            f"'{name}' is missing: add a line like : {name} = {example}"
            for name, example in zip(
                PARAMETERS,
                ("https://toko.example.org/tempe", "instagram", "story", "ramadan_2026"),
                strict=True,
            )
            if not item.params.get(name)
        ]
        base = _take_apart(item.params.get("base", ""))
        if not faults and (
            base is None or base[0].scheme not in ("http", "https") or base[0].query
        ):
            faults.append(
                "base is not a page: write it like https://toko.example.org/tempe, without ?"
            )
        faults += [
            f"'{part}' has letters that change in a link: use small letters, digits and _ only"
            for part in PARTS
            if item.params.get(part) and not TOKEN.fullmatch(item.params[part])
        ]
        return faults

    def public(self, item: Item) -> PublicItem:
        """Return the item without its parameters: they are the key."""
        return PublicItem(id=item.id, type=item.type, stem=item.stem)

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed."""
        typed = "".join(c for c in (form.get("answer") or [""])[0] if c.isprintable()).strip()
        return typed[:MAX_TYPED] or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return a third of the score for each right parameter of a link to the right page."""
        typed = _take_apart(response[:MAX_TYPED]) if isinstance(response, str) else None
        wanted = _take_apart(whole_link(item))
        if typed is None or wanted is None:
            return Grade(score=0, correct=False)
        if not _same_page(typed[0], wanted[0]):
            return Grade(score=0, correct=False, note=self._page_note(typed[0], item))
        notes = [note for part in PARTS if (note := self._compare(part, typed[1], item))]
        score = (len(PARTS) - len(notes)) / len(PARTS)
        return Grade(score=score, correct=not notes, note=_join(notes) if notes else None)

    def _page_note(self, typed: SplitResult, item: Item) -> Text:
        base = item.params.get("base", "")
        if "&utm_" in typed.path or "&utm_" in typed.netloc:
            return Text(
                id="Parameter pertama diawali ?, bukan &.",
                en="The first parameter begins with ?, not &.",
            )
        return Text(
            id=f"Tautan tidak menuju halaman {base}. Tulis alamatnya lengkap dengan https://.",
            en=f"The link does not lead to {base}. Write the whole address with https://.",
        )

    def _compare(self, part: str, typed: list[tuple[str, str]], item: Item) -> Text | None:
        """Return what differs in one parameter, None when it is right."""
        name, wanted = f"utm_{part}", item.params.get(part, "")
        given = [value for key, value in typed if key == name]
        if given == [wanted]:
            return None
        if not given:
            other = next((key for key, _ in typed if key.lower() == name), "")
            if other:
                return Text(id=f"Tulis {name}, bukan {other}.", en=f"Write {name}, not {other}.")
            return Text(id=f"{name} belum ada.", en=f"{name} is missing.")
        if len(given) > 1:
            return Text(id=f"{name} ditulis dua kali.", en=f"{name} stands there twice.")
        value = given[0][:60]
        if value.lower() == wanted:
            return Text(
                id=f"{name}: pakai huruf kecil ({wanted}, bukan {value}).",
                en=f"{name}: use small letters ({wanted}, not {value}).",
            )
        return Text(
            id=f"{name} seharusnya {wanted}, bukan {value or '(kosong)'}.",
            en=f"{name} should be {wanted}, not {value or '(empty)'}.",
        )

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what was typed."""
        return response if isinstance(response, str) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the whole link."""
        return whole_link(item)
