"""`sanggar serve` and `sanggar worker`: the web server and the jobs, in one command or two."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from sanggar import clock
from sanggar.app import builtins, create_app
from sanggar.clients import service as clients
from sanggar.demo.cast import cast
from sanggar.demo.data import PASSWORD
from sanggar.kernel import db, registry, schema
from sanggar.kernel.config import Settings, SettingsError
from sanggar.programme import service as programme

#: One BLAS thread in web workers: many small requests gain nothing from more, and lose to spinning.
SINGLE_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Server(BaseApplication):
    """gunicorn with our settings, no configuration file."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand over the options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application in the worker."""
        return settled(self.settings)


def settled(settings: Settings) -> Flask:
    """Return the application with all it is made of out of the garbage collector's sight.

    Hundreds of thousands of objects stay for as long as the worker runs: looking through all of them
    kept one reader in a hundred waiting for a quarter of a second.
    """
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    return app


def _prepare(settings: Settings) -> None:
    """Bring an embedded database up to date (after a copy of it); refuse an outdated one at scale."""
    database = db.Database(settings.database)
    current, head = schema.revisions(database.engine)
    if current == head:
        database.dispose()
        return
    if not database.is_sqlite:
        raise click.ClickException(
            f"the database is at migration {current}, this version needs {head}: run `sanggar upgrade`"
        )
    path = Path(database.url.removeprefix("sqlite:///"))
    if current is not None:
        db.copy_sqlite(path, path.with_suffix(f".before-{head}.db"))
    schema.upgrade(database)
    database.dispose()
    app = create_app(settings)
    with db.transaction(app):
        programme.seed(clock.now())
    with app.app_context():
        clients.mend_listings(clock.now())
    app.extensions["sanggar.db"].dispose()


def _port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    for name in Settings.names():
        value = getattr(settings, name)
        text = ("1" if value else "0") if isinstance(value, bool) else str(value)
        environment[f"SANGGAR_{name.upper()}"] = text
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "sanggar.cli", "worker", "--with-parent", str(os.getpid())],
        env=environment,
    )


def _watch(folders: list[str]) -> None:
    """Reload the web workers when a file of a previewed track is saved."""
    from watchfiles import watch  # noqa: PLC0415 - only for previews

    for changes in watch(*folders):
        names = sorted({Path(path).name for _kind, path in changes})
        click.echo(f"saved {', '.join(names)}: reloading", err=True)
        os.kill(os.getpid(), signal.SIGHUP)


def run(settings: Settings, host: str, port: int, *, quiet: bool = False) -> None:
    """Serve until stopped.

    Raises
    ------
    ClickException
        When the port is taken or the database needs an upgrade first.
    """
    for name in SINGLE_THREADED:
        os.environ.setdefault(name, "1")
    if not _port_is_free(host, port):
        raise click.ClickException(f"port {port} on {host} is taken: choose another with --port")
    _prepare(settings)
    started: dict[str, subprocess.Popen[bytes]] = {}
    previews = [folder for folder in settings.track_dirs.split(os.pathsep) if folder]

    def when_ready(_server: object) -> None:
        if settings.worker == "embedded":
            started["worker"] = _start_worker(settings)
        if previews:
            threading.Thread(target=_watch, args=(previews,), daemon=True).start()
        click.echo(f"Sanggar is open at http://{host}:{port}/ (Ctrl+C stops it)", err=True)

    def on_exit(_server: object) -> None:
        if worker := started.get("worker"):
            worker.terminate()
            worker.wait(timeout=10)

    Server(settings, {
        "bind": f"{host}:{port}",
        "workers": 1 if previews else settings.workers,
        "worker_class": "gthread",
        "threads": settings.threads,
        "loglevel": "critical" if quiet else "warning",
        "timeout": 60,
        "graceful_timeout": 15,
        "keepalive": 5,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "limit_request_field_size": 8190,
        "control_socket_disable": True,
        "when_ready": when_ready,
        "on_exit": on_exit,
    }).run()  # fmt: skip


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--track", "tracks", multiple=True, type=click.Path(exists=True, file_okay=False),
              help="Preview the track in this folder without installing it; reloads when a file is saved.")  # fmt: skip
def serve(host: str, port: int, tracks: tuple[str, ...]) -> None:
    """Serve the site, with its jobs unless SANGGAR_WORKER=separate."""
    overrides: dict[str, Any] = {}
    if tracks:
        folders = [str(Path(track).resolve()) for track in tracks]
        overrides["track_dirs"] = os.pathsep.join(folders)
        if "SANGGAR_SECRET_KEY" not in os.environ:
            overrides.update(
                mode="demo", data_dir=os.environ.get("SANGGAR_DATA_DIR", "instance-preview")
            )
    try:
        settings = Settings.load(
            base_url=os.environ.get("SANGGAR_BASE_URL", f"http://{host}:{port}"), **overrides
        )
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    if tracks or settings.strict_plugins:
        _say_what_is_broken(settings)
    if tracks and settings.mode == "demo":
        _cast(settings)
    run(settings, host, port)


def _cast(settings: Settings) -> None:
    """Put the demo accounts into a preview, so that somebody can walk through the track."""
    _prepare(settings)
    app = create_app(settings)
    addresses = cast(app, clock.now())
    app.extensions["sanggar.db"].dispose()
    click.echo(f"Sign in with one of these addresses and the password {PASSWORD}:", err=True)
    for address in addresses:
        click.echo(f"  {address}", err=True)


def _say_what_is_broken(settings: Settings) -> None:
    """Print the faults of plugins before serving; in strict mode they end the start."""
    try:
        known = registry.load(settings, builtins())
    except registry.BrokenPlugins as broken:
        raise click.ClickException(str(broken)) from None
    for plugin in known.plugins:
        for fault in plugin.faults:
            click.echo(fault, err=True)


@click.command()
@click.option("--with-parent", type=int, default=0, hidden=True)
def worker(with_parent: int) -> None:
    """Run jobs: reminders, closing of overdue exams, mail."""
    try:
        settings = Settings.load()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    app = create_app(settings)
    consumer = app.extensions["sanggar.jobs"].huey.create_consumer(
        workers=1, periodic=True, initial_delay=0.2, max_delay=5.0, check_worker_health=True
    )
    if with_parent:
        threading.Thread(target=_leave_with, args=(with_parent,), daemon=True).start()
    click.echo(f"jobs are running ({clock.now():%Y-%m-%d %H:%M} UTC)", err=True)
    consumer.run()


def _leave_with(parent: int) -> None:
    """End this process when the server that started it has died, however it died."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
