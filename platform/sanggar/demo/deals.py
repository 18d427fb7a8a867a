"""How a brief finds its talent: offers one after the other, answers and ratings by the model.

Everybody who is offered a brief is chosen by the same rule, whether they will accept or refuse, and
what they answer depends on the model alone. So a ranking that learns from it finds the model's truth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import fmean, pstdev

from sanggar.clients.rules import (
    HUB_FACTOR,
    LEVEL_FACTOR,
    DeclineReason,
    OfferState,
    round_price,
)
from sanggar.demo.candidates import Records, Seen
from sanggar.demo.data import distribution
from sanggar.demo.dice import Dice, day, sigmoid
from sanggar.demo.jobs import Job, taken_up
from sanggar.demo.world import ClientOwner, Talent, World
from sanggar.plugin.track import Service
from sanggar.ranking.service import LISTED

DRAWS, TOP = 30, 8.0
#: a budget around the usual price; who looks for a beginner has less
USUAL, MODEST = (0.8, 1.3), (0.7, 1.1)
#: what clients of certified talents ask for
LEVELS_ASKED = {"associate": 0.78, "professional": 0.1, "foundation": 0.12}
RATING_DRAWS = 300
GOOD_MEAN = 4.3
#: roughly how many jobs somebody does by how far they get: what "average skill" at work means
SHARE_OF_WORK = {"associate": 1, "professional": 5}


@dataclass
class OfferPlan:
    """One offer and its answer."""

    talent: Talent
    seen: Seen
    price: int
    made_at: datetime
    state: OfferState
    answered_at: datetime | None = None
    reason: DeclineReason | None = None
    confirmed_at: datetime | None = None
    place: int = 1


@dataclass
class BriefPlan:
    """One brief with everything that came of it."""

    client: ClientOwner
    hub: str
    track: str
    service: Service
    state: str
    opened_at: datetime
    level: str = "associate"
    category: str = "makanan"
    budget: tuple[int, int] | None = None
    deadline: date | None = None
    onsite: bool = False
    job: Job | None = None
    closed_at: datetime | None = None
    offers: list[OfferPlan] = field(default_factory=list)
    listed: list[tuple[Talent, Seen, datetime]] = field(default_factory=list)
    declines: int = 0
    text: str = ""

    @property
    def usual(self) -> float:
        """The usual price of the service at the wanted level in the client's hub."""
        return self.service.price[1] * LEVEL_FACTOR[self.level] * HUB_FACTOR[self.hub]


def usual_price(talent: Talent, service: Service, level: str) -> int:
    """Return what a talent usually asks for a service at a level."""
    return round_price(
        service.price[1] * LEVEL_FACTOR[level] * HUB_FACTOR[talent.hub] * talent.price_factor
    )


def acceptance(talent: Talent, price: int, brief: BriefPlan, load: int) -> float:
    """Return the probability that a talent accepts an offer (section 4.4)."""
    law = distribution()["model"]["accept"]
    gap = max(0.0, price - brief.budget[1]) / brief.budget[1] if brief.budget else 0.0
    return sigmoid(
        law["base"]
        + law["over_budget"] * gap
        + law["load"] * load
        + law["same_hub"] * (talent.hub == brief.hub)
    )


def draw_budget(brief: BriefPlan, dice: Dice) -> tuple[int, int] | None:
    """Return the range a client has in mind; some have none yet."""
    if dice.chance(0.18):
        return None
    middle = brief.usual * math.exp(dice.gauss(0, 0.32))
    low, high = MODEST if brief.level == "foundation" else USUAL
    return round_price(low * middle), round_price(high * middle)


def describe(brief: BriefPlan, dice: Dice) -> None:
    """Draw what the client asks besides the service."""
    brief.category = brief.client.category if dice.chance(0.9) else "lainnya"
    brief.budget = draw_budget(brief, dice)


