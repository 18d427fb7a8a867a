"""Where a talent stands and what would help: for their own eyes, from their own data.

Others appear as means of the first places only: no names, no exact places, no values of anybody else.
Nothing protected is known here, and nothing is advised that nobody can change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean
from typing import Any

from sqlalchemy import exists, outerjoin
from sqlmodel import col
from sqlmodel import select as typed_select

from sanggar import errors
from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries as clients
from sanggar.clients.queries import BriefRow
from sanggar.kernel import db, i18n
from sanggar.kernel.i18n import _, _n
from sanggar.kernel.templating import number, rupiah
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.plugin.text import Text
from sanggar.ranking import candidates, features, fitting, indexed, queries, rerank, service
from sanggar.ranking import text as words
from sanggar.ranking.fitting import Asked, Judged
from sanggar.ranking.models import RankingList, RankingPlace
from sanggar.ranking.objection_models import RankingObjection

select: Any = typed_select

#: Those a talent is compared with: the first screen of a client.
FIRST = service.SHOWN
#: Fewer others than this would be recognised behind a mean.
OTHERS = 3
#: So many reasons and pieces of advice.
TOLD = 3
#: How long one may ask about a brief.
ASKABLE = timedelta(days=180)
#: Works of a kind from which on more of them say little.
ENOUGH_WORKS = 3
SOON_HOURS = 4


class Band(StrEnum):
    """Roughly where somebody stands among all who fit."""

    FIRST = "first"
    LISTED = "listed"
    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True)
class Advice:
    """What would help, with the page where to do it."""

    text: str
    endpoint: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True)
class Case:
    """What advice looks at: the talent, the brief, and how many own works of its kind are public."""

    me: Candidate
    brief: Brief
    row: BriefRow
    works: int


@dataclass(frozen=True)
class Cost:
    """What costs against the first places: one curve, its share of everything that costs."""

    label: Text
    share: int
    advice: Advice | None


@dataclass(frozen=True)
class Standing:
    """Where somebody stands, or which filter keeps them out."""

    refusal: str
    band: Band | None = None
    #: too few others to compare with
    alone: bool = False
    costs: tuple[Cost, ...] = ()


def for_service(
    person_id: int, track: str, service_id: str, level: str, now: datetime
) -> Standing:  # fmt: skip
    """Return where a talent stands for a service in general."""
    works = clients.works_of_kind(person_id, track)
    return _standing(person_id, clients.typical(track, service_id, level, now), now, works)


def for_brief(
    person_id: int, brief_id: int, now: datetime
) -> tuple[BriefRow, Standing, RankingObjection | None]:
    """Return a brief a talent was considered for, where they stand now, and their objection.

    Raises
    ------
    errors.NotFound
        When they were neither listed nor asked.
    """
    brief, works, objection = considered(person_id, brief_id, now)
    # whoever was asked, or does not want to meet again, is no matter of where one stands
    found = _standing(person_id, replace(brief, id=0, client_id=0), now, works)
    return brief, found, objection


def considered(
    person_id: int, brief_id: int, now: datetime
) -> tuple[BriefRow, int, RankingObjection | None]:
    """Return a brief a talent was listed or asked for, how many works of its kind they show, and
    their objection; `NotFound` for any other brief."""
    since = now - ASKABLE
    brief, asked, works = clients.brief_towards(brief_id, person_id, since)
    stood = exists(
        select(RankingPlace.id)
        .join(RankingList, col(RankingList.id) == col(RankingPlace.list_id))
        .where(
            col(RankingList.brief_id) == brief_id, col(RankingPlace.person_id) == person_id,
            col(RankingList.made_at) >= since,
        )
    )  # fmt: skip
    one = select(stood.label("stood")).subquery()
    mine = (col(RankingObjection.brief_id) == brief_id) & (
        col(RankingObjection.person_id) == person_id
    )
    listed, objection = db.session().execute(
        select(one.c.stood, RankingObjection).select_from(outerjoin(one, RankingObjection, mine))
    ).one()  # fmt: skip
    if not (asked or listed):
        raise errors.NotFound
    return brief, works, objection


def briefs(person_id: int, now: datetime) -> list[int]:
    """Return the briefs a talent was listed or asked for, the newest first."""
    listed = db.rows(
        select(RankingList.brief_id)
        .join(RankingPlace, col(RankingPlace.list_id) == col(RankingList.id))
        .where(
            col(RankingPlace.person_id) == person_id, col(RankingList.made_at) >= now - ASKABLE
        ).order_by(col(RankingList.id).desc())
    ).scalars()  # fmt: skip
    found = {*listed, *clients.offered_briefs(person_id, now - ASKABLE)}
    return sorted(found, reverse=True)


def ask(brief: BriefRow, now: datetime) -> Asked:
    """Return a brief with what ranks it now."""
    _stamp, model = queries.state()
    return Asked.of(
        brief, service.scorer_for(model, candidates.features_for(brief.track)), now
    )  # fmt: skip


def judged(person_id: int, asked: Asked) -> tuple[Judged | None, list[Judged], str, int]:
    """Return somebody, the others in their order, the filter that keeps them out, how many fit."""
    found = indexed.fitting(asked)
    rows = clients.pool(asked.row, asked.now, [person_id] if found else None)
    row = next((each for each in rows if each.person_id == person_id), None)
    if row is None or row.refusal:
        return None, [], row.refusal if row else "level", 0
    found = found or fitting.directly(asked, rows=rows)
    by_key = {each.row.person_id: each for each in found.people}
    mine = by_key.get(person_id)
    if mine is None:  # the index judged only those before
        texts = [row.record.get("text") or "", *(p.candidate.portfolio_text for p in found.people)]
        mine = fitting.judge([row], asked, words.rarity(texts))[0]
    order = rerank.order([each.entry for each in found.people], hubs=found.hubs)
    others = [by_key[key] for key, _kept in order if key != person_id]
    return mine, others, "", found.count


def _standing(person_id: int, brief: BriefRow, now: datetime, works: int) -> Standing:
    asked = ask(brief, now)
    mine, others, refusal, count = judged(person_id, asked)
    if mine is None:
        return Standing(refusal)
    before = sum(each.entry.worth > mine.entry.worth for each in others)
    first = others[:FIRST]
    if len(first) < OTHERS:
        return Standing("", band(before, count), alone=True)
    return Standing("", band(before, count), costs=_costs(asked, mine, first, works))


def band(before: int, count: int) -> Band:
    """Return roughly where somebody with so many before them stands."""
    if before < FIRST:
        return Band.FIRST
    if before < service.LISTED:
        return Band.LISTED
    return Band.UPPER if before < count / 2 else Band.LOWER


def gaps(mine: Judged, first: Sequence[Judged]) -> dict[str, float]:
    """Return how much each feature adds to the first places, on average, beyond what it adds to me."""
    names = {*mine.scored.added, *(name for each in first for name in each.scored.added)}
    return {
        name: fmean(each.scored.added.get(name, 0.0) for each in first)
        - mine.scored.added.get(name, 0.0)
        for name in names
    }  # fmt: skip


def _costs(asked: Asked, mine: Judged, first: Sequence[Judged], works: int) -> tuple[Cost, ...]:
    by_name = {feature.name: feature for feature in asked.features}
    cost = {
        name: gap for name, gap in gaps(mine, first).items()
        if gap > 1e-9 and name in by_name and by_name[name].group != "place"
        and name != "with_client"
    }  # fmt: skip
    whole = sum(cost.values())
    found = sorted(cost, key=lambda name: (-cost[name], name))[:TOLD]
    case = Case(mine.candidate, asked.seen, asked.row, works)
    return tuple(
        Cost(by_name[name].label, round(100 * cost[name] / whole), advise(by_name[name], case))
        for name in found
    )  # fmt: skip


def advise(feature: RankingFeature, case: Case) -> Advice | None:
    """Return what would help with a feature: its own advice, or that of its group."""
    say = BY_NAME.get(feature.name) or BY_GROUP.get(feature.group)
    return say(case) if say else None


def _exam(case: Case) -> Advice:
    scores = {
        unit: case.me.unit_scores[unit] for unit in case.brief.units if unit in case.me.unit_scores
    }
    where: dict[str, Any] = {"track_id": case.row.track}
    if not scores:
        return Advice(_("Take the exams of the units this work needs."), "catalogue.track", where, _("To the track"))  # fmt: skip
    unit = min(scores, key=lambda name: (scores[name], name))
    title = i18n.tr(catalogue.track(case.row.track).names.of(unit))
    return Advice(
        _("Your weakest exam for this work is “%(unit)s” with %(score)s of 100: read its lessons again and retake the exam.",
          unit=title, score=number(scores[unit], 0)),
        "catalogue.track", where, _("To the track"),
    )  # fmt: skip


def _practice(case: Case) -> Advice:
    text = (
        _("Hand in practical work: without a mark of it nothing speaks for it.")
        if case.me.rubric_total is None
        else _("Your practical work is marked %(score)s of 100. The marks say which criteria to improve; hand in the next assignment with them in mind.", score=number(case.me.rubric_total, 0))
    )  # fmt: skip
    return Advice(text, "catalogue.track", {"track_id": case.row.track}, _("To the track"))


def _works(case: Case) -> Advice:
    what = i18n.tr(features.CATEGORY_WORDS[case.brief.domain]) if case.brief.domain in features.CATEGORY_WORDS else ""  # fmt: skip
    missing = max(ENOUGH_WORKS - case.works, 1)
    text = (
        _n("Add %(num)s work with %(what)s to your portfolio.", "Add %(num)s works with %(what)s to your portfolio.", missing, what=what)
        if what
        else _("Describe your works in your portfolio in the words clients use: product, problem, result.")
    )  # fmt: skip
    return Advice(text, "clients.portfolio_new", {}, _("Add a work"))


def _kind(case: Case) -> Advice:
    what = features.CATEGORY_WORDS.get(case.brief.domain)
    return Advice(
        _("Finished work with %(what)s counts here: show clients of that kind that you would like a first small job.",
          what=i18n.tr(what) if what else ""),
        "clients.profile", {}, _("To the work profile"),
    )  # fmt: skip


def _price(case: Case) -> Advice:
    ordered = case.row.ordered
    low, high = (ordered.price[0], ordered.price[2]) if ordered else (0, 0)
    return Advice(
        _("Compare your price with what is usual for this work: %(low)s to %(high)s.",
          low=rupiah(low), high=rupiah(high)),
        "clients.profile", {}, _("To the work profile"),
    )  # fmt: skip


def _time(case: Case) -> Advice:
    return Advice(
        _n("You have %(num)s free hour before the deadline: offer more hours a week, or finish running work first.",
           "You have %(num)s free hours before the deadline: offer more hours a week, or finish running work first.",
           round(case.me.free_hours)),
        "clients.profile", {}, _("To the work profile"),
    )  # fmt: skip


def _answer(_case: Case) -> Advice:
    return Advice(
        _("Answer offers within %(n)s hours, also when you decline.", n=SOON_HOURS), "clients.work",
        {}, _("To your offers"),
    )  # fmt: skip


def _punctual(case: Case) -> Advice:
    text = (
        _("%(done)s of your %(all)s works came on time. Hand over by the agreed day, or agree on a new one early.",
          done=case.me.on_time, all=case.me.finished)
        if case.me.finished else _("Finish first works on time: each one counts.")
    )  # fmt: skip
    return Advice(text)


def _stars(_case: Case) -> Advice:
    return Advice(
        _("Ask clients for their stars after every work: without them only the usual is supposed.")
    )


def _recent(_case: Case) -> Advice:
    return Advice(_("Take a small job: recent work counts more than old."), "clients.profile", {}, _("To the work profile"))  # fmt: skip


def _level(case: Case) -> Advice:
    return Advice(_("Work towards the next certificate level."), "catalogue.track", {"track_id": case.row.track}, _("To the track"))  # fmt: skip


Say = Callable[[Case], Advice]
BY_NAME: Mapping[str, Say] = {
    "level_fit": _level, "units": _exam, "rubric": _practice, "recency": _recent, "rating": _stars,
    "on_time": _punctual, "response": _answer, "price": _price, "hours": _time, "load": _time,
    "similar": _works, "domain": _kind,
}  # fmt: skip
#: for features of plugins
BY_GROUP: Mapping[str, Say] = {"skill": _exam, "text": _works, "price": _price, "time": _time}
