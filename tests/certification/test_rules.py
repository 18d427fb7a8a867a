"""Certificate numbers and validity."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar import ids
from sanggar.certification import rules

pytestmark = pytest.mark.once

TODAY = date(2026, 11, 21)


def test_a_new_number_reads_back_however_it_is_typed() -> None:
    for _ in range(200):
        number = rules.new_number(TODAY)
        assert number.startswith("MJC-26-")
        assert rules.parse_number(number) == number
        assert rules.parse_number(number.lower().replace("-", " ")) == number
        assert rules.parse_number(number.removeprefix("MJC-")) == number


@given(st.integers(0, 9), st.sampled_from(ids.ALPHABET), st.randoms(use_true_random=False))
def test_one_wrong_character_is_noticed(place: int, other: str, random) -> None:
    body = "26" + "".join(random.choice(ids.ALPHABET) for _ in range(7))
    plain = body + rules.check_character(body)
    if plain[place] == other:
        return
    tampered = plain[:place] + other + plain[place + 1 :]
    found = rules.parse_number(rules.format_number(tampered))
    # 32 characters modulo 31: only 0 and Z stand for the same remainder
    assert found is None or {plain[place], other} == {"0", "Z"}


@pytest.mark.parametrize(
    "typed", ["", "MJC", "MJC-26-XXXX", "'; DROP TABLE", "MJC-26-7K3Q-9DX!", "🎓" * 10]
)
def test_nonsense_is_no_number(typed: str) -> None:
    assert rules.parse_number(typed) is None


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 11, 21), 36, date(2029, 11, 21)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_are_calendar_months(start: date, months: int, end: date) -> None:
    assert rules.add_months(start, months) == end


@pytest.mark.parametrize(
    ("until", "revoked", "state"),
    [
        (TODAY, False, "valid"),
        (date(2026, 11, 20), False, "expired"),
        (date(2029, 1, 1), True, "revoked"),
        (date(2020, 1, 1), True, "revoked"),
    ],
)
def test_state_on_a_day(until: date, revoked: bool, state: str) -> None:
    assert rules.state(valid_until=until, revoked=revoked, today=TODAY) == state


def test_renewal_opens_ninety_days_before_the_end() -> None:
    assert not rules.can_renew(date(2027, 2, 20), TODAY)
    assert rules.can_renew(date(2027, 2, 19), TODAY)
    assert rules.can_renew(date(2026, 1, 1), TODAY)
