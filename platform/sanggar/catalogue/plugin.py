"""The core's own pseudo-track: the checks of the shared courses, through the same hook as any plugin."""

from __future__ import annotations

from pathlib import Path

from sanggar.plugin import Track, hookimpl


@hookimpl
def register_tracks() -> list[Track]:
    """Return the unlisted track that holds the checks of the shared courses."""
    return [Track.from_folder(Path(__file__).parent / "shared")]
