"""What a talent has shown, as frozen values: all that certificate requirements ever see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

LEVELS = ("foundation", "associate", "professional")


@dataclass(frozen=True)
class TheoryResult:
    """Best decided attempt of one assessment. Percentages 0..100.

    `passed` is set where not the total alone decided: in adaptive exams, and where a mentor decided
    what stayed undecided. A pass is worth `mark`, the exam's pass mark, at least.
    """

    assessment: str
    total: float
    by_unit: dict[str, float]
    attempts: int
    decided_at: datetime
    passed: bool | None = None
    mark: float = 0

    @property
    def worth(self) -> float:
        """The total that rules go by: below every mark when the exam was not passed."""
        if self.passed is None:
            return self.total
        return max(self.total, self.mark) if self.passed else 0.0


@dataclass(frozen=True)
class AssignmentResult:
    """Latest decided submission of one practical assignment.

    `total` 0..100 = sum of weight x level / 4; `levels` criterion id -> mean level (1..4), of the
    lowest marker for critical criteria; `markers` = how many people marked it.
    """

    assignment: str
    total: float
    levels: dict[str, float]
    markers: int
    competent: bool
    decided_at: datetime


@dataclass(frozen=True)
class Attendance:
    """Hours attended of one workshop of the track."""

    workshop: str
    hours: float
    required_hours: float


@dataclass(frozen=True)
class CertificateHeld:
    """A certificate of this track."""

    level: str
    issued_on: date
    valid_until: date
    revoked: bool = False


@dataclass(frozen=True)
class PlacementDone:
    """One finished placement in this track."""

    finished_at: datetime
    rating: int | None
    on_time: bool
    accepted: bool


@dataclass(frozen=True)
class Evidence:
    """One talent's evidence in one track, as of `now`.

    Attributes
    ----------
    track : str
    now : datetime
        Aware; "as of".
    self_assessed : bool
        The APL-02 style self-assessment is complete.
    courses_done : frozenset of str
        Course slugs completed (all lessons read and the course check passed).
    attendance : tuple of Attendance
    deliverables : dict of str to str
        Workshop id -> ``accepted``, ``submitted``, ``returned``; absent: nothing handed in.
    theory : tuple of TheoryResult
    assignments : tuple of AssignmentResult
    certificates : tuple of CertificateHeld
    incubation : str
        ``none``, ``started``, ``completed`` or ``stopped``.
    placements : tuple of PlacementDone
    learners_mentored : int
    """

    track: str
    now: datetime
    self_assessed: bool = False
    courses_done: frozenset[str] = frozenset()
    attendance: tuple[Attendance, ...] = ()
    deliverables: dict[str, str] = field(default_factory=dict)
    theory: tuple[TheoryResult, ...] = ()
    assignments: tuple[AssignmentResult, ...] = ()
    certificates: tuple[CertificateHeld, ...] = ()
    incubation: str = "none"
    placements: tuple[PlacementDone, ...] = ()
    learners_mentored: int = 0
