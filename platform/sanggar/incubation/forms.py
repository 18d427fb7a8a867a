"""Forms of the incubation: cohorts, members, the weekly log."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired, Length

from sanggar.kernel.forms import ChoiceField, DayField, Form, LongTextField, TextField
from sanggar.kernel.i18n import _l

LONG = Length(max=1000, message=_l("At most 1000 characters."))
REASON = Length(max=500, message=_l("At most 500 characters."))


def number(value: Any) -> int:
    """Read a choice that is an id; what is no number is on no list."""
    return int(value) if str(value).isascii() and str(value).isdigit() else -1


class CohortForm(Form):
    """A cohort."""

    hub_id = ChoiceField(_l("Hub"), coerce=number)
    track = ChoiceField(_l("Skill track"))
    name = TextField(
        _l("Name"),
        validators=[
            DataRequired(_l("Give the cohort a name.")),
            Length(max=120, message=_l("At most 120 characters.")),
        ],
    )
    starts_on = DayField(_l("First day"), validators=[InputRequired(_l("Choose a day."))])


class MemberForm(Form):
    """A talent for a cohort, with a mentor."""

    person_id = ChoiceField(_l("Talent"), coerce=number)
    mentor_id = ChoiceField(_l("Mentor"), coerce=number)


class CompleteForm(Form):
    """Completing, perhaps early."""

    override = BooleanField(_l("Complete it before its end"))
    reason = LongTextField(_l("Reason"), id="complete-reason", validators=[REASON])


class StopForm(Form):
    """Stopping."""

    reason = LongTextField(_l("Reason"), id="stop-reason", validators=[REASON])


class ExtendForm(Form):
    """More time."""

    until = DayField(_l("New last day"), validators=[InputRequired(_l("Choose a day."))])
    reason = LongTextField(_l("Reason"), id="extend-reason", validators=[REASON])


class MentorForm(Form):
    """Another mentor."""

    mentor_id = ChoiceField(_l("Mentor"), coerce=number)


class LogForm(Form):
    """Three questions about one week."""

    week = ChoiceField(_l("Week"))
    done = LongTextField(
        _l("What have you done and finished?"),
        validators=[
            DataRequired(_l("Write at least what you have done, in one sentence.")),
            LONG,
        ],
    )
    hard = LongTextField(_l("What was difficult?"), validators=[LONG])
    ahead = LongTextField(_l("What comes next week?"), validators=[LONG])


class SignForm(Form):
    """The mentor's word on a week."""

    comment = LongTextField(_l("A word to the talent"), validators=[LONG])
