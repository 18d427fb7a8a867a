"""Certificates: one's own, the sheet to print, the public check, revocation."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from markupsafe import Markup

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.certification import queries, service
from sanggar.certification.forms import RevokeForm, VerifyForm
from sanggar.certification.queries import CertificateView
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.kernel.log import get as logger

bp = Blueprint("certification", __name__, template_folder="templates")


def _verify_url(number: str) -> str:
    base: str = current_app.extensions["sanggar.settings"].base_url.rstrip("/")
    return base + url_for("certification.verify", number=number)


def _qr(url: str) -> Markup:
    """Return the QR code as SVG without inline style."""
    code = segno.make(url, error="m", micro=False)
    return Markup(  # noqa: S704 - made from our own address
        code.svg_inline(scale=4, border=2, svgclass="qr", lineclass="qr-line", omitsize=True)
    )


@bp.get("/certificates/")
@access.signed_in
def mine() -> Response:
    """Show my certificates."""
    person = access.principal()
    return web.page(
        "certification/mine.html", certificates=queries.of_person(person.id, clock.now())
    )


@bp.get("/certificates/<number>")
@access.signed_in
def show(number: str) -> Response:
    """Show one certificate to its holder or to staff who answer for them."""
    found = _visible(number)
    url = _verify_url(found.number)
    return web.page(
        "certification/show.html", certificate=found, verify_url=url, qr=_qr(url), form=RevokeForm(),
        may_revoke=service.may_revoke(found.person_id, access.principal()),
    )  # fmt: skip


def _visible(number: str) -> CertificateView:
    found = queries.by_number(number, clock.now())
    person = access.principal()
    if found is None or not (
        found.person_id == person.id
        or person.has(Role.PROVINCE)
        or service.may_revoke(found.person_id, person)
    ):
        raise errors.NotFound
    return found


@bp.post("/certificates/<number>/revoke")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def revoke(number: str) -> Response:
    """Revoke a certificate with a reason."""
    found = _visible(number)
    form = RevokeForm()
    if not form.validate_on_submit():
        url = _verify_url(found.number)
        return web.page(
            "certification/show.html", status=422, certificate=found, verify_url=url, qr=_qr(url),
            form=form, may_revoke=True,
        )  # fmt: skip
    service.revoke(found.number, form.reason.data, by=access.principal(), now=clock.now())
    return web.go(
        url_for("certification.show", number=found.number), _("The certificate is revoked.")
    )


@bp.get("/verify/")
@access.public
def verify_form() -> Response:
    """Ask for a number; a filled form leads to its page."""
    form = VerifyForm(request.args if "number" in request.args else None)
    if "number" in request.args:
        if form.validate():
            return make_response(
                redirect(url_for("certification.verify", number=form.number.data), 303)
            )
        return web.page("certification/verify_form.html", status=422, form=form)
    return web.page("certification/verify_form.html", form=form)


@bp.get("/verify/<number>")
@access.public
def verify(number: str) -> Response:
    """Tell anybody whether a certificate is valid, expired, revoked or unknown."""
    found = queries.by_number(number, clock.now())
    status = 200 if found else 404
    if found is None:
        logger().info("verify_unknown", typed=number[:40])
    return web.page(
        "certification/verify.html", status=status, certificate=found, typed=number[:40],
        shown_name=_public_name(found) if found else "",
    )  # fmt: skip


def _public_name(found: CertificateView) -> str:
    """Return the holder's name; initials while a minor's guardian has not consented."""
    now = clock.now()
    person = accounts.person(found.person_id)
    hidden = accounts.is_minor(person, clock.local(now).date()) and not accounts.public_ids(
        [found.person_id], now
    )
    if not hidden:
        return found.holder
    return " ".join(f"{word[0]}." for word in found.holder.split())
