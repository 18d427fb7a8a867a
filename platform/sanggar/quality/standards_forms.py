"""The form that opens a panel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from sanggar.accounts.queries import Person
from sanggar.kernel.forms import Form, RadioField
from sanggar.kernel.i18n import _, _l
from sanggar.quality.models import PanelMethod

METHODS = {
    PanelMethod.ANGOFF: _l("Angoff: judge each question"),
    PanelMethod.BOOKMARK: _l("Bookmark: find the place in a list from easy to hard"),
}


class TickField(SelectMultipleField):
    """Several choices as a list of boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse values that are not on the list; the service says how many are needed."""
        if not set(self.data or ()) <= {value for value, _label in self.choices or ()}:
            raise ValidationError(_("Choose mentors of this track."))


class PanelForm(Form):
    """Who judges, and how."""

    method = RadioField(_l("Way of judging"))
    colleagues = TickField(_l("Colleagues who judge with you"))

    @classmethod
    def of(cls, others: Sequence[Person], methods: Collection[PanelMethod]) -> PanelForm:
        """Return the form with these colleagues and ways to choose from."""
        form = cls()
        form.method.choices = [(m.value, METHODS[m]) for m in methods]
        if form.method.data is None:
            form.method.data = PanelMethod.ANGOFF.value
        form.colleagues.choices = [(str(one.id), one.name) for one in others]
        return form