def start(brief: BriefPlan, job: Job, records: Records, dice: Dice) -> None:
    """Let a planned job come about: a first one among newcomers, a later one from the ranking."""
    asked = brief.opened_at + (job.agreed_at - brief.opened_at) * dice.uniform(0.1, 0.35)
    own = job.talent.level_at(asked)
    newcomer = own == "foundation"
    brief.level = own if newcomer else dice.weighted(
        {"associate": {"associate": 0.85, "foundation": 0.15},
         "professional": {"professional": 0.4, "associate": 0.6}}[own])  # fmt: skip
    brief.onsite = _onsite(brief, job.talent, job.due, job.agreed_at, records, dice)
    brief.deadline = job.due
    load = sum(other.busy_at(asked) for other, *_ in records.jobs[job.talent.id])
    price = usual_price(job.talent, brief.service, own)
    for _ in range(DRAWS):
        describe(brief, dice)
        if dice.chance(acceptance(job.talent, price, brief, load)):
            break
    else:
        brief.budget = None
    ranked = records.ranking(brief, asked, always=job.talent)
    mine = next(entry for entry in ranked if entry.talent is job.talent)
    pool = [
        e for e in ranked if not newcomer or (e.candidate.level == own and not e.candidate.finished)
    ]
    refusing = refusals(brief, pool, {job.talent.id}, dice, by_rank=not newcomer)
    if mine.rank > LISTED:
        mine = replace(mine, rank=0, features={})
    _chain(brief, [*refusing, mine], asked, job, dice)


def _onsite(
    brief: BriefPlan, talent: Talent, due: date, agreed_at: datetime, records: Records, dice: Dice
) -> bool:
    """Return whether the work is done at the client's place; nobody is in two places on one day."""
    if brief.service.id == "half-day-event":
        return True
    first = day(agreed_at)
    booked = any(begin <= due and first <= end for begin, end in records.onsite[talent.id])
    return dice.chance(0.08) and not booked


def find(world: World, brief: BriefPlan, records: Records, dice: Dice) -> Job:
    """Offer a brief down the ranking until somebody certified for it takes it up."""
    asked = brief.opened_at + timedelta(days=dice.uniform(0.2, 1.2))
    tracks = records.tracks_with("associate", asked)
    brief.track = brief.track if brief.track in tracks else dice.choice(sorted(tracks))
    brief.service = dice.choice(world.tracks[brief.track].services)
    brief.level = dice.weighted(LEVELS_ASKED)
    days = math.ceil(brief.service.days * 1.4) + 5
    brief.deadline = day(brief.opened_at) + timedelta(days=days)
    describe(brief, dice)
    brief.onsite = brief.service.id == "half-day-event"
    ranked = [e for e in records.ranking(brief, asked) if _settled(e)]
    if not ranked:
        brief.level = "associate"
        ranked = [e for e in records.ranking(brief, asked) if _settled(e)]
    taker = _taker(brief, [e for e in ranked if not _climbing(e)] or ranked, dice)
    refusing = refusals(brief, ranked, {taker.talent.id}, dice, by_rank=True)
    job = taken_up(
        world, taker.talent, brief.service, brief.state, brief.opened_at, taker.candidate.load, dice
    )
    brief.deadline, brief.job = job.due, job
    brief.closed_at = job.finished_at or job.ended_at
    _chain(brief, [*refusing, taker], asked, job, dice)
    return job


def _settled(entry: Seen) -> bool:
    """Return whether somebody is shown who needs no mentor beside them."""
    return entry.rank <= LISTED and entry.candidate.level != "foundation"


def _climbing(entry: Seen) -> bool:
    """Return whether the work of somebody is planned already: it leads to a Professional certificate."""
    return entry.talent.goal == "professional" and entry.candidate.level != "professional"


def _taker(brief: BriefPlan, ranked: list[Seen], dice: Dice) -> Seen:
    """Return the first of the ranking, more or less in its order, who says yes."""
    pool = {n: math.exp(-entry.rank / TOP) for n, entry in enumerate(ranked)}
    while len(pool) > 1:
        index = dice.weighted(pool)
        entry = ranked[index]
        price = usual_price(entry.talent, brief.service, entry.candidate.level)
        if dice.chance(acceptance(entry.talent, price, brief, entry.candidate.load)):
            return entry
        del pool[index]
    return ranked[next(iter(pool))]


def refusals(
    brief: BriefPlan, ranked: list[Seen], but: set[int], dice: Dice, *, by_rank: bool
) -> list[Seen]:
    """Return who said no, as many as planned if the model lets so many refuse."""
    pool = {n: math.exp(-entry.rank / TOP) if by_rank else 1.0
            for n, entry in enumerate(ranked) if entry.talent.id not in but and entry.rank <= LISTED}  # fmt: skip
    found: list[Seen] = []
    while pool and len(found) < brief.declines:
        index = dice.weighted(pool)
        entry = ranked[index]
        del pool[index]
        price = usual_price(entry.talent, brief.service, entry.candidate.level)
        if not dice.chance(acceptance(entry.talent, price, brief, entry.candidate.load)):
            found.append(entry)
    brief.declines = len(found)
    return found


def offer_price(brief: BriefPlan, talent: Talent, level: str) -> int:
    """Return what the client offers: the usual price, moved into the budget."""
    usual = usual_price(talent, brief.service, level)
    if brief.budget is None:
        return usual
    return round_price(min(max(usual, brief.budget[0]), brief.budget[1]))


