"""The one form of the reports: for which day and which hub."""

from __future__ import annotations

from typing import Any

from wtforms import DateField
from wtforms.validators import InputRequired, ValidationError

from sanggar import clock
from sanggar.kernel.access import Principal
from sanggar.kernel.forms import ChoiceField, Form
from sanggar.kernel.i18n import _, _l
from sanggar.programme import queries as programme
from sanggar.reports import queries, rules


class RecapForm(Form):
    """Day and scope of a recap; the same fields choose one to read and one to make."""

    as_of = DateField(
        _l("As of"), validators=[InputRequired(_l("Choose the day of the recap."))]
    )  # fmt: skip
    hub = ChoiceField(_l("Hub"))

    def __init__(self, person: Principal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hub.choices = [
            *((hub.code, hub.name) for hub in programme.hubs() if person.sees_hub(hub.id)),
            (queries.PROGRAMME, _("All of East Java")),
        ]
        if not self.hub.data:
            self.hub.data = self.hub.choices[0][0] if person.hubs else queries.PROGRAMME
        if self.as_of.data is None and not self.as_of.raw_data:
            self.as_of.data = clock.today()

    def validate_as_of(self, field: Any) -> None:
        """Refuse days that have not come."""
        if field.data and rules.read_date(field.data.isoformat(), clock.today()) is None:
            raise ValidationError(_("Choose a date that has already come."))

    @property
    def scope(self) -> str:
        """The chosen scope, as recaps name it."""
        for hub in programme.hubs():
            if hub.code == self.hub.data:
                return f"hub:{hub.id}"
        return queries.PROGRAMME
