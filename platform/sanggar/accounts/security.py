"""The sign-in library, tied to this house: our tables, our transaction, our pages, our words.

Flask-Security brings passwords with a second step, recovery codes, passkeys and reset links. It is
kept off the hot path: it loads nobody before a view of its own runs, because `accounts.loader`
knows who is asking. Its views are mounted one by one under our addresses, each with a policy.
"""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import timedelta
from typing import Any

import segno
from flask import Blueprint, Flask, make_response, render_template, request, session, url_for
from flask_security import RoleMixin, Security, UserDatastore, WebauthnUtil, views, webauthn
from flask_security.recovery_codes import mf_recovery, mf_recovery_codes
from flask_security.signals import user_authenticated
from flask_security.totp import Totp
from sqlalchemy import func, select
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sanggar import clock
from sanggar.accounts import forms, mail, messages
from sanggar.accounts.models import Passkey, User
from sanggar.kernel import access, db, web
from sanggar.kernel.config import Settings

DEMO_PASSWORD = "sanggar-demo"  # noqa: S105 - printed for everybody, in the demo only
RESET_WITHIN = timedelta(hours=2)


def second_step() -> Any:
    """Ask for the code of the app; who is signed in goes home (the library would sign them out)."""
    if access.principal().known:
        return web.go(url_for("web.start"))
    return views.two_factor_token_validation()


#: address, endpoint, view, methods, policy
PAGES: tuple[tuple[str, str, Any, tuple[str, ...], access.Policy], ...] = (
    ("/sign-in", "login", views.login, ("GET", "POST"), access.PUBLIC),
    ("/sign-out", "logout", views.logout, ("POST",), access.PUBLIC),
    ("/sign-in/step", "two_factor_token_validation", second_step, ("GET", "POST"), access.PUBLIC),
    ("/sign-in/recovery", "mf_recovery", mf_recovery, ("GET", "POST"), access.PUBLIC),
    ("/sign-in/passkey", "wan_signin", webauthn.webauthn_signin, ("GET", "POST"), access.PUBLIC),
    ("/sign-in/passkey/<token>", "wan_signin_response", webauthn.webauthn_signin_response, ("POST",), access.PUBLIC),
    ("/reset", "forgot_password", views.forgot_password, ("GET", "POST"), access.PUBLIC),
    ("/reset/<token>", "reset_password", views.reset_password, ("GET", "POST"), access.PUBLIC),
    ("/account/confirm", "verify", views.verify, ("GET", "POST"), access.SIGNED_IN),
    ("/account/second-step", "two_factor_setup", views.two_factor_setup, ("GET", "POST"), access.SIGNED_IN),
    ("/account/recovery-codes", "mf_recovery_codes", mf_recovery_codes, ("GET", "POST"), access.SIGNED_IN),
    ("/account/passkeys", "wan_register", webauthn.webauthn_register, ("GET", "POST"), access.SIGNED_IN),
    ("/account/passkeys/<token>", "wan_register_response", webauthn.webauthn_register_response, ("POST",), access.SIGNED_IN),
    ("/account/passkeys/remove", "wan_delete", webauthn.webauthn_delete, ("POST",), access.SIGNED_IN),
)  # fmt: skip


#: The library's pages -> our templates.
TEMPLATES = {
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_VERIFY_TEMPLATE": "accounts/confirm.html",
    "SECURITY_FORGOT_PASSWORD_TEMPLATE": "accounts/forgot.html",
    "SECURITY_RESET_PASSWORD_TEMPLATE": "accounts/reset.html",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "accounts/second_step.html",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/sign_in_step.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/sign_in_recovery.html",
    "SECURITY_WAN_REGISTER_TEMPLATE": "accounts/passkeys.html",
    "SECURITY_WAN_SIGNIN_TEMPLATE": "accounts/sign_in_passkey.html",
}


