"""Model files: written with skops and as plain curves, read back only when their checksums hold.

The curves are enough to serve and to replay, those of the fixed weights included: what a list was made
with can be read back after the weights in the code have changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from flask import current_app

from sanggar.kernel import log
from sanggar.kernel.config import Settings
from sanggar.rankers.additive import Additive, Curve
from sanggar.ranking.queries import Serving
from sanggar.ranking.scoring import Learned, Scorer, Weights

#: The only types beyond skops' own list that a model file may hold.
TRUSTED = ("sanggar.rankers.additive.Curve", "sanggar.rankers.estimators.AdditiveRanker")
#: Seconds that a file nobody refers to may be waiting for its row.
YOUNG = 86_400
FIXED = "baseline-"


class UnreadableModelError(Exception):
    """A model file is missing, was changed, or holds types nobody trusts."""


class BusyError(Exception):
    """Another training is at work."""


def folder() -> Path:
    """Return the folder of the model files."""
    settings: Settings = current_app.extensions["sanggar.settings"]
    return settings.data / "models"


def save(
    version: str, estimator: Any, names: list[str], chance: tuple[float, float]
) -> dict[str, str]:
    """Write a model and return its files with their checksums.

    Parameters
    ----------
    version : str
    estimator : AdditiveRanker
    names : list of str
        Column names, in order.
    chance : tuple of float
        (slope, level): log-odds that a placement ends well = slope x sum of curves + level.
    """
    # skops loads scikit-learn, which web workers do without
    from skops import io  # noqa: PLC0415

    curves = _plain(dict(zip(names, estimator.curves_, strict=True)))
    numbers = {"slope": chance[0], "level": chance[1], "curves": curves}
    return _write({
        f"{version}.skops": io.dumps(estimator),
        f"{version}.json": json.dumps(numbers, indent=1).encode(),
    })  # fmt: skip


def save_fixed(scorer: Scorer) -> dict[str, str]:
    """Write the curves of fixed weights unless they are there, and return their file."""
    name = f"{scorer.version}.json"
    content = json.dumps({"curves": _plain(scorer.model.curves)}).encode()
    path = folder() / name
    if not path.exists() or path.read_bytes() != content:
        _write({name: content})
    return {name: _sum(content)}


def _plain(curves: Mapping[str, Curve]) -> dict[str, Any]:
    return {
        name: {"cuts": c.cuts.tolist(), "values": c.values.tolist(), "missing": c.missing}
        for name, c in curves.items()
    }


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Write files that are whole or not there, whenever the machine stops."""
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        temporary = target / f"{name}.part"
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target / name)
    return {name: _sum(content) for name, content in contents.items()}


def _read(version: str, suffix: str, files: Mapping[str, str]) -> bytes:
    name = f"{version}{suffix}"
    try:
        content = (folder() / name).read_bytes()
    except OSError as error:
        raise UnreadableModelError(f"{name}: {error.strerror}") from None
    if _sum(content) != files.get(name):
        raise UnreadableModelError(f"{name} is not the file that was saved")
    return content


def scorer(version: str, files: Mapping[str, str]) -> Scorer:
    """Return what scored under a version, read back from its file.

    Raises
    ------
    UnreadableModelError
        When the file is missing, was changed or is not one of ours.
    """
    content = _read(version, ".json", files)
    try:
        numbers = json.loads(content)
        curves = Additive({
            name: Curve(np.array(c["cuts"], float), np.array(c["values"], float), float(c["missing"]))
            for name, c in numbers["curves"].items()
        })  # fmt: skip
        if version.startswith(FIXED):
            return Weights(version, curves)
        return Learned(version, curves, numbers["slope"], numbers["level"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableModelError(f"{version}.json: {error}") from None


def load(row: Serving) -> Scorer | None:
    """Return the scorer of a model; None, with a line in the log, when its file cannot be trusted."""
    try:
        return scorer(row.version, row.files)
    except UnreadableModelError as error:
        log.get().error("ranking_model_unreadable", version=row.version, error=str(error))
        return None


def estimator(row: Serving) -> Any:
    """Return the estimator of a model, checked before anything of it runs.

    Raises
    ------
    UnreadableModelError
        When the file is missing, was changed, or holds other types than the trusted ones.
    """
    from skops import io  # noqa: PLC0415

    content = _read(row.version, ".skops", row.files)
    strange = sorted(set(io.get_untrusted_types(data=content)) - set(TRUSTED))
    if strange:
        raise UnreadableModelError(f"{row.version}.skops holds {', '.join(strange)}")
    return io.loads(content, trusted=list(TRUSTED))


@contextmanager
def alone() -> Iterator[None]:
    """Let one training at a time into the folder; a killed one leaves it at once.

    Raises
    ------
    BusyError
        When another is at work.
    """
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / ".training").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError("another training is at work") from None
        yield


def sweep(kept: Collection[str]) -> list[str]:
    """Remove the files of versions that nobody refers to, and what a killed training left behind.

    Call it inside `alone`. Files of fixed weights are written by the log of lists at any time, so
    young ones stay.
    """
    removed = []
    for path in sorted(folder().iterdir()):
        version = path.name.split(".")[0]
        young = path.name.startswith(FIXED) and time.time() - path.stat().st_mtime < YOUNG
        ours = path.suffix in (".skops", ".json", ".part")
        if not ours or young or (version in kept and path.suffix != ".part"):
            continue
        path.unlink(missing_ok=True)
        removed.append(path.name)
    return removed
