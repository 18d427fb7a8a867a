"""What may be chosen in the forms of the incubation: hubs, talents, mentors with their load, weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sanggar.accounts import queries as accounts
from sanggar.accounts.queries import Person
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.incubation import queries, rules
from sanggar.incubation.queries import CohortLine, MemberLine
from sanggar.kernel.access import Role, principal
from sanggar.kernel.i18n import _, tr
from sanggar.kernel.templating import day
from sanggar.programme import queries as programme


def my_hubs() -> list[int] | None:
    """Return the hubs whose cohorts this person runs; None: all."""
    person = principal()
    return None if person.has(Role.ADMIN) else sorted(person.hubs)


def loads() -> list[tuple[Person, int]]:
    """Return mentors with how many they go along with, the busiest first."""
    carried = queries.mentor_loads()
    return sorted(
        ((person, carried.get(person.id, 0)) for person in accounts.mentors()),
        key=lambda pair: (-pair[1], pair[0].name.casefold()),
    )


def of_cohort(form: Any) -> Any:
    """Fill a cohort's form with the officer's hubs and all tracks."""
    mine = my_hubs()
    form.hub_id.choices = [
        (hub.id, tr(hub.name)) for hub in programme.hubs() if mine is None or hub.id in mine
    ]
    form.track.choices = [(track.id, tr(track.title)) for track in catalogue.tracks()]
    return form


def of_mentor(form: Any, track: str) -> Any:
    """Fill the mentors of a track, the least busy first, with what they already carry."""
    carried = queries.mentor_loads()
    mentors = sorted(
        accounts.mentors(track), key=lambda m: (carried.get(m.id, 0), m.name.casefold())
    )
    form.mentor_id.choices = [(m.id, _load(m.name, carried.get(m.id, 0))) for m in mentors]
    return form


def _load(name: str, carried: int) -> str:
    if carried >= rules.MENTOR_LOAD:
        return str(_("%(name)s (%(n)s talents now: that is many)", name=name, n=carried))
    return str(_("%(name)s (%(n)s talents now)", name=name, n=carried))


def of_member(form: Any, cohort: CohortLine, members: Sequence[MemberLine], now: datetime) -> Any:
    """Fill in certified talents of the cohort's hub who are not in it yet, and mentors."""
    certified = set(certification.levels(cohort.track, now))
    inside = {member.person_id for member in members if member.running}
    enrolled = programme.enrolments(certified - inside)
    here = [person for person, row in enrolled.items() if row.hub_id == cohort.hub_id]
    people = sorted(accounts.people(here).values(), key=lambda person: person.name.casefold())
    form.person_id.choices = [(person.id, person.name) for person in people]
    # a double click sends somebody who is inside by now: the service answers that
    if form.person_id.data in inside:
        form.person_id.choices.append((form.person_id.data, ""))
    return of_mentor(form, cohort.track)


def of_log(form: Any, first: date, today: date) -> Any:
    """Fill in the weeks from the first one to this one, the latest first."""
    form.week.choices = [
        (week.isoformat(), _("Week of %(day)s", day=day(week)))
        for week in rules.weeks(first, today)
    ]
    return form
