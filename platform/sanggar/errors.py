"""The few ways a request can be refused, each with its HTTP status.

Services raise these; `kernel.web` turns them into a page, a fragment or JSON.
The message is shown to people, so it is written in the reader's language
(a lazy translation) and says what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SanggarError(Exception):
    """Base of every refusal: `message` is for people, `status` for machines."""

    status = 400

    def __init__(self, message: Any = "", *, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        #: field name -> what to correct there
        self.fields: dict[str, Any] = dict(fields or {})


class BadRequest(SanggarError):
    """The request itself makes no sense (400)."""


class Forbidden(SanggarError):
    """Known person, but not theirs to see or do (403)."""

    status = 403


class NotFound(SanggarError):
    """No such thing, or nothing this person may know of (404)."""

    status = 404


class Conflict(SanggarError):
    """The thing has moved on: full, closed, already decided (409)."""

    status = 409


class TooLarge(SanggarError):
    """A file or body over the stated limit (413)."""

    status = 413


class Invalid(SanggarError):
    """The form was read but something in it must be corrected (422)."""

    status = 422
