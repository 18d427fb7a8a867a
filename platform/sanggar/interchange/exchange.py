"""Reading and writing banks in other formats: two pure functions over bytes.

`read` never raises for what a file holds: a file that cannot be read at all is one refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sanggar.interchange import aiken, gift, giftwrite, moodle, moodlewrite, qtipackage, qtizip
from sanggar.interchange.assemble import assemble
from sanggar.interchange.model import Exported, Found, Imported, Refusal, Unreadable
from sanggar.interchange.words import LANGUAGES, Speech
from sanggar.plugin.items import Item

#: name of a format -> ending of its files
FORMATS = {
    "gift": "gift", "aiken": "txt", "moodle": "xml", "qti21": "xml", "qti22": "xml", "qti30": "xml",
}  # fmt: skip
IMPORTED = (*FORMATS, "qti")
MAX_BYTES = 50_000_000
#: formats that have room for both languages
_AIKEN = re.compile(r"^[ \t]*ANSWER[ \t]*:", re.MULTILINE)
_LETTERED = re.compile(r"^[ \t]*[A-Z][.)][ \t]", re.MULTILINE)
BILINGUAL = ("moodle", "qti21", "qti22", "qti30")


def read(
    data: bytes, filename: str, *, format: str = "", area: str = "", level: str = "",
    language: str = "id",
) -> Imported:  # fmt: skip
    """Return what is in a file of another system.

    Parameters
    ----------
    data : bytes
        The file: GIFT, Aiken, Moodle XML, a QTI item or a QTI package (zip).
    filename : str
        Its name, for messages and as a hint at the format.
    format : str
        One of `IMPORTED`; empty: found out from the content.
    area, level : str
        Unit of competency and cognitive level of items that do not say theirs.
    language : str
        Language of texts that stand in one language: ``id`` or ``en``.

    Returns
    -------
    Imported
        Items as their bank gives them back, pictures by name, everything refused with its name and
        reason, and what of the imported items was lost.
    """
    found = Found()
    try:
        if len(data) > MAX_BYTES:
            raise Unreadable(f"the file is larger than {MAX_BYTES // 1_000_000} MB: refused")
        _read(data, filename, format or detect(data, filename), found, language)
    except Unreadable as refused:
        found.refuse(filename, refused.reason, refused.line)
    return assemble(found, area=area, level=level, language=language)


def detect(data: bytes, filename: str) -> str:
    """Return the format of a file by its first bytes and its name; raise `Unreadable`."""
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PK"):
        return "qti"
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return "moodle" if b"<quiz" in data[:20_000] else "qti"
    if not start:
        raise Unreadable("the file is empty")
    text = gift.decode(data)
    if _AIKEN.search(text) and _LETTERED.search(text):
        return "aiken"
    if "{" in text or "::" in text or filename.lower().endswith(".gift"):
        return "gift"
    if filename.lower().endswith(".txt"):
        return "aiken"
    raise Unreadable("neither GIFT, Aiken, Moodle XML nor QTI: name it with --format")


def _read(data: bytes, filename: str, kind: str, found: Found, language: str) -> None:
    if kind == "gift":
        gift.read(data, found, language)
    elif kind == "aiken":
        aiken.read(data, found, language)
    elif kind == "moodle":
        moodle.read(data, found, language)
    elif data[:2] == b"PK":
        qtizip.read_zip(data, found, language)
    else:
        qtizip.read_xml(data, filename, found, language)


def write(
    items: Sequence[Item], format: str, language: str = "id",
    *, images: Mapping[str, bytes] | None = None, package: bool = False,
) -> Exported:  # fmt: skip
    """Return items in the format of another system.

    Parameters
    ----------
    items : sequence of Item
        From one or several banks; ids are unique.
    format : str
        A key of `FORMATS`.
    language : str
        ``id``, ``en``, or ``both`` for Moodle XML and QTI.
    images : mapping of str to bytes
        Pictures that texts and hotspot items name.
    package : bool
        QTI: write a content package; several items always are one.

    Returns
    -------
    Exported
        The file's bytes, the ids written, the items refused with the reason, and for every written
        item what the format cannot say of it.

    Raises
    ------
    ValueError
        For an unknown format or language, or ``both`` where a format has no room for it.
    """
    if format not in FORMATS:
        raise ValueError(f"'{format}' is not a format: use one of {', '.join(FORMATS)}")
    if language not in LANGUAGES:
        raise ValueError(f"'{language}' is not a language: use id, en or both")
    if language == "both" and format not in BILINGUAL:
        raise ValueError(f"{format} has room for one language: use --language id or en")
    speech, pictures = Speech(language), dict(images or {})
    if format == "gift":
        return giftwrite.write(items, speech)
    if format == "aiken":
        return aiken.write(items, speech)
    if format == "moodle":
        return moodlewrite.write(items, speech, pictures)
    return qtipackage.write(items, speech, pictures, version=format, package=package)


__all__ = ["FORMATS", "IMPORTED", "Exported", "Imported", "Refusal", "detect", "read", "write"]
