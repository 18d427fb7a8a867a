"""The form of a new round."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from sanggar.comparison import rules
from sanggar.kernel.forms import ChoiceField, Form, NumberField, TextField
from sanggar.kernel.i18n import _, _l
from sanggar.kernel.templating import number


def whole(value: Any) -> int:
    """Read a choice that is a number; what is none is on no list."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class TickField(SelectMultipleField):
    """Several choices from pairs (value, label), shown as a list of boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, coerce=whole, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse values that are not on the list, and nothing at all."""
        known = {value for value, _label in self.choices or ()}
        if not self.data or not set(self.data) <= known:
            raise ValidationError(_("Tick at least one, from the list."))


class RoundForm(Form):
    """A new round: its name, the works, who judges, and when it may stop."""

    title = TextField(
        _l("Name of the round"),
        validators=[
            InputRequired(_l("Give the round a name of at most 120 characters.")),
            Length(max=120, message=_l("Give the round a name of at most 120 characters.")),
        ],
    )
    works = TickField(_l("Works to compare"))
    judges = TickField(_l("Who judges"))
    reliability = ChoiceField(_l("Stop at this reliability"), coerce=str)
    each = NumberField(
        _l("Least comparisons of each work"),
        validators=[InputRequired(_l("Write a whole number."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reliability.choices = [
            (f"{value:.2f}", number(value, 2)) for value in rules.RELIABILITIES
        ]
