"""The question types of the core, given through the same hook as a plugin's own.

Each is a set of pure functions over an `Item` and a response made of JSON values. Responses come
from browsers, so every `grade` stays calm on anything it is handed.
"""

from __future__ import annotations

from sanggar.assessments.types_choice import Hotspot, Multiple, Single, TrueFalse
from sanggar.assessments.types_cloze import Cloze
from sanggar.assessments.types_files import Upload
from sanggar.assessments.types_number import Numeric, Parametric
from sanggar.assessments.types_pairs import Matching, Matrix, Ordering
from sanggar.assessments.types_text import Essay, Short
from sanggar.plugin.items import QuestionType

TYPES: tuple[QuestionType, ...] = (
    Single(), TrueFalse(), Multiple(), Numeric(), Parametric(), Short(), Cloze(), Ordering(),
    Matching(), Matrix(), Hotspot(), Upload(), Essay(),
)  # fmt: skip
