"""Every sentence of the sign-in library in our own words; the Indonesian ones are in `translations`.

The library looks up `SECURITY_MSG_<name>`: (text, kind). Kinds become the classes of the flashes.
"""

from __future__ import annotations

from typing import Any

from flask_babel.speaklater import LazyString

from sanggar.kernel.i18n import SliceDomain, _, _l, _n

WORDS: dict[str, tuple[Any, str]] = {
    "API_ERROR": (_l("That could not be read. Please try again."), "warn"),
    "GENERIC_AUTHN_FAILED": (
        _l(
            "Phone number, e-mail address or password is not right. Check both, or use a one-time code."
        ),
        "warn",
    ),
    "GENERIC_RECOVERY": (
        _l(
            "If this address is known to us, an e-mail with a link is on its way. Look into spam too."
        ),
        "ok",
    ),
    "PASSWORD_RESET_REQUEST": (
        _l(
            "If this address is known to us, an e-mail with a link is on its way. Look into spam too."
        ),
        "ok",
    ),
    "UNAUTHORIZED": (_l("This page is not for your account"), "warn"),
    "UNAUTHENTICATED": (_l("Please sign in first"), "warn"),
    "REAUTHENTICATION_REQUIRED": (_l("Confirm that it is you, then we go on."), "warn"),
    "REAUTHENTICATION_SUCCESSFUL": (_l("Thank you, that was right."), "ok"),
    "PASSWORD_MISMATCH": (_l("The two passwords differ."), "warn"),
    "RETYPE_PASSWORD_MISMATCH": (_l("The two passwords differ."), "warn"),
    "PASSWORD_NOT_PROVIDED": (_l("Write your password."), "warn"),
    "PASSWORD_INVALID_LENGTH": (_l("Use at least %(length)s characters."), "warn"),
    "PASSWORD_IS_THE_SAME": (_l("Choose a password other than the present one."), "warn"),
    "PASSWORD_RESET_EXPIRED": (_l("This link is too old. Ask for a new one."), "warn"),
    "INVALID_RESET_PASSWORD_TOKEN": (_l("This link cannot be used. Ask for a new one."), "warn"),
    "PASSWORD_RESET_NO_LOGIN": (_l("Your new password is saved. Sign in with it."), "ok"),
    "INVALID_REDIRECT": (_l("That address is not on this site."), "warn"),
    "INVALID_RECOVERY_CODE": (
        _l("This recovery code is not right, or it was used before."),
        "warn",
    ),
    "NO_RECOVERY_CODES_SETUP": (_l("You have no recovery codes yet."), "warn"),
    "DISABLED_ACCOUNT": (_l("This account is closed. Ask the officer of your hub."), "warn"),
    "EMAIL_NOT_PROVIDED": (_l("Write your phone number or e-mail address."), "warn"),
    "INVALID_EMAIL_ADDRESS": (_l("This is not an e-mail address."), "warn"),
    "USER_DOES_NOT_EXIST": (
        _l(
            "Phone number, e-mail address or password is not right. Check both, or use a one-time code."
        ),
        "warn",
    ),
    "INVALID_PASSWORD": (_l("This password is not right."), "warn"),
    "INVALID_CODE": (_l("This code is not right. Codes change every 30 seconds."), "warn"),
    "INVALID_INPUT": (_l("That could not be read. Please try again."), "warn"),
    "INVALID_INPUT_LENGTH": (_l("Use at most %(length)s characters."), "warn"),
    "ANONYMOUS_USER_REQUIRED": (_l("You are signed in already."), "ok"),
    "TWO_FACTOR_INVALID_TOKEN": (
        _l("This code is not right. Codes change every 30 seconds."),
        "warn",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_l("Welcome back."), "ok"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        _l("The second step is on. Keep recovery codes in case you lose your phone."),
        "ok",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (_l("Sign in with your password first."), "warn"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_l("Choose one of the options."), "warn"),
    "TWO_FACTOR_DISABLED": (_l("The second step is off."), "ok"),
    "TWO_FACTOR_SETUP_EXPIRED": (_l("That took too long. Please start again."), "warn"),
    "WEBAUTHN_EXPIRED": (_l("That took too long. Please start again."), "warn"),
    "WEBAUTHN_NAME_REQUIRED": (_l("Give the passkey a name, for example “My phone”."), "warn"),
    "WEBAUTHN_NAME_INUSE": (_l("You already have a passkey with this name."), "warn"),
    "WEBAUTHN_NAME_NOT_FOUND": (_l("You have no passkey with this name."), "warn"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (_l("Use letters, digits and spaces only."), "warn"),
    "WEBAUTHN_CREDENTIAL_DELETED": (_l("The passkey “%(name)s” is removed."), "ok"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (_l("The passkey “%(name)s” is ready."), "ok"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (_l("This passkey is registered already."), "warn"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (
        _l("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (
        _l("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "WEBAUTHN_NO_VERIFY": (_l("The passkey could not be checked. Please try again."), "warn"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        _l("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (
        _l("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "LOGIN": (_l("Please sign in first"), "warn"),
    "REFRESH": (_l("Confirm that it is you, then we go on."), "warn"),
}

#: Subjects of e-mails.
SUBJECTS = {
    "EMAIL_SUBJECT_PASSWORD_RESET": _l("Choose a new password"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": _l("Your password has been changed"),
}


def of_wtforms() -> list[str]:
    """Return what WTForms says by itself, so that the catalogue holds it (see `kernel.forms.Words`)."""
    return [
        _("This field is required."),
        _("Not a valid choice."),
        _("Not a valid date value."),
        _("Not a valid integer value."),
        _("Not a valid decimal value."),
        _("Not a valid float value."),
        _("Invalid Choice: could not coerce."),
        _("Invalid input."),
        _("Invalid email address."),
        _("Invalid URL."),
        _("Number must be at least %(min)s."),
        _("Number must be at most %(max)s."),
        _("Number must be between %(min)s and %(max)s."),
        _("Field must be between %(min)d and %(max)d characters long."),
        _n(
            "Field must be at least %(min)d character long.",
            "Field must be at least %(min)d characters long.",
            2,
        ),
        _n(
            "Field cannot be longer than %(max)d character.",
            "Field cannot be longer than %(max)d characters.",
            2,
        ),
        _n(
            "Field must be exactly %(max)d character long.",
            "Field must be exactly %(max)d characters long.",
            2,
        ),
    ]


def settings() -> dict[str, Any]:
    """Return the library's settings that carry words."""
    return {f"SECURITY_MSG_{name}": words for name, words in WORDS.items()} | {
        f"SECURITY_{name}": text for name, text in SUBJECTS.items()
    }


class LibraryWords(SliceDomain):
    """The library's own domain, answered from our catalogues, so that no English leaks."""

    def gettext(self, string: Any, **variables: Any) -> str:
        """Return a sentence in the reader's language; ours are lazy, the library's are plain."""
        text = str(string) if isinstance(string, LazyString) else str(super().gettext(string))
        return text % variables if variables else text

    @staticmethod
    def format_list(items: list[str], **_options: Any) -> str:
        """Join a list of words."""
        return ", ".join(items)
