"""The verbs of exams and practical work, for other slices and for this one's pages."""

from __future__ import annotations

from sanggar.assessments import pauses
from sanggar.assessments.answers import answer_from_form, save_answer
from sanggar.assessments.attempts import (
    Place,
    advance,
    decide_overdue,
    hold,
    note_elsewhere,
    start_attempt,
    submit_attempt,
)
from sanggar.assessments.calibrations import Prices, find_prices, keep_prices, settle_prices
from sanggar.assessments.calibrations import current as calibrations
from sanggar.assessments.calibrations import store as store_calibrations
from sanggar.assessments.faulty import withdraw as withdraw_item
from sanggar.assessments.judging import judge_item, void_attempt
from sanggar.assessments.marking import (
    Marks,
    decide_deliverable,
    give_back,
    recuse,
    reopen,
    save_marks,
    submit_marks,
    take,
)
from sanggar.assessments.queue_links import count_in_queue
from sanggar.assessments.regrading import Correction, correct, rejudge
from sanggar.assessments.submissions import add_files, hand_in, look_at, remove_file
from sanggar.kernel.files.taking import Incoming

__all__ = [
    "Correction",
    "Incoming",
    "Marks",
    "Place",
    "Prices",
    "add_files",
    "advance",
    "answer_from_form",
    "calibrations",
    "correct",
    "count_in_queue",
    "decide_deliverable",
    "decide_overdue",
    "find_prices",
    "give_back",
    "hand_in",
    "hold",
    "judge_item",
    "keep_prices",
    "look_at",
    "note_elsewhere",
    "pauses",
    "recuse",
    "rejudge",
    "remove_file",
    "reopen",
    "save_answer",
    "save_marks",
    "settle_prices",
    "start_attempt",
    "store_calibrations",
    "submit_attempt",
    "submit_marks",
    "take",
    "void_attempt",
    "withdraw_item",
]
