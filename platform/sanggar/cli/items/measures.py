"""`sanggar items stats`, `calibrate` and `score`: numbers about items from a table of scores."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

import click
import numpy as np

from sanggar.errors import Invalid
from sanggar.measurement import advice, calibration, choices, classical, responses, scoring
from sanggar.measurement.calibration import Calibration, PriorName
from sanggar.measurement.irt import MODELS, Bank, Model
from sanggar.measurement.responses import Responses

T = TypeVar("T")

TABLE = click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
LANGUAGE = click.option(
    "--language", type=click.Choice(["id", "en"]), default="id", help="Language of the advice."
)
MODEL = click.option("--model", type=click.Choice(MODELS), help="Item response model.")
PRIOR = click.option(
    "--prior",
    type=click.Choice(["none", "auto", "lognormal"]),
    default="none",
    show_default=True,
    help="Prior on slopes; auto: only on items with fewer than 1,000 answers.",
)


class Guessing(click.FloatRange):
    """A centre, or `none`."""

    def convert(self, value: Any, *rest: Any) -> Any:
        """Return a number, or the word."""
        return value if value == "none" else super().convert(value, *rest)


GUESSING = click.option(
    "--guessing",
    type=Guessing(0.01, 0.9),
    default=0.2,
    show_default=True,
    callback=lambda _context, _option, value: None if value == "none" else value,
    help="Centre of the prior on c under the 3PL; none: no prior, plain maximum likelihood.",
)


def _read(table: Path) -> Responses:
    """Return the responses in a file, or end with one line that says what is wrong."""
    return _refused(lambda: responses.read(table))


def _refused(action: Callable[[], T]) -> T:
    """Run a calculation; a refusal ends the command with one line."""
    try:
        return action()
    except (Invalid, ValueError) as error:
        raise click.ClickException(str(error)) from None


def _print(value: object) -> None:
    """Print JSON in which a number that does not exist is null."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=1, allow_nan=False))


