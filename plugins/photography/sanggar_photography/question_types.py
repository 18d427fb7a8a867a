"""The exposure question: one setting is asked so that a second photo is as bright as the first.

Answers are graded in stops, not as numbers: 1/125 s and 1/128 s are the same setting, and a slip of
a sixth of a stop is smaller than the step of any camera's dial.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from sanggar.plugin import Grade, Item, PublicItem, QuestionType, Text

TOLERANCE = 1 / 6
SETTINGS = ("f", "shutter", "iso")
MAX_TYPED = 40
#: what stands on cameras, in thirds of a stop; shutter speeds as denominators (0.5 = two seconds)
DIAL: dict[str, tuple[float, ...]] = {
    "f": (1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3.2, 3.5, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9, 10,
          11, 13, 14, 16, 18, 20, 22, 25, 29, 32),
    "shutter": (1 / 30, 1 / 15, 1 / 8, 1 / 4, 1 / 2, 1, 2, 3, 4, 5, 6, 8, 10, 13, 15, 20, 25, 30, 40,
                50, 60, 80, 100, 125, 160, 200, 250, 320, 400, 500, 640, 800, 1000, 1250, 1600, 2000,
                2500, 3200, 4000, 5000, 6400, 8000),
    "iso": (50, 64, 80, 100, 125, 160, 200, 250, 320, 400, 500, 640, 800, 1000, 1250, 1600, 2000,
            2500, 3200, 4000, 5000, 6400, 8000, 10000, 12800, 25600),
}  # fmt: skip
PREFIX = {"f": "f/", "shutter": "1/", "iso": "ISO "}
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,4})?")
_SECONDS = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*(?:s|sec|second|seconds|dtk|detik|\"|″|'')")


def stops(setting: str, value: float) -> float:
    """Return how much light a setting lets in, in stops from f/1, 1 s or ISO 1: more is brighter."""
    if setting == "f":
        return -2 * math.log2(value)
    return -math.log2(value) if setting == "shutter" else math.log2(value)


def nominal_stops(setting: str, value: float) -> float:
    """Return the stops a camera really sets: f/5.6 is 2^2.5, 1/60 s is 1/64, thirds in between."""
    offset = math.log2(100) if setting == "iso" else 0.0
    return round(3 * (stops(setting, value) - offset)) / 3 + offset


def _value(text: str | None) -> float | None:
    """Return a positive number as an item's parameter gives it."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < 1_000_000 else None


def asked(item: Item) -> str:
    """Return the one setting whose new value is not given; empty when that is not clear."""
    missing = [name for name in SETTINGS if not item.params.get(f"new_{name}")]
    return missing[0] if len(missing) == 1 else ""


def key_stops(item: Item) -> float | None:
    """Return the stops that the asked setting must have so that both photos are equally bright."""
    wanted = asked(item)
    balance = 0.0
    for name in SETTINGS:
        old, new = _value(item.params.get(name)), _value(item.params.get(f"new_{name}"))
        if old is None or (new is None and name != wanted):
            return None
        balance += nominal_stops(name, old)
        if new is not None:
            balance -= nominal_stops(name, new)
    return balance if wanted else None


def nearest_dial(setting: str, key: float) -> float:
    """Return the value on a camera's dial that comes nearest to `key` stops."""
    return min(DIAL[setting], key=lambda value: abs(stops(setting, value) - key))


def readings(setting: str, typed: str) -> list[float]:
    """Return what a typed setting may mean: f/4, f4, 1/500, 500, 2 s, 0,5 detik, ISO 400."""
    text = typed.strip().lower().replace("⁄", "/")
    if setting == "shutter":
        seconds = _SECONDS.fullmatch(text)
        if seconds and (value := _value(seconds[1].replace(",", "."))):
            return [1 / value]
        text = re.sub(r"\s*(s|sec|dtk|detik)$", "", text)
        text = re.sub(r"^1\s*/\s*", "", text)
    elif setting == "f":
        text = re.sub(r"^[fƒ]\s*/?\s*", "", text)
    else:
        text = re.sub(r"^iso\s*", "", text)
        text = re.sub(r"(?<=\d)[.,](?=\d{3}$)", "", text)  # 1.600 as people here write it
    if not _NUMBER.fullmatch(text):
        return []
    value = _value(text.replace(",", "."))
    if value is None:
        return []
    # "0.5" beside 1/… : half a second as likely as the denominator of two seconds
    return [value, 1 / value] if setting == "shutter" and value < 1 else [value]


