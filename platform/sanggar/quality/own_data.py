"""What this slice knows about one mentor: their sheets on panels, and what reports say of their marks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel import select as rows_of

from sanggar.kernel import db
from sanggar.quality.models import JudgeRating, MarkerReport, PanelJudge, StandardPanel


def export_person(person_id: int) -> dict[str, Any]:
    """Return somebody's sheets and their own rows of reports; nothing about colleagues."""
    return {"panel_sheets": _sheets(person_id), "marker_reports": _reports(person_id)}


def _sheets(person_id: int) -> list[dict[str, Any]]:
    rows = db.session().execute(
        select(
            col(StandardPanel.track), col(StandardPanel.assessment), col(StandardPanel.method),
            col(JudgeRating.round), col(JudgeRating.item_id), col(JudgeRating.value),
            col(JudgeRating.saved_at),
        )
        .join(PanelJudge, col(PanelJudge.panel_id) == col(StandardPanel.id))
        .join(JudgeRating, col(JudgeRating.judge_id) == col(PanelJudge.id))
        .where(col(PanelJudge.mentor_id) == person_id)
        .order_by(col(JudgeRating.id))
    )  # fmt: skip
    return [dict(row._mapping) for row in rows]


def _reports(person_id: int) -> list[dict[str, Any]]:
    found = []
    for row in db.session().exec(rows_of(MarkerReport).order_by(col(MarkerReport.id))):
        for part in row.data["assignments"]:
            own = (part["severity"] or {}).get("markers", []), part["anchors"]
            severity, anchors = ([r for r in rows if r["id"] == person_id] for rows in own)
            if severity or anchors:
                found.append({
                    "track": row.track, "month": row.month, "assignment": part["ref"],
                    "severity": severity, "anchors": anchors,
                })  # fmt: skip
    return found
