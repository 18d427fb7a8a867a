"""Pages about a business: how it is called, who acts for it, what it is to the programme."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.clients import businesses, links, members, queries, rules, service, succession
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import BusinessForm, InviteForm, put
from sanggar.clients.rules import ClientKind, MemberRole
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme


@bp.route("/briefs/business", methods=["GET", "POST"])
@access.allow(Role.CLIENT)
def business() -> Response:
    """Say how the business is called and reached."""
    person, now = access.principal(), clock.now()
    known = queries.client_of(person.id)
    form = BusinessForm(data={
        "organisation": known.organisation if known else person.name,
        "kind": known.kind.value if known else ClientKind.MICRO.value,
        "whatsapp": known.whatsapp if known else "",
    })  # fmt: skip
    if form.validate_on_submit():
        try:
            service.save_client(person.id, organisation=form.organisation.data,
                                kind=ClientKind(form.kind.data), whatsapp=form.whatsapp.data, now=now)  # fmt: skip
            return web.go(url_for("clients.home"), _("Saved."))
        except errors.Invalid as refused:
            put(form, refused)
    return web.page(
        "clients/business.html", status=422 if form.errors else 200, form=form, client=known,
        mine=known is None or known.role is MemberRole.OWNER,
        record=businesses.business(known.id, person) if known else None, hubs=_hubs(),
    )  # fmt: skip


def _hubs() -> dict[int, str]:
    return {hub.id: str(hub.name) for hub in programme.hubs()}


@bp.route("/briefs/business/people", methods=["GET", "POST"])
@access.allow(Role.CLIENT)
def business_people() -> Response:
    """Show who acts for the business; its owner asks others in."""
    person, now = access.principal(), clock.now()
    form = InviteForm()
    if form.validate_on_submit():
        try:
            service.invite(form.login.data, by=person, now=now)
            return web.go(url_for("clients.business_people"), _("Send them the link below."))
        except errors.Invalid as refused:
            put(form, refused)
    known = queries.client_of(person.id)
    own = known is None or known.role is MemberRole.OWNER
    return web.page(
        "clients/business_people.html", status=422 if form.errors else 200, form=form, mine=own,
        client=known, members=businesses.members(known.id) if known else (),
        invites=_invites(known, now) if known and own else (),
    )  # fmt: skip


def _invites(client: queries.ClientRow, now: datetime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for invite_id, login, ends_at, token in members.open_invites(client.id, now):
        url = links.absolute("clients.join_business", token=token)
        text = _("%(name)s invites you to work together on Sanggar: %(url)s",
                 name=client.organisation, url=url)  # fmt: skip
        phone = login if login.startswith("+") else ""
        found.append({"id": invite_id, "login": login, "ends_at": ends_at, "url": url,
                      "whatsapp": rules.wa_link(phone, text)})  # fmt: skip
    return found


@bp.post("/briefs/business/invites/<int:invite_id>/revoke")
@access.allow(Role.CLIENT)
def revoke_invite(invite_id: int) -> Response:
    """Take an invitation back."""
    service.revoke_invite(invite_id, by=access.principal(), now=clock.now())
    return web.go(url_for("clients.business_people"), _("The link no longer works."))


@bp.post("/briefs/business/people/<int:person_id>/remove")
@access.allow(Role.CLIENT)
def remove_member(person_id: int) -> Response:
    """Remove somebody, or leave."""
    person = access.principal()
    service.remove_member(person_id, by=person)
    if person_id == person.id:
        return web.go(url_for("clients.home"), _("You no longer act for this business."))
    return web.go(url_for("clients.business_people"), _("Removed."))


@bp.post("/briefs/business/people/<int:person_id>/owner")
@access.allow(Role.CLIENT)
def hand_over(person_id: int) -> Response:
    """Make a member the owner."""
    service.hand_over(person_id, by=access.principal())
    return web.go(url_for("clients.business_people"), _("The business has a new owner."))


@bp.route("/businesses/join/<token>", methods=["GET", "POST"])
@access.signed_in
def join_business(token: str) -> Response:
    """Join a business by the link of an invitation."""
    person, now = access.principal(), clock.now()
    if request.method == "POST":
        service.accept_invite(token, by=person, now=now)
        return web.go(url_for("clients.home"), _("You act for this business now."))
    _invite, client_id = members.invited(token, person, now)
    return web.page("clients/join_business.html", client=queries.client(client_id), token=token)


@bp.get("/officer/businesses/<int:client_id>")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def business_record(client_id: int) -> Response:
    """Show one business: participant, client and beneficiary in one record."""
    found = businesses.business(client_id, access.principal())
    return web.page(
        "clients/business_record.html", record=found, hubs=_hubs(),
        heirs=succession.heirs(found.members, client_id),
    )  # fmt: skip


@bp.post("/officer/businesses/<int:client_id>/owner/<int:person_id>")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def name_owner(client_id: int, person_id: int) -> Response:
    """Make a member the owner, because the owner's account is closed."""
    service.name_owner(client_id, person_id, by=access.principal(), now=clock.now())
    return web.go(
        url_for("clients.business_record", client_id=client_id), _("The business has a new owner.")
    )


@bp.post("/officer/businesses/<int:client_id>/close")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def close_business(client_id: int) -> Response:
    """Close a business for which nobody is left to act."""
    service.close_business(client_id, by=access.principal(), now=clock.now())
    return web.go(
        url_for("clients.business_record", client_id=client_id), _("The business is closed.")
    )
