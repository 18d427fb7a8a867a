"""All settings, in one table: environment variable, default, help. Documentation is made from it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "SANGGAR_"

#: Keys that must never guard a real site.
KNOWN_KEYS = ("", "demo", "dev", "change-me", "secret")


def setting(default: Any, help_text: str) -> Any:
    """Declare one setting with its default and the sentence that documents it."""
    return field(default=default, metadata={"help": help_text})


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names the variable and the remedy."""


@dataclass(frozen=True)
class Settings:
    """Values read once at start-up; `mode` decides how strict the site is about its own safety."""

    mode: str = setting(
        "production", "production, demo or test. Demo and test may run without a secret key."
    )
    secret_key: str = setting(
        "", "Signs cookies and links. Required in production: 32 random characters or more."
    )
    data_dir: str = setting(
        "instance", "Folder for the embedded database, uploads, jobs and the outbox."
    )
    database_url: str = setting(
        "", "SQLAlchemy address of the database. Empty: SQLite in the data folder."
    )
    courses_dir: str = setting(
        "", "Folder with Markdown courses. Empty: the courses that came with Sanggar."
    )
    base_url: str = setting(
        "http://localhost:8000", "Public address of the site, for links in messages and QR codes."
    )
    programme: str = setting(
        "Millennial Job Center Jawa Timur",
        "Name of the programme shown in the footer and on certificates.",
    )
    strict_plugins: bool = setting(
        False, "Refuse to start when a plugin is broken (development and CI)."
    )
    plugins_off: str = setting("", "Names of installed plugins not to load, separated by commas.")
    track_dirs: str = setting(
        "", "Folders of tracks to preview without installing them, separated by the path separator."
    )
    smtp_url: str = setting(
        "",
        "smtp://user:password@host:port or smtps://…. Empty: e-mails are written to the outbox folder.",
    )
    mail_from: str = setting("sanggar@localhost", "Sender address of e-mails.")
    worker: str = setting(
        "embedded", "embedded: jobs run inside `sanggar serve`; separate: run `sanggar worker`."
    )
    jobs_url: str = setting(
        "", "redis://… or postgresql://… for jobs at scale. Empty: SQLite in the data folder."
    )
    scheduler: str = setting(
        "",
        "Address of a Dask scheduler (tcp://host:8786) that ranks on several machines. Empty: none.",
    )
    workers: int = setting(2, "Web worker processes of `sanggar serve`.")
    threads: int = setting(4, "Threads in each web worker process.")
    proxies: int = setting(
        0, "Number of trusted proxies in front (X-Forwarded-For and -Proto are read from them)."
    )
    upload_mb: int = setting(50, "Largest request body in megabytes.")
    rate_limits: bool = setting(
        True, "Limit attempts to sign in, to ask for codes and to verify certificates."
    )
    limits_url: str = setting(
        "memory://", "Where rate-limit counters live: memory:// or redis://…."
    )
    log_level: str = setting("INFO", "DEBUG, INFO, WARNING or ERROR.")
    log_format: str = setting("json", "json for machines, console for people.")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Read settings from the environment; keyword arguments win.

        Raises
        ------
        SettingsError
            When a value has the wrong form or a required one is missing.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for item in fields(cls):
            raw = environ.get(PREFIX + item.name.upper())
            if raw is not None:
                values[item.name] = _convert(item.name, raw, item.default)
        unknown = sorted(
            name for name in environ
            if name.startswith(PREFIX) and name[len(PREFIX):].lower() not in cls.names()
        )  # fmt: skip
        if unknown:
            raise SettingsError(
                f"{unknown[0]} is not a setting: remove it or correct its name "
                "(`sanggar settings` lists all)"
            )
        values.update(overrides)
        loaded = cls(**values)
        loaded.check()
        return loaded

    @classmethod
    def names(cls) -> set[str]:
        """Return the field names."""
        return {item.name for item in fields(cls)}

    def check(self) -> None:
        """Refuse values that would make the site unsafe or fail later."""
        if self.mode not in ("production", "demo", "test"):
            raise SettingsError(f"SANGGAR_MODE is '{self.mode}': use production, demo or test")
        if self.worker not in ("embedded", "separate"):
            raise SettingsError(f"SANGGAR_WORKER is '{self.worker}': use embedded or separate")
        if self.mode == "production" and (
            self.secret_key.lower() in KNOWN_KEYS or len(self.secret_key) < 32
        ):
            raise SettingsError(
                "SANGGAR_SECRET_KEY is missing or too short: set 32 random characters or more, "
                "for example from `python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`"
            )

    @property
    def secure(self) -> bool:
        """True when cookies are for https only (every site but demo and tests)."""
        return self.mode == "production"

    @property
    def data(self) -> Path:
        """The data folder, absolute."""
        return Path(self.data_dir).resolve()

    @property
    def database(self) -> str:
        """Address of the database."""
        return self.database_url or f"sqlite:///{self.data / 'sanggar.db'}"

    @property
    def courses(self) -> Path:
        """Folder with the Markdown courses: configured, in the checkout, or in the wheel."""
        if self.courses_dir:
            return Path(self.courses_dir).resolve()
        package = Path(__file__).resolve().parents[1]
        checkout = package.parents[1] / "courses"
        return checkout if checkout.is_dir() else package / "_courses"


def _convert(name: str, raw: str, default: Any) -> Any:
    variable = PREFIX + name.upper()
    if isinstance(default, bool):
        if raw.lower() in ("1", "true", "yes", "on"):
            return True
        if raw.lower() in ("0", "false", "no", "off", ""):
            return False
        raise SettingsError(f"{variable} is '{raw}': use 1 or 0")
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError:
            raise SettingsError(f"{variable} is '{raw}': use a whole number") from None
    return raw
