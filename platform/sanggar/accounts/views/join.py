"""Getting in: joining in two minutes, and an officer's one-time code."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, request, url_for
from flask_security.proxies import _security
from flask_security.utils import login_user
from flask_wtf import FlaskForm

from sanggar import clock, errors
from sanggar.accounts import codes, consents, forms, identity, rules, service
from sanggar.accounts.models import Purpose, User
from sanggar.kernel import access, db, i18n, web
from sanggar.kernel.i18n import _


@access.public
def join() -> Response:
    """Show the form to join, or take it."""
    if access.principal().known:
        return web.go(url_for("web.start"))
    form, back = forms.JoinForm(), web.safe_next(request.args.get("next"), url_for("web.start"))
    if form.validate_on_submit():
        again = _same_person(form)
        if again is not None:
            return _enter(again, _("You have joined already. Welcome back."), back)
        person_id = _create(form)
        if person_id is not None:
            return _enter(db.get(User, person_id), _("Welcome to Sanggar!"), back)
    return web.page("accounts/join.html", status=_status(form), form=form, texts=_texts())


def _texts() -> list[consents.ConsentText]:
    return [consents.current(purpose) for purpose in Purpose]


def _status(form: FlaskForm) -> int:
    return 422 if form.is_submitted() else 200


def _same_person(form: forms.JoinForm) -> User | None:
    """Return who sent this form before: a lost answer or an impatient thumb is not a second person."""
    phone, email = form.login
    known = identity.find(phone or email or "")
    right = known is not None and known.verify_and_update_password(form.password.data or "")
    fresh = known is not None and clock.now() - known.created_at <= rules.SAME_JOIN
    return known if right and fresh and known is not None and known.active else None


def _create(form: forms.JoinForm) -> int | None:
    """Create the person and their consents; put refusals beside the fields."""
    now = clock.now()
    phone, email = form.login
    region_id, hub_id = form.place()
    try:
        person_id = service.join(
            name=form.name.data or "", phone=phone, email=email, password=form.password.data,
            birth_date=form.birth_date.data, region_id=region_id, hub_id=hub_id,
            language=i18n.language(), role=form.want.data, channel="self", now=now,
        )  # fmt: skip
    except errors.Invalid as error:
        forms.take(form, error, phone="contact", email="contact")
        return None
    for purpose in form.consents():
        service.give_consent(person_id, purpose, channel="join", now=now)
    return person_id


def _enter(person: User, words: Any, target: str = "") -> Response:
    """Sign somebody in, through their second step when they have one."""
    target = target or url_for("web.start")
    step = _security.two_factor_plugins.tf_enter(person, True, "code", next_loc=target)
    if step is not None:
        return make_response(step)
    login_user(person, remember=True, authn_via=["code"])
    return web.go(target, words)


@access.public
def use_code() -> Response:
    """Sign somebody in by the code an officer gave them, then ask for a new password."""
    form = forms.CodeForm()
    if form.validate_on_submit():
        person = codes.use_code(form.login.data or "", form.code.data or "", now=clock.now())
        if person is not None:
            return _enter(person, _("Choose a new password now."), url_for("accounts.password"))
        db.keep()  # the wrong try counts although the answer is an error
        form.code.errors = [
            _(
                "This code is not right, or it is older than 30 minutes. Ask the officer for a new one."
            )
        ]
    return web.page("accounts/use_code.html", status=_status(form), form=form)


def register(bp: Blueprint) -> None:
    """Mount the pages."""
    bp.add_url_rule("/join", "join", join, methods=["GET", "POST"])
    bp.add_url_rule("/sign-in/code", "use_code", use_code, methods=["GET", "POST"])