class Store(UserDatastore):
    """People and passkeys in the request's own transaction: `commit` only flushes."""

    def __init__(self) -> None:
        super().__init__(User, RoleMixin, Passkey)

    def commit(self) -> None:
        """Flush; `kernel.db` commits when the answer is ready."""
        db.flush()

    def put(self, model: Any) -> Any:
        """Add a row."""
        db.session().add(model)
        return model

    def delete(self, model: Any) -> None:
        """Delete a row."""
        db.session().delete(model)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:
        """Return the person with this one attribute."""
        attribute, value = kwargs.popitem()
        column = getattr(User, attribute)
        same = func.lower(column) == str(value).lower() if case_insensitive else column == value
        return db.session().scalars(select(User).where(same)).first()

    def find_webauthn(self, credential_id: bytes) -> Passkey | None:
        """Return the passkey with this id."""
        same = select(Passkey).where(Passkey.credential_id == credential_id)  # type: ignore[arg-type]
        return db.session().scalars(same).first()

    def create_webauthn(self, user: Any, *_args: Any, **values: Any) -> None:
        """Add a passkey."""
        now = clock.now()
        db.add(Passkey(user_id=user.id or 0, create_datetime=now, lastuse_datetime=now, **values))

    def tf_reset(self, user: Any) -> None:
        """Switch the second step off."""
        user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
        user.mf_recovery_codes = None
        self.put(user)

    def mf_delete_recovery_code(self, user: Any, idx: int) -> bool:
        """Use up one recovery code (a new list, so that the change is seen)."""
        codes = list(user.mf_recovery_codes or [])
        if not 0 <= idx < len(codes):
            return False
        user.mf_recovery_codes = codes[:idx] + codes[idx + 1 :]
        self.put(user)
        return True


class Authenticator(Totp):
    """Codes of authenticator apps; each works once."""

    def get_last_counter(self, user: Any) -> int | None:
        """Return the counter of the last code that was used."""
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember the code that was used."""
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Return the QR code as the source of a picture."""
        target = io.BytesIO()
        segno.make(self.get_totp_uri(username, totp)).save(
            target, kind="svg", scale=5, border=2, light="white"
        )
        return "data:image/svg+xml;base64," + base64.b64encode(target.getvalue()).decode()


class Passkeys(WebauthnUtil):
    """Passkeys of phones and computers as well as security keys, discoverable, with the owner checked."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """Return what kind of authenticator may register: any, with finger, face or PIN."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        """Return that finger, face or PIN is needed: a passkey replaces password and second step."""
        return UserVerificationRequirement.REQUIRED


def render(template: str, **context: Any) -> Any:
    """Render a page of the library, 422 when its form must be corrected; or the text of an e-mail."""
    if template.endswith(".txt"):
        return mail.text(template.removesuffix(".txt"), context)
    body = render_template(template, **context)
    sent = [value for name, value in context.items() if name.endswith("_form")]
    wrong = request.method == "POST" and any(form.errors for form in sent)
    return make_response(body, 422 if wrong else 200)


def _key(app: Flask, purpose: str) -> bytes:
    """Return 32 bytes derived from the site's secret for one purpose."""
    return hashlib.sha256(f"{purpose}:{app.config['SECRET_KEY']}".encode()).digest()


