"""Every sentence of the sign-in library in our own words; the Indonesian ones are in `translations`.

The library looks up `SECURITY_MSG_<name>`: (text, kind). Kinds become the classes of the flashes.
"""

from __future__ import annotations

from typing import Any

from sanggar.kernel.i18n import SliceDomain


def N_(text: str) -> str:  # noqa: N802 - gettext's name for "translate later"
    """Mark a text for the catalogue; the library translates it when it is shown."""
    return text


WORDS: dict[str, tuple[str, str]] = {
    "API_ERROR": (N_("That could not be read. Please try again."), "warn"),
    "GENERIC_AUTHN_FAILED": (
        N_(
            "Phone number, e-mail address or password is not right. Check both, or use a one-time code."
        ),
        "warn",
    ),
    "GENERIC_RECOVERY": (
        N_(
            "If this address is known to us, an e-mail with a link is on its way. Look into spam too."
        ),
        "ok",
    ),
    "PASSWORD_RESET_REQUEST": (
        N_(
            "If this address is known to us, an e-mail with a link is on its way. Look into spam too."
        ),
        "ok",
    ),
    "UNAUTHORIZED": (N_("This page is not for your account"), "warn"),
    "UNAUTHENTICATED": (N_("Please sign in first"), "warn"),
    "REAUTHENTICATION_REQUIRED": (N_("Confirm that it is you, then we go on."), "warn"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you, that was right."), "ok"),
    "PASSWORD_MISMATCH": (N_("The two passwords differ."), "warn"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords differ."), "warn"),
    "PASSWORD_NOT_PROVIDED": (N_("Write your password."), "warn"),
    "PASSWORD_INVALID_LENGTH": (N_("Use at least %(length)s characters."), "warn"),
    "PASSWORD_IS_THE_SAME": (N_("Choose a password other than the present one."), "warn"),
    "PASSWORD_RESET_EXPIRED": (N_("This link is too old. Ask for a new one."), "warn"),
    "INVALID_RESET_PASSWORD_TOKEN": (N_("This link cannot be used. Ask for a new one."), "warn"),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your new password is saved. Sign in with it."), "ok"),
    "INVALID_REDIRECT": (N_("That address is not on this site."), "warn"),
    "INVALID_RECOVERY_CODE": (
        N_("This recovery code is not right, or it was used before."),
        "warn",
    ),
    "NO_RECOVERY_CODES_SETUP": (N_("You have no recovery codes yet."), "warn"),
    "DISABLED_ACCOUNT": (N_("This account is closed. Ask the officer of your hub."), "warn"),
    "EMAIL_NOT_PROVIDED": (N_("Write your phone number or e-mail address."), "warn"),
    "INVALID_EMAIL_ADDRESS": (N_("This is not an e-mail address."), "warn"),
    "USER_DOES_NOT_EXIST": (
        N_(
            "Phone number, e-mail address or password is not right. Check both, or use a one-time code."
        ),
        "warn",
    ),
    "INVALID_PASSWORD": (N_("This password is not right."), "warn"),
    "INVALID_CODE": (N_("This code is not right. Codes change every 30 seconds."), "warn"),
    "INVALID_INPUT": (N_("That could not be read. Please try again."), "warn"),
    "INVALID_INPUT_LENGTH": (N_("Use at most %(length)s characters."), "warn"),
    "ANONYMOUS_USER_REQUIRED": (N_("You are signed in already."), "ok"),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("This code is not right. Codes change every 30 seconds."),
        "warn",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("Welcome back."), "ok"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("The second step is on. Keep recovery codes in case you lose your phone."),
        "ok",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Sign in with your password first."), "warn"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of the options."), "warn"),
    "TWO_FACTOR_DISABLED": (N_("The second step is off."), "ok"),
    "TWO_FACTOR_SETUP_EXPIRED": (N_("That took too long. Please start again."), "warn"),
    "WEBAUTHN_EXPIRED": (N_("That took too long. Please start again."), "warn"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name, for example “My phone”."), "warn"),
    "WEBAUTHN_NAME_INUSE": (N_("You already have a passkey with this name."), "warn"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no passkey with this name."), "warn"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (N_("Use letters, digits and spaces only."), "warn"),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey “%(name)s” is removed."), "ok"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("The passkey “%(name)s” is ready."), "ok"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is registered already."), "warn"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (
        N_("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (
        N_("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "WEBAUTHN_NO_VERIFY": (N_("The passkey could not be checked. Please try again."), "warn"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        N_("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (
        N_("We do not know this passkey. Sign in another way."),
        "warn",
    ),
    "LOGIN": (N_("Please sign in first"), "warn"),
    "REFRESH": (N_("Confirm that it is you, then we go on."), "warn"),
}

#: Subjects of e-mails.
SUBJECTS = {
    "EMAIL_SUBJECT_PASSWORD_RESET": N_("Choose a new password"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": N_("Your password has been changed"),
}

_N = N_("This field is required.")  # what WTForms says by itself
_N = N_("Not a valid choice.")


def settings() -> dict[str, Any]:
    """Return the library's settings that carry words."""
    return {f"SECURITY_MSG_{name}": words for name, words in WORDS.items()} | {
        f"SECURITY_{name}": text for name, text in SUBJECTS.items()
    }


class LibraryWords(SliceDomain):
    """The library's own domain, answered from our catalogues, so that no English leaks."""

    @staticmethod
    def format_list(items: list[str], **_options: Any) -> str:
        """Join a list of words."""
        return ", ".join(items)
