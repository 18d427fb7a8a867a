"""Who is who: reading phone numbers, finding people by them, refusing what is wrong or taken."""

from __future__ import annotations

from datetime import date

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import or_, select
from sqlmodel import col

from sanggar import errors
from sanggar.accounts import passwords, rules
from sanggar.accounts.models import User
from sanggar.kernel import db
from sanggar.kernel.i18n import _


def find(login: str) -> User | None:
    """Return the person with this phone number or e-mail address."""
    text = (login or "").strip()
    statement = select(User).where(
        or_(
            col(User.email) == text.lower(), col(User.phone) == (rules.normalise_phone(text) or "-")
        )
    )
    return db.session().scalars(statement).first()


def read_phone(typed: str | None) -> str | None:
    """Return a phone number as it is stored, None when nothing was typed."""
    if not (typed or "").strip():
        return None
    number = rules.normalise_phone(typed)
    if number is None:
        raise errors.Invalid(
            _("Something needs correcting."),
            fields={"phone": _("This is not a phone number. Write it like 0812 3456 7890.")},
        )
    return number


def check_new(
    name: str, phone: str | None, email: str | None, password: str | None,
    birth_date: date | None, today: date,
) -> None:  # fmt: skip
    """Refuse what cannot belong to a new person."""
    check(name, phone, email, birth_date, today, but=0)
    if password is not None:
        check_password(password)


def read_email(typed: str | None) -> str | None:
    """Return an e-mail address as it is stored, None when nothing was typed."""
    text = (typed or "").strip()
    if not text:
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise errors.Invalid(
            _("Something needs correcting."), fields={"email": _("This is not an e-mail address.")}
        ) from None


def check_password(password: str) -> None:
    """Refuse passwords that are too short, or too long to be one."""
    if not passwords.MIN_LENGTH <= len(password) <= passwords.MAX_LENGTH:
        raise errors.Invalid(
            _("Something needs correcting."),
            fields={"password": _("Use at least %(n)s characters.", n=passwords.MIN_LENGTH)},
        )


def check(
    name: str,
    phone: str | None,
    email: str | None,
    birth_date: date | None,
    today: date,
    *,
    but: int,
) -> None:
    """Refuse what cannot belong to a person; `but` is who may keep phone and e-mail."""
    wrong: dict[str, str] = {}
    if not name.strip():
        wrong["name"] = _("Write a name. One word is fine.")
    if not phone and not email:
        wrong["phone"] = _("Write a phone number or an e-mail address.")
    if birth_date is not None and not rules.plausible_birth_date(birth_date, today):
        wrong["birth_date"] = _("Check the year: members are 13 years or older.")
    wrong |= _taken(phone, email, but)
    if wrong:
        raise errors.Invalid(_("Something needs correcting."), fields=wrong)


def _taken(phone: str | None, email: str | None, but: int) -> dict[str, str]:
    """Say which of both already belongs to somebody else."""
    found = {}
    for field, column, value in (("phone", User.phone, phone), ("email", User.email, email)):
        if value is None:
            continue
        same = select(col(User.id)).where(col(column) == value, col(User.id) != but)
        if db.session().scalars(same).first() is not None:
            found[field] = (
                _("This number is registered already. Sign in instead.")
                if field == "phone"
                else _("This address is registered already. Sign in instead.")
            )
    return found
