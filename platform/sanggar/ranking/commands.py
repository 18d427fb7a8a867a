"""`sanggar ranking`: train and evaluate the order of names."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from sanggar import clock
from sanggar.kernel import db
from sanggar.ranking import training
from sanggar.ranking.training import Evaluation


@click.group("ranking")
def ranking() -> None:
    """Learn from decided offers, and see whether it helps."""


@ranking.command("train")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@with_appcontext
def train(as_json: bool) -> None:
    """Learn anew; the model serves only when it beats the fixed weights on later briefs."""
    with db.transaction():
        found, row = training.train(clock.now())
        version = row.version if row else ""
    _print(found, as_json)
    if version and not as_json:
        click.echo(f"saved as {version}{' and now serves' if found.ships else ', not serving'}")


@ranking.command("evaluate")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@with_appcontext
def evaluate(as_json: bool) -> None:
    """Compare with the fixed weights on later briefs; nothing is saved or changed."""
    with db.transaction():
        found = training.evaluate(training.dataset())
    _print(found, as_json)


def _print(found: Evaluation, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1))
        return
    click.echo(f"decided offers   {found.rows} in {found.briefs} briefs")
    if found.kind:
        click.echo(f"model            {found.kind}, AUC {found.auc:.3f} (5 folds by brief)")
        click.echo(f"later briefs     {found.later_briefs}")
        click.echo(f"NDCG@5 model     {found.ndcg_model:.3f}")
        click.echo(f"NDCG@5 baseline  {found.ndcg_baseline:.3f}")
        click.echo(f"NDCG@5 shadow    {found.ndcg_shadow:.3f} (for comparison, never serves)")
        click.echo(
            f"difference       {found.difference:+.3f}  95 % interval {found.low:+.3f} to {found.high:+.3f}"
        )
    click.echo(found.reason)
