"""A talent's days as a calendar file (RFC 5545), for the phone that subscribes to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from sanggar.clients import links
from sanggar.clients.calendar import Entry
from sanggar.kernel.i18n import _, tr

PRODUCT = "-//Sanggar//Work//ID"


def of_person(entries: Iterable[Entry]) -> bytes:
    """Return a calendar of whole days: days off, visits to clients, days on which work is due."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("My work"))
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def words(kind: str) -> str:
    """Return what a kind of entry is called."""
    found = {
        "off": _("Day off"), "away": _("Appointment"), "onsite": _("At the client's place"),
        "due": _("Work is due"),
    }  # fmt: skip
    return str(found[kind])


def _event(entry: Entry) -> Event:
    event = Event()
    title = tr(entry.title)
    event.add("uid", f"{entry.uid}@sanggar")
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + timedelta(days=1))
    event.add("summary", f"{words(entry.kind)}: {title}" if title else words(entry.kind))
    event.add("transp", "TRANSPARENT" if entry.kind == "due" else "OPAQUE")
    if entry.placement_id:
        event.add("url", links.absolute("clients.placement", placement_id=entry.placement_id))
    return event
