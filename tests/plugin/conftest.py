"""A small correct track in a temporary folder, to be spoilt by each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanggar.cli import new_track


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return the package folder of a fresh, correct track."""
    new_track.write("content_creator", "Kreator Konten", "Content Creator", tmp_path / "sample")
    return tmp_path / "sample" / "sanggar_content_creator"
