"""Forms of this slice: planning a session, the desk's small ones, the check-in code."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from wtforms import BooleanField, FloatField
from wtforms.validators import DataRequired, InputRequired, Length

from sanggar import clock
from sanggar.kernel.forms import (
    ChoiceField,
    ClockField,
    DayField,
    Form,
    LongTextField,
    NumberField,
    TextField,
)
from sanggar.kernel.i18n import _, _l
from sanggar.workshops.models import Mode, Training
from sanggar.workshops.service import Draft

MODES = {Mode.ONSITE: _l("On site"), Mode.ONLINE: _l("Online"), Mode.HYBRID: _l("Hybrid")}
TRAININGS = {
    Training.SKILLING: _l("First training (skilling)"),
    Training.UPSKILLING: _l("Raising skills (upskilling)"),
    Training.RESKILLING: _l("Changing skills (reskilling)"),
}
NOTHING = ("", "null", "None")


class HoursField(FloatField):
    """Hours, with a comma or a full stop."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed value."""
        try:
            super().process_formdata([value.replace(",", ".") for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the hours as a number, for example 3.5.")) from None


def number_or_none(value: Any) -> int | None:
    """Read a choice whose first option is nothing; what is no number is on no list."""
    if value is None or str(value) in NOTHING:
        return None
    return int(value) if str(value).isascii() and str(value).isdigit() else -1


class SessionForm(Form):
    """A session as an officer writes it. Times are those of the programme's clock."""

    hub_id = ChoiceField(_l("Hub that counts it"), coerce=number_or_none)
    held = ChoiceField(_l("Workshop of a track"))
    title = TextField(
        _l("Title"), validators=[Length(max=160, message=_l("At most 160 characters."))]
    )
    day = DayField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    starts = ClockField(_l("Starts at"), validators=[InputRequired(_l("Choose a time."))])
    ends = ClockField(_l("Ends at"), validators=[InputRequired(_l("Choose a time."))])
    mode = ChoiceField(_l("How people meet"), choices=[(m.value, MODES[m]) for m in Mode])
    place = TextField(
        _l("Place"), validators=[Length(max=300, message=_l("At most 300 characters."))]
    )
    link = TextField(
        _l("Online link"), validators=[Length(max=500, message=_l("At most 500 characters."))]
    )
    capacity = NumberField(
        _l("Places"), validators=[InputRequired(_l("Write how many people fit."))]
    )
    mentor_id = ChoiceField(_l("Mentor"), coerce=number_or_none)
    organisation = TextField(
        _l("Mentor's organisation"), validators=[Length(max=120, message=_l("At most 120 characters."))]
    )  # fmt: skip
    training = ChoiceField(
        _l("Kind of training"), choices=[(t.value, TRAININGS[t]) for t in Training]
    )
    series_id = ChoiceField(_l("Series"), coerce=number_or_none)

    def draft(self) -> Draft:
        """Return what was written, with moments in UTC."""
        track, _slash, workshop = (self.held.data or "").partition("/")
        return Draft(
            hub_id=self.hub_id.data, track=track, workshop=workshop, title=self.title.data,
            series_id=self.series_id.data, starts_at=_moment(self.day.data, self.starts.data),
            ends_at=_moment(self.day.data, self.ends.data), mode=Mode(self.mode.data),
            place=self.place.data, link=self.link.data, capacity=self.capacity.data,
            mentor_id=self.mentor_id.data, organisation=self.organisation.data,
            training=Training(self.training.data),
        )  # fmt: skip


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=clock.WIB).astimezone(UTC)


class SeriesForm(Form):
    """A series of sessions under one theme."""

    theme = TextField(
        _l("Theme"),
        validators=[DataRequired(_l("Write the theme of the series.")), Length(max=160)],
    )
    year = NumberField(
        _l("Year"), validators=[InputRequired(_l("Write the year with four digits."))]
    )
    hub_id = ChoiceField(_l("Hub"), coerce=number_or_none)
    organisation = TextField(_l("Partner organisation"), validators=[Length(max=120)])


class CheckInForm(Form):
    """The code on the desk's screen."""

    code = TextField(
        _l("Check-in code"),
        validators=[DataRequired(_l("Type the six characters on the screen.")), Length(max=20)],
    )


class FindForm(Form):
    """Somebody at the desk who is not on the list."""

    login = TextField(
        _l("Phone number or e-mail"),
        validators=[DataRequired(_l("Type the person's phone number or e-mail.")), Length(max=120)],
    )


class HoursForm(Form):
    """A correction of hours."""

    hours = HoursField(
        _l("Hours"), validators=[InputRequired(_l("Write the hours as a number, for example 3.5."))]
    )
    reason = LongTextField(
        _l("Reason"), validators=[Length(max=300, message=_l("At most 300 characters."))]
    )


class GuestForm(Form):
    """A participant from a small business."""

    name = TextField(
        _l("Name"),
        validators=[DataRequired(_l("Write the name of the participant.")), Length(max=120)],
    )
    business = TextField(_l("Business"), validators=[Length(max=120)])
    phone = TextField(_l("Phone number"), validators=[Length(max=20)])
    attended = BooleanField(_l("Is here"), default=True)


class ReasonForm(Form):
    """Why a session is called off."""

    reason = TextField(
        _l("Reason"), validators=[Length(max=300, message=_l("At most 300 characters."))]
    )
