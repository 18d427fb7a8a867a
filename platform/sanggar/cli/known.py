"""What commands about plugins start from: the settings, the core's own plugins, the registry."""

from __future__ import annotations

from typing import Any

import click

from sanggar.app import builtins
from sanggar.kernel import log, registry
from sanggar.kernel.config import Settings, SettingsError
from sanggar.kernel.registry import Registry


def settings(**overrides: Any) -> Settings:
    """Return the settings; looking at plugins needs no secret key and no strictness."""
    try:
        found = Settings.load(mode="demo", strict_plugins=False, **overrides)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    log.configure("CRITICAL", "console")  # broken plugins are printed, not logged
    return found


def load(found: Settings) -> Registry:
    """Return the registry as the site would have it."""
    return registry.load(found, builtins())
