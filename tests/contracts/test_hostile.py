"""Nothing that comes in an address or a form makes a page break: the answer is never 500."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests import earn
from tests.contracts.test_routes import ROLES, rules
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from sanggar.kernel import access

HERE = Path(__file__).resolve()
PACKAGE = HERE.parents[2] / "platform" / "sanggar"
NUMBERS = (1, 0, 2**31 - 1, 2**31, 10**30)
WORDS = ("tidak-ada", "x" * 3000, "%", "..", "\u202e", "🦀")
VALUES = (
    "", "-1", str(10**30), "NaN", "0001-01-01", "9999-12-31", "<script>%s{{7*7}}' OR 1=1 --",
    "x" * 3000, "a\x00b\u202e🦀",
)  # fmt: skip
NAME = re.compile(r'name="([a-z][a-z0-9_-]*)"')
FIELD = re.compile(r"^    ([a-z_]+)(?:: [^=]+)? = \w*Field\(", re.M)
ARGUMENT = re.compile(r'args(?:\.get|\.getlist)?[(\[]"([a-z_]+)"')


def names() -> dict[str, list[str]]:
    """Return slice -> every name a form field or an argument of its pages has, those of all pages too."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*"):
        said = found.setdefault(path.relative_to(PACKAGE).parts[0], set())
        if path.suffix == ".html":
            said.update(NAME.findall(path.read_text("utf-8")))
        elif path.suffix == ".py":
            text = path.read_text("utf-8")
            said.update(FIELD.findall(text), ARGUMENT.findall(text))
    everywhere = found["web"] | found["kernel"]
    assert len(set().union(*found.values())) > 80
    return {name: sorted((said | everywhere) - {"csrf_token"}) for name, said in found.items()}


def _values(converter: BaseConverter) -> tuple[object, ...]:
    if isinstance(converter, AnyConverter):
        return (min(converter.items),)
    return NUMBERS if isinstance(converter, IntegerConverter) else WORDS


def addresses(rule: Rule) -> list[str]:
    """Return the route with each hostile value in all its places."""
    parts = {name: _values(converter) for name, converter in rule._converters.items()}
    tries = max((len(values) for values in parts.values()), default=1)
    found = []
    for index in range(tries):
        given = {name: values[index % len(values)] for name, values in parts.items()}
        built = rule.build(given, append_unknown=False)
        if built is not None:
            found.append(str(built[1]))
    return found


def _slice(app: Flask, rule: Rule) -> str:
    """Return the folder of the code that answers."""
    view = app.view_functions.get(rule.endpoint)
    module = inspect.unwrap(view).__module__.split(".") if view else [""]
    return module[1] if module[0] == "sanggar" else "accounts"


@pytest.fixture
def lived(remembered, tx, people, now) -> None:
    """A site in which the first row of most tables exists."""

    def live() -> None:
        with tx():
            earn.learn(people.talent, now)
        with tx():
            earn.attend(people, people.talent, "w1", now)
        with tx():
            earn.deliver(people, people.talent, "w1", now)

    remembered(live)


def _ask(client: FlaskClient, rule: Rule, forms: list[dict[str, str]]) -> list[str]:
    """Ask the first address with every form, each other address with one."""
    first, *others = addresses(rule)
    broken = []
    for address, form in [(first, form) for form in forms] + [(each, forms[0]) for each in others]:
        for method, given in (("GET", {"query_string": form}), ("POST", {"data": form})):
            if method not in (rule.methods or ()):
                continue
            with client.open(address, method=method, **given) as answer:
                if answer.status_code == 500:
                    broken.append(f"{method} {address[:80]} {list(form.values())[:1]}")
    return broken


#: each role's pages are asked on SQLite; those of these two, who reach most tables, on PostgreSQL too
TWICE = ("talent", "officer")


@pytest.mark.parametrize(
    "who",
    [
        name if name in TWICE else pytest.param(name, marks=pytest.mark.once)
        for name in ("anonymous", *ROLES)
    ],
)
def test_no_address_and_no_form_breaks_a_page(
    app: Flask, client: FlaskClient, people, login, lived, who: str
) -> None:
    if who != "anonymous":
        login(client, getattr(people, who))
    known = {
        name: [dict.fromkeys(said, value) for value in VALUES] for name, said in names().items()
    }
    broken: list[str] = []
    for rule in rules(app):
        policy = access.policy_of(app, rule.endpoint)
        mine = policy is not None and (
            policy.kind == "public" if who == "anonymous" else ROLES[who] in policy.roles
        )
        if mine and rule.endpoint not in ("security.logout",):
            forms = known[_slice(app, rule)]
            # the first role that may asks with every form, the others with one
            first = next(
                (name for name, role in ROLES.items() if role in policy.roles), "anonymous"
            )
            broken += _ask(client, rule, forms if who == first else forms[:1])
    assert not broken, "\n".join(sorted(set(broken)))
