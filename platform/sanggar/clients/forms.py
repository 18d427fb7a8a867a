"""Forms of this slice. A brief asks eight things, in the owner's own words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import DateInput, NumberInput

from sanggar.catalogue import queries as catalogue
from sanggar.clients import rules
from sanggar.clients.lookup import BriefRow
from sanggar.clients.rules import ClientKind, DeclineReason
from sanggar.clients.service import BriefText, Owner, Terms, Work
from sanggar.errors import Invalid
from sanggar.kernel.forms import ChoiceField, Form, LongTextField, RupiahField, TextField, clean
from sanggar.kernel.i18n import _, _l, tr
from sanggar.kernel.templating import rupiah

CATEGORY_WORDS = {
    "makanan": _l("Food"), "minuman": _l("Drinks"), "kriya": _l("Crafts"), "batik": _l("Batik"),
    "kosmetik": _l("Cosmetics and soap"), "jasa": _l("Services"), "lainnya": _l("Something else"),
}  # fmt: skip
LEVEL_WORDS = {
    "foundation": _l("Foundation: a beginner, accompanied by a mentor (lower price)"),
    "associate": _l("Associate: works independently"),
    "professional": _l("Professional: the most experience (higher price)"),
}
KIND_WORDS = {
    ClientKind.MICRO: _l("Micro business"), ClientKind.SMALL: _l("Small business"),
    ClientKind.COMPANY: _l("Company"), ClientKind.AGENCY: _l("Government office"),
    ClientKind.COMMUNITY: _l("Community"),
}  # fmt: skip
DECLINE_WORDS = {
    DeclineReason.PRICE: _l("The price is too low"),
    DeclineReason.TIME: _l("I have no time before the deadline"),
    DeclineReason.SKILL: _l("It is not what I do best"),
    DeclineReason.OTHER: _l("Another reason"),
}
UNKNOWN = "unknown"
BUDGETS = (
    (0, 250_000), (250_000, 500_000), (500_000, 1_000_000), (1_000_000, 2_000_000),
    (2_000_000, 5_000_000), (5_000_000, 20_000_000),
)  # fmt: skip


class DayField(StringField):
    """A day as the browser's calendar writes it; other ways of writing are named."""

    widget = DateInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed day."""
        typed = clean(valuelist[0]) if valuelist else ""
        self.data = None
        if typed:
            try:
                self.data = datetime.strptime(typed, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day
            except ValueError:
                raise ValueError(_("Choose a day from the calendar.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, date) else ""


class LinkField(TextField):
    """An address on the web, with https:// put before it when it was left out."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the typed address."""
        super().process_formdata(valuelist)
        if self.data and "://" not in self.data:
            self.data = "https://" + self.data
        if not self.data:
            return
        try:
            parts = urlsplit(self.data)
            known = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
            known = known and parts.port != 0 and " " not in self.data
        except ValueError:
            known = False
        if not known:
            raise ValueError(_("Write a link that begins with https://"))


def put(form: Form, refused: Invalid) -> None:
    """Show what a service refused beside the fields it is about."""
    for name, message in refused.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
        else:
            form.form_errors.append(message)


def budget_words(low: int | None, high: int | None) -> str:
    """Return a budget as people say it."""
    if high is None:
        return str(_("not known yet"))
    if not low:
        return str(_("up to %(amount)s", amount=rupiah(high)))
    return f"{rupiah(low)}–{rupiah(high).removeprefix('Rp')}"


def _budget_value(low: int | None, high: int | None) -> str:
    return UNKNOWN if high is None else f"{low or 0}-{high}"


