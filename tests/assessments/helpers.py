"""Doing in a few words what a browser does, and knowing the keys as only a test may."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from sanggar.assessments.models import AttemptItem


def key_of(item: dict[str, Any]) -> Any:
    """Return the response that earns the full score."""
    kind = item["type"]
    keys = [o["id"] for o in item["options"] if o["key"]]
    if kind == "single":
        return keys[0]
    if kind == "multiple":
        return keys
    if kind == "ordering":
        return {o["id"]: place for place, o in enumerate(item["options"], 1)}
    return "Rp73.195,50" if kind == "numeric" else " Difuser-Rahasia. "


def keys(session: Session, attempt_id: int) -> dict[int, Any]:
    """Return position -> right response."""
    rows = session.exec(select(AttemptItem).where(AttemptItem.attempt_id == attempt_id)).all()
    return {row.position: key_of(row.item) for row in rows}


def fields(response: Any) -> dict[str, Any]:
    """Return a response as form fields."""
    if isinstance(response, dict):
        return {f"answer-{step}": str(place) for step, place in response.items()}
    return {"answer": response}


def hidden(page: TestResponse) -> dict[str, str]:
    """Return the hidden fields of a question's form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return {
        name: html.unescape(value) for name, value in found if name in ("token", "client", "seq")
    }


def begin(client: FlaskClient, assessment: str = "theory") -> int:
    """Start an exam through its page; return the attempt."""
    started = client.post(f"/exams/photography/{assessment}/start")
    assert started.status_code == 303, started.text
    return int(started.location.rsplit("/", 1)[1])


def reply(
    client: FlaskClient, attempt: int, position: int, response: Any, go: str = "next", **more: Any
) -> TestResponse:
    """Answer one question with the plain form."""
    page = client.get(f"/attempts/{attempt}/{position}")
    return client.post(
        f"/attempts/{attempt}/{position}",
        data={**hidden(page), **fields(response), "go": go, **more},
    )
