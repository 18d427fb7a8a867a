"""How marks become a decision on practical work, as pure functions.

Two markers work blind to each other. A third is asked when they are far apart, when they differ on a
critical criterion, or when they stand on either side of the pass mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import fmean, median

from sanggar.plugin.track import Assignment

#: How long a marker holds a piece of work that is not marked yet.
LOCK = timedelta(hours=2)
#: Totals further apart than this need a third marker.
MAX_GAP = 15.0
#: So many levels apart on a critical criterion need a third marker.
CRITICAL_GAP = 1
LEVELS = (1, 2, 3, 4)
EPSILON = 1e-9

COMPETENT, NOT_YET = "competent", "not_yet"
ACCEPTED, RETURNED = "accepted", "returned"


@dataclass(frozen=True)
class Decision:
    """What the marks say so far.

    Attributes
    ----------
    needed : int
        Markers needed in all; more than were given means "not decided yet".
    verdict : str
        ``competent``, ``not_yet`` or, while marks are missing, empty.
    total : float
        Mean of the totals, 0..100.
    levels : dict of str to float
        Criterion -> level the decision rests on: mean of two markers, median of three.
    lowest : dict of str to int
        Criterion -> lowest level given.
    third : bool
        A third marker was needed because the first two disagreed.
    """

    needed: int
    verdict: str = ""
    total: float = 0.0
    levels: dict[str, float] = field(default_factory=dict)
    lowest: dict[str, int] = field(default_factory=dict)
    third: bool = False


def missing_levels(assignment: Assignment, levels: Mapping[str, int]) -> tuple[str, ...]:
    """Return the criteria that have no level 1..4 yet."""
    return tuple(c.id for c in assignment.rubric if levels.get(c.id) not in LEVELS)


def total(assignment: Assignment, levels: Mapping[str, float]) -> float:
    """Return the mark 0..100: the sum of weight x level / 4."""
    return round(sum(c.weight * levels[c.id] / 4 for c in assignment.rubric), 4)


def meets(assignment: Assignment, mark: float, levels: Mapping[str, float]) -> bool:
    """Return whether a mark reaches the pass mark and every critical criterion its level."""
    return mark + EPSILON >= assignment.pass_mark and all(
        levels[c.id] + EPSILON >= assignment.critical_level for c in assignment.rubric if c.critical
    )


def disagree(assignment: Assignment, one: Mapping[str, int], two: Mapping[str, int]) -> bool:
    """Return whether two markers are so far apart that a third must look.

    They are when their totals differ by more than 15, when they differ by a level or more on a
    critical criterion, or when one of them would pass the work and the other not.
    """
    totals = total(assignment, one), total(assignment, two)
    if abs(totals[0] - totals[1]) > MAX_GAP + EPSILON:
        return True
    if any(abs(one[c.id] - two[c.id]) >= CRITICAL_GAP for c in assignment.rubric if c.critical):
        return True
    return meets(assignment, totals[0], one) != meets(assignment, totals[1], two)


def decide(assignment: Assignment, marks: Sequence[Mapping[str, int]], least: int = 0) -> Decision:
    """Return the decision on a piece of work from the levels its markers gave.

    Parameters
    ----------
    assignment : Assignment
    marks : sequence of mapping
        One mapping criterion -> level for each marker who has handed in, complete.
    least : int
        Markers asked for besides the rules, after an appeal.
    """
    third = assignment.markers == 2 and len(marks) >= 2 and disagree(assignment, marks[0], marks[1])
    needed = max(assignment.markers + third, least)
    if len(marks) < needed:
        return Decision(needed=needed, third=third)
    centre = median if len(marks) >= 3 else fmean
    levels = {c.id: float(centre([m[c.id] for m in marks])) for c in assignment.rubric}
    mark = round(fmean(total(assignment, m) for m in marks), 4)
    return Decision(
        needed=needed,
        verdict=COMPETENT if meets(assignment, mark, levels) else NOT_YET,
        total=mark,
        levels=levels,
        lowest={c.id: min(m[c.id] for m in marks) for c in assignment.rubric},
        third=third,
    )
