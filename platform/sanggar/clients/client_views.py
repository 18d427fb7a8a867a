"""Pages of a client: what is needed, who is on the short list, what is offered, what was agreed."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.clients import (
    brief_photos,
    confirming,
    history,
    offers,
    queries,
    reading,
    service,
    sharing,
)
from sanggar.clients.blueprint import bp
from sanggar.clients.brief_rules import SHARED
from sanggar.clients.forms import ReasonForm, TermsForm, put, read_times
from sanggar.clients.lookup import BriefRow
from sanggar.clients.reading_back import facts_of, hints
from sanggar.clients.rules import GOOD_BRIEF, LIVE, BriefState, wa_link, wa_share
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _, tr

WITH_BRIEFS = (Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)


@bp.get("/briefs")
@access.allow(Role.CLIENT)
def home() -> Response:
    """Show a client's briefs and the one next thing to do."""
    person = access.principal()
    briefs = queries.briefs_of(person.id)
    work = reading.work_of_client(person.id)
    return web.page(
        "clients/home.html", briefs=briefs, live=reading.live_offers(person.id),
        work={row.brief_id: row for row in work}, client=queries.client_of(person.id),
    )  # fmt: skip


@bp.get("/briefs/<int:brief_id>")
@access.allow(*WITH_BRIEFS)
def brief(brief_id: int) -> Response:
    """Show a brief, its short list and its offers."""
    return _brief(brief_id, ReasonForm())


def _brief(brief_id: int, form: ReasonForm, status: int = 200) -> Response:
    found, listed = queries.brief_with_shortlist(brief_id, access.principal())
    made = reading.offers_of_brief(brief_id)
    people = accounts.people({r.person_id for r in listed} | {o.person_id for o in made})
    work = reading.work_of_brief(brief_id) if found.state in AGREED else None
    photos = brief_photos.of_brief(brief_id)
    shared = sharing.link_of(found)
    return web.page(
        "clients/brief.html", block="shortlist", status=status, brief=found, listed=listed,
        offers={o.person_id: o for o in made}, people=people, form=form, facts=facts_of(found),
        work=work, moves=history.moves(brief_id), links=_links(found, made, work),
        photos=photos, hints=hints(found, len(photos)), good=GOOD_BRIEF, shared=shared,
        shareable=found.state in SHARED, whatsapp=_whatsapp(found, shared),
    )  # fmt: skip


def _whatsapp(found: BriefRow, shared: str) -> str:
    return wa_share(sharing.message(tr(found.title), shared)) if shared else ""


def _links(
    found: BriefRow, made: list[reading.OfferRow], work: reading.WorkRow | None
) -> list[dict[str, Any]]:
    """Return the links by which an officer lets somebody say yes without a password."""
    live = next((o for o in made if o.state in LIVE), None)
    links = confirming.links_for(found, live, work, by=access.principal(), now=clock.now())
    return [
        {"link": each, "whatsapp": wa_link(each.phone, confirming.message(each))} for each in links
    ]


AGREED = (BriefState.RUNNING, BriefState.FINISHED, BriefState.CANCELLED)


@bp.post("/briefs/<int:brief_id>/cancel")
@access.allow(*WITH_BRIEFS)
def cancel_brief(brief_id: int) -> Response:
    """Take a brief back."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _brief(brief_id, form, 422)
    service.cancel_brief(brief_id, form.reason.data, by=access.principal(), now=clock.now())
    return web.go(url_for("clients.brief", brief_id=brief_id), _("The brief is cancelled."))


@bp.post("/briefs/<int:brief_id>/shortlist/<int:person_id>/remove")
@access.allow(*WITH_BRIEFS)
def take_off(brief_id: int, person_id: int) -> Response:
    """Take a talent off the short list."""
    service.shortlist(brief_id, person_id, wanted=False, by=access.principal(), now=clock.now())
    if web.wants_fragment():
        return _brief(brief_id, ReasonForm())
    return web.go(url_for("clients.brief", brief_id=brief_id))


@bp.route("/briefs/<int:brief_id>/offer", methods=["GET", "POST"])
@access.allow(*WITH_BRIEFS)
def send(brief_id: int) -> Response:
    """Offer the work to the short list, one after the other."""
    found, listed = queries.brief_with_shortlist(brief_id, access.principal())
    now = clock.now()
    form = TermsForm(data=_proposed(found)) if request.method == "GET" else TermsForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.send_offers(brief_id, form.terms(), by=access.principal(), now=now)
                return web.go(url_for("clients.brief", brief_id=brief_id), _("The offer is sent."))
            except errors.Invalid as refused:
                put(form, refused)
    waiting = sorted((r for r in listed if r.waits), key=lambda r: r.offer_id is not None)[:3]
    people = accounts.people([r.person_id for r in waiting])
    return web.page("clients/send.html", status=status, form=form, brief=found, waiting=waiting,
                    people=people, facts=facts_of(found))  # fmt: skip


def _proposed(found: BriefRow) -> dict[str, Any]:
    """Return terms to begin with: the middle of the budget or the usual price, and the brief's day."""
    usual = found.ordered.price[1] if found.ordered else None
    if found.budget_high is not None:
        usual = ((found.budget_low or found.budget_high) + found.budget_high) // 2
    return {
        "price": usual, "down_payment": 40,
        "due": offers.default_due(found, clock.local(clock.now()).date()),
    }  # fmt: skip


@bp.post("/offers/<int:offer_id>/confirm")
@access.allow(*WITH_BRIEFS)
def confirm(offer_id: int) -> Response:
    """Accept as the client: the second acceptance makes the placement."""
    times = read_times()
    made = service.confirm_offer(offer_id, by=access.principal(), now=clock.now(), times=times)
    return web.go(
        url_for("clients.placement", placement_id=made),
        _("Both sides have agreed. You can reach each other now."),
    )


@bp.post("/offers/<int:offer_id>/withdraw")
@access.allow(*WITH_BRIEFS)
def withdraw(offer_id: int) -> Response:
    """Take an offer back."""
    times = read_times()
    service.withdraw_offer(offer_id, by=access.principal(), now=clock.now(), times=times)
    brief_id = queries.offer_parties(offer_id).brief_id
    return web.go(url_for("clients.brief", brief_id=brief_id), _("The offer is withdrawn."))


@bp.get("/briefs/work")
@access.allow(Role.CLIENT)
def placements() -> Response:
    """Show the work a client has agreed on."""
    rows = reading.work_of_client(access.principal().id)
    people = accounts.people({row.person_id for row in rows})
    return web.page("clients/placements.html", work=rows, people=people)
