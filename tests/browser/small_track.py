"""A track of a few text files, and a server with nothing in it but hubs and that track."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.browser.site import Site

from sanggar.kernel import schema
from sanggar.programme import service as programme_service


def write(folder: Path, name: str, files: Mapping[str, str]) -> Path:
    """Write the files of a track (path -> text) and return the folder of its plugin."""
    package = folder / f"sanggar_{name}"
    for path, text in files.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text, "utf-8")
    return package


@contextmanager
def serving(folder: Path, name: str, files: Mapping[str, str]) -> Iterator[Site]:
    """Serve a site in this folder that has the track of these files; it is removed afterwards."""
    (folder / "data").mkdir()
    served = Site(folder / "data", str(write(folder, name, files)))
    schema.upgrade(served.app.extensions["sanggar.db"])
    with served.tx():
        programme_service.seed(served.now)
    try:
        served.start()
        yield served
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)
