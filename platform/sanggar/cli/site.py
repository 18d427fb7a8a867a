"""The application behind commands that work on a site's data (`user`, `ranking`)."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import ScriptInfo

from sanggar.app import create_app
from sanggar.kernel.config import Settings, SettingsError


def _create() -> Flask:
    try:
        return create_app(Settings.load())
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def script_info() -> ScriptInfo:
    """Return what `with_appcontext` asks; the application is made when a command runs, not for --help."""
    return ScriptInfo(create_app=_create, set_debug_flag=False)
