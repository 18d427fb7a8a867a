"""Forms of invigilation: a window, an outage, what a person is granted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from wtforms import BooleanField
from wtforms.validators import InputRequired, Length, Optional

from sanggar import clock
from sanggar.invigilation import rules, service
from sanggar.invigilation.models import LatePolicy
from sanggar.kernel.forms import (
    ChoiceField,
    ClockField,
    DayField,
    Form,
    LongTextField,
    NumberField,
    TextField,
)
from sanggar.kernel.i18n import _l


def whole(value: Any) -> int:
    """Read a choice that is a number; what is none is on no list."""
    return int(value) if str(value).isascii() and str(value).isdigit() else -1


def moment_of(day: date, at: time) -> datetime:
    """Return a day and a time of day on the programme's wall clock as a moment."""
    return datetime.combine(day, at, tzinfo=clock.WIB).astimezone(UTC)


class WindowForm(Form):
    """An exam window."""

    exam = ChoiceField(_l("Exam"))
    hub_id = ChoiceField(_l("Hub"), coerce=whole)
    day = DayField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    opens = ClockField(_l("Opens at"), validators=[InputRequired(_l("Choose a time."))])
    closes_day = DayField(_l("Last day"), validators=[InputRequired(_l("Choose a day."))])
    closes = ClockField(_l("Closes at"), validators=[InputRequired(_l("Choose a time."))])
    room = TextField(_l("Room"), validators=[Length(max=80, message=_l("At most 80 characters."))])
    seats = NumberField(_l("Places"), validators=[Optional()])
    ask_code = BooleanField(_l("Ask for a code that is said in the room"), default=True)
    networks = LongTextField(_l("Networks of the room"))
    late = ChoiceField(
        _l("When the window closes"),
        choices=[
            (LatePolicy.FINISH.value, _l("those who have begun finish in their own time")),
            (LatePolicy.STOP.value, _l("all attempts end")),
        ],
    )


class OutageForm(Form):
    """An outage: going on, or over."""

    hub_id = ChoiceField(_l("Hub"), coerce=whole)
    reason = TextField(_l("What happened"), validators=[InputRequired(_l("Say what happened."))])
    day = DayField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    began = ClockField(_l("Since"), validators=[InputRequired(_l("Choose a time."))])
    ended = ClockField(_l("Until"), validators=[Optional()])


class GrantForm(Form):
    """What one person is granted in exams."""

    extra_percent = ChoiceField(_l("Extra time"), coerce=whole)
    break_minutes = NumberField(_l("Minutes of break"), default=0, validators=[Optional()])
    aids = TextField(_l("What the room provides"))
    remark = TextField(_l("Remark"))
    valid_until = DayField(_l("Until"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra_percent.choices = [(str(p), f"{p} %" if p else _l("none")) for p in rules.EXTRA]

    def grant(self) -> service.Grant:
        """Return what was filled in."""
        return service.Grant(
            extra_percent=self.extra_percent.data, break_minutes=self.break_minutes.data or 0,
            aids=self.aids.data or "", remark=self.remark.data or "",
            valid_until=self.valid_until.data,
        )  # fmt: skip
