"""Tables, demo folders and servers that the benchmarks share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CACHE = Path(tempfile.gettempdir()) / "sanggar-benchmarks"


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
    """Print a Markdown table; return how many rows say `missed`."""
    cells = [[str(c) for c in row] for row in rows]
    widths = [max(len(h), *(len(r[i]) for r in cells)) for i, h in enumerate(headers)]

    def line(values: Sequence[str]) -> str:
        return "| " + " | ".join(v.ljust(w) for v, w in zip(values, widths, strict=True)) + " |"

    print(line(headers))
    print("|" + "|".join("-" * (w + 2) for w in widths) + "|")
    for row in cells:
        print(line(row), flush=True)
    return sum("missed" in row for row in cells)


def verdict(value: float, goal: float) -> str:
    """Return whether a value reaches its goal (smaller is better)."""
    return "ok" if value <= goal else "missed"


def demo(size: str) -> Path:
    """Return a folder with a built demo of this size; built once, then reused."""
    folder = CACHE / f"demo-{size}"
    subprocess.run(
        [sys.executable, "-m", "sanggar.cli", "demo", "--size", size, "--dir", str(folder), "--no-serve"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return folder


@contextmanager
def copy_of(folder: Path) -> Iterator[Path]:
    """Give a throw-away copy of a demo folder."""
    with tempfile.TemporaryDirectory(prefix="sanggar-bench-") as temporary:
        target = Path(temporary) / "demo"
        shutil.copytree(folder, target)
        yield target


def free_port() -> int:
    """Return a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(folder: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve a demo folder with `sanggar serve`; stop the whole group afterwards."""
    port = free_port()
    values = {
        **os.environ, "SANGGAR_MODE": "demo", "SANGGAR_DATA_DIR": str(folder),
        "SANGGAR_LOG_LEVEL": "ERROR", "SANGGAR_RATE_LIMITS": "0", **environment,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "sanggar.cli", "serve", "--port", str(port)],
        env=values, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url + "/health")
        yield url, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(url: str, seconds: float = 60) -> dict[str, object]:
    """Wait until an address answers JSON."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return dict(json.load(answer))
        except (OSError, ValueError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
