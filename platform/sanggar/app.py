"""create_app(): all the wiring, in one visible place."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from types import ModuleType
from typing import Any

from flask import Flask
from flask_talisman import Talisman
from werkzeug.middleware.proxy_fix import ProxyFix

from sanggar.kernel import audit, db, i18n, jobs, log, registry, templating, web
from sanggar.kernel.config import Settings

#: Slices with pages, in the order of their floors.
SLICES = (
    "programme", "accounts", "catalogue", "invigilation", "learning", "workshops", "assessments",
    "moderation", "quality", "comparison", "evidence",
    "certification", "incubation", "clients", "ranking", "reports", "exports", "notifications", "web",
)  # fmt: skip
#: Slices that register something through the hooks, as a plugin would.
BUILTINS = ("assessments", "catalogue", "ranking", "exports", "notifications")

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def import_tables() -> None:
    """Import every slice's tables, so that the metadata is complete."""
    importlib.import_module("sanggar.kernel.models")
    for name in SLICES:
        for found in pkgutil.iter_modules(importlib.import_module(f"sanggar.{name}").__path__):
            if found.name.endswith("models"):
                importlib.import_module(f"sanggar.{name}.{found.name}")


def builtins() -> list[tuple[str, ModuleType]]:
    """Return the core's own plugins by name."""
    return [
        (f"sanggar.{name}", importlib.import_module(f"sanggar.{name}.plugin")) for name in BUILTINS
    ]


def _has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Build the application.

    Raises
    ------
    SettingsError
        When the settings would make the site unsafe.
    """
    settings = settings or Settings.load(**overrides)
    log.configure(settings.log_level, settings.log_format)
    app = web.Site("sanggar", static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key or "sanggar-demo-and-tests-only",
        TESTING=settings.mode == "test",
        MAX_CONTENT_LENGTH=settings.upload_mb * 1_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        SESSION_COOKIE_NAME="sanggar",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # once a day is enough: accounts.loader
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 30,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure,
        SERVER_NAME=None,
    )
    app.extensions["sanggar.settings"] = settings
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    _kernel(app, settings)
    _slices(app)
    _headers(app, settings)
    jobs.init_app(app, settings)
    return app


def _kernel(app: Flask, settings: Settings) -> None:
    log.init_app(app)
    web.init_app(app)
    db.init_app(app, settings.database)
    audit.install()
    i18n.init_app(app)
    templating.init_app(app)
    registry.install(app, registry.load(settings, builtins()))


def _headers(app: Flask, settings: Settings) -> None:
    style = f"'self' {app.extensions['sanggar.style_source']}"
    guard = Talisman(
        app,
        force_https=settings.secure,
        strict_transport_security=settings.secure,
        session_cookie_secure=settings.secure,
        content_security_policy={**CONTENT_SECURITY_POLICY, "style-src": style},
        referrer_policy="strict-origin-when-cross-origin",
        permissions_policy={"geolocation": "()", "microphone": "()", "browsing-topics": "()"},
    )
    # a monitor on the same machine speaks plain HTTP
    health = app.view_functions["web.health"]
    app.view_functions["web.health"] = guard(force_https=False)(health)


def _slices(app: Flask) -> None:
    """Register each slice: its tables and subscriptions, its pages, its own wiring."""
    for name in SLICES:
        package = importlib.import_module(f"sanggar.{name}")
        for part in ("models", "service"):
            if _has(f"sanggar.{name}.{part}"):
                importlib.import_module(f"sanggar.{name}.{part}")
        views = (
            importlib.import_module(f"sanggar.{name}.views")
            if _has(f"sanggar.{name}.views")
            else None
        )
        if views is not None and hasattr(views, "bp"):
            app.register_blueprint(views.bp)
        for module in (package, views):
            if module is not None and hasattr(module, "init_app"):
                module.init_app(app)
                break
