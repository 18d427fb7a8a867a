"""One's own account: profile, security, consents, data."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_security.proxies import _datastore, _security
from flask_security.utils import check_and_get_token_status, login_user

from sanggar import clock, errors
from sanggar.accounts import consents, forms, queries, service
from sanggar.accounts import fairness as private
from sanggar.accounts.models import Purpose
from sanggar.kernel import access, web
from sanggar.kernel.i18n import COOKIE, _
from sanggar.plugin.text import LANGUAGES
from sanggar.programme import queries as programme

YEAR = 365 * 24 * 60 * 60
_SETUP_WITHIN = timedelta(minutes=30)


@access.signed_in
def profile() -> Response:
    """Show the account: who, where, and the ways on from here."""
    person = queries.person(access.principal().id)
    return web.page(
        "accounts/profile.html",
        person=person,
        place=programme.place_names(person.region_id, person.hub_id),
        guarded=queries.waits_for_guardian(person, clock.now()),
        consents=queries.consents(person.id),
        said=private.own(person.id),
        choices=private.CHOICES,
        enrolment=programme.enrolment(person.id),
    )


@access.signed_in
def edit() -> Response:
    """Correct one's own data."""
    person = queries.person(access.principal().id)
    form = forms.PersonForm(obj=person)
    if form.validate_on_submit():
        region_id, hub_id = form.place()
        try:
            service.correct(
                person.id, name=form.name.data or "", phone=form.phone.data, email=form.email.data,
                birth_date=form.birth_date.data or person.birth_date, region_id=region_id,
                hub_id=hub_id, now=clock.now(),
            )  # fmt: skip
            return web.go(url_for("accounts.profile"), _("Your data are saved."))
        except errors.Invalid as error:
            forms.take(form, error)
    status = 422 if form.is_submitted() else 200
    return web.page("accounts/edit.html", status=status, form=form)


@access.signed_in
def fairness() -> Response:
    """Keep what somebody says of themselves for checks of fairness."""
    said = private.Answer(**{name: request.form.get(name, "") for name in private.CHOICES})
    private.answer(access.principal().id, said, clock.now())
    return web.go(url_for("accounts.profile"), _("Saved. Thank you."))


@access.signed_in
def language() -> Response:
    """Set the language of pages and messages."""
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        raise errors.Invalid(_("Choose one of the options."))
    service.set_language(access.principal().id, code)
    response = web.go(url_for("accounts.profile"))
    response.set_cookie(
        COOKIE, code, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


@access.signed_in
def password() -> Response:
    """Set a new password; every other session of the person ends."""
    person_id = access.principal().id
    state = queries.security(person_id)
    form = forms.PasswordForm()
    if form.validate_on_submit():
        if state.asks_password and not service.knows_password(person_id, form.current.data or ""):
            form.current.errors = [_("This password is not right.")]
        else:
            person = service.set_password(person_id, form.password.data or "")
            login_user(person, remember=True, authn_via=["password"])
            return web.go(
                url_for("accounts.security"),
                _("Your new password is saved. Other devices are signed out."),
            )
    status = 422 if form.is_submitted() else 200
    return web.page("accounts/password.html", status=status, form=form, state=state)


@access.signed_in
def security() -> Response:
    """Show how the account is protected."""
    state = queries.security(access.principal().id)
    return web.page("accounts/security.html", state=state)


@access.signed_in
def confirm_second_step(token: str) -> Response:
    """Turn the second step on once the app shows the right code; a wrong one loses nothing."""
    expired, invalid, state = check_and_get_token_status(token, "tf_setup", _SETUP_WITHIN)
    if expired or invalid:
        words = _("That took too long. Please start again.")
        return web.go(url_for("security.two_factor_setup"), words, kind="warn")
    form = forms.StepForm()
    form.user = service.account(access.principal().id)
    form.tf_totp_secret, form.primary_method, form.is_setup = (
        state["totp_secret"],
        state["method"],
        True,
    )
    if form.validate_on_submit():
        _datastore.tf_set(form.user, state["method"], state["totp_secret"])
        words = _("The second step is on. Keep recovery codes in case you lose your phone.")
        return web.go(url_for("accounts.security"), words)
    shown = _security.totp_factory.fetch_setup_values(state["totp_secret"], form.user)
    return web.page(
        "accounts/second_step.html", status=422, two_factor_verify_code_form=form, state_token=token,
        chosen_method="authenticator", authr_qrcode=shown["image"], authr_key=shown["key"], choices=[],
    )  # fmt: skip


@access.signed_in
def consent() -> Response:
    """Show what one's data may be used for; give or withdraw each consent on its own."""
    person = queries.person(access.principal().id)
    if request.method == "POST":
        purpose = _purpose(request.form.get("purpose", ""))
        given = request.form.get("answer") == "give"
        change = service.give_consent if given else service.withdraw_consent
        change(person.id, purpose, channel="account", now=clock.now())
        flash(_("Saved. Thank you.") if given else _("Withdrawn. It takes effect at once."), "ok")
        return web.go(url_for("accounts.consent"))
    history = queries.consent_history(person.id)
    return web.page(
        "accounts/consent.html",
        texts=[consents.current(item) for item in Purpose],
        given=queries.running(history),
        history=history,
        guarded=queries.waits_for_guardian(person, clock.now()),
    )


def _purpose(value: str) -> Purpose:
    try:
        return Purpose(value)
    except ValueError:
        raise errors.Invalid(_("Choose one of the options.")) from None


@access.signed_in
def data() -> Response:
    """Show everything the account holds, to correct, take away or have deleted."""
    person = queries.person(access.principal().id)
    exports = "exports.my_data" in current_app.view_functions
    guardian, asked = queries.guardian_and_deletion(person.id)
    return web.page(
        "accounts/data.html",
        person=person,
        place=programme.place_names(person.region_id, person.hub_id),
        roles=queries.roles(person.id),
        history=queries.consent_history(person.id),
        steps=programme.history(person.id),
        channels=programme.channels(person.id),
        guardian=guardian,
        request_open=asked,
        download=url_for("exports.my_data") if exports else "",
        form=forms.DeletionForm(),
    )


@access.signed_in
def ask_deletion() -> Response:
    """Note the wish to have one's data deleted."""
    form = forms.DeletionForm()
    if not form.validate_on_submit():
        raise errors.Invalid(_("Write at most 500 characters."))
    service.ask_deletion(access.principal().id, reason=form.reason.data or "", now=clock.now())
    return web.go(
        url_for("accounts.data"), _("Your request is noted. An officer answers within three days.")
    )


def register(bp: Blueprint) -> None:
    """Mount the pages."""
    both = ["GET", "POST"]
    bp.add_url_rule("/account", "profile", profile)
    bp.add_url_rule("/account/edit", "edit", edit, methods=both)
    bp.add_url_rule("/account/language", "language", language, methods=["POST"])
    bp.add_url_rule("/account/fairness", "fairness", fairness, methods=["POST"])
    bp.add_url_rule("/account/password", "password", password, methods=both)
    bp.add_url_rule("/account/security", "security", security)
    bp.add_url_rule(
        "/account/second-step/<token>", "confirm_second_step", confirm_second_step, methods=["POST"]
    )
    bp.add_url_rule("/account/consents", "consent", consent, methods=both)
    bp.add_url_rule("/account/data", "data", data)
    bp.add_url_rule("/account/data/deletion", "ask_deletion", ask_deletion, methods=["POST"])
