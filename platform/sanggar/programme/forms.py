"""Forms of the programme: targets, the map of regions, hubs."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired, Length, NumberRange

from sanggar.kernel.forms import ChoiceField, Form, TextField
from sanggar.kernel.i18n import _l
from sanggar.programme import queries

DATES = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]


class TargetForm(Form):
    """How many talents should join in a period, and why it changes."""

    hub_id = ChoiceField(_l("Target for"), coerce=int)
    number = IntegerField(
        _l("Number of talents"),
        validators=[
            InputRequired(_l("Write a whole number, for example 200.")),
            NumberRange(0, 1_000_000, _l("Write a whole number, for example 200.")),
        ],
    )
    period_start = DateField(
        _l("Period from"), format=DATES, validators=[InputRequired(_l("Please fill this in."))]
    )
    period_end = DateField(
        _l("Period until"), format=DATES, validators=[InputRequired(_l("Please fill this in."))]
    )
    reason = TextField(_l("Reason"), validators=[InputRequired(_l("Say why.")), Length(max=300)])

    def __init__(self, *args: Any, hubs: list[queries.HubRow], whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme = [(0, queries.PROGRAMME.name)] if whole else []
        self.hub_id.choices = [*programme, *[(row.id, row.name) for row in hubs]]


class HubForm(Form):
    """Where a hub is and how to reach it."""

    city = TextField(_l("City"), validators=[Length(max=80)])
    phone = TextField(_l("Phone number"), validators=[Length(max=20)])
