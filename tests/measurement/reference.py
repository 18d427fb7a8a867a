"""The reference runs beside the project, where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "reference" / "irt"
needed = pytest.mark.skipif(
    not (FOLDER / "expected.json").exists(), reason="the reference runs of R mirt are not here"
)


def expected() -> dict[str, Any]:
    """Return the numbers of R mirt by name of the run."""
    return dict(json.loads((FOLDER / "expected.json").read_text()))
