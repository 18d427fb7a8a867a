"""What each role finds in the navigation: one table, read by the layout of every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request, url_for
from markupsafe import Markup

from sanggar.kernel import access, i18n
from sanggar.kernel.access import Principal, Role, principal
from sanggar.kernel.i18n import _l

#: frames kept before all are drawn anew
FRAMES = 1000


@dataclass(frozen=True)
class Entry:
    """One place: endpoint, what it is called, its icon."""

    endpoint: str
    label: Any
    icon: str = "note"


#: Roles in the order in which their home is chosen for people who hold several.
HOMES: tuple[tuple[Role, Entry], ...] = (
    (Role.ADMIN, Entry("web.admin", _l("Administration"), "gear")),
    (Role.PROVINCE, Entry("reports.province", _l("Province"), "chart")),
    (Role.HUB_OFFICER, Entry("reports.officer", _l("Overview"), "chart")),
    (Role.AGENCY_OFFICER, Entry("reports.agency", _l("Overview"), "chart")),
    (Role.MENTOR, Entry("assessments.queue", _l("Marking"), "tick")),
    (Role.CLIENT, Entry("clients.home", _l("Briefs"), "note")),
    (Role.TALENT, Entry("learning.home", _l("Home"), "home")),
)

ACCOUNT = Entry("accounts.profile", _l("Account"), "user")

#: After the home: the places a role goes to most. Four at most, so that five fit under a thumb.
PLACES: dict[Role, tuple[Entry, ...]] = {
    Role.TALENT: (
        Entry("learning.courses", _l("Learn"), "book"),
        Entry("workshops.mine", _l("Workshops"), "calendar"),
        Entry("clients.work", _l("Work"), "work"),
        ACCOUNT,
    ),
    Role.MENTOR: (
        Entry("workshops.teach", _l("Workshops"), "calendar"),
        Entry("incubation.cohorts", _l("Incubation"), "people"),
        Entry("web.plugins", _l("Tracks"), "book"),
        ACCOUNT,
    ),
    Role.CLIENT: (
        Entry("clients.talents", _l("Talents"), "people"),
        Entry("clients.placements", _l("Work"), "work"),
        ACCOUNT,
    ),
    Role.HUB_OFFICER: (
        Entry("accounts.people", _l("People"), "people"),
        Entry("workshops.manage", _l("Schedule"), "calendar"),
        Entry("clients.desk", _l("Briefs"), "note"),
        ACCOUNT,
    ),
    Role.AGENCY_OFFICER: (
        Entry("workshops.index", _l("Schedule"), "calendar"),
        ACCOUNT,
    ),
    Role.PROVINCE: (
        Entry("reports.recap", _l("Weekly recap"), "download"),
        Entry("workshops.index", _l("Schedule"), "calendar"),
        ACCOUNT,
    ),
    Role.ADMIN: (
        Entry("accounts.people", _l("People"), "people"),
        Entry("web.plugins", _l("Tracks"), "book"),
        ACCOUNT,
    ),
}

ANYBODY: tuple[Entry, ...] = (
    Entry("catalogue.tracks", _l("Tracks"), "book"),
    Entry("clients.talents", _l("Talents"), "people"),
    Entry("certification.verify_form", _l("Certificate check"), "award"),
    Entry("accounts.sign_in", _l("Sign in"), "user"),
)

#: What an administrator looks after, in groups.
ADMIN_GROUPS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (_l("People"), (
        Entry("accounts.people", _l("People"), "people"),
        Entry("accounts.roles", _l("Roles"), "lock"),
        Entry("accounts.deletions", _l("Requests to erase data"), "note"),
    )),
    (_l("Programme"), (
        Entry("programme.targets", _l("Targets"), "chart"),
        Entry("programme.hubs", _l("Hubs"), "map"),
        Entry("programme.regions", _l("Regions"), "map"),
        Entry("reports.recap", _l("Weekly recap"), "download"),
    )),
    (_l("Platform"), (
        Entry("web.plugins", _l("Tracks and plugins"), "book"),
        Entry("exports.audit", _l("Audit log"), "list"), Entry("exports.events", _l("Events"), "list"), Entry("web.health", _l("Health (JSON)"), "check"),
    )),
)  # fmt: skip

MY_DATA = Entry("accounts.data", _l("My data"))
FOOTER: tuple[Entry, ...] = (
    MY_DATA,
    Entry("catalogue.tracks", _l("Tracks")),
    Entry("certification.verify_form", _l("Certificate check")),
    Entry("web.help_index", _l("Help")),
)


@dataclass(frozen=True)
class Link:
    """An entry, resolved for this request."""

    url: str
    label: Any
    icon: str = ""
    current: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Navigation:
    """All that the layout shows around a page."""

    home: str
    entries: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)
    inbox: str = ""
    unread: int = 0


@dataclass(frozen=True)
class Frame:
    """What stands around a page, drawn."""

    top: Markup
    foot: Markup
    has_nav: bool
    other: str


def entries_for(person: Principal) -> list[Entry]:
    """Return the places of a person: their first role's, then the homes of their other roles."""
    if not person.known:
        return list(ANYBODY)
    homes = [(role, home) for role, home in HOMES if person.has(role)]
    if not homes:
        return [ACCOUNT]
    first, home = homes[0]
    others = [entry for _role, entry in homes[1:]]
    own = [home, *PLACES[first]]
    return [*own[:-1], *others, own[-1]]


