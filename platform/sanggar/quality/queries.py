"""What the pages of quality read: kept reports, and pairs of attempts to ask about."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from sanggar.accounts import queries as accounts
from sanggar.assessments import service as examining
from sanggar.kernel import db, i18n, registry
from sanggar.plugin.items import Item
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assessment, Track
from sanggar.quality.models import BankReport, SimilarAnswers
from sanggar.quality.own_data import export_person

#: read by the copy of one's own data
__all__ = ["export_person"]

#: flags that want a look before all others
URGENT = (
    "below_guessing", "negative_discrimination", "distractor_draws_able", "no_variation",
)  # fmt: skip


_HOLES = re.compile(r"\[\[.*?\]\]|\{\{.*?\}\}")


@dataclass(frozen=True)
class Report:
    """The kept report of a track."""

    track: str
    at: datetime
    attempts: int
    items: Mapping[str, dict[str, Any]]
    exams: Mapping[str, dict[str, Any]]
    screened: tuple[dict[str, Any], ...]


def report(track: str) -> Report | None:
    """Return the report of a track, None before it was ever measured."""
    row = db.session().execute(
        select(col(BankReport.at), col(BankReport.data)).where(col(BankReport.track) == track)
    ).first()  # fmt: skip
    if row is None:
        return None
    data = row.data
    return Report(
        track, row.at, data["attempts"], data["items"], data["exams"],
        tuple(data.get("screened", ())),
    )  # fmt: skip


def moments(tracks: Collection[str]) -> dict[str, datetime]:
    """Return track -> when it was measured."""
    rows = db.session().execute(
        select(col(BankReport.track), col(BankReport.at)).where(col(BankReport.track).in_(tracks))
    )
    return {row[0]: row[1] for row in rows}


def parameters(owner: Track, item: Item) -> dict[str, Any] | None:
    """Return the calibration of an item's version that counts now, from a trial or an earlier night."""
    found = examining.calibrations(owner.id).get((item.id, item.version))
    if found is None:
        return None
    return {
        "a": found.a, "b": found.b, "c": found.c, "se_a": found.se_a, "se_b": found.se_b,
        "answers": found.answers,
    }  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One question in the list of a bank."""

    item: Item
    numbers: Mapping[str, Any]
    flags: tuple[str, ...]
    urgent: bool

    @property
    def words(self) -> str:
        """The question in the reader's language; dots stand for gaps and drawn numbers."""
        return _HOLES.sub("…", i18n.tr(self.item.stem))


def lines(owner: Track, found: Report | None) -> list[Line]:
    """Return the questions of a track: what needs a look first, what nobody was asked last."""
    rows = []
    for item in owner.items:
        numbers = found.items.get(item.id, {}) if found else {}
        of_options = [f for row in numbers.get("options", ()) for f in row["flags"]]
        flags = tuple(dict.fromkeys([
            *numbers.get("flags", ()), *of_options, *(["dif"] if numbers.get("dif") else []),
            *(["drift"] if numbers.get("drift") else []),
        ]))  # fmt: skip
        rows.append(Line(item, numbers, flags, any(flag in URGENT for flag in flags)))
    rows.sort(key=lambda r: (not r.numbers, not r.urgent, not _telling(r.flags), r.item.id))
    return rows


def _telling(flags: Collection[str]) -> bool:
    return any(flag != "few_answers" for flag in flags)


def exams(owner: Track, found: Report | None) -> list[tuple[Assessment, Mapping[str, Any]]]:
    """Return the exams of a track with their numbers."""
    return [(exam, found.exams.get(exam.id, {}) if found else {}) for exam in owner.assessments]


@dataclass(frozen=True)
class Pair:
    """Two attempts whose wrong answers are more alike than chance explains."""

    id: int
    title: Text
    names: tuple[str, str]
    days: tuple[datetime, datetime]
    identical: int
    expected: float
    chance: float
    items: tuple[str, ...]
    found_at: datetime


def similar(hub_ids: Collection[int] | None) -> list[Pair]:
    """Return pairs of attempts to ask about, of some hubs (None: all), the newest first."""
    statement = select(SimilarAnswers).order_by(col(SimilarAnswers.id).desc()).limit(100)
    if hub_ids is not None:
        statement = statement.where(col(SimilarAnswers.hub_id).in_(hub_ids))
    rows = list(db.session().execute(statement).scalars())
    people = accounts.people({i for row in rows for i in (row.one_id, row.two_id)})
    return [
        Pair(
            id=row.id or 0, title=_title(row.track, row.assessment),
            names=(people[row.one_id].name, people[row.two_id].name),
            days=(row.one_at, row.two_at), identical=row.identical, expected=row.expected,
            chance=row.chance, items=tuple(row.items), found_at=row.found_at,
        )
        for row in rows
    ]  # fmt: skip


def _title(track: str, assessment: str) -> Text:
    owner = registry.current().tracks.get(track)
    exam = owner.assessment(assessment) if owner else None
    return exam.title if exam else Text(id=assessment, en=assessment)
