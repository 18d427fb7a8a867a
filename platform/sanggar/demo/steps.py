"""The dated moves of every brief of the demo, read off its offers and its work."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sanggar.clients.models import Brief, BriefMove, Offer, Placement, ShortlistEntry
from sanggar.clients.rules import LIVE, BriefState, OfferState, PlacementState
from sanggar.clients.stages import Stage, can_move
from sanggar.demo.store import Store

Steps = list[tuple[Stage, datetime, int | None]]


def write(store: Store, owners: dict[int, int]) -> None:
    """Write the moves of the briefs that are kept; `owners` maps a business to its owner."""
    listed: dict[int, datetime] = {}
    for row in store.rows(ShortlistEntry):
        known = listed.get(row["brief_id"], row["added_at"])
        listed[row["brief_id"]] = min(known, row["added_at"])
    offers: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in store.rows(Offer):
        offers[row["brief_id"]].append(row)
    work = {row["brief_id"]: row for row in store.rows(Placement)}
    for brief in store.rows(Brief):
        owner = owners.get(brief["client_id"])
        steps = _brief(brief, listed.get(brief["id"]), owner)
        steps += _offers(offers[brief["id"]], owner)
        steps += _work(work.get(brief["id"]), owner)
        steps += _end(brief, owner)
        _write(store, brief["id"], steps)


def _brief(brief: dict[str, Any], listed: datetime | None, owner: int | None) -> Steps:
    steps: Steps = [(Stage.DRAFT, brief["created_at"], owner)]
    if brief["opened_at"]:
        steps.append((Stage.OPEN, brief["opened_at"], owner))
    if listed:
        steps.append((Stage.SHORTLISTED, listed, owner))
    return steps


def _offers(rows: list[dict[str, Any]], owner: int | None) -> Steps:
    steps: Steps = []
    for row in sorted(rows, key=lambda r: r["made_at"]):
        steps.append((Stage.OFFERED, row["made_at"], owner))
        if row["state"] not in LIVE:
            declined = row["state"] is OfferState.DECLINED
            ended = row["answered_at"] or row["answer_by"]
            steps.append((Stage.SHORTLISTED, ended, row["person_id"] if declined else None))
    return steps


def _work(row: dict[str, Any] | None, owner: int | None) -> Steps:
    if row is None:
        return []
    talent = row["person_id"]
    steps: Steps = [(Stage.AGREED, row["agreed_at"], owner)]
    if row["started_at"]:
        steps.append((Stage.RUNNING, row["started_at"], talent))
    if row["delivered_at"]:
        steps.append((Stage.DELIVERED, row["delivered_at"], talent))
    if row["finished_at"]:
        steps.append((Stage.FINISHED, row["finished_at"], None if row["by_rule"] else owner))
    elif row["ended_at"]:
        steps.append((Stage(PlacementState(row["state"]).value), row["ended_at"], owner))
    return steps


def _end(brief: dict[str, Any], owner: int | None) -> Steps:
    state = BriefState(brief["state"])
    if state is BriefState.EXPIRED and brief["closed_at"]:
        return [(Stage.EXPIRED, brief["closed_at"], None)]
    if state is BriefState.CANCELLED and brief["closed_at"]:
        return [(Stage.CANCELLED, brief["closed_at"], owner)]
    return []


def _write(store: Store, brief_id: int, steps: Steps) -> None:
    old: Stage | None = None
    for new, at, by in steps:
        if new is old or not can_move(old, new):
            continue
        store.add(BriefMove, brief_id=brief_id, old=old, new=new, at=at, by_id=by)
        old = new