class Exposure(QuestionType):
    """Aperture, shutter speed or ISO that keeps a photo equally bright."""

    kind: ClassVar[str] = "exposure"
    template: ClassVar[str] = "photography/exposure.html"
    label: ClassVar[Text] = Text(id="Setelan eksposur", en="Exposure setting")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the settings of the item."""
        names = (*SETTINGS, *(f"new_{name}" for name in SETTINGS))
        faults = [
            f"'{name}' is missing: write the first photo's {name}, like f=8 shutter=125 iso=100"
            for name in SETTINGS
            if not item.params.get(name)
        ]
        faults += [
            f"'{name}' is '{item.params[name]}': write a number above 0, like 5.6"
            for name in names
            if item.params.get(name) and _value(item.params[name]) is None
        ]
        faults += [
            f"'{name}' is not known to type=exposure: use {', '.join(names)}"
            for name in item.params
            if name not in names
        ]
        if not asked(item):
            faults.append(
                "it is not clear what is asked: give exactly two of new_f, new_shutter, new_iso"
            )
        key, setting = key_stops(item), asked(item)
        if key is not None and abs(stops(setting, nearest_dial(setting, key)) - key) > TOLERANCE:
            faults.append(
                f"no camera has the right {setting} (it would be beyond "
                f"{self.describe_key(item, 'en')}): choose other settings"
            )
        return faults

    def public(self, item: Item) -> PublicItem:
        """Return the item and which setting is asked, not the numbers it is computed from."""
        return PublicItem(id=item.id, type=item.type, stem=item.stem, extra={"asked": asked(item)})

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed."""
        typed = "".join(c for c in (form.get("answer") or [""])[0] if c.isprintable()).strip()
        return typed[:MAX_TYPED] or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score within a sixth of a stop, else how many stops it is off."""
        key, setting = key_stops(item), asked(item)
        if key is None or not isinstance(response, str):
            return Grade(score=0, correct=False)
        found = [stops(setting, v) - key for v in readings(setting, response[:MAX_TYPED])]
        if not found:
            return Grade(score=0, correct=False, note=Text(
                id="Jawaban ini tidak terbaca sebagai setelan kamera.",
                en="This cannot be read as a camera setting.",
            ))  # fmt: skip
        off = min(found, key=abs)
        if abs(off) <= TOLERANCE:
            return Grade(score=1, correct=True)
        return Grade(score=0, correct=False, note=_off_note(off))

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what was typed."""
        return response if isinstance(response, str) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the setting as it stands on a camera: f/5,6, 1/500 s, ISO 400."""
        key, setting = key_stops(item), asked(item)
        if key is None:
            return "–"
        nearest = nearest_dial(setting, key)
        if setting == "shutter":
            return f"{1 / nearest:g} s" if nearest < 1 else f"1/{nearest:g} s"
        text = f"{PREFIX[setting]}{nearest:g}"
        return text if language == "en" else text.replace(".", ",")


def _off_note(off: float) -> Text:
    """Return by how many stops the second photo would differ."""
    size = f"{abs(off):.1f}".removesuffix(".0")
    return Text(
        id=f"Dengan setelan ini foto {size.replace('.', ',')} stop lebih "
        + ("terang." if off > 0 else "gelap."),
        en=f"With this setting the photo is {size} stop{'s' if size != '1' else ''} "
        + ("brighter." if off > 0 else "darker."),
    )
