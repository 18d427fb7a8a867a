"""Whether the order of names treats groups of people alike: an audit of what happened, in totals only.

Who belongs to which group is read here and nowhere else in the ranking (a contract of imports), it
goes into counts of ten and more people, and only those are kept, printed or shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlmodel import col, func
from sqlmodel import select as typed_select

from sanggar import clock
from sanggar.accounts import fairness
from sanggar.accounts import queries as accounts
from sanggar.certification import queries as certification
from sanggar.clients import queries as clients
from sanggar.kernel import db, jobs
from sanggar.plugin.evidence import LEVELS
from sanggar.programme import queries as programme
from sanggar.rankers import representation
from sanggar.rankers.representation import Audit, Floats, Treated
from sanggar.ranking.audit_models import RankingAudit
from sanggar.ranking.models import RankingList, RankingModel, RankingPlace, RankingShowing

select: Any = typed_select

PERIOD = timedelta(days=365)
DRAWS = 400
PROGRAMME = ""
#: How often the places of a list are looked at while that has not been measured.
USUAL = tuple(float(1 / np.log2(place + 1)) for place in range(1, 16))


@dataclass(frozen=True)
class Year:
    """What the audit counts: one number a person, in the order of `people`.

    Attributes
    ----------
    people : list of int
        Everybody who could have been suggested for some brief.
    eligible : array, shape (people,)
        Briefs each could have been suggested for: a valid certificate at the level asked when it was
        opened, and agreed to be suggested.
    exposure : array, shape (people,)
        Attention of the best place each was seen at, summed over briefs.
    placements : array, shape (people,)
    briefs, logged : int
        Briefs opened, and those of them whose lists were logged.
    since : datetime
    """

    people: list[int]
    eligible: Floats
    exposure: Floats
    placements: Floats
    briefs: int
    logged: int
    since: datetime


@dataclass(frozen=True)
class Check:
    """Whether an order may serve as far as exposure goes, and what speaks against it."""

    ok: bool
    findings: tuple[str, ...]


def year(now: datetime) -> Year:
    """Return what happened in the year before `now`."""
    since = now - PERIOD
    briefs = clients.occasions(since)
    could = _eligible(briefs, now)
    seen, logged = _places(since)
    known = {brief.brief_id for brief in briefs}
    for brief, person, place in clients.asked_from(since):
        if brief not in logged:  # from before the log: the place they were asked from
            seen[brief, person] = min(place, seen.get((brief, person), place))
    people = sorted(could)
    at = {person: n for n, person in enumerate(people)}
    exposure, placements = np.zeros(len(people)), np.zeros(len(people))
    looked = _propensity()
    for (brief, person), place in seen.items():
        if person in at and brief in known:
            exposure[at[person]] += float(representation.attention([place - 1], looked)[0])
    for brief, person in clients.placed_since(since):
        if person in at and brief in known:
            placements[at[person]] += 1
    eligible = np.array([could[person] for person in people], dtype=np.float64)
    return Year(
        people, eligible, exposure, placements, len(briefs), len(logged & known), since
    )  # fmt: skip


def _eligible(briefs: Sequence[clients.Occasion], now: datetime) -> dict[int, int]:
    """Return person -> how many briefs they could have been suggested for."""
    opened: dict[tuple[str, str], list[float]] = defaultdict(list)
    for brief in briefs:
        opened[brief.track, brief.level].append(brief.opened_at.timestamp())
    moments = {key: np.sort(found) for key, found in opened.items()}
    held: dict[tuple[int, str, str], list[tuple[float, float]]] = defaultdict(list)
    willing = accounts.matching_ids(None, now)
    for person, track, level, begin, end in certification.spans():
        for asked in LEVELS[: LEVELS.index(level) + 1] if person in willing else ():
            # Foundation works with a mentor only: in briefs that ask for Foundation
            if (track, asked) in moments:
                held[person, track, asked].append((begin.timestamp(), end.timestamp()))
    found: dict[int, int] = defaultdict(int)
    for (person, track, asked), spans in held.items():
        found[person] += sum(_inside(moments[track, asked], merged) for merged in _merge(spans))
    return {person: count for person, count in found.items() if count}


def _merge(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return spans of time without overlaps."""
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _inside(moments: Floats, span: tuple[float, float]) -> int:
    first, last = np.searchsorted(moments, span)
    return int(last - first)


def _places(since: datetime) -> tuple[dict[tuple[int, int], int], set[int]]:
    """Return (brief, person) -> best place they were seen at, and which briefs were logged."""
    rows = db.session().execute(
        select(RankingList.brief_id, RankingPlace.person_id, func.min(col(RankingPlace.place)))
        .join(RankingPlace, col(RankingPlace.list_id) == col(RankingList.id))
        .join(RankingShowing, col(RankingShowing.list_id) == col(RankingList.id))
        .where(
            col(RankingList.made_at) >= since, col(RankingShowing.depth) >= col(RankingPlace.place)
        ).group_by(col(RankingList.brief_id), col(RankingPlace.person_id))
    ).all()  # fmt: skip
    return {(row[0], row[1]): row[2] for row in rows}, {row[0] for row in rows}


