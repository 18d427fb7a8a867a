"""Which events of offers and work become messages: for the talent, and for everybody of a business."""

from __future__ import annotations

from typing import Any

from sanggar.accounts import queries as accounts
from sanggar.clients import queries as clients
from sanggar.kernel import events, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _, _l
from sanggar.kernel.templating import moment, rupiah
from sanggar.notifications.subscribers import tell
from sanggar.plugin import events as happened
from sanggar.ranking import queries as ranking


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

    tell(offer.talent_id, "offer", f"offer-{event.offer}-{offer.times}",
          web.path("clients.offer", offer_id=event.offer), event.at, words)  # fmt: skip


@events.on(happened.OfferAnswered)
def offer_answered(event: happened.OfferAnswered) -> None:
    """Tell a client that a talent has answered."""
    offer = clients.offer_parties(event.offer)
    back = offer.accepted and not event.accepted
    key = f"answer-{event.offer}-{offer.times}" + ("-back" if back else "")

    def words() -> tuple[str, str]:
        if event.accepted:
            return (
                _("The talent says yes"),
                _("%(title)s: the talent accepts your offer. Confirm it, then you see each other's contact.", title=offer.brief_title),
            )  # fmt: skip
        if back:
            return (
                _("The talent takes the yes back"),
                _("%(title)s: nothing was agreed yet. Whoever is next on your short list is asked by itself; your ranking shows who else fits.", title=offer.brief_title),
            )  # fmt: skip
        if offer.state.value == "expired":
            return (
                _("No answer in time"),
                _("%(title)s: the talent has not answered. Whoever is next on your short list is asked by itself; your ranking shows who else fits.", title=offer.brief_title),
            )  # fmt: skip
        return (
            _("The talent cannot take it"),
            _("%(title)s: the talent declines. Whoever is next on your short list is asked by itself; your ranking shows who else fits.", title=offer.brief_title),
        )  # fmt: skip

    for person_id in clients.acting_with(offer.client_person_id):
        tell(person_id, "answer", key,
              web.path("clients.brief", brief_id=offer.brief_id), event.at, words)  # fmt: skip


#: How an offer ended, other than by a no: what the talent reads
ENDED: dict[str, tuple[Any, Any]] = {
    "withdrawn": (_l("The offer was taken back"), _l("%(title)s: the client has taken the offer back. You need not do anything.")),
    "unanswered": (_l("The time to answer has passed"), _l("%(title)s: the next person is asked now. That is fine, other offers will come.")),
    "unconfirmed": (_l("The offer has ended"), _l("%(title)s: the client did not confirm in time. You are free for other work.")),
    "taken_back": (_l("You have taken your yes back"), _l("%(title)s: nothing was agreed, and the client knows it. You are free for other work.")),
}  # fmt: skip


@events.on(happened.OfferEnded)
def offer_ended(event: happened.OfferEnded) -> None:
    """Tell a talent that an offer is over, and a client whose word came too late."""
    offer = clients.offer_parties(event.offer)

    def words() -> tuple[str, str]:
        subject, sentence = ENDED[event.how]
        return str(subject), str(sentence) % {"title": offer.brief_title}

    def late() -> tuple[str, str]:
        return _("The offer has ended"), _(
            "%(title)s: you did not confirm in time what the talent had accepted. Your ranking shows who else fits.",
            title=offer.brief_title,
        )  # fmt: skip

    key = f"ended-{event.offer}-{offer.times}"
    tell(offer.talent_id, "answer", key, web.path("clients.offer", offer_id=event.offer), event.at, words)  # fmt: skip
    if event.how == "unconfirmed":
        for person_id in clients.acting_with(offer.client_person_id):
            tell(person_id, "answer", key, web.path("clients.brief", brief_id=offer.brief_id), event.at, late)  # fmt: skip