def config(app: Flask, settings: Settings) -> dict[str, Any]:
    """Return the library's settings."""
    quick = app.testing
    return (
        messages.settings()
        | TEMPLATES
        | {
            "SECURITY_DATETIME_FACTORY": clock.now,
            "SECURITY_PASSWORD_HASH": "argon2",
            "SECURITY_PASSWORD_SCHEMES": ["argon2"],
            "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
            "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
            "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
                "argon2__type": "ID",
                "argon2__memory_cost": 8 if quick else 19_456,
                "argon2__rounds": 1 if quick else 2,
                "argon2__parallelism": 1,
            },
            "SECURITY_PASSWORD_SALT": _key(app, "salt").hex(),
            "SECURITY_PASSWORD_NORMALIZE_FORM": None,
            "SECURITY_RETURN_GENERIC_RESPONSES": True,
            "SECURITY_RECOVERABLE": True,
            "SECURITY_RESET_PASSWORD_WITHIN": RESET_WITHIN,
            "SECURITY_EMAIL_HTML": False,
            "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
            "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET": mail.RESET,
            "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": mail.NOTICE,
            "SECURITY_TWO_FACTOR": True,
            "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
            "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
            "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
            "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account/security",
            "SECURITY_TOTP_SECRETS": {"1": _key(app, "totp").hex()},
            "SECURITY_TOTP_ISSUER": "Sanggar",
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
            "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [
                base64.urlsafe_b64encode(_key(app, "recovery"))
            ],
            "SECURITY_WEBAUTHN": True,
            "SECURITY_WAN_RP_NAME": settings.programme,
            "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": True,
            "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": True,
            "SECURITY_WAN_ALLOW_USER_HINTS": False,
            "SECURITY_WAN_ALLOW_AS_VERIFY": [],
            "SECURITY_WAN_POST_REGISTER_VIEW": "/account/passkeys",
            "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
            "SECURITY_API_ENABLED_METHODS": ["session"],
            "SECURITY_FRESHNESS": timedelta(hours=12),
            "SECURITY_DEFAULT_REMEMBER_ME": True,
            "SECURITY_POST_LOGIN_VIEW": "/home",
            "SECURITY_POST_LOGOUT_VIEW": "/",
            "SECURITY_CLI_USERS_NAME": None,
            "SECURITY_CLI_ROLES_NAME": None,
            "SESSION_PROTECTION": None,
        }
    )


def _demo(settings: Settings) -> dict[str, Any]:
    """Return the demo's accounts for its sign-in page; nothing anywhere else."""
    if settings.mode != "demo":
        return {}
    roles = {
        "talent": access.Role.TALENT, "mentor": access.Role.MENTOR, "client": access.Role.CLIENT,
        "officer": access.Role.HUB_OFFICER, "province": access.Role.PROVINCE, "admin": access.Role.ADMIN,
    }  # fmt: skip
    accounts = [(f"{name}@example.org", forms.role_label(role)) for name, role in roles.items()]
    return {"demo_accounts": accounts, "demo_password": DEMO_PASSWORD}


def _keep(_app: Flask, **_data: Any) -> None:
    """Let "keep me signed in" be the session's own life, with no second cookie."""
    session.permanent = session.pop("_remember", None) == "set"
    session.pop("_remember_seconds", None)


def blueprint() -> Blueprint:
    """Return the library's views under our addresses."""
    bp = Blueprint("security", __name__)
    for address, endpoint, view, methods, _policy in PAGES:
        bp.add_url_rule(address, endpoint, view, methods=list(methods))
    # the library links to a page of rescue options; ours has one option, the recovery codes
    bp.add_url_rule("/sign-in/recovery", "two_factor_rescue", build_only=True)

    @bp.after_request
    def _private(response: Any) -> Any:
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return bp


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the library to `app`."""
    app.config.update(config(app, settings))
    own: dict[str, Any] = {
        "render_template": render, "mail_util_cls": mail.Mail, "totp_cls": Authenticator,
        "webauthn_util_cls": Passkeys, **forms.LIBRARY_FORMS,
    }  # fmt: skip
    security = Security(app, Store(), register_blueprint=False, **own)
    security.i18n_domain = messages.LibraryWords()
    security.want_json(lambda _request: False)
    security.login_manager._request_callback = None  # no tokens in addresses or headers
    security.principal.identity_loaders.clear()  # nobody is loaded before a view asks
    context = app.template_context_processors[None]
    context[:] = [processor for processor in context if processor.__module__ != "flask_login.utils"]
    security.login_context_processor(lambda: _demo(settings))
    app.register_blueprint(blueprint())
    for _address, endpoint, _view, _methods, policy in PAGES:
        access.declare(app, f"security.{endpoint}", policy)
    access.declare(app, "security.two_factor_rescue", access.PUBLIC)
    user_authenticated.connect(_keep, app)