class BriefForm(Form):
    """What a client needs: eight inputs."""

    service = SelectField(_l("What do you need?"))
    text = LongTextField(
        _l("Tell us about your product and what should come out"),
        validators=[Length(max=2000, message=_l("At most 2,000 characters."))],
    )
    category = ChoiceField(_l("What do you sell?"))
    level = RadioField(_l("Who should do it?"), default="associate")
    budget = SelectField(_l("Budget"))
    deadline = DayField(_l("When do you need it?"))
    onsite = RadioField(_l("Where is the work done?"), default="remote")
    link = LinkField(_l("Link to your shop or photos"), validators=[Optional(), Length(max=300)])

    def __init__(self, *args: Any, brief: BriefRow | None = None, **kwargs: Any) -> None:
        if brief is not None:
            kwargs["data"] = {
                "service": f"{brief.track}/{brief.service}", "text": brief.text,
                "category": brief.category, "level": brief.level, "link": brief.link,
                "budget": _budget_value(brief.budget_low, brief.budget_high),
                "deadline": brief.deadline, "onsite": "onsite" if brief.onsite else "remote",
                "supervised": brief.supervised,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.service.choices = {
            tr(t.title): [(f"{t.id}/{s.id}", tr(s.title)) for s in t.services]
            for t in catalogue.tracks() if t.services
        }  # fmt: skip
        self.category.choices = [("", _("Choose …")), *CATEGORY_WORDS.items()]
        self.level.choices = list(LEVEL_WORDS.items())
        self.onsite.choices = [("remote", _("Remotely")), ("onsite", _("At my place"))]
        budgets = list(BUDGETS)
        if brief is not None and brief.budget_high is not None:
            own = (brief.budget_low or 0, brief.budget_high)
            budgets = sorted({*budgets, own})
        self.budget.choices = [
            (UNKNOWN, _("Not known yet")),
            *((_budget_value(*pair), budget_words(*pair)) for pair in budgets),
        ]

    def written(self) -> BriefText:
        """Return what was typed."""
        track, _slash, service = (self.service.data or "").partition("/")
        low, _dash, high = (self.budget.data or "").partition("-")
        return BriefText(
            track=track, service=service, text=self.text.data or "",
            category=self.category.data or "", level=self.level.data or "",
            budget=(int(low), int(high)) if high else None, deadline=self.deadline.data,
            onsite=self.onsite.data == "onsite", link=self.link.data or "",
            supervised=bool("supervised" in self and self["supervised"].data),
        )  # fmt: skip


class OwnerBriefForm(BriefForm):
    """The same brief, filled in by an officer for an owner."""

    organisation = TextField(
        _l("Name of the business"),
        validators=[DataRequired(_l("Write the name of the business.")), Length(max=120)],
    )
    owner = TextField(
        _l("Name of the owner"),
        validators=[DataRequired(_l("Write the name of the owner.")), Length(max=120)],
    )
    phone = TextField(
        _l("WhatsApp number"),
        validators=[DataRequired(_l("Write the number, for example 0812-0000-0123.")), Length(max=30)],
    )  # fmt: skip
    kind = ChoiceField(_l("Kind of business"))
    supervised = BooleanField(_l("A mentor leads the team (people under 18 may take part)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(k.value, words) for k, words in KIND_WORDS.items()]

    def for_owner(self) -> Owner:
        """Return the owner as typed."""
        return Owner(
            self.organisation.data, self.owner.data, self.phone.data, ClientKind(self.kind.data)
        )


class BusinessForm(Form):
    """How a business is called and reached."""

    organisation = TextField(
        _l("Name of the business"),
        validators=[DataRequired(_l("Write the name of the business.")), Length(max=120)],
    )
    kind = ChoiceField(_l("Kind of business"))
    whatsapp = TextField(_l("WhatsApp number"), validators=[Length(max=30)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(k.value, words) for k, words in KIND_WORDS.items()]


class InviteForm(Form):
    """Whom to ask into a business."""

    login = TextField(
        _l("Phone number or e-mail address"),
        validators=[DataRequired(_l("Write a phone number or an e-mail address.")), Length(max=254)],
    )  # fmt: skip


class TermsForm(Form):
    """What is offered: price, day, down payment, a word."""

    price = RupiahField(
        _l("Price"), validators=[DataRequired(_l("Write the amount in rupiah, for example 750.000."))]
    )  # fmt: skip
    due = DayField(_l("Deadline"), validators=[DataRequired(_l("When do you need it?"))])
    down_payment = IntegerField(
        _l("Down payment in percent"),
        widget=NumberInput(step=5, min=rules.DOWN_PAYMENT[0], max=rules.DOWN_PAYMENT[1]),
        default=40,
        validators=[NumberRange(*rules.DOWN_PAYMENT, message=_l("Between 30 and 50 percent."))],
    )
    message = LongTextField(_l("A word to the talent"), validators=[Length(max=1000)])

    def terms(self) -> Terms:
        """Return what was typed."""
        price, due = self.price.data, self.due.data
        assert price is not None and due is not None  # the form is valid
        return Terms(
            price=price, due=due, down_payment=self.down_payment.data,
            message=self.message.data or "",
        )  # fmt: skip


class ReasonForm(Form):
    """Why something ends."""

    reason = LongTextField(
        _l("Reason"),
        validators=[DataRequired(_l("Write why, in a few words.")), Length(max=500)],
    )


class ProfileForm(Form):
    """How a talent works; the prices stand beside it, one for each service."""

    headline = TextField(
        _l("One sentence about your work"),
        validators=[Length(max=300, message=_l("At most 300 characters."))],
    )
    weekly_hours = IntegerField(
        _l("Hours a week for client work"), widget=NumberInput(min=1, max=60),
        validators=[NumberRange(1, 60, message=_l("Between 1 and 60 hours."))],
    )  # fmt: skip
    paused = BooleanField(_l("Pause: do not suggest me for now"))
    onsite = BooleanField(_l("I also come to the client"))


class WorkForm(Form):
    """One case: problem, way, result, number."""

    track = ChoiceField(_l("Skill track"))
    title = TextField(
        _l("Title"), validators=[DataRequired(_l("Give the work a title.")), Length(max=120)]
    )
    problem = LongTextField(_l("What was the problem?"), validators=[Length(max=1000)])
    #: not `process`: forms have a method of that name
    steps = LongTextField(_l("What did you do?"), validators=[Length(max=1000)])
    result = LongTextField(_l("What came of it?"), validators=[Length(max=1000)])
    number = TextField(_l("A number that shows it"), validators=[Length(max=120)])
    category = ChoiceField(_l("Product category"))
    link = LinkField(_l("Link to pictures"), validators=[Optional(), Length(max=300)])
    published = BooleanField(_l("Show this work to clients (the client has agreed)"))

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
        )  # fmt: skip
