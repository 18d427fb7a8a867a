"""The hooks a plugin may implement. Each is called once per plugin, in name order, at start-up,
except `on_event`, which is called after each commit that produced an event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from sanggar.plugin.channels import ExportFeed, NotificationChannel
    from sanggar.plugin.events import Event
    from sanggar.plugin.items import QuestionType
    from sanggar.plugin.ranking import RankingFeature
    from sanggar.plugin.track import Track

#: marker and entry-point group
PROJECT = "sanggar"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_tracks() -> Iterable[Track]:  # type: ignore[empty-body]
    """Return the skill tracks of this plugin."""


@hookspec
def register_question_types() -> Iterable[QuestionType]:  # type: ignore[empty-body]
    """Return instances of `QuestionType`; each `kind` may exist only once."""


@hookspec
def register_ranking_features() -> Iterable[RankingFeature]:  # type: ignore[empty-body]
    """Return ranking features; each `name` may exist only once."""


@hookspec
def register_exports() -> Iterable[ExportFeed]:  # type: ignore[empty-body]
    """Return export feeds."""


@hookspec
def register_channels() -> Iterable[NotificationChannel]:  # type: ignore[empty-body]
    """Return instances of `NotificationChannel`."""


@hookspec
def register_commands(cli: object) -> None:
    """Add click commands to `cli`, the `sanggar` group."""


@hookspec
def on_event(event: Event) -> None:
    """Look at something that has happened; the transaction is already committed."""
