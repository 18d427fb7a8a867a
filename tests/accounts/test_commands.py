"""Commands for people."""

from __future__ import annotations

import pytest
from flask import Flask

from sanggar.accounts import queries


@pytest.fixture
def run(app: Flask, database):
    """Run a command and return its result."""
    return lambda *args: app.test_cli_runner().invoke(args=["user", *args])


def test_create_grant_and_code(run, tx):
    made = run("create", "Galih", "--email", "galih@example.org", "--role", "admin")
    assert made.exit_code == 0, made.output
    granted = run("grant", "galih@example.org", "hub_officer", "--hub", "malang")
    assert granted.exit_code == 0, granted.output
    code = run("code", "galih@example.org")
    assert code.exit_code == 0
    assert len(code.output.split(": ")[1].strip()) == 8
    with tx():
        person = queries.by_login("galih@example.org")
        assert {row.role.value for row in queries.roles(person.id)} == {"admin", "hub_officer"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("create", "Galih"), "phone"),
        (("create", "Galih", "--phone", "12"), "phone"),
        (("create", "Galih", "--phone", "081200000123", "--hub", "surabaya"), "malang"),
        (("code", "nobody@example.org"), "nobody"),
        (("grant", "nobody@example.org", "admin"), "nobody"),
    ],
)
def test_mistakes_are_named(run, args, words):
    result = run(*args)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
