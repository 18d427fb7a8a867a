"""Forms of this slice; the questions of a brief stand in `wizard_forms`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import request
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange
from wtforms.widgets import DateInput, NumberInput

from sanggar.clients import rules
from sanggar.clients.rules import ClientKind, DeclineReason
from sanggar.clients.service import Owner, Terms
from sanggar.errors import Invalid
from sanggar.kernel.forms import (
    ChoiceField,
    Form,
    LongTextField,
    RupiahField,
    TextField,
    clean,
    number,
)
from sanggar.kernel.i18n import _, _l
from sanggar.kernel.templating import rupiah

CATEGORY_WORDS = {
    "makanan": _l("Food"), "minuman": _l("Drinks"), "kriya": _l("Crafts"), "batik": _l("Batik"),
    "kosmetik": _l("Cosmetics and soap"), "jasa": _l("Services"), "lainnya": _l("Something else"),
}  # fmt: skip
KIND_WORDS = {
    ClientKind.MICRO: _l("Micro business"), ClientKind.SMALL: _l("Small business"),
    ClientKind.COMPANY: _l("Company"), ClientKind.AGENCY: _l("Government office"),
    ClientKind.COMMUNITY: _l("Community"),
}  # fmt: skip
DECLINE_WORDS = {
    DeclineReason.PRICE: _l("The price is too low"),
    DeclineReason.TIME: _l("I have no time before the deadline"),
    DeclineReason.SKILL: _l("It is not what I do best"),
    DeclineReason.OTHER: _l("Another reason"),
}


class DayField(StringField):
    """A day as the browser's calendar writes it; other ways of writing are named."""

    widget = DateInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed day."""
        typed = clean(valuelist[0]) if valuelist else ""
        self.data = None
        if typed:
            try:
                self.data = datetime.strptime(typed, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day
            except ValueError:
                raise ValueError(_("Choose a day from the calendar.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, date) else ""


class LinkField(TextField):
    """An address on the web, with https:// put before it when it was left out."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed address."""
        super().process_formdata(valuelist)
        if self.data and "://" not in self.data:
            self.data = "https://" + self.data
        if not self.data:
            return
        try:
            parts = urlsplit(self.data)
            known = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
            known = known and parts.port != 0 and " " not in self.data
        except ValueError:
            known = False
        if not known:
            raise ValueError(_("Write a link that begins with https://"))


def read_times() -> int | None:
    """Return which of several offers to the same talent the page showed that sent a form."""
    return number(request.form, "times") or None


def put(form: Form, refused: Invalid) -> None:
    """Show what a service refused beside the fields it is about."""
    for name, message in refused.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
        else:
            form.form_errors.append(message)


def budget_words(low: int | None, high: int | None) -> str:
    """Return a budget as people say it."""
    if high is None:
        return str(_("not known yet"))
    if not low:
        return str(_("up to %(amount)s", amount=rupiah(high)))
    return f"{rupiah(low)}–{rupiah(high).removeprefix('Rp')}"


class OwnerForm(Form):
    """The owner an officer writes a brief with."""

    organisation = TextField(
        _l("Name of the business"),
        validators=[DataRequired(_l("Write the name of the business.")), Length(max=120)],
    )
    owner = TextField(
        _l("Name of the owner"),
        validators=[DataRequired(_l("Write the name of the owner.")), Length(max=120)],
    )
    phone = TextField(
        _l("WhatsApp number"),
        validators=[DataRequired(_l("Write the number, for example 0812-0000-0123.")), Length(max=30)],
    )  # fmt: skip
    kind = ChoiceField(_l("Kind of business"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(k.value, words) for k, words in KIND_WORDS.items()]

    def for_owner(self) -> Owner:
        """Return the owner as typed."""
        return Owner(
            self.organisation.data, self.owner.data, self.phone.data, ClientKind(self.kind.data)
        )


class BusinessForm(Form):
    """How a business is called and reached."""

    organisation = TextField(
        _l("Name of the business"),
        validators=[DataRequired(_l("Write the name of the business.")), Length(max=120)],
    )
    kind = ChoiceField(_l("Kind of business"))
    whatsapp = TextField(_l("WhatsApp number"), validators=[Length(max=30)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(k.value, words) for k, words in KIND_WORDS.items()]


class InviteForm(Form):
    """Whom to ask into a business."""

    login = TextField(
        _l("Phone number or e-mail address"),
        validators=[DataRequired(_l("Write a phone number or an e-mail address.")), Length(max=254)],
    )  # fmt: skip


class TermsForm(Form):
    """What is offered: price, day, down payment, a word."""

    price = RupiahField(
        _l("Price"), validators=[DataRequired(_l("Write the amount in rupiah, for example 750.000."))]
    )  # fmt: skip
    due = DayField(_l("Deadline"), validators=[DataRequired(_l("When do you need it?"))])
    down_payment = IntegerField(
        _l("Down payment in percent"),
        widget=NumberInput(step=5, min=rules.DOWN_PAYMENT[0], max=rules.DOWN_PAYMENT[1]),
        default=40,
        validators=[NumberRange(*rules.DOWN_PAYMENT, message=_l("Between 30 and 50 percent."))],
    )
    message = LongTextField(_l("A word to the talent"), validators=[Length(max=1000)])
    chosen = BooleanField(
        _l("I have looked at these talents and choose them, in this order"),
        validators=[DataRequired(_l("Confirm that you have chosen these talents."))],
    )

    def terms(self) -> Terms:
        """Return what was typed."""
        price, due = self.price.data, self.due.data
        assert price is not None and due is not None  # the form is valid
        return Terms(
            price=price, due=due, down_payment=self.down_payment.data,
            message=self.message.data or "", chosen=bool(self.chosen.data),
        )  # fmt: skip


class ReasonForm(Form):
    """Why something ends."""

    reason = LongTextField(
        _l("Reason"),
        validators=[DataRequired(_l("Write why, in a few words.")), Length(max=500)],
    )
