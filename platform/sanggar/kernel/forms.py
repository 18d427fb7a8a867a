"""Form fields that refuse what the database or a reader could not take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import ValidationError
from wtforms.widgets import ListWidget, RadioInput

from sanggar import errors
from sanggar.kernel.i18n import SliceDomain, _

#: NUL and lone surrogates (PostgreSQL refuses them), other control characters, bidi overrides
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean(text: str | None) -> str:
    """Return text without characters that no keyboard types, trimmed at both ends."""
    return _UNWANTED.sub("", text or "").strip()


def number(args: Mapping[str, str], name: str, default: int = 0) -> int:
    """Return a whole number of an address; `default` where there is none, or none that fits a column."""
    typed = args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else default


class Words:
    """What WTForms says itself ("This field is required."), from our own catalogues."""

    def gettext(self, message: str) -> str:
        """Return the translation of a message."""
        return str(_(message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the plural form of a message; WTForms fills its numbers in afterwards."""
        return str(SliceDomain().get_translations().ngettext(singular, plural, n))


class Form(FlaskForm):
    """Base of all forms: `form.validate_on_submit()` then `form.errors`; 422 re-renders it."""

    class Meta(FlaskForm.Meta):
        """Forms speak the language of the page."""

        def get_translations(self, _form: Any) -> Words:
            """Return our words: WTForms brings no Indonesian."""
            return Words()


class TextField(StringField):
    """One line of text, cleaned; line breaks become spaces."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value."""
        self.data = " ".join(clean(valuelist[0]).split()) if valuelist else ""


class LongTextField(TextAreaField):
    """Several lines of text, cleaned, with plain line breaks."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value."""
        self.data = clean(valuelist[0]).replace("\r\n", "\n") if valuelist else ""


class MailField(EmailField):
    """An e-mail address, lower-cased."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value."""
        self.data = clean(valuelist[0]).lower() if valuelist else ""


class ChoiceField(SelectField):
    """A choice from pairs (value, label) whose error says what to do."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices  # WTForms warns about pairs in its own constructor only

    def pre_validate(self, form: Any) -> None:
        """Refuse values that are not on the list."""
        if not self.process_errors and not any(choice.selected for choice in self.iter_choices()):
            raise ValidationError(_("Choose one of the options."))


class RadioField(ChoiceField):
    """A choice shown as a list of buttons."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class RupiahField(StringField):
    """An amount as people type it: `Rp1.250.000`, `1250000`, `1,25 jt`, `750 rb`."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value into whole rupiah, or None when empty."""
        typed = clean(valuelist[0]) if valuelist else ""
        self.data = None
        if typed:
            self.data = parse_rupiah(typed)
            if self.data is None:
                raise ValueError(_("Write the amount in rupiah, for example 750.000."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}".replace(",", ".")


_SCALE = {"": 1, "rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000}


def parse_rupiah(typed: str) -> int | None:
    """Return whole rupiah, or None when the text is not an amount.

    >>> parse_rupiah("Rp1.250.000"), parse_rupiah("1,25 jt"), parse_rupiah("750rb"), parse_rupiah("x")
    (1250000, 1250000, 750000, None)
    """
    match = re.fullmatch(r"(?:rp\.?\s*)?([\d.,]{1,15})\s*([a-z]*)", typed.strip().lower())
    if not match or match[2] not in _SCALE:
        return None
    digits, scale = match[1], _SCALE[match[2]]
    if scale == 1:
        whole = re.sub(r"[.,]", "", digits)
        return int(whole) if whole else None
    try:
        return round(float(digits.replace(",", ".")) * scale)
    except ValueError:
        return None


class DayField(DateField):
    """A day, with an error that says how to write it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(
                _("Write the day as year-month-day, for example 2026-11-21.")
            ) from None


class ClockField(TimeField):
    """A time of day, typed with a colon or a full stop."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, format=["%H:%M", "%H.%M", "%H:%M:%S"], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the time as 09:30.")) from None


class NumberField(IntegerField):
    """A whole number, with an error that says so."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None


def attach(form: Form, refused: errors.Invalid) -> None:
    """Put a service's objections beside the fields they are about."""
    for name, text in refused.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, text]
        else:
            form.form_errors.append(text)
