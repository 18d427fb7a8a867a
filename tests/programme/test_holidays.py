"""Holidays: those of the country, and those a site adds."""

from __future__ import annotations

import os
from datetime import date

import pytest

from sanggar.programme.holidays import holidays


@pytest.fixture
def own(app):
    """The site's own file."""
    path = app.extensions["sanggar.settings"].data / "holidays.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_national_holidays_and_those_of_the_site(app, own) -> None:
    with app.app_context():
        assert date(2026, 8, 17) in holidays()
        assert date(2026, 12, 24) not in holidays()
        own.write_text("- 2026-12-24\n", encoding="utf-8")
        assert {date(2026, 8, 17), date(2026, 12, 24)} <= holidays()
        own.write_text("- 2026-12-28\n", encoding="utf-8")
        os.utime(own, ns=(1, 1))
        assert date(2026, 12, 24) not in holidays() and date(2026, 12, 28) in holidays()


@pytest.mark.parametrize("text", ["- 24 December", "- [", "7", "\x00", "- 2026-12-24 10:00:00"])
def test_a_file_nobody_can_read_adds_nothing(app, own, text: str) -> None:
    with app.app_context():
        known = len(holidays())
        own.write_text(text, encoding="utf-8")
        os.utime(own, ns=(hash(text) & 0xFFFFFF, hash(text) & 0xFFFFFF))
        assert len(holidays()) == known
