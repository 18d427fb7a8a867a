"""What can be ordered, as clients see it: services with their pictures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sanggar.kernel import registry


def picture(track_id: str, service_id: str) -> str:
    """Return the static file that shows a service, empty when its plugin brings none."""
    found = registry.current()
    plugin = found.owner("tracks", track_id)
    folder = found.folders.get(plugin)
    name = f"services/{service_id}.svg"
    return f"{plugin}/{name}" if folder is not None and _there(folder / "static" / name) else ""


@cache
def _there(path: Path) -> bool:
    return path.is_file()
