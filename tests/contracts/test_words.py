"""Both languages are complete: every message in code and templates has its Indonesian."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

pytestmark = pytest.mark.once

CORE = Path(__file__).resolve().parents[2] / "platform" / "sanggar"
SLICES = sorted(p.name for p in CORE.iterdir() if p.is_dir() and not p.name.startswith("_"))
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {
    "_": None, "_l": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2), "lazy_gettext": None,
}  # fmt: skip
#: Words that are the same in both languages.
SAME = {"QR", "SVG", "E-mail", "WhatsApp", "Mentor", "mentor", "Admin", "Sanggar", "OK"}


@cache
def used(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    options = {"**/templates/**.html": {"trimmed": "true"}}
    for name, line, message, *_rest in extract_from_dir(
        folder, METHODS, options_map=options, keywords=KEYWORDS
    ):
        if message:
            key = message if isinstance(message, str) else message[0]
            found.setdefault(key, []).append(f"{folder.name}/{name}:{line}")
    return found


@cache
def catalogue() -> dict[str, str]:
    merged: dict[str, str] = {}
    for path in sorted(CORE.glob("*/translations/id.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="id"):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    value = message.string if isinstance(message.string, str) else message.string[0]
                    merged[key] = value
    return merged


@pytest.mark.parametrize("name", SLICES)
def test_every_message_has_its_indonesian(name: str) -> None:
    translated = catalogue()
    missing = [
        f"{places[0]}: {message}" for message, places in used(CORE / name).items() if not translated.get(message)
    ]  # fmt: skip
    assert not missing, "\n".join(missing)


def test_placeholders_survive_translation() -> None:
    import re

    wrong = []
    for message, value in catalogue().items():
        asked = set(re.findall(r"%\((\w+)\)s", message))
        given = set(re.findall(r"%\((\w+)\)s", value))
        if not given <= asked or (asked - given - {"n", "num"}):
            wrong.append(f"{message!r} -> {value!r}")
    assert not wrong, "\n".join(wrong)


def test_one_message_has_one_translation() -> None:
    seen: dict[str, tuple[str, str]] = {}
    wrong = []
    for path in sorted(CORE.glob("*/translations/id.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="id"):
                if not message.id:
                    continue
                key, value = str(message.id), str(message.string)
                other = seen.setdefault(key, (value, str(path.relative_to(CORE))))
                if other[0] != value:
                    wrong.append(
                        f"{key!r}: {other[1]} says {other[0]!r}, {path.relative_to(CORE)} says {value!r}"
                    )
    assert not wrong, "\n".join(wrong)


def test_catalogues_hold_nothing_that_is_not_used() -> None:
    everywhere: set[str] = set()
    for name in SLICES:
        everywhere |= set(used(CORE / name))
    unused = sorted(set(catalogue()) - everywhere)
    assert not unused, "\n".join(unused)
