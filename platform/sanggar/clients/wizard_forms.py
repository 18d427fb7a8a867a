"""The questions of a brief as forms: one a screen, each filled with what is known already."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import IntegerField, SelectMultipleField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget, NumberInput

from sanggar.catalogue import queries as catalogue
from sanggar.clients import brief_rules, rules
from sanggar.clients.forms import CATEGORY_WORDS, DayField, LinkField, budget_words
from sanggar.clients.lookup import BriefRow
from sanggar.kernel.forms import Form, LongTextField, RadioField
from sanggar.kernel.i18n import _, _l, tr
from sanggar.kernel.templating import rupiah, weekday
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.track import LEVEL_TITLES

PERMIT_WORDS = {
    "pirt": _l("P-IRT (home industry food)"), "bpom": _l("BPOM"), "halal": _l("Halal certificate"),
    "merek": _l("Registered brand"),
}  # fmt: skip
WHO_WORDS = {
    LEVELS[0]: _l("A beginner with a certificate; a mentor goes along"),
    LEVELS[1]: _l("Works independently, has passed exam and practical work"),
    LEVELS[2]: _l("The most experience, for work where much depends on it"),
}
WHEN_WORDS = {
    "week": _l("In one week"), "two_weeks": _l("In two weeks"), "month": _l("In one month"),
    "two_months": _l("In two months"),
}  # fmt: skip
ADVICE_WORDS = {
    "text": _l("Tell more: for whom is it, where is it sold, what should it look like?"),
    "size": _l("Add size and number, for example 100 grams, 3 flavours, 500 pieces."),
    "photos": _l("Add a photo of the product as it is today."),
    "budget": _l("Say what you can spend: talents offer what fits."),
    "deadline": _l("Say by when you need it."),
    "category": _l("Say what you sell."),
    "level": _l("Say who should do it."),
}
UNKNOWN, OTHER = "unknown", "other"
BUDGETS = (
    (0, 250_000), (250_000, 500_000), (500_000, 1_000_000), (1_000_000, 2_000_000),
    (2_000_000, 5_000_000), (5_000_000, 20_000_000),
)  # fmt: skip


def band_words(band: tuple[int, int, int], per: str) -> str:
    """Return a price band as people say it."""
    low, usual, high = band
    return str(_(
        "%(low)s–%(high)s per %(unit)s, usually %(usual)s", low=rupiah(low),
        high=rupiah(high).removeprefix("Rp"), unit=per, usual=rupiah(usual),
    ))  # fmt: skip


class Question(Form):
    """One screen. `brief` is what was answered so far; None only for the first."""

    def __init__(self, brief: BriefRow | None = None, **data: Any) -> None:
        super().__init__(data=data)
        self.brief = brief

    def said(self) -> dict[str, Any]:
        """Return the answer as fields of `BriefText`."""
        raise NotImplementedError


class ServiceQuestion(Question):
    """What is needed."""

    service = RadioField(_l("What do you need?"))

    def __init__(self, brief: BriefRow | None = None, chosen: str = "") -> None:
        known = f"{brief.track}/{brief.service}" if brief else chosen
        super().__init__(brief, service=known)
        self.tracks = [track for track in catalogue.tracks() if track.services]
        self.service.choices = [
            (f"{track.id}/{each.id}", tr(each.title)) for track in self.tracks
            for each in track.services
        ]  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Return track and service."""
        track, _slash, service = (self.service.data or "").partition("/")
        return {"track": track, "service": service}


class TickField(SelectMultipleField):
    """Several of a list, as a list of boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProductQuestion(Question):
    """What is sold, and which permits it has."""

    category = RadioField(_l("What do you sell?"))
    permits = TickField(_l("Which of these does the product have?"))

    def __init__(self, brief: BriefRow) -> None:
        super().__init__(brief, category=brief.category, permits=list(brief.permits))
        self.category.choices = list(CATEGORY_WORDS.items())
        self.permits.choices = list(PERMIT_WORDS.items())

    def said(self) -> dict[str, Any]:
        """Return category and permits."""
        return {"category": self.category.data, "permits": tuple(self.permits.data)}


class StoryQuestion(Question):
    """What should come out, in the owner's own words."""

    text = LongTextField(
        _l("Tell us about your product and what should come out"),
        validators=[Length(max=2000, message=_l("At most 2,000 characters."))],
    )

    def __init__(self, brief: BriefRow) -> None:
        super().__init__(brief, text=brief.text)

    def said(self) -> dict[str, Any]:
        """Return the text."""
        return {"text": self.text.data or ""}


class PhotosQuestion(Question):
    """Photos and the shop's address; the photos come as files beside the form."""

    link = LinkField(_l("Link to your shop or Instagram"), validators=[Optional(), Length(max=300)])

    def __init__(self, brief: BriefRow) -> None:
        super().__init__(brief, link=brief.link)

    def said(self) -> dict[str, Any]:
        """Return the link."""
        return {"link": self.link.data or ""}


