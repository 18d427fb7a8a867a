"""Forms of agreed work: answer, hand over, ask for a change, accept, divide into parts, write down money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField
from wtforms.validators import DataRequired, Length, Optional

from sanggar.clients.agreements import MOST_PARTS, Part
from sanggar.clients.forms import DECLINE_WORDS, DayField, LinkField
from sanggar.clients.stages import PaymentKind
from sanggar.kernel.forms import ChoiceField, Form, LongTextField, RupiahField, TextField
from sanggar.kernel.i18n import _, _l

PAYMENT_WORDS = {
    PaymentKind.DOWN_PAYMENT: _l("Down payment"), PaymentKind.BALANCE: _l("The rest"),
}  # fmt: skip


class DeclineForm(Form):
    """Why a talent says no."""

    reason = RadioField(_l("Why not?"), validators=[DataRequired(_l("Choose one of the options."))])
    text = TextField(_l("A word to the client"), validators=[Length(max=500)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [(r.value, words) for r, words in DECLINE_WORDS.items()]


class TakeBackForm(DeclineForm):
    """Why a talent takes a yes back."""

    reason = RadioField(
        _l("What has changed?"), validators=[DataRequired(_l("Choose one of the options."))]
    )


class DeliverForm(Form):
    """What is handed over and where it is."""

    note = LongTextField(_l("What do you hand over?"), validators=[Length(max=1000)])
    link = LinkField(_l("Link to more files"), validators=[Optional(), Length(max=300)])
    #: what is wrong with files that came beside the form
    file_errors: Sequence[str] = ()


class RevisionForm(Form):
    """What should be different."""

    text = LongTextField(_l("What should be different?"), validators=[Length(max=500)])


def star_choices() -> list[tuple[str, str]]:
    """Return five to one stars with a word each."""
    words = (_("Excellent"), _("Good"), _("All right"), _("Not good"), _("Bad"))
    return [
        (str(stars), f"{'★' * stars} {word}")
        for stars, word in zip(range(5, 0, -1), words, strict=True)
    ]


class AcceptForm(Form):
    """One tap for the stars, a text when there is something to say."""

    rating = RadioField(_l("How was it?"), validators=[Optional()])
    comment = LongTextField(_l("A few words"), validators=[Length(max=1000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rating.choices = star_choices()


class WordForm(Form):
    """How one side sees a dispute."""

    text = LongTextField(_l("How do you see it?"), validators=[Length(max=1000)])


class RateClientForm(Form):
    """How it was to work for a client: one tap, a text when there is something to say."""

    client_rating = RadioField(_l("How was it to work for this client?"))
    client_comment = LongTextField(_l("A few words"), validators=[Length(max=1000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client_rating.choices = star_choices()


class PartsForm(Form):
    """The parts of some work, each with its day; lines left empty are no parts."""

    def rows(self) -> list[tuple[Any, Any]]:
        """Return the fields of each line."""
        return [(self[f"title{n}"], self[f"due{n}"]) for n in range(1, MOST_PARTS + 1)]

    def parts(self) -> list[Part]:
        """Return what was typed."""
        return [Part(t.data or "", d.data) for t, d in self.rows() if t.data or d.data]


for _n in range(1, MOST_PARTS + 1):
    setattr(PartsForm, f"title{_n}", TextField(_l("Part"), validators=[Length(max=120)]))
    setattr(PartsForm, f"due{_n}", DayField(_l("Day")))


class NewDayForm(Form):
    """A later day for the work, and why."""

    day = DayField(_l("New day"), validators=[DataRequired(_l("Choose the day."))])
    why = LongTextField(
        _l("Why does it take longer?"),
        validators=[DataRequired(_l("Write why, in a few words.")), Length(max=500)],
    )


class PaymentForm(Form):
    """Money that moved between the two sides."""

    kind = ChoiceField(_l("What was paid?"))
    amount = RupiahField(
        _l("Amount"), validators=[DataRequired(_l("Write the amount in rupiah, for example 750.000."))]
    )  # fmt: skip
    paid_on = DayField(_l("On which day?"), validators=[DataRequired(_l("Choose the day."))])
    note = TextField(_l("How, for example by bank transfer"), validators=[Length(max=200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(k.value, words) for k, words in PAYMENT_WORDS.items()]
