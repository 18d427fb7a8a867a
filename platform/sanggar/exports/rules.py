"""What never leaves the platform, not even in somebody's own copy of their data."""

from __future__ import annotations

import re

#: Columns that open doors or identify sessions; a copy of one's data must not become a key.
_SECRET = re.compile(
    r"password|secret|token|digest|uniquifier|recovery|credential|public_key|user_handle|seed"
    r"|counter$|_key$|extensions"
)
#: Exam security: the questions with their keys belong to the programme, the answers to the person.
CONFIDENTIAL: dict[str, frozenset[str]] = {
    "attempt_item": frozenset(
        {"item", "item_version", "option_order", "share", "correct", "note", "scored", "parameters"}
    ),
    # they move with every answer of an adaptive exam, and so would say whether it was right
    "attempt": frozenset({"ability", "ability_error"}),
}
#: Columns that say whose row it is.
OWNERS = ("person_id", "user_id")


def is_secret(table: str, column: str) -> bool:
    """Return whether a column stays out of every copy.

    >>> is_secret("user", "password"), is_secret("user", "name"), is_secret("attempt_item", "item")
    (True, False, True)
    """
    return bool(_SECRET.search(column)) or column in CONFIDENTIAL.get(table, frozenset())