def _propensity() -> Sequence[float]:
    """Return how often each place is looked at, as the last training measured it."""
    metrics = db.session().execute(
        select(RankingModel.metrics).order_by(col(RankingModel.id).desc()).limit(1)
    ).scalar()  # fmt: skip
    return ((metrics or {}).get("position") or {}).get("propensity") or USUAL


def audits(now: datetime) -> dict[str, dict[str, Any]]:
    """Return scope -> how groups fared: the whole programme, and each hub."""
    done = year(now)
    said = fairness.labels(now)
    people = accounts.people(done.people)
    hub_of = {
        person: str(people[person].hub_id or "") for person in done.people if person in people
    }
    everything = {"hub": hub_of, **said}
    found = {PROGRAMME: _scope(done, everything, [True] * len(done.people))}
    for hub in programme.hubs():
        here = [hub_of.get(person) == str(hub.id) for person in done.people]
        found[str(hub.id)] = _scope(done, said, here)
    return found


def _scope(
    done: Year, kinds: Mapping[str, Mapping[int, str]], here: Sequence[bool]
) -> dict[str, Any]:
    """Return the audits of several kinds of groups among the people of a scope."""
    inside = np.array(here, dtype=bool)
    numbers = {}
    for kind, label in kinds.items():
        labels = [label.get(p) or None for p, ok in zip(done.people, here, strict=True) if ok]
        numbers[kind] = _plain(representation.audit(
            labels, done.eligible[inside], done.exposure[inside], done.placements[inside],
            draws=DRAWS, kinds=len(kinds),
        ))  # fmt: skip
    return {
        "since": done.since.isoformat(), "briefs": done.briefs, "logged": done.logged, "kinds": numbers,
    }  # fmt: skip


def _plain(found: Audit) -> dict[str, Any]:
    return {"omitted": found.omitted, "groups": [_group(each) for each in found.groups]}


def _group(each: Treated) -> dict[str, Any]:
    rates = {"exposure": each.exposure, "placement": each.placement}
    return {
        "group": each.group, "people": each.people,
        **{name: {**asdict(rate), "flagged": rate.flagged, "certain": rate.flagged and rate.certain}
           for name, rate in rates.items()},
    }  # fmt: skip


def exposure_ok(
    orders: Iterable[Sequence[int]], now: datetime, *, looked: Sequence[float] = USUAL
) -> Check:
    """Return whether orders of names would leave some group certainly behind in what is looked at.

    Parameters
    ----------
    orders : iterable of sequences of int
        For each brief everybody who fits, best first: what a model that wants to serve would show.
    now : datetime
        Whose answers count: of people who agree to statistics at this moment.
    looked : sequence of float
        How often each place is looked at; places beyond are not seen.

    Returns
    -------
    Check
        Not ok when a group's exposure is below four fifths of the best-treated one's and that is
        certain, all kinds of groups counted together.
    """
    could: dict[int, float] = defaultdict(float)
    got: dict[int, float] = defaultdict(float)
    for order in orders:
        for place, person in enumerate(order):
            could[person] += 1
            got[person] += looked[place] if place < len(looked) else 0.0
    people = sorted(could)
    exposure = np.array([got[p] for p in people])
    eligible, kinds = np.array([could[p] for p in people]), fairness.labels(now, people)
    findings = []
    for kind, label in kinds.items():
        found = representation.audit(
            [label.get(p) for p in people], eligible, exposure, np.zeros(len(people)),
            draws=DRAWS, kinds=len(kinds),
        )  # fmt: skip
        findings += [
            f"{kind} {each.group}: {each.exposure.ratio:.2f} of the exposure of the best-treated group"
            for each in found.flagged if each.exposure.flagged and each.exposure.certain
        ]  # fmt: skip
    return Check(not findings, tuple(findings))


def words(kind: str, group: str) -> str:
    """Return how a group is called, in the reader's language."""
    return str(fairness.CHOICES[kind].get(group, group))


def keep(now: datetime) -> None:
    """Audit and keep the result in place of the last one."""
    rows = {row.scope: row for row in db.session().exec(select(RankingAudit))}
    for scope, data in audits(now).items():
        row = rows.get(scope) or RankingAudit(scope=scope, made_at=now)
        row.made_at, row.data = now, data
        db.add(row)


def kept(scopes: Iterable[str]) -> dict[str, RankingAudit]:
    """Return the audits that were kept, by scope."""
    wanted = select(RankingAudit).where(col(RankingAudit.scope).in_(list(scopes)))
    return {row.scope: row for row in db.session().exec(wanted)}


@jobs.every(minute="20", hour="20")
def audit_exposure() -> None:
    """Audit at night how groups fared in the ranking."""
    keep(clock.now())
