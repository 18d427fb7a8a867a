"""Model files: written with skops and as plain curves, read back only when their checksums hold."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from flask import current_app

from sanggar.kernel import log
from sanggar.kernel.config import Settings
from sanggar.rankers.additive import Additive, Curve
from sanggar.ranking.queries import Serving
from sanggar.ranking.scoring import Learned, Scorer

#: The only types beyond skops' own list that a model file may hold.
TRUSTED = ("sanggar.rankers.additive.Curve", "sanggar.rankers.estimators.AdditiveRanker")


class UnreadableModelError(Exception):
    """A model file is missing, was changed, or holds types nobody trusts."""


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

    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    curves = {
        name: {"cuts": c.cuts.tolist(), "values": c.values.tolist(), "missing": c.missing}
        for name, c in zip(names, estimator.curves_, strict=True)
    }
    numbers = {"slope": chance[0], "level": chance[1], "curves": curves}
    contents = {
        f"{version}.skops": io.dumps(estimator),
        f"{version}.json": json.dumps(numbers, indent=1).encode(),
    }
    for name, content in contents.items():
        temporary = target / f"{name}.part"
        temporary.write_bytes(content)
        temporary.replace(target / name)
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def _read(row: Serving, suffix: str) -> bytes:
    name = f"{row.version}{suffix}"
    try:
        content = (folder() / name).read_bytes()
    except OSError as error:
        raise UnreadableModelError(f"{name}: {error.strerror}") from None
    if hashlib.sha256(content).hexdigest() != row.files.get(name):
        raise UnreadableModelError(f"{name} is not the file that was saved")
    return content


def load(row: Serving) -> Scorer | None:
    """Return the scorer of a model; None, with a line in the log, when its file cannot be trusted."""
    try:
        numbers = json.loads(_read(row, ".json"))
        curves = {
            name: Curve(
                np.array(c["cuts"], float), np.array(c["values"], float), float(c["missing"])
            )
            for name, c in numbers["curves"].items()
        }
        return Learned(row.version, Additive(curves), numbers["slope"], numbers["level"])
    except (UnreadableModelError, ValueError, KeyError, TypeError, AttributeError) as error:
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

    content = _read(row, ".skops")
    strange = sorted(set(io.get_untrusted_types(data=content)) - set(TRUSTED))
    if strange:
        raise UnreadableModelError(f"{row.version}.skops holds {', '.join(strange)}")
    return io.loads(content, trusted=list(TRUSTED))
