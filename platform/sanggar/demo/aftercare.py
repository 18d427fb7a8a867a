"""What stands around the demo's agreements: confirmed short lists, and how work went on afterwards."""

from __future__ import annotations

from datetime import timedelta

from sanggar.clients.after import MONTHS, REMIND_AFTER, Again, Income, months_before
from sanggar.clients.after_models import FollowUp, ShortlistConfirmation
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import Side
from sanggar.demo.deals import BriefPlan
from sanggar.demo.store import Store
from sanggar.demo.world import World

#: how often a question is answered
ANSWERED = 0.6
ANSWERS = {Again.ONGOING: 0.16, Again.REPEAT: 0.22, Again.GLADLY: 0.42, Again.NO: 0.2}
INCOMES = {
    Income.LESS: 0.08, Income.SAME: 0.34, Income.LITTLE: 0.3, Income.SOME: 0.2, Income.MUCH: 0.08,
}  # fmt: skip


def confirmed(store: Store, brief: BriefPlan, brief_id: int) -> None:
    """Write that the client chose the short list, just before the first offer went out."""
    if not brief.offers:
        return
    listed = [(talent.id, seen.rank) for talent, seen, _at in brief.listed]
    store.add(
        ShortlistConfirmation, brief_id=brief_id, by_id=brief.client.id,
        at=brief.offers[0].made_at, helped=False,
        suggested=[list(each) for each in sorted(listed, key=lambda each: (each[1] == 0, each[1]))],
        chosen=[person for person, _rank in listed],
    )  # fmt: skip


def write(world: World, store: Store) -> None:
    """Write the questions after three and six months, and most answers."""
    dice = world.dice("aftercare")
    owners = {owner.client_id: owner.id for owner in world.clients}
    for row in store.rows(Placement):
        if row["state"] is not PlacementState.FINISHED:
            continue
        for months in MONTHS:
            latest = months_before(world.as_of, months)
            if row["finished_at"] > latest - timedelta(days=1):
                continue
            asked = row["finished_at"] + (world.as_of - latest)
            for side, person in ((Side.TALENT, row["person_id"]), (Side.CLIENT, owners[row["client_id"]])):  # fmt: skip
                answered, reminder = (
                    asked + timedelta(hours=dice.uniform(1, 120)),
                    asked + REMIND_AFTER,
                )
                says = dice.chance(ANSWERED) and answered < world.as_of
                again, income = dice.weighted(ANSWERS), dice.weighted(INCOMES)
                store.add(
                    FollowUp, placement_id=row["id"], months=months, side=side, person_id=person,
                    asked_at=asked, answered_at=answered if says else None,
                    reminded_at=None if says or reminder > world.as_of else reminder,
                    again=again if says else None,
                    income=income if says and side is Side.TALENT and dice.chance(0.7) else None,
                )  # fmt: skip
