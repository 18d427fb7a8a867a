"""Forms about people. Texts are cleaned by `kernel.forms`; what only the data knows, services refuse."""

from __future__ import annotations

from typing import Any

from flask_security import forms as library
from flask_security.recovery_codes import MfRecoveryCodesForm, MfRecoveryForm
from flask_security.webauthn import (
    WebAuthnDeleteForm,
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
)
from wtforms import BooleanField, DateField, PasswordField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from sanggar import errors
from sanggar.accounts import identity, passwords
from sanggar.accounts.models import Purpose
from sanggar.kernel.access import Role
from sanggar.kernel.forms import ChoiceField, Form, LongTextField, MailField, RadioField, TextField
from sanggar.kernel.i18n import _, _l
from sanggar.programme import queries as programme
from sanggar.programme.queries import Stage

DATES = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]


def required(message: Any = None) -> InputRequired:
    """Return a validator that says what to do."""
    return InputRequired(message or _l("Please fill this in."))


def _number(value: Any) -> Any:
    """Read the id of a choice; nothing chosen stays an empty text."""
    return int(value) if str(value).isdigit() else ""


def take(form: Form, error: errors.Invalid, **names: str) -> None:
    """Put the refusals of a service beside the fields they are about."""
    for name, text in error.fields.items():
        field = getattr(form, names.get(name, name), None)
        if field is None:
            form.form_errors.append(str(text))
        else:
            field.errors = [*field.errors, str(text)]


