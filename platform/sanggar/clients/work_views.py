"""The page of agreed work, which talent, client and officer share, and what each may do there."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.accounts.queries import Person
from sanggar.clients import agreements, reading, rules, service, teams, work_files
from sanggar.clients import work as verbs
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import ReasonForm, put
from sanggar.clients.reading import WorkRow
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import PaymentKind
from sanggar.clients.teams import Team
from sanggar.clients.work_forms import (
    PAYMENT_WORDS,
    AcceptForm,
    DeliverForm,
    NewDayForm,
    PartsForm,
    PaymentForm,
    RateClientForm,
    RevisionForm,
    WordForm,
)
from sanggar.clients.work_models import Milestone, Payment
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import Form
from sanggar.kernel.i18n import _, tr
from sanggar.programme import queries as programme


@bp.get("/work/<int:placement_id>")
@access.signed_in
def placement(placement_id: int) -> Response:
    """Show agreed work to its two sides and to the officer of the hub."""
    return show(placement_id)


def show(placement_id: int, status: int = 200, **typed: Form) -> Response:
    """Show agreed work with these forms as they were typed."""
    row = reading.work(placement_id)
    side = verbs.side_of(row.person_id, row.brief_id, access.principal())
    team = teams.around(row)
    people = accounts.people({row.person_id, row.client_person_id} | teams.known_to(team))
    parts, log = agreements.parts(placement_id), work_files.log(placement_id)
    paid = agreements.payments(placement_id)
    amounts = agreements.due_amounts(row.price, row.down_payment, {p.kind: p.amount for p in paid})
    ready = side == "talent" and row.state in work_files.BEFORE_DELIVERY
    return web.page(
        "clients/placement.html", status=status, work=row, side=side, people=people,
        forms=_forms(parts, amounts, paid, typed), contact=contact_of(row, side, people, team), parts=parts,
        payments={p.kind.value: p for p in paid}, amounts=amounts, notes=log.notes,
        files=log.files, days=log.days, waiting=work_files.waiting(placement_id) if ready else [],
        file_rules=work_files.RULES, kinds=PAYMENT_WORDS, mates=teams.mates(team, row.person_id, people),
    )  # fmt: skip


def _forms(
    parts: list[Milestone], amounts: dict[PaymentKind, int], paid: list[Payment],
    typed: dict[str, Form],
) -> dict[str, Form]:  # fmt: skip
    planned: dict[str, Any] = {f"title{p.position}": p.title for p in parts}
    planned |= {f"due{p.position}": p.due for p in parts}
    # what is not written down yet comes first: a form sent as it stands overwrites nothing
    new = next(
        (kind for kind in amounts if kind not in {p.kind for p in paid}), PaymentKind.BALANCE
    )
    money = {"kind": new.value, "amount": amounts[new], "paid_on": clock.today()}
    return {
        "deliver": DeliverForm(formdata=None), "revision": RevisionForm(formdata=None),
        "accept": AcceptForm(formdata=None), "reason": ReasonForm(formdata=None),
        "parts": PartsForm(formdata=None, data=planned), "word": WordForm(formdata=None),
        "payment": PaymentForm(formdata=None, data=money),
        "client": RateClientForm(formdata=None), "day": NewDayForm(formdata=None), **typed,
    }  # fmt: skip


def contact_of(
    row: WorkRow, side: str, people: dict[int, Person], team: Team | None
) -> list[tuple[str, str, str]]:
    """Return (name, number, WhatsApp link) of the other side: only because both have accepted.

    Clients reach somebody under 18 through the mentor of the team, or else the hub.
    """
    if row.state is PlacementState.CANCELLED:
        return []
    talent, client = people.get(row.person_id), people.get(row.client_person_id)
    greeting = _("Hello, about %(title)s:", title=tr(row.title))
    found = []
    if talent and side != "talent":
        name, number = talent.name, talent.phone or ""
        if side == "client" and accounts.is_minor(talent, clock.today()):
            name, number = _guarding(talent, people, team)
        found.append((name, number, rules.wa_link(number, greeting)))
    if client and side != "client":
        number = row.whatsapp or client.phone or ""
        found.append((client.name, number, rules.wa_link(number, greeting)))
    return found


def _guarding(talent: Person, people: dict[int, Person], team: Team | None) -> tuple[str, str]:
    """Return name and number of who answers for somebody under 18."""
    mentor = people.get(team.mentor_id or 0) if team else None
    if mentor is not None and mentor.phone:
        name, number = mentor.name, mentor.phone
    else:
        hub = next((hub for hub in programme.hubs() if hub.id == talent.hub_id), None)
        name, number = (hub.name, hub.phone) if hub else ("", "")
    return _(
        "%(name)s, for %(talent)s", name=name, talent=talent.name
    ) if name else talent.name, number


def done(placement_id: int, message: str) -> Response:
    """Go back to the page of the work with a word about what was done."""
    return web.go(url_for("clients.placement", placement_id=placement_id), message)


@bp.post("/work/<int:placement_id>/start")
@access.allow(Role.TALENT)
def start(placement_id: int) -> Response:
    """Begin, as the talent."""
    service.start(placement_id, by=access.principal(), now=clock.now())
    return done(placement_id, _("The work has begun."))


@bp.post("/work/<int:placement_id>/revision")
@access.allow(Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)
def revision(placement_id: int) -> Response:
    """Ask for a change, as the client."""
    form = RevisionForm()
    if form.validate_on_submit():
        try:
            service.ask_revision(
                placement_id, form.text.data, by=access.principal(), now=clock.now()
            )
            return done(placement_id, _("The talent knows what to change."))
        except errors.Invalid as refused:
            put(form, refused)
    return show(placement_id, 422, revision=form)


@bp.post("/work/<int:placement_id>/accept")
@access.allow(Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)
def accept_work(placement_id: int) -> Response:
    """Accept and rate, as the client."""
    form = AcceptForm()
    if not form.validate_on_submit():
        return show(placement_id, 422, accept=form)
    service.accept_work(
        placement_id, int(form.rating.data) if form.rating.data else None, form.comment.data,
        by=access.principal(), now=clock.now(),
    )  # fmt: skip
    return done(placement_id, _("Thank you. The work is finished."))


@bp.post("/work/<int:placement_id>/cancel")
@access.signed_in
def cancel_work(placement_id: int) -> Response:
    """Break off, from either side."""
    return _end(placement_id, service.cancel, _("The work is cancelled."))


@bp.post("/work/<int:placement_id>/dispute")
@access.signed_in
def dispute(placement_id: int) -> Response:
    """Ask an officer for help, from either side."""
    return _end(placement_id, service.dispute, _("An officer of your hub will call both sides."))


def _end(placement_id: int, verb: Any, message: str) -> Response:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            verb(placement_id, form.reason.data, by=access.principal(), now=clock.now())
            return done(placement_id, message)
        except errors.Invalid as refused:
            put(form, refused)
    return show(placement_id, 422, reason=form)


@bp.post("/work/<int:placement_id>/settle")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def settle(placement_id: int) -> Response:
    """End a dispute, as an officer."""
    chosen = request.form.get("to", "")
    if chosen not in ("running", "finished", "cancelled"):
        raise errors.BadRequest

    def verb(row_id: int, reason: str, **by: Any) -> None:
        service.settle(row_id, PlacementState(chosen), reason, **by)

    return _end(placement_id, verb, _("The dispute is settled."))


@bp.post("/work/<int:placement_id>/block")
@access.signed_in
def block(placement_id: int) -> Response:
    """Never be brought together again."""
    service.block(placement_id, by=access.principal(), now=clock.now())
    return done(placement_id, _("You will not be suggested to each other again."))