class WhoQuestion(Question):
    """Which level, one person or several."""

    level = RadioField(_l("Who should do it?"))
    people = RadioField(_l("How many people?"))
    team_size = IntegerField(
        _l("People in the team"), widget=NumberInput(min=2, max=brief_rules.LARGEST_TEAM),
        validators=[Optional(), NumberRange(1, brief_rules.LARGEST_TEAM,
                                            message=_l("A team has 2 to 10 people."))],
    )  # fmt: skip

    def __init__(self, brief: BriefRow) -> None:
        many = brief.team_size > 1
        super().__init__(
            brief, level=brief.level, people="team" if many else "one",
            team_size=brief.team_size if many else None,
        )  # fmt: skip
        self.level.choices = [(level, tr(LEVEL_TITLES[level])) for level in LEVELS]
        self.people.choices = [
            ("one", _("One person")), ("team", _("A team, for example a label and photos together")),
        ]  # fmt: skip

    def band(self, level: str, hub_code: str) -> str:
        """Return what the service usually costs at a level."""
        ordered = self.brief.ordered if self.brief else None
        if ordered is None:
            return ""
        return band_words(rules.price_band(ordered.price, level, hub_code), tr(ordered.per))

    def said(self) -> dict[str, Any]:
        """Return level and number of people."""
        size = max(self.team_size.data or 2, 2) if self.people.data == "team" else 1
        return {"level": self.level.data, "team_size": size}


class BudgetQuestion(Question):
    """What can be spent."""

    budget = RadioField(_l("What can you spend?"))

    def __init__(self, brief: BriefRow) -> None:
        own = (brief.budget_low or 0, brief.budget_high) if brief.budget_high is not None else None
        super().__init__(brief, budget=_value(own) if own or brief.asked > 5 else None)
        pairs = sorted({*BUDGETS, own} if own else BUDGETS)
        self.budget.choices = [
            *((_value(pair), budget_words(*pair)) for pair in pairs),
            (UNKNOWN, _("Not known yet: let talents say")),
        ]  # fmt: skip

    def usual(self, hub_code: str) -> tuple[str, str]:
        """Return the choice that holds the usual price, and the price band in words."""
        ordered = self.brief.ordered if self.brief else None
        if ordered is None or self.brief is None:
            return "", ""
        band = rules.price_band(ordered.price, self.brief.level, hub_code)
        holds = next((pair for pair in BUDGETS if pair[0] <= band[1] < pair[1]), None)
        return _value(holds) if holds else "", band_words(band, tr(ordered.per))

    def said(self) -> dict[str, Any]:
        """Return the budget."""
        low, _dash, high = (self.budget.data or "").partition("-")
        return {"budget": (int(low), int(high)) if high else None}


def _value(pair: tuple[int, int] | None) -> str:
    return f"{pair[0]}-{pair[1]}" if pair else UNKNOWN


class WhenQuestion(Question):
    """By when: a quick choice or a day of the calendar."""

    when = RadioField(_l("When do you need it?"))
    deadline = DayField(_l("Another day"))

    def __init__(self, brief: BriefRow, today: date) -> None:
        usual = brief.ordered.days if brief.ordered else 1
        quick = brief_rules.days_to_choose(today, usual)
        chosen = brief.deadline.isoformat() if brief.deadline else ""
        known = any(day.isoformat() == chosen for _name, day in quick)
        super().__init__(
            brief, when=chosen if known else OTHER if chosen else None,
            deadline=None if known else brief.deadline,
        )  # fmt: skip
        self.notes = {day.isoformat(): weekday(day) for _name, day in quick}
        self.when.choices = [
            *((day.isoformat(), WHEN_WORDS[name]) for name, day in quick), (OTHER, _("Another day")),
        ]  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Return the day."""
        if self.when.data == OTHER:
            return {"deadline": self.deadline.data}
        return {"deadline": date.fromisoformat(self.when.data)}


class WhereQuestion(Question):
    """Remotely or at the owner's place."""

    onsite = RadioField(_l("Where is the work done?"))

    def __init__(self, brief: BriefRow) -> None:
        known = brief.asked >= brief_rules.number_of("where")
        super().__init__(brief, onsite=("onsite" if brief.onsite else "remote") if known else None)
        self.onsite.choices = [("remote", _("Remotely")), ("onsite", _("At my place"))]

    def said(self) -> dict[str, Any]:
        """Return the place."""
        return {"onsite": self.onsite.data == "onsite"}


def question(step: str, brief: BriefRow, today: date) -> Question:
    """Return the form of a question, filled with what is known."""
    if step == "when":
        return WhenQuestion(brief, today)
    plain: dict[str, type[Any]] = {
        "service": ServiceQuestion, "product": ProductQuestion, "story": StoryQuestion,
        "photos": PhotosQuestion, "who": WhoQuestion, "budget": BudgetQuestion,
        "where": WhereQuestion,
    }  # fmt: skip
    made: Question = plain[step](brief)
    return made
