"""Which mandatory parts of a food label stand in its text.

A list for the eye, not a verdict: words are found, not whether they are true, large enough or in
the right place; and text drawn as curves or as a picture is not found at all. So nothing here fails.
The parts: PerBPOM 31/2018 (article 5) as changed by PerBPOM 20/2021; the numbers of licences:
PerBPOM 22/2018 (P-IRT, 15 digits) and the BPOM register (MD and ML).
"""

from __future__ import annotations

import re

from sanggar.plugin import Finding, Text, UploadedFile
from sanggar.plugin.filechecks import Limits, Rule, clean, words

from . import checks_rules as rules
from .checks_render import letters

LEAST_LETTERS = 20
_FLAGS = re.IGNORECASE
INGREDIENTS = re.compile(
    r"\b(?:komposisi|daftar\s+bahan|bahan[\s-]*bahan|bahan\s+baku|ingredients)\b", _FLAGS
)
NET = re.compile(
    r"\b(?:berat\s+bersih|isi\s+bersih|berat\s*/\s*isi\s+bersih|netto?|net\s*(?:wt|weight)|bobot\s+tuntas)"
    r"\b[^\d\n]{0,20}\n?[^\d\n]{0,10}(?P<amount>\d{1,5}(?:[.,]\d{1,3})?\s*(?:kg|gram|gr|g|mg|ml|liter|l|butir|pcs)\b)",
    _FLAGS,
)
BAD_UNIT = re.compile(r"\d\s*(?:gr|pcs)\b", _FLAGS)
PRODUCER = re.compile(
    r"\b(?:di\s?produksi|dibuat|dikemas|diimpor|produksi)\s+(?:oleh|untuk)\b\s*:?\s*\S|\bprodusen\s*:|\bproduced\s+by\b|"
    r"(?<![-\w.])(?:PT|CV|UD|PD)\.?\s+[A-Z]",
)
PRODUCER_LOOSE = re.compile(r"\b(?:di\s?produksi|dibuat|dikemas)\s+oleh\b|\bprodusen\s*:", _FLAGS)
ADDRESS = re.compile(
    r"\b(?:jl\.?|jln\.?|jalan|desa|dusun|dsn\.?|kel\.|kelurahan|kec\.?|kecamatan|kab\.?|kabupaten|kota)\s+\w+|"
    r"\bRT\s*\.?\s*\d+|\b\w+\s+[1-9]\d{4}\b[^\d]{0,20}indonesia",
    _FLAGS,
)
HALAL = re.compile(r"\bhalal\b|حلال", _FLAGS)
HALAL_NUMBER = re.compile(r"\bID\s?\d{2}\s?\d[\d\s]{10,16}\d\b")
PRODUCTION = re.compile(
    r"\b(?:kode\s+(?:dan\s+tanggal\s+)?prod(?:uksi)?|(?:tanggal|tgl\.?)\s+(?:dan\s+kode\s+)?prod(?:uksi)?|"
    r"prod(?:uction)?\s*(?:code|date)|batch|no\.?\s*lot|mfg)\b",
    _FLAGS,
)
EXPIRY = re.compile(
    r"\b(?:baik\s+digunakan\s+sebelum|kedaluwarsa|kadaluarsa|kadaluwarsa|exp(?:\.|ired|iry)?\b|best\s+before|bb\s*:)",
    _FLAGS,
)
NUTRITION = re.compile(r"\b(?:informasi\s+nilai\s+gizi|nutrition\s+facts)\b", _FLAGS)
PIRT = re.compile(r"\bP\.?\s?-?\s?IRT\b[^\d\n]{0,12}(?P<digits>\d[\d\s.-]{8,24})", _FLAGS)
BPOM = re.compile(r"\b(?:BPOM\s+(?:RI\s+)?)?(?P<kind>MD|ML)\s*\.?\s*(?P<digits>\d[\d\s.-]{7,20})")
#: not decided by us: what a licence of each kind has
PIRT_DIGITS, BPOM_DIGITS = (15,), (12, 13, 14, 15)


