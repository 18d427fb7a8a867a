"""Pages of a talent's working life: offers, work, profile, portfolio."""

from __future__ import annotations

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.clients import reading, service
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import ProfileForm, WorkForm, put
from sanggar.clients.rules import WEEKLY_HOURS, DeclineReason
from sanggar.clients.work_forms import DeclineForm
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import clean, parse_rupiah
from sanggar.kernel.i18n import _

Prices = dict[tuple[str, str], int | None]


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
    return _offer(offer_id, DeclineForm())


def _offer(offer_id: int, form: DeclineForm, status: int = 200) -> Response:
    found = reading.offer_of(offer_id, access.principal().id)
    return web.page("clients/offer.html", status=status, offer=found, form=form, now=clock.now())


@bp.post("/offers/<int:offer_id>/accept")
@access.allow(Role.TALENT)
def accept_offer(offer_id: int) -> Response:
    """Say yes."""
    service.accept_offer(offer_id, by=access.principal(), now=clock.now())
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
        now=clock.now(),
    )  # fmt: skip
    return web.go(url_for("clients.work"), _("Thank you for answering. The next talent is asked."))


@bp.route("/profile/work", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def profile() -> Response:
    """Change hours, pauses and prices."""
    person, now = access.principal(), clock.now()
    known = reading.profile_of(person.id)
    form = ProfileForm(obj=known) if known else ProfileForm(
        data={"weekly_hours": WEEKLY_HOURS, "onsite": True})  # fmt: skip
    held = {c.track for c in certification.of_person(person.id, now)}
    typed, wrong = _typed_prices(held)
    if form.validate_on_submit() and not wrong:
        service.save_profile(
            person.id, headline=form.headline.data, weekly_hours=form.weekly_hours.data,
            paused=form.paused.data, onsite=form.onsite.data, prices=typed, now=now,
        )  # fmt: skip
        return web.go(url_for("clients.profile"), _("Saved."))
    return web.page(
        "clients/profile.html", status=422 if form.errors or wrong else 200, form=form, wrong=wrong,
        known=known, prices=reading.prices(person.id), works=reading.portfolio(person.id, published=False),
        tracks=[t for t in catalogue.tracks() if t.id in held], typed=request.form)  # fmt: skip


def _typed_prices(tracks: set[str]) -> tuple[Prices, dict[str, str]]:
    """Return the prices that were typed, and the names of fields that hold something else."""
    found: Prices = {}
    wrong: dict[str, str] = {}
    for track in catalogue.tracks():
        for each in track.services:
            name = f"price-{track.id}-{each.id}"
            if track.id not in tracks or name not in request.form:
                continue
            text = clean(request.form[name])
            amount = parse_rupiah(text) if text else None
            if text and not (amount and amount <= 500_000_000):
                wrong[name] = _("Write the amount in rupiah, for example 750.000.")
            found[track.id, each.id] = amount
    return found, wrong


@bp.route("/profile/work/portfolio/new", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def portfolio_new() -> Response:
    """Add a work to the portfolio."""
    return _portfolio(WorkForm(), None)


@bp.route("/profile/work/portfolio/<int:work_id>", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def portfolio_edit(work_id: int) -> Response:
    """Change a work of the portfolio."""
    known = reading.portfolio_work(access.principal().id, work_id)
    return _portfolio(WorkForm(obj=known, data={"steps": known.process}), work_id)


def _portfolio(form: WorkForm, work_id: int | None) -> Response:
    if form.validate_on_submit():
        try:
            service.save_work(access.principal().id, form.work(), now=clock.now(), work_id=work_id)
            return web.go(url_for("clients.profile"), _("Saved."))
        except errors.Invalid as refused:
            put(form, refused)
    return web.page(
        "clients/portfolio_form.html", status=422 if form.errors else 200, form=form,
        work_id=work_id,
    )  # fmt: skip


@bp.post("/profile/work/portfolio/<int:work_id>/delete")
@access.allow(Role.TALENT)
def portfolio_delete(work_id: int) -> Response:
    """Take a work out of the portfolio."""
    service.delete_work(access.principal().id, work_id, now=clock.now())
    return web.go(url_for("clients.profile"), _("The work is deleted."))