TALENT, CLIENT, BOTH = ("talent",), ("client",), ("talent", "client")
#: (state, how) of some work: who is told, subject, sentence with the title of the brief
MOVES: dict[tuple[str, str], tuple[tuple[str, ...], Any, Any]] = {
    ("agreed", ""): (BOTH, _l("Both sides have agreed"), _l("%(title)s: you now see each other's contact. Put down payment, date and revisions in writing.")),
    ("running", ""): (CLIENT, _l("The work has begun"), _l("%(title)s is under way.")),
    ("running", "revision"): (TALENT, _l("The client asks for a change"), _l("%(title)s: what should be different stands on the page.")),
    ("running", "officer"): (BOTH, _l("The dispute is settled"), _l("%(title)s goes on. What was decided stands on the page.")),
    ("delivered", ""): (CLIENT, _l("The work is delivered"), _l("%(title)s: please look at it and accept it or ask for a revision within 7 days.")),
    ("finished", ""): (TALENT, _l("The client has accepted your work"), _l("%(title)s is finished. It counts for your next certificate.")),
    ("finished", "silence"): (BOTH, _l("The delivery counts as accepted"), _l("%(title)s is finished: nobody answered for 7 days, after two reminders. Stars can still be given on the page.")),
    ("finished", "officer"): (BOTH, _l("The dispute is settled"), _l("%(title)s counts as accepted. What was decided stands on the page.")),
    ("cancelled", ""): (BOTH, _l("The work was cancelled"), _l("%(title)s was cancelled. The reason stands on the page.")),
    ("reminded", ""): (CLIENT, _l("The delivery waits for you"), _l("%(title)s: please look at it and accept it or ask for a revision. Without an answer it counts as accepted 7 days after the delivery.")),
    ("disputed", ""): (BOTH, _l("Help is on the way"), _l("%(title)s: an officer of your hub will call both sides. Say on the page how you see it: whoever says nothing for 7 days lets a rule decide.")),
    ("said", "talent"): (CLIENT, _l("A new word in the dispute"), _l("%(title)s: the talent says on the page how they see it.")),
    ("said", "client"): (TALENT, _l("A new word in the dispute"), _l("%(title)s: the client says on the page how they see it.")),
    ("said", "officer"): (BOTH, _l("A new word in the dispute"), _l("%(title)s: the officer has written on the page.")),
    ("paid", "client"): (TALENT, _l("Has the money arrived?"), _l("%(title)s: the client has written down a payment. Say on the page whether it has arrived.")),
    ("paid", "officer"): (BOTH, _l("Has the money arrived?"), _l("%(title)s: the officer has written down a payment. The talent says on the page whether it has arrived.")),
    ("paid", "talent"): (CLIENT, _l("The money has arrived"), _l("%(title)s: the talent has confirmed a payment.")),
    ("parts", "talent"): (CLIENT, _l("The parts of the work have changed"), _l("%(title)s: look at the parts and their days. If they do not suit you, talk to the other side.")),
    ("parts", "client"): (TALENT, _l("The parts of the work have changed"), _l("%(title)s: look at the parts and their days. If they do not suit you, talk to the other side.")),
    ("parts", "officer"): (BOTH, _l("The parts of the work have changed"), _l("%(title)s: look at the parts and their days. If they do not suit you, talk to the other side.")),
    ("day", "talent"): (CLIENT, _l("A later day is proposed"), _l("%(title)s: the talent asks for more time and says why. Agree on the page, or say no: until then the old day holds.")),
    ("day", "client"): (TALENT, _l("A later day is proposed"), _l("%(title)s: the client proposes a later day and says why. Agree on the page, or say no: until then the old day holds.")),
    ("day_agreed", "client"): (TALENT, _l("The new day holds"), _l("%(title)s: the client agrees to the day you proposed.")),
    ("day_agreed", "talent"): (CLIENT, _l("The new day holds"), _l("%(title)s: the talent agrees to the day you proposed.")),
    ("day_refused", "client"): (TALENT, _l("The day stays as it was"), _l("%(title)s: the client cannot agree to a later day. Talk to each other about what to do.")),
    ("day_refused", "talent"): (CLIENT, _l("The day stays as it was"), _l("%(title)s: the talent cannot agree to a later day. Talk to each other about what to do.")),
    ("part_done", ""): (CLIENT, _l("A part of the work is done"), _l("%(title)s: look at it and accept it on the page.")),
    ("part_accepted", ""): (TALENT, _l("A part of the work is accepted"), _l("%(title)s: on with the next one.")),
    ("rated", ""): (TALENT, _l("Stars for your work"), _l("%(title)s: the client has said how it was.")),
    ("client_rated", ""): (CLIENT, _l("Stars for you"), _l("%(title)s: the talent has said how it was to work with you.")),
}  # fmt: skip
#: what happens to some work at most once
ONCE = ("agreed", "finished", "cancelled", "rated", "client_rated")


