"""Briefs, offers and how they ended, drawn from the generative model.

Who works when is planned (`jobs`); everything around it is drawn as the model says: a brief is drawn
until its talent would say yes to it, those who refuse are drawn from the top of the ranking and kept
only when the model lets them refuse. Given what was offered, answers and ratings follow the model
alone, without any effect of sex, age or of which hub it is.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import fmean, pstdev

from sanggar import clock
from sanggar.clients.rules import (
    HUB_FACTOR,
    LEVEL_FACTOR,
    DeclineReason,
    OfferState,
    answer_by,
    round_price,
)
from sanggar.demo.candidates import Records, Seen, portfolio
from sanggar.demo.data import distribution, names, share_out, texts
from sanggar.demo.dice import Dice, sigmoid
from sanggar.demo.jobs import Job, brief_day
from sanggar.demo.lives import day
from sanggar.demo.world import ClientOwner, Talent, World
from sanggar.plugin.track import Service

AGREED = ("finished", "running", "broken")
DRAWS, TOP = 30, 8.0
RATING_DRAWS = 300
GOOD_MEAN = 4.3


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


def trade(world: World, jobs: list[Job]) -> tuple[list[BriefPlan], Records]:
    """Return all briefs of the year, oldest first, with their offers; rate the jobs on the way."""
    dice = world.dice("market")
    briefs = _briefs(world, jobs, dice)
    briefs.sort(key=lambda b: (b.opened_at, b.hub, b.service.id))
    _share_declines(world, briefs, dice)
    records = Records(world, portfolio(world, _products(), world.dice("portfolio")))
    scale = _scale(jobs)
    for brief in briefs:
        if brief.job is not None:
            _agree(world, brief, brief.job, records, dice)
            _outcome(brief, brief.job, records, scale, dice)
            records.placed(brief.job, brief.client, brief.category, brief.onsite)
        else:
            _elsewise(world, brief, records, dice)
        for offer in brief.offers:
            records.offered(offer.talent, offer.made_at, offer.answered_at)
    _professionals(jobs, dice)
    return briefs, records


def _products() -> list[tuple[str, str]]:
    return [(f"{product} {owner}", category) for product, category in names()["products"]
            for owner in names()["owners"][:12]]  # fmt: skip


def _words(brief: BriefPlan, dice: Dice) -> str:
    """Return what the client wrote."""
    business = brief.client.business
    product = next((p for p, _ in names()["products"] if business.startswith(p)), "produk kami")
    text = dice.choice(texts()["briefs"][brief.service.id])
    return str(
        text.format(business=business, product=product.lower()) + texts()["levels"][brief.level]
    )


def _briefs(world: World, jobs: list[Job], dice: Dice) -> list[BriefPlan]:
    """Share briefs out: states and hubs both add up, clients come back as often as they do."""
    states = dict(world.figures.briefs)
    states["broken"] = world.figures.broken_off
    states["cancelled"] -= world.figures.broken_off
    kinds = dice.quota(states)
    hubs = dice.quota({code: hub.briefs for code, hub in world.figures.hubs.items()})
    free: dict[str, list[str]] = defaultdict(list)
    for kind, hub in zip(kinds, hubs, strict=True):
        free[kind].append(hub)
    owners = _owners(world, dice)
    found = []
    for job in dice.sample(jobs, len(jobs)):
        kind = job.kind if job.kind in ("running", "broken") else "finished"
        here = free[kind]
        at_home = job.talent.hub in here and dice.chance(0.75)
        hub = job.talent.hub if at_home else dice.choice(here)
        here.remove(hub)
        found.append(BriefPlan(owners[hub].pop(), hub, job.talent.track, job.service, kind,
                               job.opened_at, job=job, closed_at=job.finished_at or job.ended_at))  # fmt: skip
    for kind in sorted(set(free) - set(AGREED)):
        for hub in free[kind]:
            found.append(_open_brief(world, kind, hub, owners[hub].pop(), dice))
    return found


def _owners(world: World, dice: Dice) -> dict[str, list[ClientOwner]]:
    """Return the clients of each hub's briefs: most ask once, some come back again and again."""
    found = {}
    for code, hub in world.figures.hubs.items():
        mine = [c for c in world.clients if c.hub == code]
        regulars = mine[: max(1, round(distribution()["repeat_clients"] * len(mine)))]
        once = [c for c in mine if c not in regulars][: max(0, hub.briefs - len(regulars))]
        rest = [dice.choice(regulars) for _ in range(hub.briefs - len(once))]
        found[code] = dice.sample([*once, *rest], hub.briefs)
    return found


