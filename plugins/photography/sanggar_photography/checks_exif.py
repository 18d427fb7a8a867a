"""What the camera wrote into a photo: exposure, aperture, ISO, focal length (Exif 2.32, 4.6.5).

Records can be lost on the way (chat apps strip them) and can be edited, so nothing here fails.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import exifread

from sanggar.plugin import Finding, UploadedFile
from sanggar.plugin.filechecks import Limits, Num, some, words

from . import checks as rules

SETTINGS = {
    "exposure": ("EXIF ExposureTime",),
    "aperture": ("EXIF FNumber",),
    "iso": ("EXIF ISOSpeedRatings", "EXIF PhotographicSensitivity"),
    "focal": ("EXIF FocalLength",),
}
NAMES = {"exposure": "kecepatan rana / shutter speed", "aperture": "bukaan / aperture",
         "iso": "ISO", "focal": "panjang fokus / focal length"}  # fmt: skip
#: nobody holds still longer than this, whatever the lens
HAND_SECONDS = 1 / 60


def tags_of(file: UploadedFile) -> Mapping[str, Any]:
    """Return the record of a photo, empty when there is none or it is damaged."""
    logging.getLogger("exifread").setLevel(logging.CRITICAL)
    try:
        with file.path.open("rb") as stream:
            tags: Mapping[str, Any] = exifread.process_file(stream, details=False)
            return tags
    except Exception:  # a damaged record raises nearly anything: as good as none
        return {}


def number_of(tags: Mapping[str, Any], *names: str) -> float | None:
    """Return the first number above 0 under these names."""
    for name in names:
        try:
            first = tags[name].values[0]
            value = float(first[0] if isinstance(first, tuple) else first)
        except (KeyError, IndexError, TypeError, ValueError, ArithmeticError, AttributeError):
            continue
        if 0 < value < 1e7:
            return value
    return None


def measure(limits: Limits, file: UploadedFile) -> list[Finding]:
    """Return whether the settings are there, and those that often explain a poor photo."""
    tags = tags_of(file)
    values = {key: number_of(tags, *names) for key, names in SETTINGS.items()}
    missing = [NAMES[key] for key, value in values.items() if value is None]
    asked = words("empat setelan tercatat", "four settings recorded")
    if len(missing) == len(SETTINGS):
        measured = words("Tidak ada (terhapus?)", "None (stripped?)")
        return [rules.EXIF.find("warn", measured, asked, file=file.name)]
    shown = words("{}", "{}", _settings(values, tags))
    if missing:
        shown = words("{}; tidak tercatat: {}", "{}; not recorded: {}", shown, some(missing))
    found = [rules.EXIF.judge(not missing, shown, asked, file=file.name)]
    if values["iso"] is not None:
        most = limits.number("max_iso")
        measured = words("ISO {}", "ISO {}", Num(values["iso"], 0))
        asked = words("paling tinggi ISO {}", "at most ISO {}", Num(most, 0))
        found.append(rules.ISO.judge(values["iso"] <= most, measured, asked, file=file.name))
    return [*found, *_shake(values, tags, file.name)]


def _settings(values: Mapping[str, float | None], tags: Mapping[str, Any]) -> str:
    parts = [str(tags[name]) for name in ("Image Make", "Image Model") if name in tags]
    if values["exposure"]:
        parts.append(_seconds(values["exposure"]))
    parts += [f"f/{values['aperture']:g}"] if values["aperture"] else []
    parts += [f"ISO {values['iso']:g}"] if values["iso"] else []
    parts += [f"{values['focal']:g} mm"] if values["focal"] else []
    return some(parts, 6)


def _seconds(value: float) -> str:
    return f"{value:g} s" if value >= 0.4 else f"1/{1 / value:.0f} s"


def _shake(values: Mapping[str, float | None], tags: Mapping[str, Any], name: str) -> list[Finding]:
    """Return whether the shutter was slower than a hand can hold."""
    exposure = values["exposure"]
    focal = number_of(tags, "EXIF FocalLengthIn35mmFilm")
    if exposure is None:
        return []
    limit = min(HAND_SECONDS, 1 / focal) if focal else HAND_SECONDS
    measured = words("{}", "{}", _seconds(exposure))
    asked = words(
        "{} atau lebih cepat; tripod bila lebih lambat",
        "{} or faster; a tripod if slower",
        _seconds(limit),
    )
    return [rules.SHAKE.judge(exposure <= limit * 1.1, measured, asked, file=name)]
