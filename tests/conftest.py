"""Fixtures of all tests: an application, a fresh database for each test, and the people of the
Alice, Bob and Charlie kind (owner, peer, outsider) that every view test can ask about.

`TEST_DATABASE=postgresql` runs the same tests on a real PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session
from tests.databases import PostgresStore, SqliteStore, Store, postgres_url
from tests.support import count_sql

from sanggar import clock
from sanggar.accounts import service as accounts
from sanggar.app import create_app
from sanggar.kernel import access, db, schema
from sanggar.kernel.access import Role
from sanggar.kernel.config import Settings
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PASSWORD = "kata-sandi-uji-17"
ON_POSTGRES = os.environ.get("TEST_DATABASE") == "postgresql"

FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--no-first-run",
]  # fmt: skip

#: examples may take as long as they take: other processes share the machine
hypothesis.settings.register_profile("sanggar", deadline=None)
hypothesis.settings.load_profile("sanggar")

_real_connect = socket.socket.connect


@pytest.fixture(autouse=True, scope="session")
def _no_outside_world() -> Iterator[None]:
    """Refuse sockets to anything but loopback, and refuse mail altogether."""

    def guarded(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and not str(host).startswith(("127.", "::1", "localhost")):
            raise AssertionError(f"a test tried to reach {host}")
        return _real_connect(self, address)

    def no_mail(*_args: object, **_options: object) -> None:
        raise AssertionError("a test tried to send real mail")

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    patch.setattr(smtplib.SMTP, "sendmail", no_mail)
    patch.setattr(smtplib.SMTP, "send_message", no_mail)
    yield
    patch.undo()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what never asks for a database: the run on SQLite has it."""
    if not ON_POSTGRES:
        return
    idle = [item for item in items if "database" not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=idle)
    left_out = set(idle)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the tests: strict plugins, no rate limits, their own data folder."""
    data = tmp_path_factory.mktemp("data")
    return Settings.load(
        {}, mode="test", data_dir=str(data), strict_plugins=True, rate_limits=False,
        log_level="ERROR", log_format="console",
    )  # fmt: skip


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    """One application for all tests; its database is exchanged for each."""
    made = create_app(settings)
    made.extensions["sanggar.db"].dispose()
    return made


@pytest.fixture(scope="session")
def person_ids() -> dict[str, int]:
    """Ids of the people in the prepared database, filled when it is made."""
    return {}


@pytest.fixture(scope="session")
def store(
    app: Flask,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    person_ids: dict[str, int],
) -> Iterator[Store]:
    """Where fresh databases come from: a seeded one, and the same with people in it."""

    def seeded(database: db.Database) -> None:
        app.extensions["sanggar.db"] = database
        schema.upgrade(database)
        with clock.frozen(NOW), db.transaction(app):
            programme_service.seed(NOW)

    def peopled(_database: db.Database) -> None:
        with clock.frozen(NOW), db.transaction(app):
            person_ids.update(_make_people())

    templates = {"seeded": seeded, "peopled": peopled}
    made: Store
    if ON_POSTGRES:
        made = PostgresStore(postgres_url(), f"sanggar_{worker_id}", templates)
    else:
        made = SqliteStore(tmp_path_factory.mktemp("db"), templates)
    yield made
    made.close()


@pytest.fixture
def database(app: Flask, store: Store, request: pytest.FixtureRequest) -> Iterator[db.Database]:
    """A fresh database, migrated and seeded with the five hubs, on the application."""
    made = store.fresh("peopled" if "people" in request.fixturenames else "seeded")
    app.extensions["sanggar.db"] = made
    yield made
    store.drop(made)


Remembered = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def remembered(store: Store, database: db.Database) -> Remembered:
    """`remembered(prepare)`: what many tests begin with is written once; see `Store.remembered`."""
    return lambda prepare: store.remembered(database, prepare)


@pytest.fixture
def statements(app: Flask, database: db.Database) -> Iterator[list[str]]:
    """The SQL statements since the last `clear()`."""
    with count_sql(app) as found:
        yield found


@pytest.fixture(name="db")
def _db(database: db.Database) -> db.Database:
    return database


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is (the one without windows is quicker); skips without, fails in CI."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        word = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(word)
        pytest.skip(word)
    return found


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield opened
        opened.close()


Transaction = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def tx(app: Flask, database: db.Database) -> Transaction:
    """`with tx() as session:` opens one committed transaction; `tx(person)` acts as somebody."""

    @contextmanager
    def begin(person: access.Principal | None = None) -> Iterator[Session]:
        with db.transaction(app) as session:
            if person is not None:
                access.act_as(person)
            yield session

    return begin


@pytest.fixture
def now() -> datetime:
    """The moment the tests live in: 21 Nov 2026, 10.00 WIB."""
    return NOW


@pytest.fixture(autouse=True)
def _fixed_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the clock at `now`, except in tests that drive a real server or browser."""
    if "browser" in request.keywords or "live_clock" in request.fixturenames:
        yield
        return
    with clock.frozen(NOW):
        yield


