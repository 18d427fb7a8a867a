"""Pages of higher floors that mentors reach from their queue, with how much waits there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app

from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _l

#: endpoint and label; a slice that is not there leaves its own out
MORE = (
    ("moderation.appeals", _l("Objections")),
    ("moderation.corrections", _l("Corrections")),
    ("quality.bank", _l("How good the questions are")),
    ("quality.markers", _l("How assessors agree")),
    ("quality.standards", _l("Cut scores")),
    ("comparison.rounds", _l("Comparative judgement")),
)
_counts: dict[str, Callable[[Principal], int]] = {}


def count_in_queue(endpoint: str, count: Callable[[Principal], int]) -> None:
    """Let a page of a higher floor say in the marking queue how much waits for a mentor there."""
    _counts[endpoint] = count


def links(person: Principal) -> list[tuple[str, Any, int]]:
    """Return (endpoint, label, how many wait) of the pages that this application has."""
    return [
        (endpoint, label, _counts[endpoint](person) if endpoint in _counts else 0)
        for endpoint, label in MORE
        if endpoint in current_app.view_functions
    ]
