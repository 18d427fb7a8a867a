"""Days on which nobody has to answer: national holidays, and what a site adds in its data folder.

A file and not a library of all the world's calendars: that one takes 45 MB in every web worker.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask import current_app

from sanggar.kernel import log
from sanggar.kernel.config import Settings

NATIONAL = Path(__file__).with_name("holidays.yaml")


def holidays() -> frozenset[date]:
    """Return the known holidays; the site's own file is read again when it changes."""
    settings: Settings = current_app.extensions["sanggar.settings"]
    own = settings.data / "holidays.yaml"
    return _days(NATIONAL, 0) | (
        _days(own, own.stat().st_mtime_ns) if own.exists() else frozenset()
    )


@lru_cache(maxsize=4)
def _days(path: Path, _changed: int) -> frozenset[date]:
    """Return the days of a file; a file that cannot be read counts as empty, with a line in the log."""
    try:
        listed: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return frozenset(_day(each) for each in listed)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, TypeError) as error:
        log.get().error("holidays_unreadable", file=path.name, error=str(error))
        return frozenset()


def _day(value: Any) -> date:
    if type(value) is not date:
        raise ValueError(f"{value!r} is not a day: write it as 2027-03-10")
    return value
