"""Model files: written with skops and as plain numbers, read back only when their checksums hold."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import current_app

from sanggar.kernel import log
from sanggar.kernel.config import Settings
from sanggar.plugin.ranking import RankingFeature
from sanggar.ranking.queries import Serving
from sanggar.ranking.scoring import Boosted, Linear, Scorer

#: The only types beyond skops' own list that a model file may hold.
TRUSTED = (
    "sanggar.ranking.model.PlacementRanker",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss._loss.CyHalfBinomialLoss",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "numpy.dtype",
)


class UnreadableModelError(Exception):
    """A model file is missing, was changed, or holds types nobody trusts."""


def folder() -> Path:
    """Return the folder of the model files."""
    settings: Settings = current_app.extensions["sanggar.settings"]
    return settings.data / "models"


def save(version: str, estimator: Any, names: list[str]) -> dict[str, str]:
    """Write a model and return its files with their checksums."""
    # skops loads scikit-learn, which web workers with a linear model do without
    from skops import io  # noqa: PLC0415

    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    contents = {f"{version}.skops": io.dumps(estimator)}
    if estimator.kind == "logistic":
        numbers = json.dumps({"names": names, **estimator.linear(names)}, indent=1)
        contents[f"{version}.json"] = numbers.encode()
    else:
        contents[f"{version}.json"] = json.dumps({"names": names}).encode()
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


def load(row: Serving, features: tuple[RankingFeature, ...]) -> Scorer | None:
    """Return the scorer of a model; None, with a line in the log, when its files cannot be trusted."""
    try:
        numbers = json.loads(_read(row, ".json"))
        if row.kind == "logistic":
            return Linear(row.version, numbers["intercept"], numbers["features"])
        return Boosted(row.version, features, tuple(numbers["names"]), estimator(row))
    except (UnreadableModelError, ValueError, KeyError, TypeError) as error:
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
