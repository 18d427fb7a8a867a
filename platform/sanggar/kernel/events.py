"""Typed events: written in the same transaction, heard by the core at once, by plugins after the commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from sanggar.kernel import db, registry
from sanggar.kernel.models import EventRecord
from sanggar.plugin.events import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]

_handlers: dict[type[Event], list[Handler]] = defaultdict(list)


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Subscribe a core slice to an event: the handler runs inside the same transaction."""

    def subscribe(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _handlers[kind]:
            _handlers[kind].append(handler)
        return handler

    return subscribe


def emit(event: Event) -> None:
    """Record an event, let the core react, and tell plugins once it is committed."""
    data = {
        item.name: getattr(event, item.name)
        for item in fields(event)
        if item.name not in ("at", "person")
    }
    db.session().add(
        EventRecord(at=event.at, kind=type(event).__name__, person_id=event.person, data=data)
    )
    # before the core reacts: what follows from an event is told after it
    db.after_commit(lambda: registry.current().tell(event))
    for handler in _handlers[type(event)]:
        handler(event)
