"""The market of a year: which briefs came from whom, and how far those without work got."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sanggar.clients.rules import OfferState, answer_by
from sanggar.demo import deals
from sanggar.demo.candidates import Records, portfolio
from sanggar.demo.data import distribution, names, share_out, texts
from sanggar.demo.deals import BriefPlan, OfferPlan
from sanggar.demo.dice import Dice, day
from sanggar.demo.jobs import Job, Opening, brief_day, under_way
from sanggar.demo.world import ClientOwner, World
from sanggar.programme.queries import holidays

#: how many refusals a brief without agreed work can have
ROOM = {"shortlisted": 2, "cancelled": 3, "expired": 3}
BEFORE_YES = 2
WITH_WORK = ("finished", "running", "broken")
#: days ago between which briefs of a state were opened
SPANS = {"draft": (30, 1), "open": (24, 1), "shortlisted": (20, 3), "cancelled": (360, 25),
         "expired": (360, 50)}  # fmt: skip


def trade(
    world: World, jobs: list[Job], openings: list[Opening]
) -> tuple[list[BriefPlan], Records]:
    """Return all briefs of the year, oldest first, with their offers; `jobs` grows by what is found."""
    dice = world.dice("market")
    briefs = _briefs(world, jobs, openings, dice)
    _story(world, briefs)
    briefs.sort(key=lambda b: (b.opened_at, b.hub, b.service.id))
    _share_declines(world, briefs, dice)
    records = Records(world, portfolio(world, _products(), world.dice("portfolio")), jobs)
    stars = deals.Stars(world, world.dice("stars"))
    stars.professionals(jobs)
    owed = 0
    for brief in briefs:
        brief.text = brief.text or _words(brief, dice)
        wanted = brief.declines + owed
        brief.declines = min(wanted, _room(brief))
        if brief.job is not None:
            deals.start(brief, brief.job, records, dice)
        elif brief.state in WITH_WORK:
            jobs.append(deals.find(world, brief, records, dice))
            brief.text = _words(brief, dice)
        else:
            _elsewise(world, brief, records, dice)
        if brief.job is not None:
            if brief.client.account and brief.state == "running":
                under_way(world, brief.job, "running", dice)
            known = records.domains[brief.job.talent.id].get(brief.category, 0) > 0
            stars.rate(brief.job, known_domain=known)
            records.placed(brief.job, brief.client, brief.category, brief.onsite)
        for offer in brief.offers:
            records.offered(offer.talent, offer.made_at, offer.answered_at)
        owed = wanted - sum(offer.state is OfferState.DECLINED for offer in brief.offers)
    return briefs, records


def _room(brief: BriefPlan) -> int:
    """Return how many refusals a brief can have."""
    return BEFORE_YES if brief.state in WITH_WORK else ROOM.get(brief.state, 0)


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


def _briefs(world: World, jobs: list[Job], openings: list[Opening], dice: Dice) -> list[BriefPlan]:
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
        kind = "running" if job.kind == "running" else "finished"
        at_home = job.talent.hub in free[kind] and dice.chance(0.75)
        hub = job.talent.hub if at_home else dice.choice(free[kind])
        free[kind].remove(hub)
        found.append(BriefPlan(owners[hub].pop(), hub, job.talent.track, job.service, kind,
                               job.opened_at, job=job, closed_at=job.finished_at))  # fmt: skip
    for opening in openings:
        hub = free[opening.kind].pop()
        service = world.tracks[opening.track].services[0]
        found.append(
            BriefPlan(
                owners[hub].pop(), hub, opening.track, service, opening.kind, opening.opened_at
            )
        )
    for kind, left in free.items():
        found += [_open_brief(world, kind, hub, owners[hub].pop(), dice) for hub in left]
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
    """Draw a brief that has not led to work."""
    today = world.today
    first, last = (today - timedelta(days=n) for n in SPANS[kind])
    opened = dice.at(brief_day(first, last, dice), (8, 21))
    track = dice.weighted(distribution()["tracks"])
    service = dice.choice(world.tracks[track].services)
    brief = BriefPlan(client, hub, track, service, kind, opened)
    brief.level = dice.weighted({"foundation": 0.3, "associate": 0.55, "professional": 0.15})
    brief.deadline = day(opened) + timedelta(days=service.days + dice.randint(6, 21))
    if kind in ("open", "shortlisted"):
        brief.deadline = max(brief.deadline, today + timedelta(days=dice.randint(8, 25)))
    if kind == "cancelled":
        brief.closed_at = opened + timedelta(days=dice.uniform(2, 12))
    if kind == "expired":
        brief.deadline = min(brief.deadline, today - timedelta(days=2))
        brief.closed_at = dice.at(brief.deadline + timedelta(days=1), (8, 9))
    if kind == "draft" and dice.chance(0.5):
        brief.deadline = None
    deals.describe(brief, dice)
    brief.onsite = service.id == "half-day-event" or dice.chance(0.06)
    return brief


def _story(world: World, briefs: list[BriefPlan]) -> None:
    """Give the client account an open brief with a good ranking, work under way and finished work."""
    me: Any = world.account("client")
    for state in ("open", "running", "finished"):
        mine = next((b for b in briefs if b.state == state and b.client is me), None)
        if mine is None:
            mine = next((b for b in briefs if b.state == state and b.hub == me.hub), None)
        if mine is None:
            mine = next(b for b in briefs if b.state == state)
            other = next(
                b
                for b in briefs
                if b.hub == me.hub and b.state not in ("open", "running", "finished")
            )
            mine.hub, other.hub = other.hub, mine.hub
            mine.client, other.client = other.client, mine.client
        if mine.client is not me:
            given = next(
                (b for b in briefs if b.client is me and b.state not in ("open", "running")), None
            )
            if given is not None:
                given.client = mine.client
            mine.client = me
        if state == "open":
            _my_brief(world, mine)


def _my_brief(world: World, brief: BriefPlan) -> None:
    """Write the open brief of the client account: a full pack for tempe chips."""
    brief.track, brief.level = "packaging_design", "associate"
    brief.service = next(s for s in world.tracks[brief.track].services if s.id == "full-pack")
    brief.opened_at = world.as_of - timedelta(days=2, hours=14)
    brief.category, brief.budget, brief.onsite = "makanan", (500_000, 900_000), False
    brief.deadline = world.today + timedelta(days=26)
    brief.text = str(texts()["briefs"]["full-pack"][0]).format(
        business=brief.client.business, product="keripik tempe"
    )


def _share_declines(world: World, briefs: list[BriefPlan], dice: Dice) -> None:
    """Share the refusals out over the briefs, at most two before somebody says yes."""
    weights = {
        index: float(limit) for index, brief in enumerate(briefs)
        if (limit := _room(brief))
    }  # fmt: skip
    number = world.figures.decided_offers - sum(b.state in WITH_WORK for b in briefs)
    for _ in range(min(number, int(sum(weights.values())))):
        index = dice.weighted(weights)
        briefs[index].declines += 1
        weights[index] -= 1
        if weights[index] <= 0:
            del weights[index]


def _elsewise(world: World, brief: BriefPlan, records: Records, dice: Dice) -> None:
    """Let a brief without agreed work get as far as its state says."""
    if brief.state in ("draft", "open"):
        return
    limit = brief.closed_at or world.as_of - timedelta(hours=30)
    asked = brief.opened_at + (limit - brief.opened_at) * dice.uniform(0.1, 0.4)
    ranked = records.ranking(brief, asked)
    if not ranked:
        brief.level = "foundation"
        ranked = records.ranking(brief, asked)
    deals.refuse(brief, deals.refusals(brief, ranked, set(), dice, by_rank=True), asked, dice)
    brief.offers = [o for o in brief.offers if o.answered_at is not None and o.answered_at < limit]
    if brief.state != "shortlisted":
        return
    names_listed = {talent.id for talent, *_ in brief.listed}
    others = [e for e in ranked[:6] if e.talent.id not in names_listed]
    for entry in others[: dice.randint(1, 3)]:
        brief.listed.append((entry.talent, entry, asked - timedelta(seconds=20)))
    if dice.chance(0.6):
        _live(
            world, brief, max((o.answered_at or asked for o in brief.offers), default=asked), dice
        )


def _live(world: World, brief: BriefPlan, after: datetime, dice: Dice) -> None:
    """Leave an offer with a talent, or a talent's yes with the client."""
    asked = {offer.talent.id for offer in brief.offers}
    entry = next((e for t, e, _ in brief.listed if t.id not in asked), None)
    made = world.as_of - timedelta(hours=dice.uniform(9, 16))
    if entry is None or made < after:
        return
    offer = OfferPlan(
        entry.talent, entry, deals.offer_price(brief, entry.talent, entry.candidate.level), made,
        OfferState.MADE, place=len(brief.offers) + 1,
    )  # fmt: skip
    if dice.chance(0.4) and answer_by(made, holidays=holidays()) > world.as_of:
        offer.state = OfferState.ACCEPTED
        offer.answered_at = made + timedelta(hours=dice.uniform(1, 7))
    brief.offers.append(offer)


def states_of(briefs: list[BriefPlan]) -> dict[str, int]:
    """Return how many briefs stand in each state; broken work counts as cancelled."""
    found = share_out(0, distribution()["briefs"])
    for brief in briefs:
        found["cancelled" if brief.state == "broken" else brief.state] += 1
    return found
