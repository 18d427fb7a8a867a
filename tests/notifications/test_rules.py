"""When a message is tried again, and links that open WhatsApp."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sanggar.notifications import rules

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "typed", ["0812-0000-0123", "+62 812 0000 0123", "6281200000123", "081200000123"]
)
def test_numbers_in_every_form_open_the_same_chat(typed: str) -> None:
    assert rules.wa_link(typed, "Halo, Bu") == "https://wa.me/6281200000123?text=Halo%2C%20Bu"


@pytest.mark.parametrize("typed", ["", "halo", "0812", "1" * 20])
def test_what_is_no_number_gives_no_link(typed: str) -> None:
    assert rules.wa_link(typed, "x") == ""


def test_waiting_grows_and_ends() -> None:
    waits = [rules.wait_before(n) for n in range(1, 8)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25)]
    assert waits[-1] is None
