"""Who may begin an exam in a window, and how long a clock stands still: pure functions."""

from __future__ import annotations

import hmac
import ipaddress
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

#: Extra time an officer can grant, in percent of the exam's own.
EXTRA = (0, 25, 50, 100)
#: Minutes of rest that an officer can grant for one exam.
MOST_BREAK = 60
#: How far back an outage can be declared.
LOOK_BACK = timedelta(days=3)
LONGEST_OUTAGE = timedelta(hours=24)
LONGEST_WINDOW = timedelta(days=14)
MAX_NETWORKS = 20
#: Letters and digits that cannot be mistaken for each other on a whiteboard.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Granted:
    """What somebody is granted in exams; `aids` are for the officer in the room and for them."""

    extra_percent: int = 0
    break_minutes: int = 0
    aids: tuple[str, ...] = ()

    def minutes(self, own: int) -> float:
        """Return how long an exam of so many minutes is for them.

        >>> Granted(extra_percent=25).minutes(50)
        62.5
        """
        return own * (1 + self.extra_percent / 100)


def together(grants: Iterable[tuple[int, int, str]]) -> Granted:
    """Return what several grants (extra percent, break minutes, aids) come to.

    The largest of each kind counts; aids are all provided.

    >>> together([(25, 0, "a reader"), (0, 15, ""), (50, 10, "large print"), (0, 0, "a reader")])
    Granted(extra_percent=50, break_minutes=15, aids=('a reader', 'large print'))
    """
    found = list(grants)
    return Granted(
        extra_percent=max((extra for extra, _rest, _aids in found), default=0),
        break_minutes=max((rest for _extra, rest, _aids in found), default=0),
        aids=tuple(dict.fromkeys(aids for _extra, _rest, aids in found if aids)),
    )


class Refusal(StrEnum):
    """Why somebody cannot begin in a window."""

    NETWORK = "network"
    CODE = "code"
    FULL = "full"


def same_code(asked: str, typed: str) -> bool:
    """Return whether the code of a window was typed, however it is written.

    >>> same_code("KP7M2X", " kp7 m2x "), same_code("KP7M2X", ""), same_code("", "")
    (True, False, True)
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())
    return hmac.compare_digest(asked.encode(), plain.encode())


def parse_networks(lines: str) -> tuple[list[str], list[str]]:
    """Return the networks of a text, one a line or between commas, and the parts that are none.

    >>> parse_networks("203.0.113.7, 10.0.0.0/8\\nwarnet")
    (['203.0.113.7/32', '10.0.0.0/8'], ['warnet'])
    """
    found, wrong = [], []
    for part in lines.replace(",", "\n").split():
        try:
            found.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError:
            wrong.append(part)
    return found, wrong


def inside(networks: Sequence[str], address: str) -> bool:
    """Return whether an address belongs to one of the networks; no networks: anywhere.

    >>> inside(["10.1.0.0/16"], "10.1.2.3"), inside(["10.1.0.0/16"], "10.2.0.1"), inside([], "")
    (True, False, True)
    """
    if not networks:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(network) for network in networks)


def refusal(
    *, networks: Sequence[str], code: str, seats: int | None,
    address: str, typed: str, taken: int,
) -> Refusal | None:  # fmt: skip
    """Return why somebody cannot begin in an open window, None when they can."""
    if not inside(networks, address):
        return Refusal.NETWORK
    if code and not same_code(code, typed):
        return Refusal.CODE
    if seats is not None and taken >= seats:
        return Refusal.FULL
    return None
