"""Yes without a password: a signed link for one person, one deed and a short time.

An officer sends it to an owner or a talent who has no password at hand. Opening it changes nothing;
the page shows what is agreed, and only the button acts, as that person. Pressing it twice is once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.clients import links, offers, queries, reading, work
from sanggar.clients.reading import OfferRow, WorkRow
from sanggar.clients.rules import OfferState, PlacementState
from sanggar.kernel import access
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _

PURPOSE = "confirm"
LASTS = timedelta(hours=48)


class Deed(IntEnum):
    """What a link does."""

    ACCEPT_OFFER = 1
    CONFIRM_OFFER = 2
    ACCEPT_WORK = 3


#: As whom a link acts: nothing more than this role of this person.
ROLES = {
    Deed.ACCEPT_OFFER: Role.TALENT,
    Deed.CONFIRM_OFFER: Role.CLIENT,
    Deed.ACCEPT_WORK: Role.CLIENT,
}


@dataclass(frozen=True)
class Link:
    """A link as an officer sends it."""

    deed: Deed
    name: str
    phone: str
    url: str


@dataclass(frozen=True)
class Asked:
    """What the holder of a link is asked, as it stands now."""

    deed: Deed
    person: Principal
    offer: OfferRow | None
    work: WorkRow | None
    #: it has been done already, by this link or another way
    done: bool


def link(
    deed: Deed, ref: int, person_id: int, *, by: Principal, now: datetime, times: int = 1
) -> Link:
    """Return a link that lets somebody say yes; whoever makes it must be an officer of the brief.

    `times`: which of several offers to the same talent it is about.
    """
    person = accounts.person(person_id)
    token = links.sign(
        PURPOSE, now, LASTS, deed=int(deed), ref=ref, person=person_id, by=by.id, times=times
    )
    return Link(deed, person.name, person.phone or "", links.absolute("clients.yes", token=token))


def links_for(brief: queries.BriefRow, live: OfferRow | None, placed: WorkRow | None, *,
              by: Principal, now: datetime) -> list[Link]:  # fmt: skip
    """Return the links an officer may send about a brief as it stands; none to its own business."""
    if brief.mine or not by.has(Role.HUB_OFFICER, Role.ADMIN):
        return []
    if placed is not None and placed.state is PlacementState.DELIVERED:
        owner = brief.client_person_id
        return [link(Deed.ACCEPT_WORK, placed.id, owner, by=by, now=now)]
    if live is not None and live.state is OfferState.MADE:
        talent = live.person_id
        return [link(Deed.ACCEPT_OFFER, live.id, talent, by=by, now=now, times=live.times)]
    if live is not None and live.state is OfferState.ACCEPTED and live.placement_id is None:
        owner = brief.client_person_id
        return [link(Deed.CONFIRM_OFFER, live.id, owner, by=by, now=now, times=live.times)]
    return []


def asked(token: str, now: datetime) -> Asked:
    """Return what a link asks; `NotFound` when it was not made here or is not this person's matter."""
    held = links.read(PURPOSE, token, now)
    deed = Deed(held["deed"])
    person = accounts.person(held["person"])
    if not person.active:
        raise errors.NotFound
    acting = Principal(
        id=person.id, name=person.name, language=person.language, roles=frozenset({ROLES[deed]})
    )
    if deed is Deed.ACCEPT_WORK:
        row = reading.work(held["ref"])
        if work.side_of(row.person_id, row.brief_id, acting) != "client":
            raise errors.NotFound
        return Asked(deed, acting, None, row, row.state is PlacementState.FINISHED)
    offer = reading.offer_of(held["ref"], queries.offer_parties(held["ref"]).talent_id)
    if held.get("times", 1) != offer.times:
        raise errors.Conflict(_("This link has ended. Ask for a new one."))
    if deed is Deed.ACCEPT_OFFER:
        if offer.person_id != acting.id:
            raise errors.NotFound
        return Asked(deed, acting, offer, None, offer.state is OfferState.ACCEPTED)
    queries.brief(offer.brief_id, acting)
    return Asked(deed, acting, offer, None, offer.placement_id is not None)


def say_yes(token: str, rating: int | None, comment: str, *, now: datetime) -> None:
    """Do what a link asks, as the person it was made for."""
    wanted = asked(token, now)
    access.act_as(wanted.person)
    if wanted.deed is Deed.ACCEPT_OFFER and wanted.offer:
        offers.accept_offer(wanted.offer.id, by=wanted.person, now=now, times=wanted.offer.times)
    elif wanted.deed is Deed.CONFIRM_OFFER and wanted.offer:
        offers.confirm_offer(wanted.offer.id, by=wanted.person, now=now, times=wanted.offer.times)
    elif wanted.work:
        work.accept_work(wanted.work.id, rating, comment, by=wanted.person, now=now)


def message(found: Link) -> str:
    """Return what an officer writes on WhatsApp."""
    text = _("Hello %(name)s, please look at this and confirm it: %(url)s",
             name=found.name, url=found.url)  # fmt: skip
    return str(text)
