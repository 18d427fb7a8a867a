"""Filters and globals of all templates: numbers, money and dates as people here write them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask

from sanggar import clock
from sanggar.kernel import i18n

MONTHS = {
    "id": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
DAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}


_SWAPPED = str.maketrans(",.", ".,")


def number(value: float | None, digits: int | None = None) -> str:
    """Write a number with the separators of the language: 1.250,5 or 1,250.5."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if float(value).is_integer() else 1
    plain = f"{value:,.{digits}f}"
    if i18n.language() == "en":
        return plain
    return plain.translate(_SWAPPED)


def rupiah(value: float | None) -> str:
    """Write an amount as Rp1.250.000 (the same in both languages)."""
    if value is None:
        return "–"
    return "Rp" + f"{round(value):,}".replace(",", ".")


def percent(value: float | None, digits: int = 0) -> str:
    """Write a percentage 0..100 as `61,2 %`."""
    return "–" if value is None else f"{number(value, digits)} %"


def day(value: date | datetime | None) -> str:
    """Write a date as `21 Nov 2026`."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value.day} {MONTHS[i18n.language()][value.month - 1]} {value.year}"


def weekday(value: date | datetime) -> str:
    """Write a date with its weekday: `Sabtu, 21 Nov 2026`."""
    local = clock.local(value).date() if isinstance(value, datetime) else value
    return f"{DAYS[i18n.language()][local.weekday()]}, {day(local)}"


def clock_time(value: datetime | None) -> str:
    """Write the time of day as `13.30 WIB`."""
    if value is None:
        return "–"
    separator = ":" if i18n.language() == "en" else "."
    return clock.local(value).strftime(f"%H{separator}%M") + " WIB"


def moment(value: datetime | None) -> str:
    """Write a moment as `21 Nov 2026, 13.30 WIB`."""
    return "–" if value is None else f"{day(value)}, {clock_time(value)}"


def iso(value: datetime | date) -> str:
    """Write a moment for `<time datetime>`."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def filesize(value: int | None) -> str:
    """Write a size in bytes as `84 KB` or `1,2 MB`."""
    if value is None:
        return "–"
    if value < 1_000_000:
        return f"{max(1, round(value / 1000))} KB"
    return f"{number(value / 1_000_000, 1)} MB"


def init_app(app: Flask) -> None:
    """Attach filters to `app`."""
    filters: dict[str, Any] = {
        "number": number, "rupiah": rupiah, "percent": percent, "day": day, "weekday": weekday,
        "time": clock_time, "moment": moment, "iso": iso, "filesize": filesize, "tr": i18n.tr,
    }  # fmt: skip
    app.jinja_env.filters.update(filters)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
