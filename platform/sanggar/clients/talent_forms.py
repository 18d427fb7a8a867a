"""Forms of what talents show: how they work, their cases, pictures and papers, the days they take off."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import NumberInput

from sanggar.catalogue import queries as catalogue
from sanggar.clients.forms import CATEGORY_WORDS, DayField, LinkField
from sanggar.clients.service import Service, Work
from sanggar.clients.talent_rules import LANGUAGES, MOST_AT_ONCE, MOST_DAYS, BusyKind
from sanggar.clients.wizard_forms import TickField
from sanggar.kernel.forms import (  # fmt: skip
    ChoiceField,
    Form,
    LongTextField,
    RadioField,
    TextField,
    clean,
    parse_rupiah,
)
from sanggar.kernel.i18n import _, _l, tr

HIGHEST_PRICE = 500_000_000
Services = dict[tuple[str, str], Service | None]
BUSY_WORDS = {
    BusyKind.OFF: _l("I do not work (day off, exam, journey)"),
    BusyKind.AWAY: _l("I have to be somewhere for a part of the day (appointment)"),
}


class ProfileForm(Form):
    """How a talent works; the services stand beside it."""

    headline = TextField(
        _l("One sentence about your work"),
        validators=[Length(max=300, message=_l("At most 300 characters."))],
    )
    weekly_hours = IntegerField(
        _l("Hours a week for client work"), widget=NumberInput(min=1, max=60),
        validators=[NumberRange(1, 60, message=_l("Between 1 and 60 hours."))],
    )  # fmt: skip
    languages = TickField(_l("Languages you work in"))
    paused = BooleanField(_l("Pause: do not suggest me for now"))
    onsite = BooleanField(_l("I also come to the client"))
    searchable = BooleanField(_l("Search engines may list my public page"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages.choices = list(LANGUAGES.items())


def typed_services(tracks: set[str]) -> tuple[Services, dict[str, str]]:
    """Return the services as typed, and what is wrong by the name of its field."""
    found: Services = {}
    wrong: dict[str, str] = {}
    for track in catalogue.tracks():
        for each in track.services:
            name = f"{track.id}-{each.id}"
            if track.id not in tracks or f"price-{name}" not in request.form:
                continue
            text = clean(request.form[f"price-{name}"])
            amount = parse_rupiah(text) if text else None
            if text and not (amount and amount <= HIGHEST_PRICE):
                wrong[f"price-{name}"] = _("Write the amount in rupiah, for example 750.000.")
            at_once = _count(f"once-{name}", MOST_AT_ONCE, wrong)
            days = _count(f"days-{name}", MOST_DAYS, wrong)
            found[track.id, each.id] = Service(amount, at_once, days) if amount else None
    return found, wrong


def _count(name: str, most: int, wrong: dict[str, str]) -> int | None:
    text = clean(request.form.get(name))
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= most:
        return int(text)
    wrong[name] = _("Between 1 and %(n)s.", n=most)
    return None


class WorkForm(Form):
    """One case: problem, way, result, number."""

    track = ChoiceField(_l("Skill track"))
    title = TextField(
        _l("Title"), validators=[DataRequired(_l("Give the work a title.")), Length(max=120)]
    )
    made_for = TextField(_l("For which client was it made?"), validators=[Length(max=120)])
    problem = LongTextField(_l("What was the problem?"), validators=[Length(max=1000)])
    #: not `process`: forms have a method of that name
    steps = LongTextField(_l("What did you do?"), validators=[Length(max=1000)])
    result = LongTextField(_l("What came of it?"), validators=[Length(max=1000)])
    number = TextField(_l("A number that shows it"), validators=[Length(max=120)])
    category = ChoiceField(_l("Product category"))
    link = LinkField(_l("Link to more"), validators=[Optional(), Length(max=300)])
    people = BooleanField(_l("People can be recognised in the pictures"))
    published = BooleanField(_l("Show this work to others"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.track.choices = [(t.id, tr(t.title)) for t in catalogue.tracks()]
        self.category.choices = [("", _("Choose …")), *CATEGORY_WORDS.items()]

    def work(self) -> Work:
        """Return what was typed."""
        return Work(
            track=self.track.data, title=self.title.data or "", problem=self.problem.data or "",
            process=self.steps.data or "", result=self.result.data or "",
            number=self.number.data or "", category=self.category.data or "",
            link=self.link.data or "", published=bool(self.published.data),
            made_for=self.made_for.data or "", people=bool(self.people.data),
        )  # fmt: skip


class PictureForm(Form):
    """One picture and what it shows."""

    file = FileField(_l("Picture"))
    alt = TextField(_l("What does it show?"), validators=[Length(max=200)])


class PermissionForm(Form):
    """The client's word as the talent records it."""

    name = TextField(_l("Who agreed?"), validators=[Length(max=120)])
    day = DayField(_l("On which day?"), validators=[DataRequired(_l("Choose the day."))])
    paper = FileField(_l("Letter or picture of the message"))


class ReleaseForm(Form):
    """The paper that the people in the pictures have signed."""

    release = FileField(_l("Signed release"))


class AnswerForm(Form):
    """Whether a case may be shown, and who says so."""

    name = TextField(
        _l("Your name"), validators=[DataRequired(_l("Write your name.")), Length(max=120)]
    )


class SpanForm(Form):
    """Days that are taken."""

    kind = RadioField(_l("What is it?"), default=BusyKind.OFF.value)
    starts_on = DayField(_l("From"), validators=[DataRequired(_l("Choose the day."))])
    ends_on = DayField(_l("To (empty: one day)"))
    note = TextField(_l("A word for yourself"), validators=[Length(max=120)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, words) for kind, words in BUSY_WORDS.items()]
