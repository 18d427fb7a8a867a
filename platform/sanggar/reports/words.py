"""What waits for an officer, in words, with the list behind each number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import current_app, url_for

from sanggar.kernel import i18n
from sanggar.kernel.i18n import _, _n
from sanggar.kernel.templating import MONTHS


@dataclass(frozen=True)
class Task:
    """One kind of work that waits; `url` is empty where its list is switched off."""

    title: str
    text: str
    url: str


def task(kind: str, number: int) -> Task:
    """Return what waits, in the language of the page."""
    if kind == "deletions":
        return Task(
            _n("%(num)s request to delete data", "%(num)s requests to delete data", number),
            _("The law gives three days to answer. The oldest stands first."),
            link("accounts.deletions"),
        )
    if kind == "objections":
        return Task(
            _n("%(num)s objection to a ranking", "%(num)s objections to a ranking", number),
            _("A talent asks that a person looks at it, within three days."),
            link("ranking.objected"),
        )
    if kind == "sessions":
        return Task(
            _n("%(num)s session today", "%(num)s sessions today", number),
            _("Print the attendance sheet and open the check-in in time."),
            link("workshops.manage"),
        )
    if kind == "guardians":
        return Task(
            _n(
                "%(num)s talent without a guardian's consent",
                "%(num)s talents without a guardian's consent",
                number,
            ),
            _("Under 18, or no birth date: until it is recorded they are not shown to anybody."),
            link("accounts.people", guardian="missing"),
        )
    return Task(
        _n("%(num)s brief without a shortlist", "%(num)s briefs without a shortlist", number),
        _("Call the owner: complete the brief together and choose talents."),
        link("clients.desk"),
    )


def tasks(waiting: Iterable[tuple[str, int]]) -> list[Task]:
    """Return all that waits, the most urgent first."""
    return [task(kind, number) for kind, number in waiting]


def link(endpoint: str, **values: object) -> str:
    """Return the address of a list, empty when its slice is switched off."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""  # type: ignore[arg-type]


def month(day: date | None) -> str:
    """Write a month as `Mei 2027`."""
    return f"{MONTHS[i18n.language()][day.month - 1]} {day.year}" if day else ""
