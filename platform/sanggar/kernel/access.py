"""Who may open which page. Default deny: a view without a policy answers 403, and a test names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_request_context, request

from sanggar import errors


class Role(StrEnum):
    """What a person is to the programme. One person can hold several."""

    TALENT = "talent"
    MENTOR = "mentor"
    CLIENT = "client"
    HUB_OFFICER = "hub_officer"
    AGENCY_OFFICER = "agency_officer"
    PROVINCE = "province"
    ADMIN = "admin"


#: Roles whose changes are written to the audit log.
AUDITED = frozenset(Role) - {Role.TALENT}
STAFF = frozenset({Role.HUB_OFFICER, Role.AGENCY_OFFICER, Role.PROVINCE, Role.ADMIN})


@dataclass(frozen=True)
class Principal:
    """The person behind a request. `hubs` limits a hub officer; `tracks` a mentor; `agency` an officer."""

    id: int = 0
    name: str = ""
    roles: frozenset[Role] = frozenset()
    hubs: frozenset[int] = frozenset()
    tracks: frozenset[str] = frozenset()
    agency: str = ""
    language: str = "id"
    #: small values that the layout shows (unread messages), filled by the loader in the same query
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """True when signed in."""
        return self.id != 0

    def has(self, *roles: Role) -> bool:
        """Return whether the person holds any of these roles."""
        return not self.roles.isdisjoint(roles)

    def sees_hub(self, hub_id: int | None) -> bool:
        """Return whether this person's staff roles reach a hub."""
        if self.has(Role.ADMIN, Role.PROVINCE):
            return True
        return self.has(Role.HUB_OFFICER) and hub_id in self.hubs


ANONYMOUS = Principal()


@dataclass(frozen=True)
class Policy:
    """Who may call a view: everybody, anybody signed in, or holders of certain roles."""

    kind: str
    roles: frozenset[Role] = frozenset()

    def allows(self, person: Principal) -> bool:
        """Return whether `person` may."""
        if self.kind == "public":
            return True
        if self.kind == "signed_in":
            return person.known
        return person.has(*self.roles)


PUBLIC = Policy("public")
SIGNED_IN = Policy("signed_in")

View = TypeVar("View", bound=Callable[..., Any])
Loader = Callable[[], Principal]


def public(view: View) -> View:
    """Let everybody call the view."""
    view.access_policy = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let anybody who is signed in call the view."""
    view.access_policy = SIGNED_IN  # type: ignore[attr-defined]
    return view


def allow(*roles: Role) -> Callable[[View], View]:
    """Let holders of these roles call the view."""

    def mark(view: View) -> View:
        view.access_policy = Policy("roles", frozenset(roles))  # type: ignore[attr-defined]
        return view

    return mark


def principal() -> Principal:
    """Return who is asking; anonymous outside a request unless `acting_as` said otherwise."""
    if "principal" not in g:
        loader: Loader | None = _state(current_app).get("loader") if has_request_context() else None
        g.principal = loader() if loader else ANONYMOUS
    found: Principal = g.principal
    return found


def act_as(person: Principal) -> None:
    """Set who is acting in this context (jobs, commands, tests of services)."""
    g.principal = person


def declare(app: Flask, endpoint: str, policy: Policy) -> None:
    """Give a view of a library its policy."""
    _state(app)["declared"][endpoint] = policy


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """Return the policy of an endpoint, None when nobody declared one."""
    declared: Policy | None = _state(app)["declared"].get(endpoint)
    return declared or getattr(app.view_functions.get(endpoint), "access_policy", None)


def init_app(app: Flask, loader: Loader, sign_in: Callable[[], Any]) -> None:
    """Check every request against its policy; `sign_in` answers those nobody knows yet."""
    _state(app)["loader"] = loader

    @app.before_request
    def _check() -> Any:
        if request.endpoint is None:
            return None  # 404 or 405, decided by routing
        policy = policy_of(app, request.endpoint)
        if policy is PUBLIC:
            return None
        person = principal()
        if policy is not None and policy.allows(person):
            return None
        if not person.known and policy is not None:
            return sign_in()
        raise errors.Forbidden


def _state(app: Flask) -> dict[str, Any]:
    state: dict[str, Any] = app.extensions.setdefault("sanggar.access", {"declared": {}})
    return state