def _open_brief(world: World, kind: str, hub: str, client: ClientOwner, dice: Dice) -> BriefPlan:
    today = world.today
    spans = {
        "draft": (30, 1),
        "open": (24, 1),
        "shortlisted": (20, 3),
        "cancelled": (360, 25),
        "expired": (360, 50),
    }
    first, last = (today - timedelta(days=n) for n in spans[kind])
    opened = dice.at(brief_day(first, last, dice), (8, 21))
    track = dice.weighted(distribution()["tracks"])
    service = dice.choice(world.tracks[track].services)
    brief = BriefPlan(client, hub, track, service, kind, opened)
    brief.level = dice.weighted({"foundation": 0.3, "associate": 0.55, "professional": 0.15})
    days = service.days + dice.randint(6, 21)
    brief.deadline = day(opened) + timedelta(days=days)
    if kind in ("open", "shortlisted"):
        brief.deadline = max(brief.deadline, today + timedelta(days=dice.randint(8, 25)))
    if kind == "cancelled":
        brief.closed_at = opened + timedelta(days=dice.uniform(2, 12))
    if kind == "expired":
        brief.deadline = min(brief.deadline, today - timedelta(days=2))
        brief.closed_at = clock.local(dice.at(brief.deadline + timedelta(days=1), (8, 9)))
    if kind == "draft" and dice.chance(0.5):
        brief.deadline = None
    brief.category = client.category if dice.chance(0.85) else "lainnya"
    brief.onsite = service.id == "half-day-event" or dice.chance(0.06)
    brief.budget = _budget(brief, dice)
    return brief


def _budget(brief: BriefPlan, dice: Dice) -> tuple[int, int] | None:
    if dice.chance(0.18):
        return None
    middle = brief.usual * math.exp(dice.gauss(0, 0.32))
    return round_price(0.8 * middle), round_price(1.3 * middle)


def _share_declines(world: World, briefs: list[BriefPlan], dice: Dice) -> None:
    """Share the refusals out over the briefs, at most two before somebody says yes."""
    number = world.figures.decided_offers - sum(b.job is not None for b in briefs)
    room = {"shortlisted": 1, "cancelled": 2, "expired": 2}
    weights = {
        index: float(limit) for index, brief in enumerate(briefs)
        if (limit := 2 if brief.job is not None else room.get(brief.state, 0))
    }  # fmt: skip
    for _ in range(min(number, int(sum(weights.values())))):
        index = dice.weighted(weights)
        briefs[index].declines += 1
        weights[index] -= 1
        if weights[index] <= 0:
            del weights[index]


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


def _agree(world: World, brief: BriefPlan, job: Job, records: Records, dice: Dice) -> None:
    """Draw the brief of a job until its talent accepts it, then those who were asked before."""
    asked = brief.opened_at + (job.agreed_at - brief.opened_at) * dice.uniform(0.1, 0.35)
    own = job.talent.level_at(asked)
    brief.level = own if own == "foundation" else dice.weighted(
        {"associate": {"associate": 0.8, "foundation": 0.2},
         "professional": {"professional": 0.4, "associate": 0.6}}[own])  # fmt: skip
    brief.onsite = brief.service.id == "half-day-event" or (
        dice.chance(0.08) and not _booked(job, records)
    )
    price = usual_price(job.talent, brief.service, own)
    for _ in range(DRAWS):
        brief.category = brief.client.category if dice.chance(0.9) else "lainnya"
        brief.budget = _budget(brief, dice)
        if dice.chance(acceptance(job.talent, price, brief, job.load)):
            break
    else:
        brief.budget = None
    brief.deadline, brief.text = job.due, _words(brief, dice)
    ranked = records.ranking(brief, asked, always=job.talent)
    refusing = _refusals(brief, ranked, {job.talent.id}, brief.declines, dice)
    brief.declines = len(refusing)
    mine = next(entry for entry in ranked if entry.talent is job.talent)
    _chain(brief, [*refusing, mine], asked, job, dice)


