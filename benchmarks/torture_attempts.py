"""Exam attempts under a bad network and a server that is killed: is any answer lost or doubled?

Many simulated talents take an exam at once. Each browser counts its answers and keeps them until the
server has said yes, as `attempt.js` does. On the way requests and answers get lost, arrive twice, in
another order, late, from two tabs; clocks are wrong; the whole server is killed with SIGKILL again
and again and started on the same folder. In the end every answer in the database is compared with
the newest one that was given.

`python -m benchmarks torture_attempts` makes its own server. To look at one that already runs:
`python -m benchmarks.torture_attempts --url http://127.0.0.1:8000 --dir instance` (it is not killed
then; the folder is needed to make the people and to compare the answers).
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlmodel import SQLModel, select

from benchmarks.pages import sign_in
from benchmarks.report import free_port, table, wait_for
from sanggar import clock
from sanggar.accounts import service as accounts
from sanggar.app import create_app
from sanggar.assessments import grading, rules
from sanggar.assessments.models import Answer, AnswerLog, Attempt, AttemptItem, AttemptState
from sanggar.kernel import db, schema
from sanggar.kernel.access import Role
from sanggar.kernel.config import Settings
from sanggar.kernel.models import EventRecord
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service

EXAM = "/exams/shared/freelancing-basics-check"
#: seconds of service between two kills
ATTEMPTS, WORKERS, KILL_EVERY = 500, 12, 12.0
DROP_REQUEST, DROP_ANSWER, TWICE, LATER = 0.12, 0.12, 0.10, 0.25
#: a second-generation connection, shortened tenfold so that the run ends
LATENCY = (0.03, 0.09)
START_SECONDS = 300
DOWN = (OSError, http.client.HTTPException)


@dataclass
class Site:
    """The server under test; it can be killed and comes back on the same folder."""

    folder: Path
    url: str = ""
    kills: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve the folder and wait until it answers, however busy the machine is."""
        port = free_port()
        values = {
            **os.environ, "SANGGAR_MODE": "demo", "SANGGAR_DATA_DIR": str(self.folder),
            "SANGGAR_LOG_LEVEL": "ERROR", "SANGGAR_RATE_LIMITS": "0",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sanggar.cli", "serve", "--port", str(port)],
            env=values, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(f"http://127.0.0.1:{port}/health", START_SECONDS)
        self.url = f"http://127.0.0.1:{port}"

    def kill(self) -> None:
        """Kill every process of the server without warning."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def restart(self) -> None:
        """Kill the server in the middle of whatever it does, and start it again."""
        self.kill()
        self.kills += 1
        self.start()


@dataclass(frozen=True)
class Message:
    """One answer as a browser holds it until the server has said yes."""

    position: int
    fields: tuple[tuple[str, str], ...]
    seq: int
    client: str


class Talent:
    """One simulated browser with two tabs."""

    def __init__(self, site: Site, cookie: str, seed: int, count: Counter[str]) -> None:
        self.site, self.cookie, self.count = site, cookie, count
        self.rng = random.Random(seed)
        self.seq = 0
        self.given: list[Message] = []
        self.attempt = 0
        self.token = self.csrf = ""

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, str, str]:
        """Send one request; return status, body and Location."""
        parts = urlsplit(self.site.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        try:
            more = {
                "Cookie": self.cookie,
                "Accept": "text/html",
                "Date": "Thu, 01 Jan 1970 00:00:00 GMT",
                **headers,
            }
            data = None
            if body is not None:
                data = urlencode(body, doseq=True)
                more["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, data, more)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                if cookie.startswith("sanggar="):  # it carries the secret of the forms
                    self.cookie = cookie.split(";", 1)[0]
            return (
                answer.status,
                answer.read().decode("utf-8", "replace"),
                answer.headers.get("Location", ""),
            )
        finally:
            connection.close()

    def insist(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, str, str]:
        """Send until the server is there and not busy."""
        while True:
            try:
                status, text, location = self.call(method, path, body)
                if status < 500:
                    return status, text, location
            except DOWN:
                self.count["no connection"] += 1
            time.sleep(0.3)

    def take_exam(self) -> None:
        """Start, answer every question (some twice), submit; everything more than once."""
        _, page, _ = self.insist("GET", EXAM)
        self.csrf = value(page, "csrf_token")
        for _ in range(self.rng.choice((1, 1, 2))):
            status, text, location = self.insist("POST", EXAM + "/start", {"csrf_token": self.csrf})
            assert status == 303, f"the start answered {status}: {text[-800:]}"
        self.attempt = int(location.rsplit("/", 1)[1])
        _, page, _ = self.insist("GET", f"/attempts/{self.attempt}/1")
        size = int(re.findall(r'name="go" value="(\d+)"', page)[-1])
        self.token = value(page, "token")
        pending: list[Message] = []
        visits = [*range(1, size + 1), *self.rng.sample(range(1, size + 1), 4)]
        for position in visits:
            _, page, _ = self.insist("GET", f"/attempts/{self.attempt}/{position}")
            self.seq += 1
            tab = self.rng.choice(("j-one", "j-two"))
            message = Message(position, choose(page, self.rng), self.seq, tab)
            self.given.append(message)
            pending.append(message)
            if self.rng.random() > LATER:
                self.flush(pending)
        while pending:
            self.flush(pending)
        for _ in range(self.rng.choice((1, 2))):
            self.insist("POST", f"/attempts/{self.attempt}/submit", {"csrf_token": self.csrf})

    def flush(self, pending: list[Message]) -> None:
        """Send what waits, in any order; keep what the server has not confirmed."""
        self.rng.shuffle(pending)
        for message in list(pending):
            if self.send(message):
                pending.remove(message)

    def send(self, message: Message) -> bool:
        """Send one answer through the bad network; return whether the browser heard yes."""
        time.sleep(self.rng.uniform(*LATENCY))
        if self.rng.random() < DROP_REQUEST:
            self.count["requests lost"] += 1
            return False
        body = {
            **group(message.fields), "csrf_token": self.csrf, "token": self.token,
            "seq": message.seq, "client": message.client,
        }  # fmt: skip
        path = f"/attempts/{self.attempt}/{message.position}"
        confirmed = False
        for _ in range(2 if self.rng.random() < TWICE else 1):
            self.count["messages sent"] += 1
            try:
                status, text, _ = self.call("POST", path, body, Accept="application/json")
            except DOWN:
                self.count["no connection"] += 1
                time.sleep(0.3)
                continue
            if status == 200 and '"ok":true' in text.replace(" ", ""):
                confirmed = True
            elif status < 500:
                raise AssertionError(f"{path} answered {status}: {text[:200]}")
        if confirmed and self.rng.random() < DROP_ANSWER:
            self.count["confirmations lost"] += 1
            return False
        return confirmed


def value(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name} in the page"
    return found[1]


def group(fields: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """Return form fields by name."""
    grouped: dict[str, list[str]] = {}
    for name, text in fields:
        grouped.setdefault(name, []).append(text)
    return grouped


def choose(page: str, rng: random.Random) -> tuple[tuple[str, str], ...]:
    """Return a random answer to the question on a page."""
    form = page.split('id="answer"', 1)[1].split("</form>", 1)[0]
    selects = re.findall(r'<select name="(answer-\w+)"', form)
    if selects:
        return tuple((name, str(rng.randint(1, len(selects)))) for name in selects)
    options = re.findall(r'<input type="(radio|checkbox)" name="answer" value="(\w+)"', form)
    if options and options[0][0] == "radio":
        return (("answer", rng.choice(options)[1]),)
    if options:
        return tuple(("answer", text) for _, text in rng.sample(options, 2))
    return (("answer", str(rng.randint(1, 99999))),)


def prepare(folder: Path, number: int) -> list[str]:
    """Make the database and its talents; return their cookies."""
    settings = Settings.load(
        {}, mode="demo", data_dir=str(folder), log_level="ERROR", rate_limits=False
    )
    app = create_app(settings)
    database = app.extensions["sanggar.db"]
    if schema.head() is None:
        SQLModel.metadata.create_all(database.engine)
    else:
        schema.upgrade(database)
    now = clock.now()
    with db.transaction(app):
        if not programme.hubs():
            programme_service.seed(now)
    with db.transaction(app):
        hub = programme.hubs()[0]
        region = next(r for r in programme.regions() if r.hub_id == hub.id)
        run = time.time_ns()
        people = [
            accounts.join(
                name=f"Talenta {n}", phone=None, email=f"uji-{run}-{n}@example.org", password=None,
                birth_date=None, region_id=region.id, hub_id=hub.id, language="id",
                role=Role.TALENT, channel="self", now=now,
            )
            for n in range(number)
        ]  # fmt: skip
    cookies = [sign_in(app, person) for person in people]
    database.dispose()
    return cookies


def simulate(
    site: Site, cookies: list[str], kill_every: float
) -> tuple[list[Talent], Counter[str]]:
    """Let everybody take the exam while the server comes and goes."""
    count: Counter[str] = Counter()
    talents = [Talent(site, cookie, seed, count) for seed, cookie in enumerate(cookies)]
    done = threading.Event()
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(talent.take_exam) for talent in talents]

        def killer() -> None:
            while not done.wait(kill_every):
                site.restart()

        thread = threading.Thread(target=killer, daemon=True)
        if kill_every:
            thread.start()
        try:
            for one in running:
                one.result()
        finally:
            done.set()
            if kill_every:
                thread.join()
    return talents, count


def compare(folder: Path, talents: list[Talent]) -> dict[str, int]:
    """Compare the database with what the browsers gave."""
    settings = Settings.load(
        {}, mode="demo", data_dir=str(folder), log_level="ERROR", rate_limits=False
    )
    app = create_app(settings)
    found = Counter({"lost": 0, "doubled": 0, "wrong score": 0, "open attempts": 0})
    with db.transaction(app) as session:
        for talent in talents:
            attempt = session.get(Attempt, talent.attempt)
            assert attempt is not None
            rows = session.exec(
                select(AttemptItem, Answer)
                .join(Answer, Answer.attempt_item_id == AttemptItem.id, isouter=True)  # type: ignore[arg-type]
                .where(AttemptItem.attempt_id == talent.attempt)
            ).all()
            newest = {m.position: m for m in sorted(talent.given, key=lambda m: m.seq)}
            shares = []
            for item, answer in rows:
                restored = grading.restore(item.item)
                expected = grading.read(restored, group(newest[item.position].fields))
                found["lost"] += answer is None or answer.response != expected
                shares.append(
                    rules.Scored(item.unit, item.points, grading.grade(restored, expected).score)
                )
            logged = session.exec(
                select(AnswerLog).where(AnswerLog.attempt_id == talent.attempt)
            ).all()
            found["lost"] += len(
                {(m.client, m.seq) for m in talent.given}
                - {(r.client, r.client_seq) for r in logged}
            )
            found["doubled"] += len(logged) - len(talent.given)
            found["wrong score"] += attempt.score != rules.score(shares).total
            found["open attempts"] += attempt.state is not AttemptState.DECIDED
            mine = session.exec(
                select(Attempt.id).where(Attempt.person_id == attempt.person_id)
            ).all()
            found["doubled"] += len(mine) - 1
        told = Counter(
            event.data["attempt"]
            for event in session.exec(
                select(EventRecord).where(EventRecord.kind == "AttemptGraded")
            )
        )
        found["doubled"] += sum(told[talent.attempt] - 1 for talent in talents)
    app.extensions["sanggar.db"].dispose()
    return dict(found)


def torture(folder: Path, number: int, url: str = "", kill_every: float = KILL_EVERY) -> int:
    """Run everything and print the table; return the number of missed goals."""
    cookies = prepare(folder, number)
    site = Site(folder, url)
    begun = time.monotonic()
    try:
        if not url:
            site.start()
        talents, count = simulate(site, cookies, 0 if url else kill_every)
    finally:
        site.kill()
    found = compare(folder, talents)
    given = sum(len(talent.given) for talent in talents)
    facts: list[tuple[object, ...]] = [
        ("attempts", len(talents), "", ""),
        ("answers given", given, "", ""),
        *((name, total, "", "") for name, total in sorted(count.items())),
        ("server killed (SIGKILL)", site.kills, "", ""),
        ("seconds", round(time.monotonic() - begun), "", ""),
    ]
    goals = [(name, total, 0, "ok" if total == 0 else "missed") for name, total in found.items()]
    return table(("what", "number", "goal", "verdict"), [*facts, *goals])


def run(number: int = ATTEMPTS, kill_every: float = KILL_EVERY) -> int:
    """Torture a server of one's own."""
    with tempfile.TemporaryDirectory(prefix="sanggar-torture-") as folder:
        return torture(Path(folder), number, kill_every=kill_every)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--attempts", type=int, default=ATTEMPTS)
    parser.add_argument("--kill-every", type=float, default=KILL_EVERY, metavar="SECONDS")
    parser.add_argument("--url", default="", help="a server that already runs (it is not killed)")
    parser.add_argument("--dir", type=Path, help="the data folder of that server")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    if given.url and not given.dir:
        parser.error("--url needs --dir, the data folder of that server")
    if given.url:
        return torture(given.dir, given.attempts, given.url)
    return run(given.attempts, given.kill_every)


if __name__ == "__main__":
    sys.exit(min(main(), 100))
