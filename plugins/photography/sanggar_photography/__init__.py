"""Photography as a Sanggar track: text files, an exposure question, a light-and-colour feature."""

from __future__ import annotations

from pathlib import Path

from sanggar.plugin import QuestionType, RankingFeature, Track, hookimpl

from .checks import CHECKS
from .features import LIGHT_AND_COLOUR
from .question_types import Exposure


@hookimpl
def register_tracks() -> list[Track]:
    """Return the track, read from the text files of this folder."""
    return [Track.from_folder(Path(__file__).parent)]


@hookimpl
def register_question_types() -> list[QuestionType]:
    """Return the question types that only this track needs, and its checks of files."""
    return [Exposure(), *CHECKS]


@hookimpl
def register_ranking_features() -> list[RankingFeature]:
    """Return what this track knows about a good match."""
    return [LIGHT_AND_COLOUR]
