"""What the ranking would have seen of each talent at a past moment, and in which order it showed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean, median
from typing import TYPE_CHECKING

from sanggar import clock
from sanggar.clients.rules import (
    HUB_FACTOR,
    LEVEL_FACTOR,
    free_hours,
    round_price,
)
from sanggar.demo.data import texts
from sanggar.demo.dice import Dice, day
from sanggar.demo.world import ClientOwner, Talent, World
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.ranking import Brief, Candidate
from sanggar.ranking import candidates as ranking
from sanggar.ranking import rerank
from sanggar.ranking.fitting import entry_of
from sanggar.ranking.scoring import Baseline

if TYPE_CHECKING:
    from sanggar.demo.deals import BriefPlan
    from sanggar.demo.jobs import Job

MONTH_DAYS = 30.4
HOURS_A_WEEK = {15: 2, 20: 5, 25: 3, 30: 2, 35: 1}
MOST_HOURS = 60
#: half of the expected hours must be free (clients.pool)
CAPACITY = 0.5
#: share of talents who keep their profile open, and since when the others have opened it again
KEEN, LATELY = 0.4, 21
WORKS = {"foundation": (1, 2), "associate": (2, 3), "professional": (3, 5), "expired": (0, 1)}


@dataclass
class Seen:
    """A talent as the ranking showed them: the place, and the features behind it.

    Rank 0: not among those shown; an officer proposed them, and the offer teaches nothing.
    """

    talent: Talent
    candidate: Candidate
    features: dict[str, float | None]
    rank: int = 0


@dataclass(frozen=True)
class Case:
    """One work of a portfolio."""

    values: dict[str, str]
    created_at: datetime
    #: the business and its product
    product: str = ""

    @property
    def text(self) -> str:
        """What the ranking compares with a brief."""
        keys = ("title", "problem", "process", "result", "number", "category")
        return " ".join(self.values[key] for key in keys)


def portfolio(world: World, products: list[tuple[str, str]], dice: Dice) -> dict[int, list[Case]]:
    """Return the published works of everybody who has had a certificate."""
    found: dict[int, list[Case]] = {}
    for talent in world.talents:
        if "foundation" not in talent.certificates:
            continue
        count = dice.randint(*WORKS[talent.goal])
        first = talent.certificates["foundation"]
        span = (world.as_of - first).days - 2
        cases = []
        for product, category in dice.some(products, count):
            shape = dice.choice(texts()["works"][talent.track])
            values = {key: text.format(product=product) for key, text in shape.items()}
            at = dice.at(day(first) + timedelta(days=dice.randint(1, max(1, min(span, 320)))))
            cases.append(
                Case(
                    {**values, "category": category},
                    min(at, world.as_of - timedelta(hours=9)),
                    product,
                )
            )
        found[talent.id] = sorted(cases, key=lambda case: case.created_at)
    return found


class Records:
    """What has happened to each talent so far, and the ranking of a moment."""

    def __init__(self, world: World, cases: dict[int, list[Case]], jobs: list[Job]) -> None:
        self.world = world
        self.cases = cases
        self.jobs: dict[int, list[tuple[Job, ClientOwner, str]]] = defaultdict(list)
        self.offers: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        self.domains: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.onsite: dict[int, list[tuple[date, date]]] = defaultdict(list)
        dice = world.dice("hours")
        self.weekly = {t.id: dice.weighted(HOURS_A_WEEK) for t in world.talents}
        self.units = {t.id: _best_scores(t) for t in world.talents if t.certificates}
        self.open = _open_times(world, jobs)
        self.by_track: dict[str, list[Talent]] = defaultdict(list)
        for talent in world.talents:
            if talent.certificates:
                self.by_track[talent.track].append(talent)

    def placed(self, job: Job, client: ClientOwner, category: str, onsite: bool) -> None:
        """Remember agreed work."""
        self.jobs[job.talent.id].append((job, client, category))
        self.domains[job.talent.id][category] += 1
        if onsite:
            self.onsite[job.talent.id].append((day(job.agreed_at), job.due))

    def offered(self, talent: Talent, made_at: datetime, answered_at: datetime | None) -> None:
        """Remember an offer and its answer."""
        self.offers[talent.id].append((made_at, answered_at))

    def tracks_with(self, level: str, at: datetime) -> set[str]:
        """Return the tracks in which somebody at work held this level or a higher one at a moment."""
        lowest = LEVELS.index(level)
        return {
            track for track, people in self.by_track.items()
            if any((held := t.level_at(at)) and LEVELS.index(held) >= lowest
                   and any(a <= at <= b for a, b in self.open[t.id]) for t in people)
        }  # fmt: skip

    def ranking(self, brief: BriefPlan, at: datetime, always: Talent | None = None) -> list[Seen]:
        """Return everybody who may be suggested at a moment, from first to last.

        `always` is in it whatever the filters say of free hours: they have room for this work.
        """
        wanted = _brief(brief, at)
        able = list(self._able(brief, wanted, at, always))
        features = ranking.features_for(brief.track)
        values = ranking.table(features, [candidate for _, candidate in able], wanted)
        seen = [Seen(t, c, row) for (t, c), row in zip(able, values, strict=True)]
        by_key = {entry.talent.id: entry for entry in seen}
        scorer = Baseline(features)
        scored = scorer.score([entry.features for entry in seen])
        order = rerank.order([
            entry_of(scorer, entry.candidate, score)
            for entry, score in zip(seen, scored, strict=True)
        ])  # fmt: skip
        for rank, (key, _reserved) in enumerate(order, 1):
            by_key[key].rank = rank
        return sorted(seen, key=lambda entry: entry.rank)

    def _able(
        self, brief: BriefPlan, wanted: Brief, at: datetime, always: Talent | None
    ) -> Iterator[tuple[Talent, Candidate]]:
        for talent in self.by_track[brief.track]:
            level = talent.level_at(at)
            if not level or LEVELS.index(level) < LEVELS.index(wanted.level) or talent.minor:
                continue
            if level == LEVELS[0] and wanted.level != LEVELS[0]:
                continue
            if (
                talent.withdrew
                or talent.goal == "expired"
                or (talent.inactive_at and talent.inactive_at < at)
            ):
                continue
            if talent is not always and not any(a <= at <= b for a, b in self.open[talent.id]):
                continue
            candidate = self._candidate(talent, level, brief, wanted, at)
            needed = CAPACITY * brief.service.hours
            if candidate.free_hours < needed:
                if talent is not always:
                    continue
                days = max((wanted.deadline - wanted.today).days, 1)
                missing = (needed - candidate.free_hours) * 7 / days
                self.weekly[talent.id] = min(
                    MOST_HOURS, round(self.weekly[talent.id] + missing + 1)
                )
                candidate = self._candidate(talent, level, brief, wanted, at)
            yield talent, candidate

    def _candidate(
        self, talent: Talent, level: str, brief: BriefPlan, wanted: Brief, at: datetime
    ) -> Candidate:
        mine = [entry for entry in self.jobs[talent.id] if entry[0].agreed_at <= at]
        done = [e for e in mine if e[0].finished_at is not None and e[0].finished_at <= at]
        running = [job for job, *_ in mine if job.busy_at(at)]
        domains: dict[str, int] = defaultdict(int)
        for _job, _client, category in done:
            domains[category] += 1
        last = max((job.finished_at for job, *_ in done if job.finished_at), default=None)
        offers = [o for o in self.offers[talent.id] if o[0] <= at]
        answers = [(b - a).total_seconds() / 3600 for a, b in offers if b is not None and b <= at]
        month = clock.local(at).strftime("%Y-%m")
        return Candidate(
            key=talent.id, level=level, unit_scores=self.units[talent.id],
            rubric_total=_rubric(talent, at), portfolio_text=self._text(talent.id, at),
            domains=dict(domains), price=_price(talent, brief, level),
            free_hours=free_hours(self.weekly[talent.id], wanted.today, wanted.deadline,
                                  [(job.due, job.service.hours) for job in running]),
            load=len(running), ratings=tuple(job.rating for job, *_ in done if job.rating is not None),
            finished=len(done), on_time=sum(not job.late for job, *_ in done),
            response_hours=round(median(answers), 2) if answers else None,
            with_client=sum(client is brief.client for _job, client, _ in done),
            months_since_work=(wanted.today - day(last)).days / MONTH_DAYS if last else None,
            offers_this_month=sum(clock.local(a).strftime("%Y-%m") == month for a, _ in offers),
            hub=talent.hub, regency=str(talent.region_id or ""),
        )  # fmt: skip

    def _text(self, person_id: int, at: datetime) -> str:
        return "\n".join(
            case.text for case in self.cases.get(person_id, ()) if case.created_at <= at
        )


def _open_times(world: World, jobs: list[Job]) -> dict[int, list[tuple[datetime, datetime]]]:
    """Return when each talent's profile was open for work (the others had paused it).

    Beginners open it around their first work; afterwards some go on and most pause until lately.
    """
    dice = world.dice("open")
    first = {job.talent.id: job for job in reversed(jobs)}
    lately = world.as_of - timedelta(days=LATELY)
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    if world.figures.size == "small":  # too few people for anybody to pause
        return {t.id: [(t.joined_at, world.as_of)] for t in world.talents}
    for talent in world.talents:
        job = first.get(talent.id)
        always = talent.goal == "professional" or dice.chance(KEEN)
        times = [(lately, world.as_of)] if job is not None or dice.chance(KEEN) else []
        if job is not None:
            begins = job.opened_at - timedelta(days=dice.randint(4, 20))
            ends = world.as_of if always else job.agreed_at + timedelta(days=2)
            times.append((begins, ends))
        found[talent.id] = times
    return found


def _best_scores(talent: Talent) -> dict[str, float]:
    """Return the unit scores of the best theory attempt."""
    mine = [s for s in talent.sittings if s.assessment == "theory" and s.by_unit]
    return max(mine, key=lambda s: s.score).by_unit if mine else {}


def _rubric(talent: Talent, at: datetime) -> float | None:
    newest = {
        hand.ref: hand.total for hand in talent.hand_ins
        if hand.kind == "assignment" and hand.decided_at is not None and hand.decided_at <= at
        and hand.total is not None
    }  # fmt: skip
    return fmean(newest.values()) if newest else None


def _price(talent: Talent, brief: BriefPlan, level: str) -> int:
    factor = LEVEL_FACTOR[level] * HUB_FACTOR[talent.hub] * talent.price_factor
    return round_price(brief.service.price[1] * factor)


def _brief(brief: BriefPlan, at: datetime) -> Brief:
    """Return a brief as the ranking sees it."""
    today = day(at)
    return Brief(
        track=brief.track, service=brief.service.id, level=brief.level, text=brief.text,
        domain=brief.category, budget=brief.budget,
        deadline=brief.deadline or today + timedelta(days=2 * brief.service.days), today=today,
        hours=brief.service.hours, onsite=brief.onsite, hub=brief.hub,
        regency=str(brief.client.region_id or ""), units=brief.service.units,
    )  # fmt: skip