@events.on(happened.PlacementChanged)
def placement_changed(event: happened.PlacementChanged) -> None:
    """Tell the other side how the work stands, and both when neither of them moved it."""
    work = clients.placement_parties(event.placement)
    move = MOVES.get((event.state, event.how))
    if move is None:
        return
    sides, subject, sentence = move
    told = [work.talent_id] if "talent" in sides else []
    told += clients.acting_with(work.client_person_id) if "client" in sides else ()

    def words() -> tuple[str, str]:
        return str(subject), str(sentence) % {"title": work.brief_title}

    for person_id in told:
        _about(event, person_id, words)
    if event.state == "disputed":
        _call_officers(event, work.brief_id, told)


def _call_officers(event: happened.PlacementChanged, brief_id: int, sides: list[int]) -> None:
    """Tell the officers of the hub, or the administrators of a brief without one."""
    hub = clients.system_brief(brief_id).hub_id

    def words() -> tuple[str, str]:
        return _("Two sides need your help"), _(
            "%(title)s is in dispute: call both sides. What they say stands on the page.",
            title=clients.brief_title(brief_id),
        )

    role = Role.ADMIN if hub is None else Role.HUB_OFFICER
    for officer in accounts.holders(role, hub_id=hub):
        if officer.id not in sides:
            _about(event, officer.id, words)


def _about(event: happened.PlacementChanged, person_id: int, words: Any) -> None:
    parts = [f"placement-{event.placement}-{event.state}", event.how]
    parts += [] if event.state in ONCE else [f"{event.at:%Y%m%d%H%M}"]
    tell(person_id, "placement", "-".join(p for p in parts if p),
          web.path("clients.placement", placement_id=event.placement), event.at, words)  # fmt: skip


@events.on(happened.OwnerNamed)
def owner_named(event: happened.OwnerNamed) -> None:
    """Tell a member that the business is theirs to look after now."""
    name = clients.client(event.client).organisation

    def words() -> tuple[str, str]:
        return _("You own the business now"), _(
            "%(name)s: the account of the owner is closed, so the officer of your hub has made you the owner. You decide who belongs to the business.",
            name=name,
        )  # fmt: skip

    tell(event.person, "business", f"owner-{event.client}-{event.at:%Y%m%d}",
          web.path("clients.business_people"), event.at, words)  # fmt: skip


@events.on(happened.FollowUpAsked)
def follow_up_asked(event: happened.FollowUpAsked) -> None:
    """Ask how it went on after some work; the link answers without a password."""
    work = clients.placement_parties(event.placement)
    key = clients.follow_up_token(event.follow_up, event.at)

    def words() -> tuple[str, str]:
        return _("How did it go on?"), _(
            "%(title)s was finished %(n)s months ago. One tap tells us whether you still work together.",
            title=work.brief_title, n=event.months,
        )  # fmt: skip

    told = [event.person] if event.side == "talent" else clients.acting_with(event.person)
    for person_id in told:
        tell(person_id, "follow_up", f"follow-up-{event.follow_up}-{event.number}",
              web.path("clients.follow_up", token=key), event.at, words)  # fmt: skip


