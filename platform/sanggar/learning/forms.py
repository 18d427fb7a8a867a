"""The self-assessment form: one judgement and one note for each unit of a track."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sanggar import errors
from sanggar.kernel.forms import clean
from sanggar.plugin.track import Track, Unit

CAN = {"yes": True, "no": False}


@dataclass
class Row:
    """One unit as it stands in the form: what was typed, else what was saved."""

    unit: Unit
    choice: str
    note: str
    error: Any = ""


@dataclass
class SelfAssessmentForm:
    """All units of a track. Its fields follow the plugin, so it is not a fixed set of fields."""

    track: Track
    saved: Mapping[str, Any]
    typed: Mapping[str, str]
    rows: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        """Read what was typed over what was saved."""
        self.rows = [self._row(unit) for unit in self.track.units]

    def _row(self, unit: Unit) -> Row:
        rating = self.saved.get(unit.id, {})
        saved = {True: "yes", False: "no"}.get(rating.get("can"), "")
        choice = self.typed.get(f"can-{unit.id}", saved)
        note = self.typed.get(f"note-{unit.id}")
        return Row(
            unit,
            choice if choice in CAN else "",
            clean(note).replace("\r\n", "\n") if note is not None else str(rating.get("note", "")),
        )

    def ratings(self) -> dict[str, dict[str, Any]]:
        """Return the judgements that are there, notes of undecided units included."""
        return {
            row.unit.id: {"can": CAN.get(row.choice), "note": row.note}
            for row in self.rows
            if row.choice or row.note
        }

    def refuse(self, refused: errors.Invalid) -> None:
        """Put the reasons of a refusal beside their fields."""
        for row in self.rows:
            row.error = refused.fields.get(f"note-{row.unit.id}", "")

    @property
    def judged(self) -> int:
        """How many units are decided."""
        return sum(1 for row in self.rows if row.choice)
