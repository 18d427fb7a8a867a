"""Write down the market: clients, briefs, short lists, offers, placements and what talents show of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sanggar.clients import brief_rules
from sanggar.clients.brief_rules import STEPS, number_of
from sanggar.clients.business_models import Client, ClientMember
from sanggar.clients.file_models import BriefPhoto, WorkFile
from sanggar.clients.models import Brief, Offer, Placement, ShortlistEntry
from sanggar.clients.rules import (
    BriefState,
    ClientKind,
    MemberRole,
    OfferState,
    PlacementState,
    answer_by,
    work_days,
)
from sanggar.clients.stages import NoteKind, Side
from sanggar.clients.work_models import WorkNote
from sanggar.demo import aftercare, steps
from sanggar.demo.data import distribution, texts
from sanggar.demo.deals import BriefPlan, OfferPlan
from sanggar.demo.dice import Dice, day
from sanggar.demo.jobs import Job
from sanggar.demo.pictures import Gallery, Picture
from sanggar.demo.store import Store
from sanggar.demo.world import World
from sanggar.evidence.models import Fact
from sanggar.programme.queries import holidays

#: a placement with the words and the link of its delivery
Placed = tuple[int, str, str]
STATES = {"broken": BriefState.CANCELLED}
PLACEMENTS = {"finished": PlacementState.FINISHED, "cancelled": PlacementState.CANCELLED}


def write_clients(world: World, store: Store) -> None:
    """Write who asks for work."""
    for owner in world.clients:
        owner.client_id = store.add(
            Client, person_id=owner.id, organisation=owner.business, kind=ClientKind(owner.kind),
            hub_id=world.places[owner.hub].id, region_id=owner.region_id,
            created_at=owner.created_at or world.as_of,
        )  # fmt: skip
        store.add(
            ClientMember, client_id=owner.client_id, person_id=owner.id, role=MemberRole.OWNER,
            joined_at=owner.created_at or world.as_of,
        )  # fmt: skip


def write(world: World, store: Store, briefs: list[BriefPlan], gallery: Gallery) -> None:
    """Write every brief with what came of it."""
    dice, more = world.dice("briefs"), world.dice("brief photos")
    for brief in briefs:
        photos = _photos(brief, gallery, more)
        brief_id = _brief(world, brief, store, dice, len(photos), _permits(brief, more))
        for photo in photos:
            store.add(BriefPhoto, brief_id=brief_id, page=photo.public, thumb=photo.thumb,
                      width=photo.width, height=photo.height, added_at=brief.opened_at)  # fmt: skip
        for talent, seen, at in brief.listed:
            store.add(ShortlistEntry, brief_id=brief_id, person_id=talent.id, rank_shown=seen.rank,
                      features=seen.features, added_at=at)  # fmt: skip
        aftercare.confirmed(store, brief, brief_id)
        for offer in brief.offers:
            placed = _offer(brief, brief_id, offer, store, dice)
            if placed is not None and brief.job is not None:
                _delivery(placed, brief.job, gallery, store, more)
    aftercare.write(world, store)
    steps.write(store, {owner.client_id: owner.id for owner in world.clients})


def _photos(brief: BriefPlan, gallery: Gallery, dice: Dice) -> list[Picture]:
    """Return photos of the product: most who have one to show send some."""
    if brief.category == "jasa" or brief.state == "draft" or dice.chance(0.4):
        return []
    shelf = gallery.of("photography" if dice.chance(0.5) else "packaging_design")
    return dice.sample(shelf, dice.weighted({1: 5, 2: 3, 3: 2}))


def _permits(brief: BriefPlan, dice: Dice) -> list[str]:
    """Return what the product has; only food needs a number before it is sold."""
    chances = {"merek": 0.15}
    if brief.category in ("makanan", "minuman"):
        chances = {"pirt": 0.6, "halal": 0.45, **chances}
    return [name for name, chance in chances.items() if dice.chance(chance)]


def _brief(
    world: World, brief: BriefPlan, store: Store, dice: Dice, photos: int, permits: list[str]
) -> int:
    owner = brief.client
    state = STATES.get(brief.state) or BriefState(brief.state)
    helped = (
        not owner.account
        and owner.kind in ("micro", "small")
        and dice.chance(distribution()["helped_by_officer"])
    )
    asked = brief.offers[0].made_at if brief.offers else brief.opened_at
    draft = state is BriefState.DRAFT
    budget = brief.budget or (None, None)
    text = brief.text if not draft or dice.chance(0.6) else brief.text.split(".")[0] + "."
    reason = {"cancelled": "why_cancelled", "broken": "why_broken"}.get(brief.state)
    return store.add(
        Brief, client_id=owner.client_id, track=brief.track, service=brief.service.id, text=text,
        category=brief.category, level=brief.level, budget_low=budget[0], budget_high=budget[1],
        deadline=brief.deadline, onsite=brief.onsite, hub_id=world.places[brief.hub].id,
        region_id=owner.region_id, state=state,
        permits=permits, asked=_asked(brief) if draft else len(STEPS),
        quality=brief_rules.quality(brief_rules.quality_parts(
            text=text, category=brief.category, budget=brief.budget is not None, link="",
            deadline=brief.deadline is not None, level=brief.level, photos=photos,
        )),
        helped_by_id=world.officer(brief.hub).id if helped else None,
        created_at=brief.opened_at - timedelta(minutes=dice.randint(4, 25)),
        updated_at=brief.closed_at or max(asked, brief.opened_at),
        opened_at=None if draft else brief.opened_at, closed_at=brief.closed_at,
        reason=dice.choice(texts()[reason]) if reason else "",
    )  # fmt: skip


def _asked(brief: BriefPlan) -> int:
    """Return how far a draft has come: up to the day, or up to the place."""
    return number_of("when") if brief.deadline else number_of("budget")


def _delivery(placed: Placed, job: Job, gallery: Gallery, store: Store, dice: Dice) -> None:
    """Write down the last delivery; pictures come as files, everything else behind the link."""
    if job.delivered_at is None:
        return
    placement, text, link = placed
    note = store.add(
        WorkNote, placement_id=placement, kind=NoteKind.DELIVERY, side=Side.TALENT,
        by_id=job.talent.id, text=text, link=link, at=job.delivered_at,
    )  # fmt: skip
    if job.talent.track not in ("photography", "packaging_design"):
        return
    for number, each in enumerate(dice.some(gallery.of(job.talent.track), dice.randint(1, 3)), 1):
        store.add(
            WorkFile, placement_id=placement, note_id=note, name=f"hasil-{number}.jpg", kind="jpg",
            media_type="image/jpeg", sha256=each.sha256, size=each.size, added_at=job.delivered_at,
        )  # fmt: skip


def _offer(
    brief: BriefPlan, brief_id: int, offer: OfferPlan, store: Store, dice: Dice
) -> Placed | None:
    due = brief.deadline or day(offer.made_at) + timedelta(days=brief.service.days)
    yes = offer.state is OfferState.ACCEPTED
    row = store.add(
        Offer, brief_id=brief_id, person_id=offer.talent.id, state=offer.state, place=offer.place,
        rank_shown=offer.seen.rank, features=offer.seen.features, price=offer.price,
        revisions=brief.service.revisions, down_payment=dice.choice([30, 40, 40, 50]), due=due,
        message=dice.choice(texts()["offer_messages"]), made_at=offer.made_at,
        answer_by=answer_by(offer.made_at, holidays=holidays()), answered_at=offer.answered_at,
        talent_accepted_at=offer.answered_at if yes else None,
        client_accepted_at=offer.confirmed_at, decline_reason=offer.reason,
        decline_text=dice.choice(texts()["declined"][offer.reason.value]) if offer.reason else "",
    )  # fmt: skip
    if offer.confirmed_at is None or brief.job is None:
        return None
    return _placement(brief, brief_id, row, offer, brief.job, store, dice)


def _placement(
    brief: BriefPlan,
    brief_id: int,
    offer_id: int,
    offer: OfferPlan,
    job: Job,
    store: Store,
    dice: Dice,
) -> Placed:
    state = PLACEMENTS.get(job.state) or PlacementState(job.state)
    finished, broken = state is PlacementState.FINISHED, state is PlacementState.CANCELLED
    disputed = state is PlacementState.DISPUTED or (
        finished and dice.chance(distribution()["disputed"])
    )
    comment = ""
    if job.rating is not None and dice.chance(
        distribution()["commented"] / distribution()["rated"]
    ):
        comment = dice.choice(texts()["comments"][job.rating])
    revisions = (
        min(brief.service.revisions, dice.weighted({0: 10, 1: 28, 2: 62}))
        if job.delivered_at
        else 0
    )
    said = dice.choice(texts()["delivered"]) if job.delivered_at else ""
    link = f"https://berkas.example.org/{dice.token(8)}" if job.delivered_at else ""
    row = store.add(
        Placement, offer_id=offer_id, brief_id=brief_id, client_id=brief.client.client_id,
        person_id=job.talent.id, track=brief.track, service=brief.service.id,
        category=brief.category, price=offer.price, hours=brief.service.hours, onsite=brief.onsite,
        starts_on=work_days(job.due, brief.service.days)[0] if brief.onsite else day(job.agreed_at),
        due=job.due, revisions=brief.service.revisions, revisions_used=revisions, state=state,
        agreed_at=job.agreed_at, started_at=job.started_at, delivered_at=job.delivered_at,
        delivery_note=said, delivery_link=link,
        reminders=_reminders(job), finished_at=job.finished_at, by_rule=job.by_rule and finished,
        rating=job.rating if finished else None, comment=comment if finished else "",
        on_time=not job.late if finished else None, ended_at=job.ended_at if broken else None,
        ended_by_id=brief.client.id if broken else None,
        reason=_reason(job, state, dice), was_disputed=disputed, **_dispute(job, state),
    )  # fmt: skip
    if state is PlacementState.DISPUTED:
        store.add(
            WorkNote, placement_id=row, kind=NoteKind.DISPUTE, side=Side.CLIENT,
            by_id=brief.client.id, at=_since(job),
            text=dice.choice(texts()["why_disputed"]),
        )  # fmt: skip
    if finished:
        assert job.finished_at is not None
        store.add(
            Fact, person_id=job.talent.id, track=brief.track, kind="placement",
            ref=f"placement-{row}", at=job.finished_at,
            data={"rating": job.rating, "on_time": not job.late, "accepted": True},
        )  # fmt: skip
    return row, said, link


def _dispute(job: Job, state: PlacementState) -> dict[str, Any]:
    """Return since when work is in dispute, and where it stood before."""
    if state is not PlacementState.DISPUTED:
        return {}
    before = PlacementState.DELIVERED if job.delivered_at else PlacementState.RUNNING
    return {"disputed_at": _since(job), "disputed_from": before}


def _since(job: Job) -> datetime:
    return job.ended_at or job.delivered_at or job.started_at or job.agreed_at


def _reminders(job: Job) -> int:
    if job.by_rule:
        return 2
    if job.delivered_at is None or job.finished_at is None:
        return 0
    waited = job.finished_at - job.delivered_at
    return (waited > timedelta(days=3)) + (waited > timedelta(days=6))


def _reason(job: Job, state: PlacementState, dice: Dice) -> str:
    key = {PlacementState.CANCELLED: "why_broken", PlacementState.DISPUTED: "why_disputed"}.get(
        state
    )
    return dice.choice(texts()[key]) if key and job.ended_at else ""