class PlaceFields(Form):
    """Where somebody lives and which hub is theirs."""

    region_id = ChoiceField(_l("Regency or city"), coerce=_number, default="")
    hub_id = ChoiceField(_l("Hub"), coerce=_number, default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [(row.id, row.name) for row in programme.regions()]
        hubs = [(row.id, row.name) for row in programme.hubs()]
        self.region_id.choices = [("", _("Choose …")), *regions, (0, _("Outside East Java"))]
        self.hub_id.choices = [("", _("The hub of my regency")), *hubs]

    def place(self) -> tuple[int | None, int | None]:
        """Return region and hub; the region's hub when none was chosen."""
        region: int | None = self.region_id.data or None
        return region, self.hub_id.data or programme.hub_of_region(region)


class JoinForm(PlaceFields):
    """Two minutes on a phone: who, how to reach you, where, what for, and three separate consents."""

    want = RadioField(
        _l("What do you want to do?"),
        choices=[
            (Role.TALENT.value, _l("Learn a skill and get work")),
            (Role.CLIENT.value, _l("Find talents for my business")),
        ],
        default=Role.TALENT.value,
    )
    name = TextField(_l("Name"), validators=[required(), Length(max=120)])
    contact = TextField(
        _l("Phone number or e-mail address"), validators=[required(), Length(max=254)]
    )
    password = PasswordField(
        _l("Password"),
        validators=[required(), Length(min=passwords.MIN_LENGTH, max=passwords.MAX_LENGTH)],
    )
    birth_date = DateField(_l("Birth date"), format=DATES, validators=[Optional()])
    public_profile = BooleanField()
    matching = BooleanField()
    statistics = BooleanField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask talents for the birth date: the guardian rule needs it."""
        right = bool(super().validate(extra_validators))
        missing = self.birth_date.data is None and not self.birth_date.errors
        if self.want.data == Role.TALENT.value and missing:
            self.birth_date.errors = [_("Write your birth date. It is never shown to others.")]
            return False
        return right

    def validate_region_id(self, field: Any) -> None:
        """Ask everybody who joins for it: the hub follows from it."""
        if field.data == "":
            raise ValidationError(_("Choose your regency or city."))

    @property
    def login(self) -> tuple[str | None, str | None]:
        """Return phone and e-mail, one of them None."""
        text = self.contact.data or ""
        return (None, text.lower()) if "@" in text else (text, None)

    def consents(self) -> list[Purpose]:
        """Return the purposes that were ticked."""
        return [purpose for purpose in Purpose if getattr(self, purpose.value).data]


class PersonForm(PlaceFields):
    """What is known about a person, by themselves or by an officer."""

    name = TextField(_l("Name"), validators=[required(), Length(max=120)])
    phone = TextField(_l("Phone number"), validators=[Length(max=30)])
    email = MailField(_l("E-mail address"), validators=[Length(max=254)])
    birth_date = DateField(_l("Birth date"), format=DATES, validators=[Optional()])


class NewPersonForm(PersonForm):
    """A person whom an officer enters on their behalf."""

    role = RadioField(
        _l("They are a"),
        choices=[(Role.TALENT.value, _l("talent")), (Role.CLIENT.value, _l("client"))],
        default=Role.TALENT.value,
    )
    channel = TextField(_l("How did they reach us?"), validators=[required(), Length(max=80)])


class PasswordForm(Form):
    """A new password, with the present one where there is one."""

    current = PasswordField(_l("Present password"))
    password = PasswordField(
        _l("New password"),
        validators=[required(), Length(min=passwords.MIN_LENGTH, max=passwords.MAX_LENGTH)],
    )


class CodeForm(Form):
    """An officer's one-time code."""

    login = TextField(
        _l("Phone number or e-mail address"), validators=[required(), Length(max=254)]
    )
    code = TextField(_l("Code"), validators=[required(), Length(max=20)])


#: How a guardian's consent reached the officer.
METHODS: dict[str, Any] = {
    "letter": _l("signed letter"),
    "visit": _l("in person at the hub"),
    "call": _l("by phone, confirmed in writing"),
}
#: Channels that the platform itself writes; officers write others as they are called.
CHANNELS: dict[str, Any] = {"self": _l("joined by themselves"), "staff": _l("entered by staff")}


def method_label(method: str) -> Any:
    """Return in words how a guardian's consent was given."""
    return METHODS.get(method, method)


def channel_label(channel: str) -> Any:
    """Return an intake channel in words."""
    return CHANNELS.get(channel, channel)


class GuardianForm(Form):
    """A guardian's consent, as the officer has seen it."""

    guardian_name = TextField(_l("Name of the guardian"), validators=[required(), Length(max=120)])
    relation = TextField(_l("Relation"), validators=[required(), Length(max=60)])
    method = ChoiceField(_l("How was it given?"), choices=list(METHODS.items()))
    given_on = DateField(_l("Date of the consent"), format=DATES, validators=[required()])


class StageForm(Form):
    """A step of a talent by an officer's decision."""

    to = ChoiceField(_l("New stage"))
    reason = TextField(_l("Reason"), validators=[required(), Length(max=300)])

    def __init__(
        self, *args: Any, allowed: tuple[Stage, ...] = tuple(Stage), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.to.choices = [(stage.value, stage_label(stage)) for stage in allowed]


class ChannelForm(Form):
    """One more channel through which a talent came."""

    channel = TextField(_l("Channel"), validators=[required(), Length(max=80)])


class DeletionForm(Form):
    """A request to delete one's data."""

    reason = LongTextField(_l("Why? (you need not say)"), validators=[Length(max=500)])


class OutcomeForm(Form):
    """What was done about a deletion request."""

    outcome = TextField(_l("What was done"), validators=[required(), Length(max=300)])


class MentorForm(Form):
    """What people may know of a mentor."""

    affiliation = TextField(_l("Organisation"), validators=[Length(max=120)])
    about = LongTextField(_l("About"), validators=[Length(max=2000)])


class GrantForm(Form):
    """A role for somebody, with what it is for."""

    role = ChoiceField(_l("Role"))
    hub_id = ChoiceField(_l("Hub"), coerce=_number, default="")
    track = ChoiceField(_l("Track"), default="")
    agency = TextField(_l("Agency"), validators=[Length(max=120)])

    def __init__(self, *args: Any, tracks: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role.value, role_label(role)) for role in Role]
        self.hub_id.choices = [("", "–"), *[(row.id, row.name) for row in programme.hubs()]]
        self.track.choices = [("", "–"), *tracks]


STAGES: dict[Stage, Any] = {
    Stage.APPLICANT: _l("applicant"),
    Stage.PARTICIPANT: _l("participant"),
    Stage.CERTIFIED: _l("certified"),
    Stage.INCUBATING: _l("in incubation"),
    Stage.READY: _l("ready for work"),
    Stage.PLACED: _l("placed"),
    Stage.INACTIVE: _l("inactive"),
}
ROLES: dict[Role, Any] = {
    Role.TALENT: _l("talent"),
    Role.MENTOR: _l("mentor"),
    Role.CLIENT: _l("client"),
    Role.HUB_OFFICER: _l("hub officer"),
    Role.AGENCY_OFFICER: _l("agency officer"),
    Role.PROVINCE: _l("provincial viewer"),
    Role.ADMIN: _l("administrator"),
}


def stage_label(stage: Stage | str) -> Any:
    """Return a stage in words."""
    return STAGES.get(Stage(stage), stage) if stage else ""


def role_label(role: Role | str) -> Any:
    """Return a role in words."""
    return ROLES[Role(role)]


class Spoken:
    """Forms of the library in the language of the page."""

    Meta = Form.Meta


class SignInForm(Spoken, library.LoginForm):
    """Sign in by phone number or e-mail address; the field keeps the library's name."""

    email = TextField(
        _l("Phone number or e-mail address"), validators=[required(), Length(max=254)]
    )
    password = PasswordField(_l("Password"), validators=[required(), Length(max=1000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""

    def validate(self, **kwargs: Any) -> bool:
        """Find the person by either name, then let the library check the password."""
        self.ifield = self.email
        self.user = identity.find(self.email.data or "")
        return bool(super().validate(**kwargs))


class ConfirmForm(Spoken, library.VerifyForm):
    """Confirm that it is still you."""

    password = PasswordField(_l("Password"), validators=[required(), Length(max=1000)])


class ForgotForm(Spoken, library.ForgotPasswordForm):
    """Ask for a reset link."""

    email = MailField(
        _l("E-mail address"),
        validators=[required(), library.EmailValidation(verify=True), library.valid_user_email],
    )


class ResetForm(Spoken, library.ResetPasswordForm):
    """Choose a new password from a reset link: once, shown on request, not typed twice."""

    password = PasswordField(
        _l("New password"),
        validators=[required(), Length(min=passwords.MIN_LENGTH, max=passwords.MAX_LENGTH)],
    )
    password_confirm = None


class SetupForm(Spoken, library.TwoFactorSetupForm):
    """Turn the second step on or off."""

    setup = TextField()


class StepForm(Spoken, library.TwoFactorVerifyCodeForm):
    """A code of the authenticator app."""

    code = TextField(_l("Code of your authenticator app"), validators=[required(), Length(max=12)])


class RescueForm(Spoken, library.TwoFactorRescueForm):
    """Options when the phone is lost (shown as a link to the recovery codes)."""

    help_setup = RadioField(choices=[])


class RecoveryForm(Spoken, MfRecoveryForm):
    """A recovery code."""

    code = TextField(_l("Recovery code"), validators=[required(), Length(max=40)])


class RecoveryCodesForm(Spoken, MfRecoveryCodesForm):
    """Make recovery codes."""


class PasskeyForm(Spoken, WebAuthnRegisterForm):
    """Name a new passkey; passkeys of this site always stand for password and second step."""

    name = TextField(_l("Name of the passkey"), validators=[required(), Length(max=64)])
    usage = TextField()

    def validate(self, **kwargs: Any) -> bool:
        """Let a passkey sign in by itself."""
        self.usage.data = "first"
        return bool(super().validate(**kwargs))


class PasskeyAnswerForm(Spoken, WebAuthnRegisterResponseForm):
    """What the device made."""


class PasskeySignInForm(Spoken, WebAuthnSigninForm):
    """Start to sign in with a passkey."""


class PasskeySignInAnswerForm(Spoken, WebAuthnSigninResponseForm):
    """What the device signed."""


class PasskeyRemovalForm(Spoken, WebAuthnDeleteForm):
    """Remove a passkey."""


LIBRARY_FORMS: dict[str, Any] = {
    "login_form": SignInForm,
    "verify_form": ConfirmForm,
    "forgot_password_form": ForgotForm,
    "reset_password_form": ResetForm,
    "two_factor_setup_form": SetupForm,
    "two_factor_verify_code_form": StepForm,
    "two_factor_rescue_form": RescueForm,
    "mf_recovery_form": RecoveryForm,
    "mf_recovery_codes_form": RecoveryCodesForm,
    "wan_register_form": PasskeyForm,
    "wan_register_response_form": PasskeyAnswerForm,
    "wan_signin_form": PasskeySignInForm,
    "wan_signin_response_form": PasskeySignInAnswerForm,
    "wan_delete_form": PasskeyRemovalForm,
}
