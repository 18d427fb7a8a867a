"""The core's own pseudo-track: the checks of the shared courses, through the same hook as any plugin.

It also writes one log line for what happens in any track, so that operators can watch how tracks are
used without a query. The line names no person.
"""

from __future__ import annotations

from pathlib import Path

from sanggar.kernel import log
from sanggar.plugin import Track, hookimpl
from sanggar.plugin.events import Event

#: what is worth a line, and safe in a log
FIELDS = (
    "track",
    "level",
    "assessment",
    "assignment",
    "workshop",
    "course",
    "decision",
    "passed",
    "state",
)


@hookimpl
def register_tracks() -> list[Track]:
    """Return the unlisted track that holds the checks of the shared courses."""
    return [Track.from_folder(Path(__file__).parent / "shared")]


@hookimpl
def on_event(event: Event) -> None:
    """Log a committed event of a track."""
    if hasattr(event, "track"):
        facts = {name: getattr(event, name) for name in FIELDS if hasattr(event, name)}
        log.get().info("track_event", kind=type(event).__name__, **facts)
