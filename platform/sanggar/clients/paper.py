"""Documents as PDF: a heading, facts, paragraphs, tables, lines to sign. Says nothing of its own."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Section:
    """A part of a document: pairs, paragraphs or points under a heading."""

    title: str
    pairs: Sequence[tuple[str, str]] = ()
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()


@dataclass(frozen=True)
class Paper:
    """A document before it is set in type."""

    title: str
    number: str
    sections: Sequence[Section]
    #: who signs, with what is known of their yes
    signers: Sequence[tuple[str, str, str]] = ()
    footer: str = ""
    language: str = "id"
    #: what stands on every page, of `n` and `all`
    pages: str = "%(n)s/%(all)s"


def pdf(paper: Paper) -> bytes:
    """Return a document as PDF; the same document gives the same bytes."""
    _first, pages = _built(paper, 0)  # once to count its pages
    return _built(paper, pages)[0]


def _built(paper: Paper, pages: int) -> tuple[bytes, int]:
    # .8 s and 16 MB: only a process that makes a document pays for it
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer  # noqa: PLC0415

    styles = _styles()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=paper.title, author="Sanggar", subject=paper.number,
        lang=paper.language, leftMargin=60, rightMargin=60, topMargin=56, bottomMargin=56,
        invariant=1,
    )  # fmt: skip
    story: list[Any] = [
        Paragraph(_lines(paper.title), styles["title"]),
        Paragraph(_lines(paper.number), styles["small"]), Spacer(1, 10),
    ]  # fmt: skip
    for section in paper.sections:
        story += _section(section, styles)
    if paper.signers:
        story += _signers(paper.signers, styles)
    if paper.footer:
        story += [Spacer(1, 14), Paragraph(_lines(paper.footer), styles["small"])]

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont("Vera", 8)
        canvas.drawString(66, 34, paper.number)
        words = paper.pages % {"n": canvas.getPageNumber(), "all": pages}
        canvas.drawRightString(A4[0] - 66, 34, words)

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue(), document.page


def _section(section: Section, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph, Table, TableStyle  # noqa: PLC0415

    made: list[Any] = [Paragraph(_lines(section.title), styles["heading"])]
    if section.pairs:
        rows = [
            [Paragraph(_lines(name), styles["small"]), Paragraph(_lines(value), styles["text"])]
            for name, value in section.pairs if value
        ]  # fmt: skip
        made.append(Table(rows, colWidths=[140, 335], hAlign="LEFT", style=TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ])))  # fmt: skip
    made += [Paragraph(_lines(text), styles["text"]) for text in section.paragraphs]
    made += [Paragraph(_lines(text), styles["point"], bulletText="•") for text in section.points]
    return made


def _signers(signers: Sequence[tuple[str, str, str]], styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table, TableStyle  # noqa: PLC0415

    cells = [
        [Paragraph(_lines(role), styles["small"]), Spacer(1, 46),
         Paragraph(_lines(name or "." * 30), styles["text"]), Paragraph(_lines(how), styles["small"])]
        for role, name, how in signers
    ]  # fmt: skip
    width = 475 / len(cells)
    return [Spacer(1, 18), KeepTogether(Table(
        [cells], colWidths=[width] * len(cells),
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]),
    ))]  # fmt: skip


def _lines(text: str) -> str:
    return "<br/>".join(escape(_in_font(line)) for line in text.splitlines())


def _in_font(text: str) -> str:
    """Return a text in letters that the font has: without their marks rather than as empty boxes."""
    from reportlab.pdfbase.pdfmetrics import getFont  # noqa: PLC0415

    known = getFont("Vera").face.charToGlyph

    def drawn(letter: str) -> str:
        if ord(letter) in known:
            return letter
        if unicodedata.category(letter) in ("Mn", "Cf"):
            return ""
        plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if ord(c) in known)
        return plain or "?"

    return "".join(drawn(letter) for letter in unicodedata.normalize("NFC", text))


@cache
def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    pdfmetrics.registerFont(TTFont("VeraBd", "VeraBd.ttf"))
    text = ParagraphStyle("text", fontName="Vera", fontSize=9.5, leading=14, spaceAfter=4)
    return {
        "text": text,
        "small": ParagraphStyle("small", parent=text, fontSize=8, leading=12, textColor="#444444"),
        "point": ParagraphStyle("point", parent=text, leftIndent=12, bulletIndent=2),
        "title": ParagraphStyle("title", parent=text, fontName="VeraBd", fontSize=16, leading=22),
        "heading": ParagraphStyle(
            "heading", parent=text, fontName="VeraBd", fontSize=11, leading=16, spaceBefore=10
        ),
    }
