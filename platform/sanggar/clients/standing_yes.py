"""Whether a yes to an offer can still count: in time, by every hard filter, on days that are free."""

from __future__ import annotations

from datetime import date, datetime

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.clients import calendar, queries, rules
from sanggar.clients.models import Offer
from sanggar.clients.pool import pool
from sanggar.kernel.i18n import _, _l


def window(brief: queries.BriefRow, due: date) -> tuple[date, date]:
    """Return first and last day on which work on site keeps a talent at the client's place."""
    return rules.work_days(due, brief.ordered.days if brief.ordered else 1)


#: Why a yes can no longer count, in words that both sides read.
GONE = {
    "level": _l("The certificate for this work is not valid any more."),
    "mentored": _l("The certificate for this work is not valid any more."),
    "minor": _l("This talent is under 18 and works only in a team that a mentor leads."),
    "blocked": _l("These two do not work together any more."),
    "capacity": _l("The talent has agreed to other work since: too few hours are free before the day."),
}  # fmt: skip


def need_fit(row: Offer, brief: queries.BriefRow, now: datetime) -> None:
    """Refuse a yes that can no longer count: too late, by a hard filter, or for days elsewhere."""
    # two clients who confirm at the same moment take turns here
    calendar.hold(row.person_id)
    today = clock.local(now).date()
    if row.due < today:
        raise errors.Conflict(_("The day of this offer has passed: the client can make a new one."))
    if row.person_id in queries.people_of(brief.client_id):
        raise errors.Conflict(_("Nobody works for a business they act for themselves."))
    found = pool(brief, now, [row.person_id])
    refused = found[0].refusals if found else ("level",)
    gone = next((GONE[name] for name in refused if name in GONE), None)
    if (
        gone is None
        and "consent" in refused
        and accounts.is_minor(accounts.person(row.person_id), today)
    ):
        gone = _l("This talent is under 18, and the consent of a guardian is missing.")
    if gone is not None:
        raise errors.Conflict(str(gone))
    if brief.onsite:
        calendar.need_free(row.person_id, *window(brief, row.due))
