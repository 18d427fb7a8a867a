"""Which events of offers and work become messages: for the talent, and for everybody of a business."""

from __future__ import annotations

from typing import Any

from sanggar.clients import queries as clients
from sanggar.kernel import events, web
from sanggar.kernel.i18n import _, _l
from sanggar.kernel.templating import moment, rupiah
from sanggar.notifications.subscribers import tell
from sanggar.plugin import events as happened


@events.on(happened.OfferMade)
def offer_made(event: happened.OfferMade) -> None:
    """Tell a talent about an offer."""
    offer = clients.offer_parties(event.offer)

    def words() -> tuple[str, str]:
        return (
            _("A client offers you work"),
            _("%(title)s for %(price)s. Please answer before %(when)s: after that the next person is asked.",
              title=offer.brief_title, price=rupiah(offer.price), when=moment(offer.answer_by)),
        )  # fmt: skip

    tell(offer.talent_id, "offer", f"offer-{event.offer}",
          web.path("clients.offer", offer_id=event.offer), event.at, words)  # fmt: skip


@events.on(happened.OfferAnswered)
def offer_answered(event: happened.OfferAnswered) -> None:
    """Tell a client that a talent has answered."""
    offer = clients.offer_parties(event.offer)

    def words() -> tuple[str, str]:
        if event.accepted:
            return (
                _("The talent says yes"),
                _("%(title)s: the talent accepts your offer. Confirm it, then you see each other's contact.", title=offer.brief_title),
            )  # fmt: skip
        return (
            _("The talent cannot take it"),
            _(
                "%(title)s: the talent declines. Your ranking shows who else fits.",
                title=offer.brief_title,
            ),
        )

    for person_id in clients.acting_with(offer.client_person_id):
        tell(person_id, "answer", f"answer-{event.offer}",
              web.path("clients.brief", brief_id=offer.brief_id), event.at, words)  # fmt: skip


@events.on(happened.PlacementChanged)
def placement_changed(event: happened.PlacementChanged) -> None:
    """Tell the other side how the work stands."""
    work = clients.placement_parties(event.placement)
    url = web.path("clients.placement", placement_id=event.placement)
    asking = clients.acting_with(work.client_person_id)
    told = {
        "agreed": (work.talent_id, *asking),
        "running": (work.talent_id,),
        "delivered": asking,
        "finished": (work.talent_id,),
        "cancelled": (work.talent_id, *asking),
        "disputed": (work.talent_id, *asking),
        "reminded": asking,
    }.get(event.state, ())

    def words() -> tuple[str, str]:
        title = work.brief_title
        return {
            "agreed": (_("Both sides have agreed"), _("%(title)s: you now see each other's contact. Put down payment, date and revisions in writing.", title=title)),
            "running": (_("The work has begun"), _("%(title)s is under way.", title=title)),
            "delivered": (_("The work is delivered"), _("%(title)s: please look at it and accept it or ask for a revision within 7 days.", title=title)),
            "finished": (_("The client has accepted your work"), _("%(title)s is finished. It counts for your next certificate.", title=title)),
            "cancelled": (_("The work was cancelled"), _("%(title)s was cancelled. The reason stands on the page.", title=title)),
            "reminded": (_("The delivery waits for you"), _("%(title)s: please look at it and accept it or ask for a revision. Without an answer it counts as accepted 7 days after the delivery.", title=title)),
            "disputed": (_("Help is on the way"), _("%(title)s: an officer of your hub will call both sides.", title=title)),
        }[event.state]  # fmt: skip

    for person_id in told:
        tell(
            person_id,
            "placement",
            f"placement-{event.placement}-{event.state}{_again(event)}",
            url,
            event.at,
            words,
        )


def _again(event: happened.PlacementChanged) -> str:
    """Return what tells apart things that happen to some work more than once."""
    several = event.state in ("running", "delivered", "reminded", "disputed")
    return f"-{event.at:%Y%m%d%H%M}" if several else ""


#: What a reminder says: (subject, sentence with the title of the brief, page)
WAITING: dict[str, tuple[Any, Any, str]] = {
    "draft": (_l("Your brief is a draft"), _l("%(title)s: finish it, then talents can be suggested."), "brief"),
    "open": (_l("Talents wait for your choice"), _l("%(title)s: put one to three of the suggested talents on your short list."), "brief"),
    "shortlisted": (_l("Your short list is ready"), _l("%(title)s: send your offer, before others ask the same people."), "brief"),
    "confirm": (_l("Confirm what the talent has accepted"), _l("%(title)s: the talent said yes and waits for you. Without your word the offer ends."), "brief"),
    "answer": (_l("A few hours left to answer"), _l("%(title)s: accept or decline, after that the next person is asked."), "offer"),
    "agreed": (_l("The work has not begun yet"), _l("%(title)s: begin, or write to the client about what is missing."), "placement"),
    "due": (_l("The work is due soon"), _l("%(title)s: hand it over in time, or tell the client early when you need longer."), "placement"),
    "overdue": (_l("The day of the work has passed"), _l("%(title)s: hand it over, or agree on a new day with the client."), "placement"),
    "dispute": (_l("Your word is missing"), _l("%(title)s is in dispute: say how you see it. After 7 days without a word a rule decides."), "placement"),
}  # fmt: skip


@events.on(happened.WorkReminder)
def work_waits(event: happened.WorkReminder) -> None:
    """Tell a talent, or everybody who acts for a business, that something waits for them."""
    subject, sentence, page = WAITING[event.about]
    url = {
        "brief": lambda: web.path("clients.brief", brief_id=event.brief),
        "offer": lambda: web.path("clients.offer", offer_id=event.offer),
        "placement": lambda: web.path("clients.placement", placement_id=event.placement),
    }[page]()

    def words() -> tuple[str, str]:
        return str(subject), str(sentence) % {"title": clients.brief_title(event.brief)}

    told = (event.person,) if page == "offer" else clients.acting_with(event.person)
    for person_id in told:
        key = f"waits-{event.brief}-{event.about}-{event.since}-{event.number}"
        tell(person_id, "waits", key, url, event.at, words)
