"""Writing a brief: one question after the other, each answer kept at once; opened when all is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import col, func, select

from sanggar import clock, errors
from sanggar.clients import brief_rules, briefs, history, queries, rules
from sanggar.clients.brief_rules import STEPS
from sanggar.clients.business_models import Client
from sanggar.clients.file_models import BriefPhoto
from sanggar.clients.models import Brief
from sanggar.clients.rules import BriefState
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _
from sanggar.plugin.evidence import LEVELS

#: What talents say yes or no to: when it changes, a no is no longer to the same thing.
ASKED_OF_TALENTS = ("track", "service", "level", "budget", "deadline", "onsite")


@dataclass(frozen=True)
class BriefText:
    """What the eight questions of a brief ask."""

    track: str
    service: str
    text: str
    category: str
    level: str
    budget: tuple[int, int] | None
    deadline: date | None
    onsite: bool
    link: str = ""
    supervised: bool = False
    permits: tuple[str, ...] = ()
    #: more than one person is a team
    team_size: int = 1


def write_brief(
    written: BriefText, *, by: Principal, now: datetime, publish: bool, brief_id: int | None = None
) -> int:
    """Save a brief of one's own, new or again, and open it when `publish`; return its id.

    Raises
    ------
    errors.Invalid
        When something that talents need to know is missing or impossible; `fields` says what.
    errors.Conflict
        When the brief is no longer open for changes.
    """
    needed = STEPS if publish else ("service", "who")
    _check(written, clock.local(now).date(), needed)
    if brief_id is None:
        client = queries.client(briefs.ensure_client(by.id, now))
        row = _new(client.id, now)
    else:
        row = held(brief_id, by)
        client = queries.client(row.client_id)
    row.asked = len(STEPS) if publish else row.asked
    return _save(row, client, written, now, publish, by.id)


def begin(
    track: str, service: str, *, by: Principal, now: datetime, client_id: int | None = None
) -> int:
    """Begin a draft with its first answer and return its id.

    An officer begins it for the business `client_id`; the officer's name stays on it. Beginning the
    same again goes on with the draft that has no second answer yet.

    Raises
    ------
    errors.Invalid
        When nobody offers the service.
    errors.NotFound
        When the business is not of the officer's hub.
    """
    written = BriefText(track, service, "", "", LEVELS[1], None, None, False)
    _check(written, clock.local(now).date(), STEPS[:1])
    client = queries.client(client_id or briefs.ensure_client(by.id, now))
    if client_id is not None and not by.sees_hub(client.hub_id):
        raise errors.NotFound
    shop = db.lock(Client, client.id)  # the same form sent twice takes turns here
    if shop.closed_at is not None:
        raise errors.Conflict(_("This business is closed: nobody is left to act for it."))
    begun = db.session().exec(
        select(Brief.id).where(
            col(Brief.client_id) == client.id, col(Brief.state) == BriefState.DRAFT,
            col(Brief.asked) == 1, col(Brief.track) == track, col(Brief.service) == service,
        ).order_by(col(Brief.id).desc())
    ).first()  # fmt: skip
    if begun is not None:
        return begun
    row = _new(client.id, now)
    row.asked = 1
    row.helped_by_id = by.id if client_id is not None else None
    return _save(row, client, written, now, False, by.id)


def answer(
    brief_id: int, step: str, said: Mapping[str, Any], *, by: Principal, now: datetime
) -> None:
    """Save the answer to one question; `said` holds fields of `BriefText`.

    Raises
    ------
    errors.Invalid
        When the answer cannot be used; `fields` says why.
    errors.Conflict
        When the brief is no longer open for changes.
    """
    row = held(brief_id, by)
    written = replace(text_of(row), **said)
    _check(written, clock.local(now).date(), (step,))
    row.asked = max(row.asked, brief_rules.number_of(step))
    _save(row, queries.client(row.client_id), written, now, False, by.id)


def open_brief(brief_id: int, *, by: Principal, now: datetime) -> None:
    """Open a draft, or again one that has expired, when everything needed is said."""
    row = held(brief_id, by)
    written = text_of(row)
    _check(written, clock.local(now).date(), STEPS)
    row.asked = len(STEPS)
    _save(row, queries.client(row.client_id), written, now, True, by.id)


def held(brief_id: int, by: Principal) -> Brief:
    """Return a brief that may be changed, held, to its business or an officer of its hub."""
    queries.brief(brief_id, by)
    row = db.lock(Brief, brief_id)
    if row.state not in briefs.CHANGEABLE:
        raise errors.Conflict(_("This brief can no longer be changed."))
    if briefs.has_live_offers(brief_id):
        raise errors.Conflict(_("A talent is reading your offer. Withdraw it first, then change."))
    return row


def text_of(row: Brief) -> BriefText:
    """Return what a brief says."""
    budget = (row.budget_low or 0, row.budget_high) if row.budget_high is not None else None
    return BriefText(
        track=row.track, service=row.service, text=row.text, category=row.category,
        level=row.level, budget=budget, deadline=row.deadline, onsite=row.onsite, link=row.link,
        supervised=row.supervised, permits=tuple(row.permits),
        team_size=max(row.team_size, 1),  # 0: from before teams were asked for
    )  # fmt: skip


def _new(client_id: int, now: datetime) -> Brief:
    return Brief(client_id=client_id, track="", service="", created_at=now, updated_at=now)


def _check(written: BriefText, today: date, steps: Collection[str]) -> None:
    """Refuse what cannot be used among the answers to these questions."""
    wrong: dict[str, Any] = {}
    if "service" in steps and queries.service_of(written.track, written.service) is None:
        wrong["service"] = _("Choose what you need.")
    if "who" in steps and written.level not in LEVELS:
        wrong["level"] = _("Choose a level.")
    if "who" in steps and not 1 <= written.team_size <= brief_rules.LARGEST_TEAM:
        wrong["team_size"] = _("A team has 2 to 10 people.")
    if "story" in steps and len(written.text) < brief_rules.SHORTEST_TEXT:
        wrong["text"] = _("Tell it in a sentence or two, so that talents can imagine the work.")
    if "product" in steps and written.category not in rules.CATEGORIES:
        wrong["category"] = _("Choose what you sell.")
    if "when" in steps and written.deadline is None:
        wrong["deadline"] = _("When do you need it?")
    if written.deadline is not None and written.deadline < today and "when" in steps:
        wrong["deadline"] = _("Choose a day that is still to come.")
    if wrong:
        raise errors.Invalid(fields=wrong)


def _save(
    row: Brief, client: queries.ClientRow, written: BriefText, now: datetime, publish: bool,
    by_id: int,
) -> int:  # fmt: skip
    before = text_of(row)
    row.track, row.service = written.track, written.service
    row.text, row.category, row.level = written.text, written.category, written.level
    row.budget_low, row.budget_high = written.budget or (None, None)
    row.deadline, row.onsite, row.link = written.deadline, written.onsite, written.link
    row.supervised, row.team_size = written.supervised, written.team_size
    row.permits = list(written.permits)
    row.hub_id, row.region_id = client.hub_id, client.region_id
    row.updated_at = now
    weigh(row)
    brief_id = db.add(row).id or 0
    if row.state is BriefState.DRAFT:
        history.note(brief_id, now, by_id)
    elif any(getattr(before, name) != getattr(written, name) for name in ASKED_OF_TALENTS):
        briefs.supersede_offers(brief_id)
    if publish and row.state in (BriefState.DRAFT, BriefState.EXPIRED):
        briefs.move(brief_id, BriefState.OPEN, now, by_id=by_id)
        if briefs.is_listed(brief_id):  # a brief that comes back keeps whom it had chosen
            briefs.move(brief_id, BriefState.SHORTLISTED, now, by_id=by_id)
    return brief_id


def weigh(row: Brief) -> None:
    """Set how well a brief tells what is needed."""
    photos = select(func.count()).where(col(BriefPhoto.brief_id) == row.id)
    row.quality = brief_rules.quality(brief_rules.quality_parts(
        text=row.text, category=row.category, budget=row.budget_high is not None,
        deadline=row.deadline is not None, link=row.link, level=row.level,
        photos=db.session().execute(photos).scalar_one() if row.id else 0,
    ))  # fmt: skip
