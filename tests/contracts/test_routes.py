"""Who may open what: one table for every route and every role, checked against the policies and
against real requests."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from sanggar.kernel import access
from sanggar.kernel.access import Role

TESTS = Path(__file__).resolve().parents[1]


def matrix() -> dict[str, str]:
    """Join the slices' tables."""
    joined: dict[str, str] = {}
    for path in sorted(TESTS.glob("*/routes.py")):
        spec = importlib.util.spec_from_file_location(f"routes_{path.parent.name}", path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        doubled = joined.keys() & module.ROUTES.keys()
        assert not doubled, f"{path}: {doubled} stand elsewhere too"
        joined.update(module.ROUTES)
    return joined


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def words(policy: access.Policy | None) -> str:
    if policy is None:
        return "nobody"
    return policy.kind if policy.kind != "roles" else " ".join(sorted(policy.roles))


def test_every_route_is_in_the_matrix(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in rules(app)}
    table = matrix()
    assert sorted(endpoints - table.keys()) == [], "routes without a row"
    assert sorted(table.keys() - endpoints) == [], "rows without a route"


def test_the_matrix_says_what_the_views_say(app: Flask) -> None:
    wrong = []
    for endpoint, expected in matrix().items():
        actual = words(access.policy_of(app, endpoint))
        if " ".join(sorted(expected.split())) != actual:
            wrong.append(f"{endpoint}: the table says {expected}, the view says {actual}")
    assert not wrong, "\n".join(wrong)


ROLES = {
    "talent": Role.TALENT, "mentor": Role.MENTOR, "client": Role.CLIENT, "officer": Role.HUB_OFFICER,
    "agency": Role.AGENCY_OFFICER, "province": Role.PROVINCE, "admin": Role.ADMIN,
}  # fmt: skip


def _value(converter: BaseConverter) -> object:
    """Return something that fits the route and does not exist."""
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 987654321 if isinstance(converter, IntegerConverter) else "tidak-ada"


def _address(rule: Rule) -> str:
    values = {name: _value(converter) for name, converter in rule._converters.items()}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return str(built[1])


@pytest.mark.parametrize("who", ["anonymous", *ROLES])
def test_every_route_with_every_role(app: Flask, client, people, login, who: str) -> None:
    """A role that may not is refused before anything else happens; one that may is never refused
    by the policy (things that do not exist answer 404)."""
    if who != "anonymous":
        login(client, getattr(people, who))
    wrong = []
    for rule in rules(app):
        policy = access.policy_of(app, rule.endpoint)
        assert policy is not None
        method = (
            "GET"
            if "GET" in (rule.methods or ())
            else sorted(rule.methods - {"OPTIONS", "HEAD"})[0]
        )
        answer = client.open(_address(rule), method=method)
        if rule.endpoint.endswith(("sign_out", "logout")):
            if who != "anonymous":
                login(client, getattr(people, who))
            continue
        if who == "anonymous":
            refused = answer.status_code in (401, 403) or (
                answer.status_code in (302, 303)
                and "/sign-in" in answer.headers.get("Location", "")
            )
            expected = policy.kind != "public"
        else:
            refused = answer.status_code == 403
            held = frozenset({ROLES[who]})
            expected = policy.kind == "roles" and policy.roles.isdisjoint(held)
        if expected and not refused:
            wrong.append(f"{who} {method} {rule.rule}: {answer.status_code}, should be refused")
        if answer.status_code >= 500:
            wrong.append(f"{who} {method} {rule.rule}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
