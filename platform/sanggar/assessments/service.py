"""The verbs of exams and practical work, for other slices and for this one's pages."""

from __future__ import annotations

from sanggar.assessments.attempts import (
    answer_from_form,
    decide_overdue,
    hold,
    save_answer,
    start_attempt,
    submit_attempt,
)
from sanggar.assessments.judging import judge_item, void_attempt
from sanggar.assessments.marking import (
    Marks,
    decide_deliverable,
    give_back,
    save_marks,
    submit_marks,
    take,
)
from sanggar.assessments.submissions import Incoming, add_files, hand_in, look_at, remove_file

__all__ = [
    "Incoming",
    "Marks",
    "add_files",
    "answer_from_form",
    "decide_deliverable",
    "decide_overdue",
    "give_back",
    "hand_in",
    "hold",
    "judge_item",
    "look_at",
    "remove_file",
    "save_answer",
    "save_marks",
    "start_attempt",
    "submit_attempt",
    "submit_marks",
    "take",
    "void_attempt",
]
