"""Calendar files (RFC 5545): one session for everybody, a person's sessions behind a secret link."""

from __future__ import annotations

from collections.abc import Iterable

from icalendar import Calendar, Event, vText

from sanggar import clock
from sanggar.kernel.i18n import _, tr
from sanggar.workshops import queries
from sanggar.workshops.models import Session, SessionState

PRODUCT = "-//Sanggar//Workshops//ID"


def _event(session: Session, url: str, *, link: bool, waiting: bool) -> Event:
    event = Event()
    title = tr(queries.title_of(session.track, session.workshop, session.title))
    event.add("uid", session.uid)
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("dtstart", clock.local(session.starts_at))
    event.add("dtend", clock.local(session.ends_at))
    event.add("summary", title)
    event.add("url", url)
    lines = [url]
    if link and session.link:
        lines.insert(0, _("Online: %(link)s", link=session.link))
    if waiting:
        lines.insert(0, _("You are on the waiting list."))
    event.add("description", "\n".join(lines))
    if session.place:
        event["location"] = vText(session.place)
    status = "TENTATIVE" if waiting else "CONFIRMED"
    event.add("status", "CANCELLED" if session.state is SessionState.CANCELLED else status)
    return event


def _calendar(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def of_session(session: Session, url: str) -> bytes:
    """Return a file with what everybody may know about one session."""
    return _calendar(_("Workshop"), [_event(session, url, link=False, waiting=False)])


def of_person(entries: Iterable[tuple[Session, str, bool]]) -> bytes:
    """Return a file of somebody's sessions: (session, its page, whether they only wait)."""
    return _calendar(
        _("My workshops"),
        [_event(session, url, link=not waiting, waiting=waiting) for session, url, waiting in entries],
    )  # fmt: skip
