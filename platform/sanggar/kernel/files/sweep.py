"""Deleting what nobody names any more. Every slice that names files says so here; the rest is swept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sanggar.kernel import jobs
from sanggar.kernel.files import storage

Names = Callable[[], Iterable[str]]

DAY = 24 * 60 * 60
_namers: list[Names] = []


def names_files(function: Names) -> Names:
    """Register what returns the hashes that a slice still names."""
    _namers.append(function)
    return function


@jobs.every(minute="17", hour="19")
def sweep_uploads() -> None:
    """Delete kept files that no slice names any more (removed from drafts, broken uploads)."""
    used = {sha256 for names in _namers for sha256 in names()}
    for sha256, path in storage.older_than(2 * DAY):
        if sha256 not in used:
            path.unlink(missing_ok=True)