@pytest.fixture
def live_clock() -> None:
    """Ask for the real clock."""


@pytest.fixture
def client(app: Flask, database: db.Database) -> FlaskClient:
    """An anonymous visitor."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def login(app: Flask, database: db.Database) -> Callable[[FlaskClient, int], FlaskClient]:
    """`login(client, person_id)` signs somebody in; returns the client."""

    def sign_in(visitor: FlaskClient, person_id: int) -> FlaskClient:
        with db.transaction(app):
            session_values = accounts.session_for(person_id)
        with visitor.session_transaction() as session:
            session.clear()
            session.update(session_values)
        return visitor

    return sign_in


PEOPLE: dict[str, tuple[str, Role, str]] = {
    # name of the fixture -> (name, role, hub code)
    "talent": ("Wahyuni", Role.TALENT, "malang"),
    "peer": ("Rizky Pratama", Role.TALENT, "malang"),
    "outsider": ("Moh. Holil", Role.TALENT, "pamekasan"),
    "mentor": ("Rina Wulandari, S.Ds.", Role.MENTOR, "malang"),
    "other_mentor": ("Bagus Setiawan", Role.MENTOR, "malang"),
    "client": ("Sulastri", Role.CLIENT, "malang"),
    "other_client": ("Tutik", Role.CLIENT, "jember"),
    "officer": ("Agung Wicaksono", Role.HUB_OFFICER, "malang"),
    "other_hub_officer": ("Khusnul Khotimah", Role.HUB_OFFICER, "jember"),
    "agency": ("Hendra Gunawan", Role.AGENCY_OFFICER, "malang"),
    "province": ("Indah Permatasari", Role.PROVINCE, "malang"),
    "admin": ("Galih", Role.ADMIN, "malang"),
}


def _make_people() -> dict[str, int]:
    made: dict[str, int] = {}
    hubs = {hub.code: hub for hub in programme.hubs()}
    regions = programme.regions()
    for index, (key, (name, role, hub_code)) in enumerate(PEOPLE.items()):
        hub = hubs[hub_code]
        region = next(r for r in regions if r.hub_id == hub.id)
        person_id = accounts.join(
            name=name, phone=f"+62812000000{index:02d}", email=f"{key}@example.org",
            password=PASSWORD, birth_date=date(2001, 5, 17), region_id=region.id,
            hub_id=hub.id, language="id",
            role=role if role in (Role.TALENT, Role.CLIENT) else None,
            channel="self", now=NOW,
        )  # fmt: skip
        if role is Role.HUB_OFFICER:
            accounts.grant(person_id, role, hub_id=hub.id, by_id=person_id, now=NOW)
        elif role is Role.MENTOR:
            track = "photography" if key == "mentor" else "packaging_design"
            accounts.grant(person_id, role, track=track, by_id=person_id, now=NOW)
        elif role is Role.AGENCY_OFFICER:
            accounts.grant(person_id, role, agency="disperindag", by_id=person_id, now=NOW)
        elif role not in (Role.TALENT, Role.CLIENT):
            accounts.grant(person_id, role, by_id=person_id, now=NOW)
        made[key] = person_id
    return made


@pytest.fixture
def people(database: db.Database, person_ids: dict[str, int]) -> SimpleNamespace:
    """One person for each role (ids), made through the accounts service."""
    return SimpleNamespace(**person_ids)


@pytest.fixture
def hubs(tx: Transaction, people: SimpleNamespace) -> dict[str, int]:
    """Hub code -> id."""
    with tx():
        return {hub.code: hub.id for hub in programme.hubs()}


@pytest.fixture
def officer(people: SimpleNamespace, hubs: dict[str, int]) -> access.Principal:
    """The officer of Malang."""
    return access.Principal(
        id=people.officer, roles=frozenset({Role.HUB_OFFICER}), hubs=frozenset({hubs["malang"]})
    )


@pytest.fixture
def other_officer(people: SimpleNamespace, hubs: dict[str, int]) -> access.Principal:
    """The officer of Jember."""
    return access.Principal(
        id=people.other_hub_officer,
        roles=frozenset({Role.HUB_OFFICER}),
        hubs=frozenset({hubs["jember"]}),
    )
