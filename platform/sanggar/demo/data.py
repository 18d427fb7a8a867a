"""The figures and names the demo is made of, read from its two data files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
PASSWORD = "sanggar-demo"  # noqa: S105 - printed and shown on the sign-in page on purpose
ACCOUNTS = ("talent", "mentor", "client", "officer", "province", "admin")
#: what one tenth of the programme is divided by
DIVISORS = {"full": 1, "small": 10}
#: the fictional block of phone numbers: +62 812-0000-0000 to +62 812-0000-0999
PHONE_BLOCK = "+62812000000"
BLOCK_SIZE = 1000


@dataclass(frozen=True)
class HubFigures:
    """How many there are of each kind in one hub."""

    talents: int
    active: int
    foundation: int
    associate: int
    professional: int
    mentors: int
    clients: int
    briefs: int


@dataclass(frozen=True)
class Figures:
    """The programme at one size. `raw` holds what does not depend on the size."""

    size: str
    hubs: dict[str, HubFigures]
    briefs: dict[str, int]
    broken_off: int
    decided_offers: int
    incubation: dict[str, int]
    umkm_guests: dict[str, int]
    dirty: dict[str, int]
    raw: dict[str, Any]

    def total(self, name: str) -> int:
        """Return the sum of one column over the hubs."""
        return sum(getattr(hub, name) for hub in self.hubs.values())


@lru_cache(maxsize=1)
def distribution() -> dict[str, Any]:
    """Return the figures at full size, as they stand in the file."""
    found: dict[str, Any] = yaml.safe_load((HERE / "distribution.yaml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def names() -> dict[str, Any]:
    """Return the names to draw from."""
    found: dict[str, Any] = yaml.safe_load((HERE / "names.yaml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return the sentences people of the demo have written."""
    found: dict[str, Any] = yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))
    return found


def scale(number: float, divisor: int) -> int:
    """Return a figure at a size, halves rounded up.

    >>> scale(612, 10), scale(415, 10), scale(415, 1)
    (61, 42, 415)
    """
    return int(number / divisor + 0.5)


def share_out(total: int, weights: Mapping[Any, float]) -> dict[Any, int]:
    """Split a total by weights into whole numbers that add up to it (largest remainder).

    >>> share_out(61, {"a": 17.8, "b": 13.1, "c": 30.3})
    {'a': 18, 'b': 13, 'c': 30}
    """
    whole = sum(weights.values())
    if whole <= 0:
        return dict.fromkeys(weights, 0)
    exact = {key: total * weight / whole for key, weight in weights.items()}
    found = {key: int(value) for key, value in exact.items()}
    rest = sorted(exact, key=lambda key: (found[key] - exact[key], str(key)))
    for key in rest[: total - sum(found.values())]:
        found[key] += 1
    return found


def _split(figures: dict[Any, int], divisor: int) -> dict[Any, int]:
    return share_out(scale(sum(figures.values()), divisor), dict(figures))


def figures(size: str) -> Figures:
    """Return the programme at a size.

    `small` is a tenth: each total is divided by ten with halves rounded up, and shared out over hubs
    or states by largest remainder, so that rows and totals agree. At least one of everything stays.
    """
    raw, divisor = distribution(), DIVISORS[size]
    columns = {
        name: _split({code: row[name] for code, row in raw["hubs"].items()}, divisor)
        for name in HubFigures.__dataclass_fields__
    }
    hubs = {
        code: HubFigures(**{name: columns[name][code] for name in columns}) for code in raw["hubs"]
    }
    states = share_out(sum(hub.briefs for hub in hubs.values()), dict(raw["briefs"]))
    return Figures(
        size=size, hubs=hubs, briefs=states,
        broken_off=min(max(1, scale(raw["broken_off"], divisor)), states["cancelled"]),
        decided_offers=scale(raw["decided_offers"], divisor),
        incubation={
            **{key: scale(raw["incubation"][key], divisor)
               for key in ("running", "completed", "stopped")},
            "cohorts": max(len(hubs), scale(raw["incubation"]["cohorts"], divisor)),
        },
        umkm_guests=_split(raw["umkm_guests"], divisor),
        dirty={key: max(1, scale(value, divisor)) for key, value in raw["dirty"].items()},
        raw=raw,
    )  # fmt: skip
