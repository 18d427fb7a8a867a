"""`sanggar ranking audit` and `sanggar ranking validity`: the reports of fairness on a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from flask.cli import with_appcontext

from sanggar import clock
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import db
from sanggar.ranking import audit as auditing
from sanggar.ranking import validity as validating
from sanggar.ranking.validity import Correlation


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@with_appcontext
def audit(as_json: bool) -> None:
    """Audit how groups of ten and more fared in a year; exit 1 when one is certainly behind."""
    with db.transaction(), db.reading():
        found = auditing.audits(clock.now())
    behind = []
    for scope, numbers in found.items():
        for kind, each in numbers["kinds"].items():
            for group in each["groups"]:
                behind += [
                    (scope, kind, group["group"], measure)
                    for measure in ("exposure", "placement") if group[measure]["certain"]
                ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        _print_audit(found)
    if behind:
        raise click.exceptions.Exit(1)


def _print_audit(found: dict[str, dict[str, Any]]) -> None:
    for scope, numbers in found.items():
        click.echo(f"{f'hub {scope}' if scope else 'programme'}: {numbers['briefs']} briefs, "
                   f"{numbers['logged']} with logged lists")  # fmt: skip
        for kind, each in numbers["kinds"].items():
            for group in each["groups"]:
                said = "  ".join(
                    f"{measure} {rate['ratio']:.2f} ({rate['low']:.2f} to {rate['high']:.2f})"
                    + (" BEHIND" if rate["certain"] else " watch" if rate["flagged"] else "")
                    for measure in ("exposure", "placement") for rate in [group[measure]]
                )  # fmt: skip
                click.echo(f"  {kind:<11}{group['group']:<10}{group['people']:>6}  {said}")


@click.command("validity")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
@with_appcontext
def validity(as_json: bool) -> None:
    """Say whether exam scores, practical marks and levels predict how work goes, by track."""
    now = clock.now()
    with db.transaction(), db.reading():
        found = [validating.report(track.id, now) for track in catalogue.tracks()]
    if as_json:
        click.echo(json.dumps([asdict(report) for report in found], indent=1))
        return
    for report in found:
        click.echo(f"{report.track}: {report.works} ended works of {report.people} talents, "
                   f"{report.examined} examined")  # fmt: skip
        for link in report.links:
            if link.plain is None:
                said = "too few to say"
            else:
                said = _said(link.plain) + (" (rough)" if link.few else "")
                if link.corrected is not None:
                    said += f"   corrected {_said(link.corrected)}"
            click.echo(f"  {link.predictor:<9}{link.outcome:<8}{link.people:>5}  {said}")


def _said(found: Correlation) -> str:
    return f"{found.value:+.2f} ({found.low:+.2f} to {found.high:+.2f})"