@events.on(happened.RankingObjected)
def ranking_objected(event: happened.RankingObjected) -> None:
    """Ask the officers of a talent's hub to look at a place in a ranking; tell the talent it arrived."""
    talent, hub, brief = ranking.objection_parties(event.objection)
    title = clients.brief_title(brief)
    late = event.number > 2

    def words() -> tuple[str, str]:
        if late:
            return _("An objection to a ranking is overdue"), _("%(title)s: a talent waits for a person to look at their place. The three days are over.", title=title)  # fmt: skip
        return _("An objection to a ranking waits for you"), _("%(title)s: a talent asks that a person looks at their place, within three days.", title=title)  # fmt: skip

    for officer in accounts.holders(Role.HUB_OFFICER, hub_id=hub):
        if officer.id != talent:
            tell(officer.id, "objection", f"objection-{event.objection}-{event.number}",
                  web.path("ranking.review", objection_id=event.objection), event.at, words)  # fmt: skip
    if event.number == 1:
        tell(talent, "objection", f"objection-{event.objection}",
              web.path("ranking.why", brief_id=brief), event.at, _arrived)  # fmt: skip


def _arrived() -> tuple[str, str]:
    return _("Your objection has arrived"), _(
        "A person looks at your place in the ranking within three days and tells you what they decide."
    )


@events.on(happened.RankingReviewed)
def ranking_reviewed(event: happened.RankingReviewed) -> None:
    """Tell a talent what a person decided; the reason stands on the page."""
    talent, _hub, brief = ranking.objection_parties(event.objection)

    def words() -> tuple[str, str]:
        said = {
            "confirmed": _("A person has looked at your place: the order stands. The page says why."),
            "corrected": _("A person has looked at your place: data behind it were wrong and are corrected."),
            "noted": _("A person has looked at your place and told the client of another one for this brief."),
        }  # fmt: skip
        return _("Your place was reviewed"), str(said[event.outcome])

    tell(talent, "objection", f"reviewed-{event.objection}",
          web.path("ranking.why", brief_id=brief), event.at, words)  # fmt: skip


#: What a reminder says: (subject, sentence with the title of the brief, page)
WAITING: dict[str, tuple[Any, Any, str]] = {
    "draft": (_l("Your brief is a draft"), _l("%(title)s: finish it, then talents can be suggested."), "brief"),
    "open": (_l("Talents wait for your choice"), _l("%(title)s: put one to three of the suggested talents on your short list."), "brief"),
    "shortlisted": (_l("Your short list is ready"), _l("%(title)s: send your offer, before others ask the same people."), "brief"),
    "confirm": (_l("Confirm what the talent has accepted"), _l("%(title)s: the talent said yes and waits for you. Without your word the offer ends."), "brief"),
    "answer": (_l("A few hours left to answer"), _l("%(title)s: accept or decline, after that the next person is asked."), "offer"),
    "agreed": (_l("The work has not begun yet"), _l("%(title)s: begin, or write to the client about what is missing."), "placement"),
    "due": (_l("The work is due soon"), _l("%(title)s: hand it over in time, or tell the client early when you need longer."), "placement"),
    "overdue": (_l("The day of the work has passed"), _l("%(title)s: hand it over, or write to the client today when it comes."), "placement"),
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

    brief = clients.system_brief(event.brief)
    # a talent may act for a business, too: their own work is nobody else's matter there
    owner = event.person == brief.client_person_id
    for person_id in clients.people_of(brief.client_id) if owner else (event.person,):
        key = f"waits-{event.brief}-{event.about}-{event.since}-{event.number}"
        tell(person_id, "waits", key, url, event.at, words)
