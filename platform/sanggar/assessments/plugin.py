"""The core's own question types, registered as a plugin would register its own."""

from __future__ import annotations

from collections.abc import Iterable

from sanggar.assessments import question_types
from sanggar.plugin import QuestionType, hookimpl


@hookimpl
def register_question_types() -> Iterable[QuestionType]:
    """Return the types every track can use."""
    return list(question_types.TYPES)
