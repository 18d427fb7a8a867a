"""What the pages of panels show: who has judged, the sheet with the items, the result in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from sanggar.accounts import queries as accounts
from sanggar.accounts.queries import Person
from sanggar.assessments import queries as assessments
from sanggar.assessments.queries import Keyed
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.plugin.track import Assessment, Track
from sanggar.quality import standards, standards_results
from sanggar.quality.models import PanelJudge, PanelState, StandardPanel

#: Panels on the list.
MOST = 100


@dataclass(frozen=True)
class Line:
    """One panel on the list; `waits` when the reader has still a sheet to hand in."""

    panel: StandardPanel
    track: Track
    exam: Assessment | None
    waits: bool


def lines(person: Principal) -> list[Line]:
    """Return the panels of a mentor's tracks, the newest first."""
    tracks = {t.id: t for t in catalogue.tracks() if t.id in person.tracks}
    rows = db.session().execute(
        select(StandardPanel, PanelJudge)
        .outerjoin(
            PanelJudge,
            (col(PanelJudge.panel_id) == col(StandardPanel.id))
            & (col(PanelJudge.mentor_id) == person.id),
        )
        .where(col(StandardPanel.track).in_(tracks))
        .order_by(col(StandardPanel.id).desc())
        .limit(MOST)
    )
    return [
        Line(panel, tracks[panel.track], tracks[panel.track].assessment(panel.assessment),
             judge is not None and _waits(panel, judge))
        for panel, judge in rows
    ]  # fmt: skip


def _waits(panel: StandardPanel, judge: PanelJudge) -> bool:
    if panel.state is PanelState.CLOSED:
        return False
    return (judge.first_at if panel.state is PanelState.FIRST else judge.second_at) is None


def exams(person: Principal) -> list[tuple[Track, Assessment]]:
    """Return the exams of a mentor's tracks."""
    mine = [t for t in catalogue.tracks() if t.id in person.tracks]
    return [(track, exam) for track in mine for exam in track.assessments]


def colleagues(person: Principal, track: str) -> list[Person]:
    """Return the other mentors of a track."""
    return [mentor for mentor in accounts.mentors(track) if mentor.id != person.id]


@dataclass(frozen=True)
class Judge:
    """One judge of a panel and how far they are."""

    id: int
    name: str
    first: bool
    second: bool


@dataclass(frozen=True)
class PanelPage:
    """A panel with its judges; `result` is empty until it is closed."""

    panel: StandardPanel
    track: Track
    exam: Assessment | None
    judges: list[Judge]
    judging: bool
    waits: bool
    own: bool
    names: Mapping[int, str]
    items: Mapping[str, Keyed]

    @property
    def result(self) -> dict[str, Any]:
        """The computed result."""
        return self.panel.result

    @property
    def ready(self) -> int:
        """Number of sheets of this round that are in."""
        first = self.panel.state is PanelState.FIRST
        return sum(judge.first if first else judge.second for judge in self.judges)

    @property
    def cut(self) -> int:
        """The cut as it is written into the file."""
        return standards_results.whole(self.result["cut"])

    @property
    def line(self) -> str:
        """The line to write into the assessment's file."""
        unit = self.exam.pass_rules.each_unit if self.exam else 0
        more = f", each_unit: {unit:g}" if unit else ""
        return f"pass: {{total: {self.cut}{more}}}"

    def talk(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Return the items that judges should talk about, the widest spread first."""
        rows = self.result.get("items", {}).items()
        return sorted(((n, r) for n, r in rows if r["talk"]), key=lambda pair: -pair[1]["sd"])


def panel_page(person: Principal, panel_id: int) -> PanelPage:
    """Return a panel of a mentor's track."""
    panel = standards.panel_for(person, panel_id)
    rows = standards.judges_of(panel_id)
    people = accounts.people({row.mentor_id for row in rows})
    names = {key: found.name for key, found in people.items()}
    mine = next((row for row in rows if row.mentor_id == person.id), None)
    owner = catalogue.track(panel.track)
    talk = [name for name, row in panel.result.get("items", {}).items() if row["talk"]]
    return PanelPage(
        panel=panel, track=owner, exam=owner.assessment(panel.assessment),
        judges=[
            Judge(r.mentor_id, names.get(r.mentor_id, "–"), bool(r.first_at), bool(r.second_at))
            for r in rows
        ],
        judging=mine is not None, waits=mine is not None and _waits(panel, mine),
        own=panel.made_by_id == person.id, names=names,
        items=assessments.keyed(panel.track, talk) if talk else {},
    )  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One item of a sheet; `others` and `facility` are percents, shown in the second round."""

    number: int
    id: str
    item: Keyed | None
    value: str
    others: float | None
    facility: float | None
    changed: bool


@dataclass(frozen=True)
class Sheet:
    """What a judge fills in now."""

    panel: StandardPanel
    track: Track
    exam: Assessment | None
    questions: list[Question]
    page: str
    others_pages: list[int]
    handed_in: bool
    second: bool


def sheet(person: Principal, panel_id: int, typed: Mapping[str, str] | None = None) -> Sheet:
    """Return the sheet of a judge: what is stored, or what was typed when it was refused."""
    panel = standards.panel_for(person, panel_id)
    judge = standards.judge_of(panel_id, person.id)
    turn = standards.number(panel.state)
    everybody = standards.ratings_of(panel_id)
    stored = everybody.get(judge.id or 0, {}).get(turn, {})
    values = {n: str(v) for n, v in stored.items()} if typed is None else dict(typed)
    ready = {row.id for row in standards.judges_of(panel_id) if row.first_at and row.id != judge.id}
    others = [turns.get(1, {}) for key, turns in everybody.items() if key in ready]
    bank = assessments.keyed(panel.track, [item["id"] for item in panel.items])
    owner = catalogue.track(panel.track)
    second = turn == 2
    return Sheet(
        panel=panel, track=owner, exam=owner.assessment(panel.assessment),
        questions=[
            _question(n, item, bank.get(item["id"]), values, others if second else [])
            for n, item in enumerate(panel.items, 1)
        ],
        page=values.get("", ""), second=second,
        others_pages=sorted(s[""] for s in others if "" in s) if second else [],
        handed_in=bool(judge.second_at if second else judge.first_at),
    )  # fmt: skip


def _question(
    n: int, item: Mapping[str, Any], found: Keyed | None, values: Mapping[str, str],
    others: list[dict[str, int]],
) -> Question:  # fmt: skip
    given = [sheet[item["id"]] for sheet in others if item["id"] in sheet]
    facility = item.get("facility") if others else None
    return Question(
        number=n, id=item["id"], item=found, value=values.get(item["id"], ""),
        others=sum(given) / len(given) if given else None,
        facility=None if facility is None else 100 * facility,
        changed=found is not None and found.version != item["version"],
    )  # fmt: skip