def _plain(value: object) -> object:
    """Return what JSON can say."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _cells(values: Iterable[object], digits: int = 3) -> list[str]:
    """Return cells of a table for people."""
    return [
        "–" if value is None else f"{value:.{digits}f}" if isinstance(value, float) else str(value)
        for value in values
    ]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table with aligned columns."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        first = row[0].ljust(widths[0])
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        click.echo("  ".join([first, *rest]).rstrip())


def _pairs(values: Sequence[str], names: Sequence[str], option: str) -> dict[str, float]:
    """Return NAME=NUMBER options as numbers by item; a bare number is for every item."""
    found: dict[str, float] = {}
    for value in values:
        name, equals, number = value.rpartition("=")
        try:
            size = float(number)
        except ValueError:
            size = float("nan")
        if not np.isfinite(size) or (equals and name not in names):
            problem = f"“{value}” is neither a number nor NAME=NUMBER of an item"
            raise click.UsageError(f"{option}: {problem}")
        found |= {name: size} if equals else dict.fromkeys(names, size)
    return found


@click.command()
@TABLE
@AS_JSON
@LANGUAGE
@click.option("--max", "most", multiple=True, metavar="[NAME=]MARK", help="Maximum mark.")
@click.option("--options", multiple=True, metavar="[NAME=]NUMBER", help="Number of options.")
@click.option(
    "--missing",
    type=click.Choice(["zero", "complete", "answered"]),
    default="zero",
    show_default=True,
    help="An empty cell scores 0, drops the person, or only the item for that person.",
)
@click.option(
    "--key",
    "keys",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Cells are chosen options; this table (columns name, key) says which are right.",
)
def stats(
    table: Path,
    as_json: bool,
    language: str,
    most: tuple[str, ...],
    options: tuple[str, ...],
    missing: classical.Missing,
    keys: Path | None,
) -> None:
    """Print classical statistics of TABLE, one column an item, one row a person."""
    picked = _refused(lambda: choices.read(table, keys)) if keys else None
    read = picked.scored() if picked else _read(table)
    limits = _pairs(most, read.names, "--max")
    numbers = {n: round(v) for n, v in _pairs(options, read.names, "--options").items()}
    found = _refused(
        lambda: classical.statistics(read, most=limits, options=numbers, missing=missing)
    )
    distractors = choices.of_items(picked, read) if picked else {}
    if as_json:
        _print(_stats_json(found, distractors, language))
    else:
        _stats_text(found, distractors, language)


Distractors = dict[str, tuple[choices.OptionStatistics, ...]]


def _advised(flags: Iterable[str], language: str) -> list[dict[str, str]]:
    """Return flags with their advice."""
    return [{"flag": flag, "advice": advice.advice(flag, language)} for flag in flags]


def _stats_json(
    found: classical.Statistics, distractors: Distractors, language: str
) -> dict[str, Any]:
    """Return statistics as JSON."""
    test = asdict(found.test)
    test["distribution"] = [{"score": s, "persons": n} for s, n in found.test.distribution]
    test["advice"] = _advised(found.test.flags, language)
    items = []
    for item in found.items:
        row = asdict(item)
        row["advice"] = _advised(item.flags, language)
        if item.name in distractors:
            row["options"] = [
                {**asdict(option), "advice": _advised(option.flags, language)}
                for option in distractors[item.name]
            ]
        items.append(row)
    return {"N": found.persons, "missing": found.missing, "test": test, "items": items}


def _stats_text(found: classical.Statistics, distractors: Distractors, language: str) -> None:
    """Print statistics for people."""
    test = found.test
    click.echo(f"{found.persons} persons, {test.items} items, maximum {test.max:g}")
    for name in ("mean", "median", "sd", "skewness", "kurtosis", "alpha"):
        click.echo(f"  {name:16}{_cells([getattr(test, name)])[0]:>10}")
    for name in ("cic", "error_ratio"):
        click.echo(f"  {name:16}{_cells([getattr(test, name)], 1)[0]:>10} %")
    click.echo(f"  standard_error  {_cells([test.standard_error])[0]:>10}\n")
    header = ["item", "N", "facility", "sd", "disc. %", "eff. %", "weight %", "effective %",
              "rest r", "alpha without", "flags"]  # fmt: skip
    _table(header, [
        [item.name, *_cells([item.answers, item.facility, item.sd]),
         *_cells([item.discrimination_index, item.discriminative_efficiency], 1),
         *_cells([item.intended_weight, item.effective_weight], 1),
         *_cells([item.item_rest_correlation, item.alpha_if_deleted]), " ".join(item.flags)]
        for item in found.items
    ])  # fmt: skip
    for name, rows in distractors.items():
        click.echo(f"\n{name}")
        _table(["option", "share", "mean rest", "lower", "middle", "upper", "flags"], [
            [("*" if o.key else " ") + (o.option or "–"),
             *_cells([o.share, o.mean_rest, *o.thirds]), " ".join(o.flags)]
            for o in rows
        ])  # fmt: skip
    flags = [*test.flags, *(flag for item in found.items for flag in item.flags)]
    flags += [flag for rows in distractors.values() for option in rows for flag in option.flags]
    for flag in dict.fromkeys(flags):
        click.echo(f"\n{flag}: {advice.advice(flag, language)}")


@click.command()
@TABLE
@MODEL
@PRIOR
@GUESSING
@click.option(
    "--screen",
    type=click.Choice(["report", "drop"]),
    default="report",
    show_default=True,
    help="Name items with an item-rest correlation below .10, or leave them out.",
)
@AS_JSON
def calibrate(
    table: Path,
    model: Model | None,
    prior: PriorName,
    guessing: float | None,
    screen: str,
    as_json: bool,
) -> None:
    """Estimate item parameters of TABLE by marginal maximum likelihood."""
    if model is None:
        raise click.UsageError(f"--model is needed: {', '.join(MODELS)}")
    read = _read(table)
    found = _refused(
        lambda: calibration.calibrate(
            read, model, prior=prior, drop_weak=screen == "drop", guessing=guessing
        )
    )
    if as_json:
        _print(_calibration_json(found, prior, guessing, read))
        return
    click.echo(f"{found.persons} persons, {model}, log-likelihood {found.loglik:.4f}")
    _table(["item", "a", "se", "b", "se", "c"], [
        [item.name, *_cells([item.a, item.se_a]), " ".join(_cells(item.b)),
         " ".join(_cells(item.se_b)), *_cells([item.c])]
        for item in found.items
    ])  # fmt: skip
    for name, said in _remarks(found).items():
        click.echo(f"{name}: {said}")


def _remarks(found: Calibration) -> dict[str, str]:
    """Return what a reader of the table has to know, by item."""
    said = {}
    for item in found.screened:
        does = "left out" if item.left_out else "kept"
        said[item.name] = f"{advice.advice(item.reason, 'en')} ({does})"
    for name, gap in found.gaps.items():
        said[f"{name} "] = f"nobody scored {', '.join(map(str, gap))}; categories are those seen"
    if not found.converged:
        said["Attention"] = "the estimation did not settle; do not use these numbers"
    return said


def _calibration_json(
    found: Calibration, prior: str, guessing: float | None, read: Responses
) -> dict[str, Any]:
    """Return a calibration as JSON; `score --parameters` reads it back."""
    several = found.model in ("grm", "gpcm")
    values = dict(zip(read.names, read.coded().values, strict=True))
    items = []
    for item in found.items:
        items.append({
            "name": item.name,
            "a": item.a,
            "b": list(item.b) if several else item.b[0],
            "c": item.c,
            "se_a": item.se_a,
            "se_b": list(item.se_b) if several else item.se_b[0],
            "se_c": item.se_c,
            "answers": item.answers,
            "scores": values[item.name].tolist(),
        })  # fmt: skip
    return {
        "N": found.persons,
        "logLik": found.loglik,
        "items": items,
        "model": found.model,
        "prior": prior,
        "guessing": {"center": guessing, "sd": calibration.GUESSING_SD}
        if guessing and found.model == "3pl"
        else None,
        "parameters": found.free,
        "AIC": 2 * found.free - 2 * found.loglik,
        "BIC": found.free * float(np.log(found.persons)) - 2 * found.loglik,
        "nodes": found.nodes,
        "converged": found.converged,
        "screened": [asdict(item) for item in found.screened],
        "gaps": {name: list(gap) for name, gap in found.gaps.items()},
    }


@click.command()
@TABLE
@MODEL
@PRIOR
@GUESSING
@click.option(
    "--parameters",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Output of calibrate --json; without it TABLE is calibrated first.",
)
@click.option(
    "--method", type=click.Choice(scoring.METHODS), default="eap", show_default=True,
    help="Posterior mean, posterior mode, or Warm's weighted likelihood.",
)  # fmt: skip
@AS_JSON
def score(
    table: Path,
    model: Model | None,
    prior: PriorName,
    guessing: float | None,
    parameters: Path | None,
    method: scoring.Method,
    as_json: bool,
) -> None:
    """Estimate the ability of every row of TABLE."""
    if model is None and parameters is None:
        raise click.UsageError(f"--model or --parameters is needed; models: {', '.join(MODELS)}")
    read = _read(table)
    if parameters:
        bank, values = _refused(lambda: _parameters(parameters, model))
    else:
        found = _refused(
            lambda: calibration.calibrate(read, cast(Model, model), prior=prior, guessing=guessing)
        )
        seen = dict(zip(read.names, read.coded().values, strict=True))
        bank, values = found.bank, [seen[name].tolist() for name in found.bank.names]
    codes, ignored = _refused(lambda: responses.codes_for(read, bank.names, values))
    scores = _refused(lambda: scoring.score(bank, codes, method))
    rows = [
        {"row": i + 1, "theta": float(theta), "se": float(se), "freq": int(freq)}
        for i, (theta, se, freq) in enumerate(zip(scores.theta, scores.se, read.freq, strict=True))
    ]
    if as_json:
        _print({
            "N": read.persons, "model": bank.model, "method": method, "persons": rows,
            "theta": scores.theta.tolist(), "se": scores.se.tolist(), "ignored": ignored,
        })  # fmt: skip
        return
    _table(["row", "theta", "se"], [_cells([r["row"], r["theta"], r["se"]]) for r in rows])
    for name in ignored:
        click.echo(f"{name}: no parameters, not used")


def _parameters(path: Path, model: Model | None) -> tuple[Bank, list[list[float]]]:
    """Return the bank in a file of parameters, and the scores its categories stand for."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        items = found["items"]
        said = found.get("model") or model
        names = [str(item["name"]) for item in items]
        b = [item["b"] if isinstance(item["b"], list) else [item["b"]] for item in items]
        a = [float(item["a"]) for item in items]
        c = [float(item.get("c") or 0.0) for item in items]
        scores = [item.get("scores") or list(range(len(b[i]) + 1)) for i, item in enumerate(items)]
    except OSError as error:
        raise Invalid(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Invalid(f"{path}: this is no output of `calibrate --json`") from None
    if said not in MODELS or (model and model != said):
        raise Invalid(f"{path}: holds parameters of the model {said}, not {model or 'a known one'}")
    if any(len(own) != len(row) + 1 for own, row in zip(scores, b, strict=True)):
        raise Invalid(f"{path}: scores and difficulties of an item do not fit")
    try:
        return Bank.of(a, b, c, model=said, names=names), scores
    except (ValueError, TypeError) as error:
        raise Invalid(f"{path}: {error}") from None
