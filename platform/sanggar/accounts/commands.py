"""Commands for people: create somebody, grant a role, make a one-time code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask.cli import with_appcontext

from sanggar import clock, errors
from sanggar.accounts import codes, queries, service
from sanggar.kernel import db
from sanggar.kernel.access import Role
from sanggar.programme import queries as programme

LOGIN = "phone number or e-mail address"


def _run(action: Callable[[], Any]) -> Any:
    """Run an action in one transaction; say what was wrong in one sentence."""
    try:
        with db.transaction():
            return action()
    except errors.Invalid as error:
        details = "; ".join(f"{name}: {text}" for name, text in error.fields.items())
        raise click.ClickException(details or str(error.message)) from error
    except errors.SanggarError as error:
        raise click.ClickException(str(error.message) or type(error).__name__) from error


def _hub(code: str | None) -> int | None:
    if not code:
        return None
    found = {row.code: row.id for row in programme.hubs()}
    if code not in found:
        raise click.ClickException(f"there is no hub '{code}': use one of {', '.join(found)}")
    return found[code]


def _person(login: str) -> queries.Person:
    found = queries.by_login(login)
    if found is None:
        raise click.ClickException(f"nobody has the {LOGIN} '{login}'")
    return found


@click.group("user")
def users() -> None:
    """Create people, grant roles, make one-time codes."""


@users.command("create")
@click.argument("name")
@click.option("--phone", help="Phone number, in any form.")
@click.option("--email", help="E-mail address.")
@click.option("--hub", help="Code of the hub, for example malang.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Role to grant.")
@click.option("--track", help="Track of a mentor.")
@click.option("--agency", help="Agency of an agency officer.")
@click.option(
    "--password", help="Password; without it the person signs in by a one-time code.",
)  # fmt: skip
@with_appcontext
def create(
    name: str, phone: str | None, email: str | None, hub: str | None, role: str | None,
    track: str | None, agency: str | None, password: str | None,
) -> None:  # fmt: skip
    """Create the person NAME."""

    def act() -> int:
        now, hub_id = clock.now(), _hub(hub)
        own = role if role in (Role.TALENT, Role.CLIENT) else None
        person_id = service.join(
            name=name, phone=phone, email=email, password=password, birth_date=None,
            region_id=None, hub_id=hub_id, language="id", role=own, channel="staff", now=now,
        )  # fmt: skip
        if role and own is None:
            scope = hub_id if role == Role.HUB_OFFICER else None
            service.grant(
                person_id, role, hub_id=scope, track=track, agency=agency, by_id=None, now=now
            )
        return person_id

    click.echo(f"{name} has number {_run(act)}")


@users.command("grant")
@click.argument("login")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--hub", help="Code of the hub of a hub officer.")
@click.option("--track", help="Track of a mentor.")
@click.option("--agency", help="Agency of an agency officer.")
@with_appcontext
def grant(login: str, role: str, hub: str | None, track: str | None, agency: str | None) -> None:
    """Grant ROLE to the person with the phone number or e-mail address LOGIN."""

    def act() -> queries.Person:
        person = _person(login)
        service.grant(
            person.id,
            role,
            hub_id=_hub(hub),
            track=track,
            agency=agency,
            by_id=None,
            now=clock.now(),
        )
        return person

    click.echo(f"{_run(act).name} is now {role}")


@users.command("code")
@click.argument("login")
@with_appcontext
def code(login: str) -> None:
    """Make a one-time code for the person LOGIN; it is valid for 30 minutes."""

    def act() -> tuple[str, str]:
        person = _person(login)
        return person.name, codes.create_code(person.id, by_id=None, now=clock.now())

    name, made = _run(act)
    click.echo(f"{name}: {made}")
