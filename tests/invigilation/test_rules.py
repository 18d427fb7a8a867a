"""Codes, networks and what grants come to, without a database."""

from __future__ import annotations

import pytest

from sanggar.invigilation import rules
from sanggar.invigilation.rules import Refusal

pytestmark = pytest.mark.once


@pytest.mark.parametrize("typed", ["KP7M2X", "kp7m2x", " KP7 M2X ", "kp7-m2x", "ＫＰ７Ｍ２Ｘ"])
def test_a_code_is_known_however_it_is_written(typed) -> None:
    assert rules.same_code("KP7M2X", typed)


@pytest.mark.parametrize("typed", ["", "KP7M2", "KP7M2XX", "KP7M2Y", "é", "\x00" * 6])
def test_another_code_is_refused(typed) -> None:
    assert not rules.same_code("KP7M2X", typed)


def test_networks_are_read_and_what_is_none_is_named() -> None:
    assert rules.parse_networks("10.0.0.0/8\n203.0.113.7, 2001:db8::/32") == (
        ["10.0.0.0/8", "203.0.113.7/32", "2001:db8::/32"], [],
    )  # fmt: skip
    assert rules.parse_networks("warnet 300.1.1.1")[1] == ["warnet", "300.1.1.1"]


def test_an_address_behind_ipv6_is_the_same_address() -> None:
    assert rules.inside(["203.0.113.0/24"], "::ffff:203.0.113.9")
    assert not rules.inside(["203.0.113.0/24"], "198.51.100.1")
    assert not rules.inside(["203.0.113.0/24"], "nonsense")


def test_a_full_room_is_told_apart_from_a_wrong_code() -> None:
    asked = {"networks": [], "code": "ABCDEF", "seats": 2, "address": "203.0.113.1"}
    assert rules.refusal(**asked, typed="x", taken=0) is Refusal.CODE
    assert rules.refusal(**asked, typed="abcdef", taken=2) is Refusal.FULL
    assert rules.refusal(**asked, typed="abcdef", taken=1) is None
    elsewhere = {**asked, "networks": ["10.0.0.0/8"]}
    assert rules.refusal(**elsewhere, typed="abcdef", taken=0) is Refusal.NETWORK


def test_the_largest_of_each_kind_counts_and_aids_are_all_provided() -> None:
    assert rules.together([]) == rules.Granted()
    found = rules.together([(50, 0, ""), (25, 20, "Pembaca"), (0, 30, "Huruf besar")])
    assert found == rules.Granted(50, 30, ("Pembaca", "Huruf besar"))
    assert found.minutes(60) == 90
