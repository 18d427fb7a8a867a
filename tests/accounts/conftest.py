"""Fixtures of the tests of accounts: signed-in clients."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def visit(
    app: Flask, people: SimpleNamespace, login: Callable[[FlaskClient, int], FlaskClient]
) -> Callable[[str], FlaskClient]:
    """`visit("officer")` returns a client signed in as that person."""
    app.config["WTF_CSRF_ENABLED"] = False

    def sign_in(name: str) -> FlaskClient:
        return login(app.test_client(), getattr(people, name))

    return sign_in


@pytest.fixture
def text_of() -> Callable[[Any], str]:
    """Return the body of a response as text."""
    return lambda response: response.get_data(as_text=True)
