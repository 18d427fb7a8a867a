"""Packaging design as a Sanggar track: text files, a bar-code question, a food-label feature."""

from __future__ import annotations

from pathlib import Path

from sanggar.plugin import QuestionType, RankingFeature, Track, hookimpl

from .checks import CHECKS
from .commands import Group, add_commands
from .features import FOOD_LABEL
from .question_types import EAN13


@hookimpl
def register_tracks() -> list[Track]:
    """Return the track, read from the text files of this folder."""
    return [Track.from_folder(Path(__file__).parent)]


@hookimpl
def register_question_types() -> list[QuestionType]:
    """Return the question types that only this track needs, and its checks of files."""
    return [EAN13(), *CHECKS]


@hookimpl
def register_ranking_features() -> list[RankingFeature]:
    """Return what this track knows about a good match."""
    return [FOOD_LABEL]


@hookimpl
def register_commands(cli: Group) -> None:
    """Add `sanggar ean13`."""
    add_commands(cli)