def home_of(person: Principal) -> Entry:
    """Return where a person's day begins."""
    found = next((home for role, home in HOMES if person.has(role) and open_to(home, person)), None)
    return found or (ACCOUNT if open_to(ACCOUNT, person) else Entry("web.landing", ""))


def open_to(entry: Entry, person: Principal) -> bool:
    """Return whether the page is there and this person may open it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if entry.endpoint not in app.view_functions:
        return False
    policy = access.policy_of(app, entry.endpoint)
    return policy is not None and policy.allows(person)


def _is_current(entry: Entry, here: str) -> bool:
    if here:
        return here in (entry.endpoint, entry.endpoint.split(".")[-1])
    return entry.endpoint == request.endpoint


def build(here: str = "") -> Navigation:
    """Return the navigation of this request; `here` names the current place (an endpoint)."""
    person = principal()
    shown = [entry for entry in entries_for(person) if open_to(entry, person)]
    marked = [_is_current(entry, here) for entry in shown]
    if not any(marked) and request.blueprint not in (None, "web"):
        # a page below one of the places: mark the first place of the same slice
        same = [entry.endpoint.split(".")[0] == request.blueprint for entry in shown]
        marked = [hit and not any(same[:index]) for index, hit in enumerate(same)]
    links = [
        Link(_url(entry.endpoint), entry.label, entry.icon, on, entry.endpoint == request.endpoint)
        for entry, on in zip(shown, marked, strict=True)
    ]
    inbox = Entry("notifications.inbox", "")
    return Navigation(
        home=_url("web.start") if person.known else _url("web.landing"),
        entries=links,
        footer=[
            Link(_url(entry.endpoint), entry.label) for entry in FOOTER if open_to(entry, person)
        ],
        inbox=_url(inbox.endpoint) if open_to(inbox, person) else "",
        unread=int(person.extra.get("unread", 0)),
    )


def frame(here: str = "") -> Frame:
    """Return what stands around this page.

    It is the same for everybody with the same roles at the same place, and half of what drawing a
    page costs: it is drawn once and kept.
    """
    person = principal()
    key = (
        request.script_root, request.endpoint, here, i18n.language(), person.known, person.roles,
        person.extra.get("unread", 0),
    )  # fmt: skip
    kept: dict[Any, Frame] = current_app.extensions.setdefault("sanggar.frames", {})
    if key not in kept:
        if len(kept) >= FRAMES:
            kept.clear()
        kept[key] = _draw(build(here))
    return kept[key]


def _draw(nav: Navigation) -> Frame:
    macros = current_app.jinja_env.get_template("web/frame.html").module
    other = "en" if i18n.language() == "id" else "id"
    return Frame(macros.top(nav), macros.foot(nav), bool(nav.entries), other)  # type: ignore[attr-defined]


def language_url(other: str) -> str:
    """Return the address that shows this page in the other language."""
    return url_for("web.language", code=other, next=_here())


def admin_groups() -> list[tuple[Any, list[Link]]]:
    """Return the pages of an administrator that are there."""
    return [
        (
            title,
            [Link(_url(e.endpoint), e.label, e.icon) for e in entries if open_to(e, principal())],
        )
        for title, entries in ADMIN_GROUPS
    ]


def _url(endpoint: str) -> str:
    """Return the address of a page without arguments; looked up once, menus ask for it each time."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("sanggar.menu", {})
    place = (request.script_root, endpoint)
    if place not in known:
        known[place] = url_for(endpoint)
    return known[place]


def join_url(next_url: str = "") -> str:
    """Return where to join, coming back to a page of this site afterwards."""
    return url_for("accounts.join", next=next_url or None)


def _here() -> str:
    if request.method != "GET":
        return "/"
    return request.full_path.rstrip("?") if request.query_string else request.path
