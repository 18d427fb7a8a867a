"""`sanggar ranking`: train, judge, promote and replay the order of names."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from flask.cli import with_appcontext

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.kernel import db
from sanggar.ranking import journal, lessons, nightly, queries, replay, store
from sanggar.ranking.audit_commands import audit, validity
from sanggar.ranking.build_commands import build

if TYPE_CHECKING:
    from sanggar.ranking.training import Evaluation


@click.group("ranking")
def ranking() -> None:
    """Learn from lists and offers, see whether it helps, and make past lists again."""


ranking.add_command(build)
ranking.add_command(audit)
ranking.add_command(validity)


@ranking.command("train")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@with_appcontext
def train(as_json: bool) -> None:
    """Learn anew; the model serves only when it beats the fixed weights and what serves."""
    try:
        with store.alone(), db.transaction():
            report = nightly.run(clock.now())
    except store.BusyError as error:
        raise click.ClickException(str(error)) from None
    found = report["found"]
    _print(found, as_json)
    if report["trained"] and not as_json:
        said = "and now serves" if found["ships"] else "not serving"
        click.echo(f"saved as {report['trained']}, {said}")


@ranking.command("evaluate")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@with_appcontext
def evaluate(as_json: bool) -> None:
    """Compare with the fixed weights and what serves on later briefs; nothing is changed."""
    from sanggar.ranking import training  # noqa: PLC0415 - it loads scikit-learn

    with db.transaction(), db.reading():
        data = lessons.from_database(journal.looks())
        found: Evaluation = training.evaluate(data, nightly.present())
    _print(asdict(found), as_json)


@ranking.command("promote")
@click.argument("version")
@click.option("--force", default="", help="Why it should serve although it has not earned it.")
@click.option("--hold", is_flag=True, help="No training changes it until the next promotion.")
@with_appcontext
def promote(version: str, force: str, hold: bool) -> None:
    """Let a past training serve, or the fixed weights: `promote fixed`."""
    from sanggar.ranking import turns  # noqa: PLC0415 - it loads scikit-learn

    try:
        with store.alone(), db.transaction():
            turns.promote(version, clock.now(), force=force.strip(), hold=hold)
    except (errors.NotFound, errors.Conflict, store.BusyError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{version} serves")


@ranking.command("replay")
@click.argument("list_id", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="Replay every list in the log.")
@click.option("--show", is_flag=True, help="Print the list as it comes out.")
@with_appcontext
def make_again(list_id: int | None, every: bool, show: bool) -> None:
    """Make a logged list again, byte for byte; exit 1 when it comes out otherwise."""
    if (list_id is None) != every:
        raise click.UsageError("name a list, or use --all")
    wrong = count = 0
    with db.transaction(), db.reading():
        for number in queries.list_ids() if every else [list_id or 0]:
            try:
                found = replay.replay(number)
            except errors.NotFound as error:
                raise click.ClickException(str(error)) from None
            count += 1
            wrong += not found.same
            _say(found, show=show, quiet=every)
    if every:
        click.echo(f"{count - wrong} of {count} lists came out as they were shown")
    if wrong:
        raise click.exceptions.Exit(1)


def _say(found: replay.Replayed, *, show: bool, quiet: bool) -> None:
    if show:
        click.echo(found.made)
    if found.same and not quiet:
        click.echo(f"list {found.list_id} ({found.version}): the same, byte for byte")
    for line in found.differences:
        click.echo(f"list {found.list_id} ({found.version}): {line}")
    if not found.same or not quiet:
        for line in found.changed:
            click.echo(f"list {found.list_id}: {line}")


@ranking.command("forget")
@click.argument("login")
@with_appcontext
def forget(login: str) -> None:
    """Remove somebody from the log of lists, when a request for deletion is granted."""
    with db.transaction():
        person = accounts.by_login(login)
        if person is None:
            raise click.ClickException(f"nobody has the phone number or e-mail address '{login}'")
        count = journal.forget_person(person.id)
    click.echo(f"removed from {count} lists")


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    click.echo(f"decided offers   {found['rows']} in {found['briefs']} briefs")
    if found["kind"]:
        click.echo(f"model            {found['kind']}, AUC {found['auc']:.3f} (5 folds by brief)")
        click.echo(f"better rows      {found['ess']:.0f} effective")
        click.echo(f"later briefs     {found['later_briefs']}")
        click.echo(f"NDCG@5 model     {found['ndcg_model']:.3f}")
        click.echo(f"NDCG@5 baseline  {found['ndcg_baseline']:.3f}")
        click.echo(f"NDCG@5 shadow    {found['ndcg_shadow']:.3f} (for comparison, never serves)")
        click.echo(
            f"difference       {found['difference']:+.3f}  95 % interval {found['low']:+.3f} to {found['high']:+.3f}"
        )
    for service, switch in found["position"].get("switches", {}).items():
        click.echo(f"place of {service}: {'weighed' if switch['on'] else 'not weighed'}, {switch['reason']}")  # fmt: skip
    click.echo(found["reason"])
