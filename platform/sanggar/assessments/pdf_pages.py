"""Pictures of a PDF's pages, drawn in a process of its own that ends when a file costs too much.

Markers look at PDFs without downloading them, and no browser plugin ever opens a stranger's file.
"""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from sanggar.kernel.files import storage

MAX_PAGES = 20
#: longest side of a page's picture, in pixels
SIDE = 1600
CPU_SECONDS, CLOCK_SECONDS, MEMORY = 30, 60, 2_000_000_000


def draw(sha256: str) -> list[str]:
    """Draw the first pages of a kept PDF; return the hashes of the pictures, none if it cannot be."""
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        command = [sys.executable, "-I", "-c", _START, str(storage.path(sha256)), folder]
        try:
            subprocess.run(  # noqa: S603 - our own interpreter, our own words
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, timeout=CLOCK_SECONDS, check=False,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
        except (subprocess.TimeoutExpired, OSError):
            return []
        made = sorted(Path(folder).glob("*.jpg"))
        return [storage.put(io.BytesIO(path.read_bytes())) for path in made]


_START = "import sys;from sanggar.assessments.pdf_pages import main;main(sys.argv[1],sys.argv[2])"


def main(source: str, folder: str) -> None:
    """Draw the pages: this runs in the child."""
    import pypdfium2  # noqa: PLC0415 - only the child needs it

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    signal.alarm(CLOCK_SECONDS)
    document = pypdfium2.PdfDocument(source)
    for number in range(min(len(document), MAX_PAGES)):
        page = document[number]
        width, height = page.get_size()
        picture = page.render(scale=SIDE / max(width, height, 1)).to_pil().convert("RGB")
        part = Path(folder) / f"{number:03}.part"
        picture.save(part, "JPEG", quality=80)
        part.rename(part.with_suffix(".jpg"))  # a page half written is no page
