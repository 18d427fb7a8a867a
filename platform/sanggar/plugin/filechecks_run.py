"""Measuring files in a process of its own, which ends when a file costs too much.

The libraries that read PDFs and pictures are written in C: no exception of ours stops them, and a
fault in them would take the whole site along. So the child sets alarms that end it (ten seconds of
work or forty of waiting for one file) and a limit of memory; the parent takes what was said until
then, notes the file that was too much and goes on with the next one.

The limits are those of Unix systems, which Sanggar runs on: `setitimer(2)`, `setrlimit(2)`.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from sanggar.plugin.filechecks import FileCheck, not_started, too_much
from sanggar.plugin.items import Finding, Item, UploadedFile

#: seconds of processor time, seconds of clock time and bytes of memory for one file
CPU_SECONDS, CLOCK_SECONDS, MEMORY = 10.0, 40.0, 2_000_000_000
#: the first file also pays for loading the libraries
LOAD_SECONDS = 10.0
#: a child that said this much is not believed any further
MAX_SAID = 8_000_000
READY = b"ready"
#: numeric libraries start one thread a core, each with memory of its own
QUIET = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def run(check: FileCheck, item: Item, files: Sequence[UploadedFile]) -> list[Finding]:
    """Return what a check measures in files.

    Parameters
    ----------
    check : FileCheck
        Its class must be importable by its module's name.
    item : Item
        With the limits in `params`.
    files : sequence of UploadedFile
        At least one.
    """
    groups = [list(files)] if check.together else [[file] for file in files]
    said: list[Finding] = []
    while groups:
        answers = _child(check, item, groups)
        if answers is None:
            return [*said, not_started()]
        for answer in answers:
            said += answer
        if len(answers) < len(groups):
            stuck = groups[len(answers)]
            said.append(too_much(stuck[0].name if len(stuck) == 1 else ""))
        groups = groups[len(answers) + 1 :]
    return said


def _child(
    check: FileCheck, item: Item, groups: list[list[UploadedFile]]
) -> list[list[Finding]] | None:
    """Return the findings of as many groups as the child finished, None when it did not start."""
    kind = type(check)
    package = sys.modules[kind.__module__.partition(".")[0]]
    places = [str(Path(place).resolve().parent) for place in getattr(package, "__path__", ())]
    order = {
        "path": [*sys.path, *places],
        "module": kind.__module__,
        "name": kind.__qualname__,
        "item": item.model_dump(mode="json"),
        "groups": [[file.model_dump(mode="json") for file in group] for group in groups],
    }
    command = [sys.executable, "-I", "-c", _START]
    try:
        said = subprocess.run(  # noqa: S603 - our own interpreter, our own words
            command, input=json.dumps(order).encode(), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, **QUIET}, check=False,
            timeout=CLOCK_SECONDS * (len(groups) + 1),
        ).stdout  # fmt: skip
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    except OSError:
        return None
    return _answers(said[:MAX_SAID].splitlines(), len(groups))


def _answers(lines: list[bytes], most: int) -> list[list[Finding]] | None:
    """Return what the child said, up to the line in which it was stopped."""
    if not lines or lines[0] != READY:
        return None
    answers = []
    for line in lines[1 : most + 1]:
        try:
            answers.append([Finding.model_validate(row) for row in json.loads(line)])
        except (ValueError, TypeError):
            break
    return answers


_START = (
    "import json,sys;order=json.load(sys.stdin);"
    "sys.path[:]=order['path'];"
    "from sanggar.plugin.filechecks_run import serve;serve(order)"
)


def serve(order: dict[str, Any]) -> None:
    """Measure group after group and write one line for each: this runs in the child."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print does not belong into the answer
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    kind = getattr(importlib.import_module(order["module"]), order["name"])
    check: FileCheck = kind()
    item = Item.model_validate(order["item"])
    out.write(READY + b"\n")
    loading = LOAD_SECONDS
    for group in order["groups"]:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS + loading)
        loading = 0.0
        signal.setitimer(signal.ITIMER_REAL, CLOCK_SECONDS)
        _answer(out, check.look(item, [UploadedFile.model_validate(row) for row in group]))


def _answer(out: IO[bytes], findings: list[Finding]) -> None:
    out.write(json.dumps([finding.model_dump(mode="json") for finding in findings]).encode())
    out.write(b"\n")
    out.flush()
