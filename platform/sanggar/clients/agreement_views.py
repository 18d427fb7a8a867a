"""What the two sides write down on the page of their work: parts, money, words in a dispute, stars."""

from __future__ import annotations

from flask import Response, request

from sanggar import clock, errors
from sanggar.clients import service
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import put
from sanggar.clients.stages import DayState, PaymentKind
from sanggar.clients.work_forms import NewDayForm, PartsForm, PaymentForm, RateClientForm, WordForm
from sanggar.clients.work_views import done, show
from sanggar.kernel import access
from sanggar.kernel.access import Role
from sanggar.kernel.forms import number
from sanggar.kernel.i18n import _, _l


@bp.post("/work/<int:placement_id>/parts")
@access.signed_in
def parts(placement_id: int) -> Response:
    """Divide work into parts, from either side."""
    form = PartsForm()
    if form.validate_on_submit():
        try:
            service.plan_parts(placement_id, form.parts(), by=access.principal(), now=clock.now())
            return done(placement_id, _("Saved."))
        except errors.Invalid as refused:
            put(form, refused)
    return show(placement_id, 422, parts=form)


@bp.post("/work/<int:placement_id>/parts/<int:position>")
@access.signed_in
def tick_part(placement_id: int, position: int) -> Response:
    """Say that a part is done, or that it is accepted."""
    service.tick_part(placement_id, position, by=access.principal(), now=clock.now())
    return done(placement_id, _("Saved."))


@bp.post("/work/<int:placement_id>/day")
@access.signed_in
def new_day(placement_id: int) -> Response:
    """Propose a later day to the other side."""
    form = NewDayForm()
    if form.validate_on_submit():
        try:
            service.propose_day(
                placement_id, form.day.data or clock.today(), form.why.data or "",
                by=access.principal(), now=clock.now(),
            )  # fmt: skip
            return done(placement_id, _("The other side reads your proposal. Until they agree, the old day holds."))  # fmt: skip
        except errors.Invalid as refused:
            put(form, refused)
    return show(placement_id, 422, day=form)


#: what is said to whoever answers a proposed day
ANSWERED = {
    DayState.AGREED: _l("The new day holds now."),
    DayState.REFUSED: _l("The day stays as it was. Talk to each other about what to do."),
    DayState.WITHDRAWN: _l("Your proposal is taken back."),
}


@bp.post("/work/<int:placement_id>/day/<int:change_id>/<any(agreed, refused, withdrawn):to>")
@access.signed_in
def answer_day(placement_id: int, change_id: int, to: str) -> Response:
    """Agree to a proposed day, refuse it, or take one's own proposal back."""
    state = DayState(to)
    service.answer_day(placement_id, change_id, state, by=access.principal(), now=clock.now())
    return done(placement_id, str(ANSWERED[state]))


@bp.post("/work/<int:placement_id>/payments")
@access.signed_in
def pay(placement_id: int) -> Response:
    """Write down money that moved."""
    form = PaymentForm()
    if form.validate_on_submit():
        try:
            service.record_payment(
                placement_id, PaymentKind(form.kind.data), form.amount.data or 0, form.paid_on.data or clock.today(),
                form.note.data or "", by=access.principal(), now=clock.now(),
            )  # fmt: skip
            return done(placement_id, _("Written down."))
        except errors.Invalid as refused:
            put(form, refused)
    return show(placement_id, 422, payment=form)


@bp.post("/work/<int:placement_id>/payments/<kind>/arrived")
@access.allow(Role.TALENT)
def arrived(placement_id: int, kind: str) -> Response:
    """Say that money has arrived, as the talent."""
    if kind not in list(PaymentKind):
        raise errors.NotFound
    service.confirm_payment(
        placement_id, PaymentKind(kind), number(request.form, "amount"), by=access.principal(),
        now=clock.now(),
    )  # fmt: skip
    return done(placement_id, _("Written down."))


@bp.post("/work/<int:placement_id>/say")
@access.signed_in
def say(placement_id: int) -> Response:
    """Say one's word in a dispute."""
    form = WordForm()
    if form.validate_on_submit():
        try:
            service.say(placement_id, form.text.data or "", by=access.principal(), now=clock.now())
            return done(placement_id, _("Both sides and the officer can read it."))
        except errors.Invalid as refused:
            put(form, refused)
    return show(placement_id, 422, word=form)


@bp.post("/work/<int:placement_id>/rate-client")
@access.allow(Role.TALENT)
def rate_client(placement_id: int) -> Response:
    """Rate the client, as the talent."""
    form = RateClientForm()
    if not form.validate_on_submit():
        return show(placement_id, 422, client=form)
    service.rate_client(
        placement_id, int(form.client_rating.data), form.client_comment.data or "",
        by=access.principal(), now=clock.now(),
    )  # fmt: skip
    return done(placement_id, _("Thank you. The client and the officer of your hub can read it."))
