"""Work outside requests: huey, embedded in `sanggar serve` or as a separate `sanggar worker`.

A task is a plain function with JSON arguments, registered by name. It runs in an application
context and one transaction; it must be idempotent, because a killed worker runs it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app
from huey import CancelExecution, Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab

from sanggar.kernel import db, log
from sanggar.kernel.config import Settings, SettingsError

F = TypeVar("F", bound=Callable[..., None])

_tasks: dict[str, Callable[..., None]] = {}
_periodic: dict[str, dict[str, str]] = {}


def task(function: F) -> F:
    """Register a job under its module and name."""
    _tasks[_name(function)] = function
    return function


def every(**schedule: str) -> Callable[[F], F]:
    """Register a job that runs on a schedule (crontab fields: minute, hour, day …, in UTC)."""

    def register(function: F) -> F:
        _tasks[_name(function)] = function
        _periodic[_name(function)] = schedule
        return function

    return register


def _name(function: Callable[..., None]) -> str:
    return f"{function.__module__.removeprefix('sanggar.')}.{function.__name__}"


def enqueue(function: Callable[..., None], *args: Any) -> None:
    """Send a job after this transaction is committed (never when it is rolled back)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    name = _name(function)
    if name not in _tasks:
        raise KeyError(f"{name} is not registered with @jobs.task")
    db.after_commit(lambda: app.extensions["sanggar.jobs"].run(name, list(args)))


class Queue:
    """The huey instance of one application."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.huey = _connect(settings)
        self._task = self.huey.task(retries=5, retry_delay=30, name="sanggar_job")(self._perform)
        for name, schedule in _periodic.items():
            self.huey.periodic_task(crontab(**schedule), name=f"sanggar_{name}")(self._timer(name))

    def run(self, name: str, args: list[Any]) -> None:
        """Queue a job by name."""
        self._task(name, args)

    def _timer(self, name: str) -> Callable[[], None]:
        return lambda: self._perform(name, [])

    def _perform(self, name: str, args: list[Any]) -> None:
        function = _tasks.get(name)
        if function is None:
            log.get().error("unknown_job", job=name)
            raise CancelExecution(retry=False)
        perform(self.app, function, *args)


def perform(app: Flask, function: Callable[..., None], *args: Any) -> None:
    """Run a job now, in its own transaction."""
    with db.transaction(app):
        function(*args)


def _connect(settings: Settings) -> Huey:
    if settings.mode == "test":
        return MemoryHuey("sanggar", immediate=True)
    url = settings.jobs_url
    if url.startswith("redis"):
        return RedisHuey("sanggar", url=url)
    if url.startswith("postgresql"):
        return PostgresHuey("sanggar", dsn=url)
    if url:
        raise SettingsError(
            f"SANGGAR_JOBS_URL is '{url}': use redis://… or postgresql://…, or leave it empty"
        )
    settings.data.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("sanggar", filename=str(settings.data / "jobs.db"), fsync=True)


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the queue to `app`."""
    app.extensions["sanggar.jobs"] = Queue(app, settings)


def registered() -> dict[str, dict[str, str] | None]:
    """Return all job names with their schedule, for the documentation and its test."""
    return {name: _periodic.get(name) for name in sorted(_tasks)}