def measure(limits: Limits, file: UploadedFile) -> list[Finding]:
    """Return one finding for each mandatory part."""
    if file.kind != "pdf":
        measured = words(
            "Gambar: tulisannya tidak dapat dicari, periksa dengan mata",
            "A picture: its words cannot be searched, check by eye",
        )
        return [rules.LABEL_TEXT.find("unknown", measured, file=file.name)]
    text = letters(file.path).replace("\r", "\n").replace("\ufffe", "").replace("\u00ad", "")
    if sum(c.isalnum() for c in text) < LEAST_LETTERS:
        measured = words(
            "Tidak ada teks hidup (kurva atau gambar): periksa dengan mata",
            "No live text (curves or a picture): check by eye",
        )
        return [rules.LABEL_TEXT.find("unknown", measured, file=file.name)]
    return _parts(limits, text, file.name)


def _parts(limits: Limits, text: str, name: str) -> list[Finding]:
    found = [
        _name(limits, text, name),
        _look(rules.LABEL_INGREDIENTS, INGREDIENTS.search(text), name),
        _net(text, name),
        _look(rules.LABEL_PRODUCER, PRODUCER.search(text) or PRODUCER_LOOSE.search(text), name),
        _look(rules.LABEL_ADDRESS, ADDRESS.search(text), name),
    ]
    if limits.flag("halal"):
        found.append(
            _look(rules.LABEL_HALAL, HALAL_NUMBER.search(text) or HALAL.search(text), name)
        )
    found += [
        _look(rules.LABEL_CODE, PRODUCTION.search(text), name),
        _look(rules.LABEL_EXPIRY, EXPIRY.search(text), name),
        _permit(text, name),
    ]
    if limits.flag("nutrition"):
        found.append(_look(rules.LABEL_NUTRITION, NUTRITION.search(text), name))
    return found


NOT_FOUND = words("Tidak ditemukan dalam teks", "Not found in the text")
MANDATORY = words("harus ada pada label", "must be on the label")


def _look(rule: Rule, match: re.Match[str] | None, name: str) -> Finding:
    if match is None:
        return rule.find("warn", NOT_FOUND, MANDATORY, file=name)
    return rule.find("pass", _quoted(match[0]), MANDATORY, file=name)


def _quoted(text: str) -> Text:
    return words("“{}”", "“{}”", clean(text, 60))


def _name(limits: Limits, text: str, name: str) -> Finding:
    wanted = limits.text("product")
    if not wanted:
        measured = words("Tidak dapat dikenali otomatis", "Cannot be recognised automatically")
        return rules.LABEL_NAME.find("unknown", measured, MANDATORY, file=name)
    together = " ".join(text.split()).lower()
    there = " ".join(wanted.split()).lower() in together
    measured = _quoted(wanted) if there else NOT_FOUND
    return rules.LABEL_NAME.judge(there, measured, _quoted(wanted), file=name)


def _net(text: str, name: str) -> Finding:
    match = NET.search(text)
    if match and BAD_UNIT.search(match["amount"]):
        asked = words("satuan g, kg, ml, atau l", "units g, kg, ml or l")
        return rules.LABEL_NET.find("warn", _quoted(match[0]), asked, file=name)
    return _look(rules.LABEL_NET, match, name)


def _permit(text: str, name: str) -> Finding:
    for pattern, kind, lengths in ((PIRT, "P-IRT", PIRT_DIGITS), (BPOM, "BPOM MD/ML", BPOM_DIGITS)):
        match = pattern.search(text)
        if match is None:
            continue
        count = sum(c.isdigit() for c in match["digits"])
        asked = words(
            "{}: {} digit",
            "{}: {} digits",
            kind,
            "–".join(dict.fromkeys((str(lengths[0]), str(lengths[-1])))),
        )
        measured = words("{} ({} digit)", "{} ({} digits)", _quoted(match[0]), count)
        return rules.LABEL_PERMIT.judge(count in lengths, measured, asked, file=name)
    return rules.LABEL_PERMIT.find("warn", NOT_FOUND, MANDATORY, file=name)
