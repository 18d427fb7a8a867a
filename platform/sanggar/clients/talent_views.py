"""Pages of a talent's working life: offers, work, profile."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from sanggar import clock
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.clients import brief_photos, cases, reading, service
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import read_times
from sanggar.clients.rules import WEEKLY_HOURS, DeclineReason, OfferState
from sanggar.clients.talent_forms import ProfileForm, typed_services
from sanggar.clients.work_forms import DeclineForm, TakeBackForm
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _


@bp.get("/work")
@access.allow(Role.TALENT)
def work() -> Response:
    """Show offers to answer, work under way, and work done."""
    person = access.principal()
    return web.page(
        "clients/work.html", offers=reading.waiting_offers(person.id), now=clock.now(),
        work=reading.work_of_talent(person.id), profile=reading.profile_of(person.id),
    )  # fmt: skip


@bp.get("/offers/<int:offer_id>")
@access.allow(Role.TALENT)
def offer(offer_id: int) -> Response:
    """Show an offer: what, until when, for how much, with which revisions."""
    return _offer(offer_id)


def _offer(offer_id: int, form: DeclineForm | None = None, status: int = 200) -> Response:
    found = reading.offer_of(offer_id, access.principal().id)
    if form is None:
        form = TakeBackForm() if found.state is OfferState.ACCEPTED else DeclineForm()
    return web.page(
        "clients/offer.html", status=status, offer=found, form=form, now=clock.now(),
        photos=brief_photos.of_brief(found.brief_id),
    )  # fmt: skip


@bp.post("/offers/<int:offer_id>/accept")
@access.allow(Role.TALENT)
def accept_offer(offer_id: int) -> Response:
    """Say yes."""
    service.accept_offer(offer_id, by=access.principal(), now=clock.now(), times=read_times())
    return web.go(
        url_for("clients.offer", offer_id=offer_id),
        _("You said yes. As soon as the client confirms, you see each other's number."),
    )


@bp.post("/offers/<int:offer_id>/decline")
@access.allow(Role.TALENT)
def decline_offer(offer_id: int) -> Response:
    """Say no, with a reason."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return _offer(offer_id, form, 422)
    service.decline_offer(
        offer_id, DeclineReason(form.reason.data), form.text.data, by=access.principal(),
        now=clock.now(), times=read_times(),
    )  # fmt: skip
    return web.go(url_for("clients.work"), _("Thank you for answering. The next talent is asked."))


@bp.post("/offers/<int:offer_id>/take-back")
@access.allow(Role.TALENT)
def take_back(offer_id: int) -> Response:
    """Take a yes back that the client has not confirmed, with a reason."""
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _offer(offer_id, form, 422)
    service.take_back(
        offer_id, DeclineReason(form.reason.data), form.text.data, by=access.principal(),
        now=clock.now(), times=read_times(),
    )  # fmt: skip
    return web.go(url_for("clients.work"), _("You have taken your yes back. The client knows it."))


@bp.route("/profile/work", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def profile() -> Response:
    """Change hours, pauses, languages and services."""
    person, now = access.principal(), clock.now()
    known = reading.profile_of(person.id)
    form = ProfileForm(
        data=_held(known) if known else {"weekly_hours": WEEKLY_HOURS, "onsite": True}
    )
    held = {c.track for c in certification.of_person(person.id, now)}
    typed, wrong = typed_services(held)
    if form.validate_on_submit() and not wrong:
        service.save_profile(
            person.id, headline=form.headline.data, weekly_hours=form.weekly_hours.data,
            paused=form.paused.data, onsite=form.onsite.data, prices=typed, now=now,
            languages=tuple(form.languages.data), searchable=form.searchable.data,
        )  # fmt: skip
        return web.go(url_for("clients.profile"), _("Saved."))
    return web.page(
        "clients/profile.html", status=422 if form.errors or wrong else 200, form=form, wrong=wrong,
        known=known, services=reading.services(person.id), typed=request.form,
        works=cases.of_person(person.id, published=False), finished=cases.finished_work(person.id),
        tracks=[t for t in catalogue.tracks() if t.id in held])  # fmt: skip


def _held(known: reading.ProfileRow) -> dict[str, Any]:
    return {**vars(known), "languages": known.languages.split()}