def refuse(brief: BriefPlan, entries: list[Seen], asked: datetime, dice: Dice) -> None:
    """Let everybody who is asked refuse, one after the other."""
    _chain(brief, entries, asked, None, dice)


def _chain(
    brief: BriefPlan, entries: list[Seen], asked: datetime, job: Job | None, dice: Dice
) -> None:
    """Ask one after the other: each refusal makes room for the next; with a job the last says yes."""
    raw = distribution()
    waits = [
        min(dice.median_hours(raw["talent_answer_hours"]), timedelta(hours=20)) for _ in entries
    ]
    confirm = min(dice.median_hours(raw["client_answer_hours"]), timedelta(hours=40))
    squeeze = 1.0
    if job is not None:
        needed = sum(waits, confirm)
        squeeze = min(1.0, (job.agreed_at - brief.opened_at) * 0.9 / needed)
        asked = job.agreed_at - needed * squeeze
    last = entries[-1] if entries else None
    price = offer_price(brief, last.talent, last.candidate.level) if last else 0
    brief.listed = [
        (e.talent, e, asked - timedelta(minutes=len(entries) - n)) for n, e in enumerate(entries)
    ]
    at = asked
    for place, (entry, wait) in enumerate(zip(entries, waits, strict=True), 1):
        yes = job is not None and entry is last
        answered = at + wait * squeeze
        brief.offers.append(OfferPlan(
            entry.talent, entry, price, at, OfferState.ACCEPTED if yes else OfferState.DECLINED,
            answered, None if yes else _why(brief, entry, dice),
            job.agreed_at if yes and job else None, place,
        ))  # fmt: skip
        at = answered


def _why(brief: BriefPlan, entry: Seen, dice: Dice) -> DeclineReason:
    """Return the reason a talent gives: the strongest one the model knows, sometimes another."""
    price = usual_price(entry.talent, brief.service, entry.candidate.level)
    over = brief.budget is not None and price > brief.budget[1]
    return dice.weighted({
        DeclineReason.PRICE: 3.0 * over, DeclineReason.TIME: 0.5 + 1.5 * entry.candidate.load,
        DeclineReason.SKILL: 0.4, DeclineReason.OTHER: 0.4,
    })  # fmt: skip


class Stars:
    """Ratings by the model: skill against everybody who works, reliability, domain, lateness."""

    def __init__(self, world: World, dice: Dice) -> None:
        self.dice = dice
        skills = [_skill(t, s) for t in world.talents for s in world.tracks[t.track].services
                  for _ in range(SHARE_OF_WORK.get(t.goal, 0))]  # fmt: skip
        self.mean, self.sd = fmean(skills), max(1.0, pstdev(skills))

    def rate(self, job: Job, *, known_domain: bool) -> None:
        """Rate finished work, if the client does; who let it be accepted by rule gave no stars."""
        if job.rated or job.state != "finished":
            return
        job.rated = True
        if not job.by_rule and self.dice.chance(distribution()["rated"] / 0.95):
            job.rating = self.draw(job, known_domain=known_domain)

    def draw(self, job: Job, *, known_domain: bool = False) -> int:
        """Return one to five stars."""
        law = distribution()["model"]["rating"]
        mean: float = (
            law["base"] + law["skill"] * (_skill(job.talent, job.service) - self.mean) / self.sd
            + law["reliability"] * job.talent.reliability + law["domain"] * known_domain
            + law["late"] * job.late
        )  # fmt: skip
        return min(5, max(1, round(mean + self.dice.gauss(0, law["sd"]))))

    def professionals(self, jobs: list[Job]) -> None:
        """Draw the ratings of future professionals until they reach what their certificate asks."""
        climbing = {id(j.talent): j.talent for j in jobs if j.talent.goal == "professional"}
        for talent in climbing.values():
            mine = [j for j in jobs if j.talent is talent and j.state == "finished"]
            rated = [j for j in mine if self.dice.chance(distribution()["rated"])] or mine[:1]
            for _ in range(RATING_DRAWS):
                for job in rated:
                    job.rating = self.draw(job)
                if fmean(job.rating or 0 for job in rated) >= GOOD_MEAN:
                    break
            else:
                for job in rated:
                    job.rating = 5
            for job in mine:
                job.rated, job.by_rule = True, False


def _skill(talent: Talent, service: Service) -> float:
    known = [talent.skill[unit] for unit in service.units if unit in talent.skill]
    return fmean(known) if known else talent.mean_skill
