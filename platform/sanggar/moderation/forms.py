"""Forms of moderation."""

from __future__ import annotations

from sanggar.kernel.forms import ChoiceField, Form, LongTextField, RadioField
from sanggar.kernel.i18n import _l
from sanggar.moderation.models import RegradeAction


class CorrectionForm(Form):
    """A correction after a faulty question."""

    action = RadioField(
        _l("What should happen"),
        choices=[
            (RegradeAction.ACCEPT.value, _l("Other answers are right as well")),
            (RegradeAction.CREDIT.value, _l("Everybody who was asked it earns its points")),
            (RegradeAction.DROP.value, _l("It counts for nobody")),
        ],
    )
    reason = LongTextField(_l("What is wrong with the question"))


class AppealForm(Form):
    """An objection."""

    text = LongTextField(_l("Why do you object?"))
    position = ChoiceField(_l("Which question is it about?"))


class DecisionForm(Form):
    """The decision on an objection."""

    outcome = RadioField(
        _l("Your decision"),
        choices=[
            ("upheld", _l("The objection is right")),
            ("rejected", _l("The result stands")),
        ],
    )
    share = ChoiceField(
        _l("The answer earns"),
        choices=[("1.0", "100 %"), ("0.75", "75 %"), ("0.5", "50 %"), ("0.25", "25 %")],
    )
    answer = LongTextField(_l("Your answer to the talent"))
