"""Plots of the model card as numbers: the template only writes them down as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sanggar.rankers.additive import Curve
from sanggar.ranking.card import MUCH, SOME

#: a drawing, and room at its left and below for words
WIDTH, HEIGHT, LEFT, BELOW, ABOVE, RIGHT = 340.0, 236.0, 34.0, 32.0, 10.0, 10.0
#: a small drawing of one feature
SMALL_WIDTH, SMALL_HEIGHT, EDGE = 160.0, 84.0, 6.0


#: Share of the largest reach below which a line is flat to the eye.
FLAT = 0.03


@dataclass(frozen=True)
class Dot:
    """One point of a diagram with its size and words."""

    x: float
    y: float
    size: float
    label: str


@dataclass(frozen=True)
class Diagram:
    """Points in a square of percents, with the line on which they should lie."""

    dots: tuple[Dot, ...]
    line: str
    across: tuple[tuple[float, int], ...]
    up: tuple[tuple[float, int], ...]
    width: float = WIDTH
    height: float = HEIGHT


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BELOW - share * (HEIGHT - BELOW - ABOVE), 1)


def reliability(bins: Sequence[Mapping[str, Any]]) -> Diagram:
    """Return what was said across and what happened upwards; larger points stand for more offers."""
    most = max((each["rows"] for each in bins), default=1)
    return Diagram(
        tuple(
            Dot(_x(b["said"]), _y(b["happened"]), round(3 + 7 * math.sqrt(b["rows"] / most), 1),
                f"{100 * b['said']:.0f} % → {100 * b['happened']:.0f} % ({b['rows']})")
            for b in bins
        ),
        f"M{_x(0):g} {_y(0):g}L{_x(1):g} {_y(1):g}",
        tuple((_x(n / 4), 25 * n) for n in range(5)), tuple((_y(n / 4), 25 * n) for n in range(5)),
    )  # fmt: skip


@dataclass(frozen=True)
class Small:
    """What one feature adds: a stepped line; `unknown` is where an unknown value lies."""

    path: str
    zero: float
    unknown: float
    width: float = SMALL_WIDTH
    height: float = SMALL_HEIGHT


@dataclass(frozen=True)
class Effect:
    """One feature of a model, with its plot and the same in words."""

    name: str
    plot: Small
    #: what the best value adds above the worst one
    reach: float
    #: whether the reach is worth a drawing
    counts: bool
    steps: tuple[tuple[float, float], ...]
    missing: float


def effects(curves: Mapping[str, Curve]) -> list[Effect]:
    """Return the curves of a model about their middle, the one with most influence first.

    Notes
    -----
    All are drawn on one scale, so a flat line is a feature that hardly counts.
    """
    reaches = {name: float(np.ptp(curve.values)) for name, curve in curves.items()}
    most = max([*reaches.values(), 1e-9])
    found = []
    for name, curve in curves.items():
        middle = float(curve.values.min() + curve.values.max()) / 2
        asked = [n / 4 for n in range(5)]
        steps = tuple(
            (x, float(v) - middle) for x, v in zip(asked, curve(np.array(asked)), strict=True)
        )
        missing = curve.missing - middle
        found.append(
            Effect(
                name,
                _small(curve, middle, missing, most),
                reaches[name],
                reaches[name] >= FLAT * most,
                steps,
                missing,
            )
        )
    return sorted(found, key=lambda effect: (-effect.reach, effect.name))


def _small(curve: Curve, middle: float, missing: float, most: float) -> Small:
    inner, tall = SMALL_WIDTH - 2 * EDGE, SMALL_HEIGHT - 2 * EDGE

    def up(value: float) -> float:
        share = min(max(value / most, -0.5), 0.5)
        return round(EDGE + tall * (0.5 - share), 1)

    inside = [c for c in curve.cuts.tolist() if 0 < c < 1]
    if len(inside) > 60:  # a straight line in a thousand steps
        edges = [n / 40 for n in range(41)]
        ends = curve(np.array(edges)) - middle
        points = [(edge, up(float(v))) for edge, v in zip(edges, ends, strict=True)]
    else:
        points = []
        for left, right in pairwise([0.0, *inside, 1.0]):
            height = up(float(curve(np.array([(left + right) / 2]))[0]) - middle)
            points += [(left, height), (right, height)]
    path = "M" + "L".join(f"{round(EDGE + inner * x, 1):g} {y:g}" for x, y in points)
    return Small(path, up(0.0), up(missing))


@dataclass(frozen=True)
class Shifted:
    """How far a feature has moved since training."""

    name: str
    value: float
    look: str


def shifts(found: Mapping[str, float]) -> list[Shifted]:
    """Return features by how far they have moved, with the usual marks."""
    return [
        Shifted(name, value, "no" if value > MUCH else "warn" if value > SOME else "ok")
        for name, value in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
