"""A real `sanggar serve` on a copy of the demo, and the same data seen from the test's own process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlmodel import Session

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.accounts import service as accounts_service
from sanggar.app import create_app
from sanggar.kernel import access, db
from sanggar.kernel.config import Settings

START_SECONDS = 90
STOP_SECONDS = 20


def free_port() -> int:
    """Return a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_environment() -> dict[str, str]:
    """Return the environment without settings of whoever runs the tests."""
    return {k: v for k, v in os.environ.items() if not k.startswith("SANGGAR_")}


class Site:
    """One demo folder, served; it may be killed and started again on the same port."""

    def __init__(self, folder: Path, track_dirs: str = "") -> None:
        self.folder, self.track_dirs = folder, track_dirs
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.app: Flask = create_app(
            Settings.load(
                {}, mode="demo", data_dir=str(folder), base_url=self.url, log_level="ERROR",
                rate_limits=False, track_dirs=track_dirs,
            )
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it is healthy."""
        environment = {
            **plain_environment(), "SANGGAR_MODE": "demo", "SANGGAR_DATA_DIR": str(self.folder),
            "SANGGAR_DATABASE_URL": "", "SANGGAR_BASE_URL": self.url, "SANGGAR_WORKERS": "1",
            "SANGGAR_LOG_LEVEL": "ERROR", "SANGGAR_RATE_LIMITS": "0",
            "SANGGAR_TRACK_DIRS": self.track_dirs,
        }  # fmt: skip
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sanggar.cli", "serve", "--port", str(self.port)],
                env=environment, start_new_session=True, stdout=log, stderr=log,
            )  # fmt: skip
        end = time.monotonic() + START_SECONDS
        while not self._healthy():
            if self.process.poll() is not None or time.monotonic() > end:
                said = (self.folder / "serve.log").read_text(errors="replace")
                raise AssertionError(f"the server did not start:\n{said[-3000:]}")
            time.sleep(0.2)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=5) as answer:
                return isinstance(json.load(answer), dict)
        except (OSError, ValueError):
            return False

    def kill(self) -> None:
        """Kill the server, its workers and its jobs at once, as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop the server in good order."""
        self._end(signal.SIGTERM)
        self.app.extensions["sanggar.db"].dispose()

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        group = process.pid  # it leads its own group
        try:
            os.killpg(group, how)
            process.wait(timeout=STOP_SECONDS)
        except ProcessLookupError:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(group, signal.SIGKILL)
            process.wait()

    @contextmanager
    def tx(self, person: access.Principal | None = None) -> Iterator[Session]:
        """Open one committed transaction on the site's data, as somebody when one is given."""
        with db.transaction(self.app) as session:
            if person is not None:
                access.act_as(person)
            yield session

    def person(self, login: str) -> int:
        """Return the id of the person with this phone number or e-mail address."""
        with self.tx():
            found = accounts.by_login(login)
        assert found is not None, f"nobody is called {login}"
        return found.id

    def session_cookie(self, person_id: int) -> str:
        """Return the cookie of somebody who is signed in."""
        with self.tx():
            values = accounts_service.session_for(person_id)
        visitor = self.app.test_client()
        with visitor.session_transaction() as session:
            session.update(values)
        cookie = visitor.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return str(cookie.value)

    @property
    def now(self):
        """The moment, for services."""
        return clock.now()