def _booked(job: Job, records: Records) -> bool:
    """Return whether the talent is on site somewhere in these days."""
    return any(
        start <= job.due and day(job.agreed_at) <= due
        for start, due in records.onsite[job.talent.id]
    )


def _refusals(
    brief: BriefPlan, ranked: list[Seen], but: set[int], number: int, dice: Dice
) -> list[Seen]:
    """Return who said no: from the top of the ranking, and only those the model lets refuse."""
    pool = {
        n: math.exp(-entry.rank / TOP)
        for n, entry in enumerate(ranked)
        if entry.talent.id not in but
    }
    found: list[Seen] = []
    while pool and len(found) < number:
        index = dice.weighted(pool)
        entry = ranked[index]
        del pool[index]
        price = usual_price(entry.talent, brief.service, entry.candidate.level)
        if not dice.chance(acceptance(entry.talent, price, brief, entry.candidate.load)):
            found.append(entry)
    return found


def _price(brief: BriefPlan, talent: Talent, level: str) -> int:
    usual = usual_price(talent, brief.service, level)
    if brief.budget is None:
        return usual
    return round_price(min(max(usual, brief.budget[0]), brief.budget[1]))


def _chain(
    brief: BriefPlan, entries: list[Seen], asked: datetime, job: Job | None, dice: Dice
) -> None:
    """Ask one after the other: each refusal makes room for the next; the last one says yes."""
    raw = distribution()
    answers = [
        min(dice.median_hours(raw["talent_answer_hours"]), timedelta(hours=20)) for _ in entries
    ]
    confirm = min(dice.median_hours(raw["client_answer_hours"]), timedelta(hours=40))
    squeeze = 1.0
    if job is not None:
        needed = sum(answers, confirm)  # the waits for all answers, one after the other
        squeeze = min(1.0, (job.agreed_at - asked) * 0.95 / needed)
        asked = job.agreed_at - needed * squeeze
    price = _price(brief, entries[-1].talent, entries[-1].candidate.level) if entries else 0
    brief.listed = [
        (e.talent, e, asked - timedelta(minutes=3 * (len(entries) - n) + 2))
        for n, e in enumerate(entries)
    ]
    at = asked
    for place, (entry, wait) in enumerate(zip(entries, answers, strict=True), 1):
        answered = at + wait * squeeze
        yes = job is not None and place == len(entries)
        offer = OfferPlan(entry.talent, entry, price, at, OfferState.ACCEPTED if yes else OfferState.DECLINED,
                          answered, place=place)  # fmt: skip
        if yes and job is not None:
            offer.confirmed_at = job.agreed_at
        else:
            offer.reason = _why(brief, entry, dice)
        brief.offers.append(offer)
        at = answered


def _why(brief: BriefPlan, entry: Seen, dice: Dice) -> DeclineReason:
    """Return the reason a talent gives: the strongest one the model knows, sometimes another."""
    price = usual_price(entry.talent, brief.service, entry.candidate.level)
    over = brief.budget is not None and price > brief.budget[1]
    weights = {DeclineReason.PRICE: 3.0 * over, DeclineReason.TIME: 0.5 + 1.5 * entry.candidate.load,
               DeclineReason.SKILL: 0.5, DeclineReason.OTHER: 0.5}  # fmt: skip
    return dice.weighted(weights)


def _scale(jobs: list[Job]) -> tuple[float, float]:
    """Return mean and deviation of skill among those who work, for z scores."""
    skills = [_skill(job) for job in jobs]
    return fmean(skills), max(1.0, pstdev(skills))


def _skill(job: Job) -> float:
    known = [job.talent.skill[unit] for unit in job.service.units if unit in job.talent.skill]
    return fmean(known) if known else job.talent.mean_skill


