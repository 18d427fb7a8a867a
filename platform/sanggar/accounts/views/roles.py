"""Administrators' page: who holds which role."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import directory, forms, queries, service
from sanggar.kernel import access, registry, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _, tr

PAGE = 30
admins = access.allow(Role.ADMIN)


def _tracks() -> list[tuple[str, Any]]:
    tracks = sorted(registry.current().tracks.values(), key=lambda track: track.order)
    return [(track.id, tr(track.title)) for track in tracks if track.listed]


def _form() -> forms.GrantForm:
    return forms.GrantForm(tracks=_tracks())


@admins
def roles() -> Response:
    """List who holds a role, or find a person to give one to."""
    search = directory.RoleSearch.read(request.args)
    found = directory.role_page(search, PAGE)
    return web.page(
        "accounts/roles.html", search=search, found=found, roles=list(Role), tracks=dict(_tracks())
    )


@admins
def person_roles(person_id: int) -> Response:
    """Show one person's roles, and give another."""
    person = queries.person(person_id)
    form = _form()
    if form.validate_on_submit():
        try:
            service.grant(
                person_id, form.role.data, hub_id=form.hub_id.data or None,
                track=form.track.data or None, agency=form.agency.data or None,
                by_id=access.principal().id, now=clock.now(),
            )  # fmt: skip
            return web.go(
                url_for("accounts.person_roles", person_id=person_id), _("The role is granted.")
            )
        except errors.Invalid as error:
            forms.take(form, error)
    return web.page(
        "accounts/person_roles.html", status=422 if form.is_submitted() else 200, person=person,
        form=form, held=queries.roles(person_id), tracks=dict(_tracks()),
        mentor=forms.MentorForm(formdata=None, data=queries.mentor_profile(person_id)),
    )  # fmt: skip


@admins
def revoke(person_id: int, grant_id: int) -> Response:
    """Take a role away."""
    service.revoke(grant_id, person_id=person_id, by_id=access.principal().id)
    return web.go(
        url_for("accounts.person_roles", person_id=person_id), _("The role is taken away.")
    )


@admins
def mentor(person_id: int) -> Response:
    """Write what people may know of a mentor."""
    person = queries.person(person_id)
    form = forms.MentorForm()
    if not form.validate_on_submit():
        return web.page(
            "accounts/person_roles.html", status=422, person=person, form=_form(), mentor=form,
            held=queries.roles(person_id), tracks=dict(_tracks()),
        )  # fmt: skip
    service.save_mentor(
        person_id, affiliation=form.affiliation.data or "", about=form.about.data or ""
    )
    return web.go(url_for("accounts.person_roles", person_id=person_id), _("The data are saved."))


def register(bp: Blueprint) -> None:
    """Mount the pages."""
    one = "/admin/roles/<int:person_id>"
    bp.add_url_rule("/admin/roles", "roles", roles)
    bp.add_url_rule(one, "person_roles", person_roles, methods=["GET", "POST"])
    bp.add_url_rule(f"{one}/mentor", "mentor", mentor, methods=["POST"])
    bp.add_url_rule(f"{one}/<int:grant_id>/revoke", "revoke", revoke, methods=["POST"])
