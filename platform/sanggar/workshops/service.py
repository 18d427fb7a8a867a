"""Everything that changes in this slice, by one name: planning, places, presence."""

from sanggar.workshops.places import cancel, free, may_manage, may_run, move_up, register
from sanggar.workshops.presence import add_guest, check_in, correct, mark_guest, tick
from sanggar.workshops.schedule import (
    Draft,
    cancel_session,
    change_session,
    create_series,
    create_session,
    renew_calendar,
    renew_code,
)

__all__ = [
    "Draft",
    "add_guest",
    "cancel",
    "cancel_session",
    "change_session",
    "check_in",
    "correct",
    "create_series",
    "create_session",
    "free",
    "mark_guest",
    "may_manage",
    "may_run",
    "move_up",
    "register",
    "renew_calendar",
    "renew_code",
    "tick",
]