def _outcome(
    brief: BriefPlan, job: Job, records: Records, scale: tuple[float, float], dice: Dice
) -> None:
    """Rate finished work by the model; who was not asked for stars by rule gave none."""
    if job.kind in ("running", "broken"):
        return
    raw, law = distribution(), distribution()["model"]["rating"]
    before = records.domains[job.talent.id].get(brief.category, 0) > 0
    mean = (law["base"] + law["skill"] * (_skill(job) - scale[0]) / scale[1]
            + law["reliability"] * job.talent.reliability + law["domain"] * before + law["late"] * job.late)  # fmt: skip
    job.extra["mean"] = mean
    if not job.by_rule and dice.chance(raw["rated"] / 0.95):
        job.rating = stars(mean, dice)


def stars(mean: float, dice: Dice) -> int:
    """Draw a rating 1..5 around what the model expects."""
    return min(5, max(1, round(mean + dice.gauss(0, distribution()["model"]["rating"]["sd"]))))


def _professionals(jobs: list[Job], dice: Dice) -> None:
    """Draw the ratings of future professionals until they reach what their certificate asks."""
    for talent in {
        id(j.talent): j.talent for j in jobs if j.talent.goal == "professional"
    }.values():
        until = talent.certificates["professional"]
        mine = [
            j
            for j in jobs
            if j.talent is talent and j.finished_at is not None and j.finished_at <= until
        ]
        rated = [j for j in mine if j.rating is not None] or mine[:2]
        for _ in range(RATING_DRAWS):
            if fmean(j.rating or 0 for j in rated) >= GOOD_MEAN:
                break
            for job in rated:
                job.rating = stars(float(str(job.extra["mean"])), dice)
        else:
            for job in rated:
                job.rating = 5


def _elsewise(world: World, brief: BriefPlan, records: Records, dice: Dice) -> None:
    """Let a brief without agreed work get as far as its state says."""
    brief.text = _words(brief, dice)
    if brief.state in ("draft", "open"):
        brief.declines = 0
        return
    limit = brief.closed_at or world.as_of - timedelta(hours=30)
    asked = brief.opened_at + (limit - brief.opened_at) * dice.uniform(0.1, 0.4)
    ranked = records.ranking(brief, asked)
    if not ranked:
        brief.level = "foundation"
        ranked = records.ranking(brief, asked)
    refusing = _refusals(brief, ranked, set(), brief.declines, dice)
    brief.declines = len(refusing)
    _chain(brief, refusing, asked, None, dice)
    last = brief.offers[-1].answered_at if brief.offers else asked
    if brief.state != "shortlisted":
        while brief.offers and (brief.offers[-1].answered_at or asked) > limit:
            brief.offers.pop()
        return
    names = {t.id for t, *_ in brief.listed}
    for entry in [e for e in ranked[:5] if e.talent.id not in names][: dice.randint(1, 3)]:
        brief.listed.append((entry.talent, entry, asked - timedelta(minutes=1)))
    if not brief.listed:
        brief.state = "open"
    elif dice.chance(0.6):
        _live(world, brief, last, dice)


def _live(world: World, brief: BriefPlan, after: datetime | None, dice: Dice) -> None:
    """Leave an offer with a talent, or a talent's yes with the client."""
    asked = {o.talent.id for o in brief.offers}
    entry = next((e for t, e, _ in brief.listed if t.id not in asked), None)
    made = world.as_of - timedelta(hours=dice.uniform(9, 16))
    if (
        entry is None
        or len(brief.offers) >= 3
        or made < brief.opened_at
        or (after is not None and made < after)
    ):
        return
    if any(
        e.state is OfferState.DECLINED and e.answered_at and e.answered_at > made
        for e in brief.offers
    ):
        return
    level = entry.candidate.level
    waiting = OfferPlan(entry.talent, entry, _price(brief, entry.talent, level), made,
                        OfferState.MADE, place=len(brief.offers) + 1)  # fmt: skip
    if dice.chance(0.4) and answer_by(made) > world.as_of:
        waiting.state = OfferState.ACCEPTED
        waiting.answered_at = made + timedelta(hours=dice.uniform(1, 7))
    brief.offers.append(waiting)


def states_of(briefs: list[BriefPlan]) -> dict[str, int]:
    """Return how many briefs stand in each state; broken work counts as cancelled."""
    found = share_out(0, distribution()["briefs"])
    for brief in briefs:
        found["cancelled" if brief.state == "broken" else brief.state] += 1
    return found
