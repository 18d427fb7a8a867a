"""Pages that belong to no slice: landing, homes by role, language, help, health, plugins."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    request,
    url_for,
)
from jinja2 import Environment

from sanggar import clock, errors
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import access, markdown, registry, web
from sanggar.kernel.access import Role
from sanggar.kernel.config import Settings
from sanggar.kernel.health import health as report_health
from sanggar.kernel.i18n import COOKIE
from sanggar.plugin.text import LANGUAGES
from sanggar.programme import queries as programme
from sanggar.web import compress, content, filters, home, navigation, numbers, static

bp = Blueprint("web", __name__, template_folder="templates")

YEAR = 365 * 24 * 60 * 60


@bp.get("/")
@access.public
def landing() -> Response:
    """Show what the programme is."""
    return web.page(
        "web/landing.html",
        tracks=catalogue.outlines(),
        numbers=numbers.current(clock.now()),
        facts=[fact for fact in content.facts() if fact.show == "landing"],
    )


@bp.get("/home")
@access.signed_in
def start() -> Response:
    """Send everybody to the home of their role."""
    entry = navigation.home_of(access.principal())
    return make_response(redirect(url_for(entry.endpoint), 303))


@bp.get("/language/<code>")
@access.public
def language(code: str) -> Response:
    """Change the language and go back to where the reader was."""
    target = web.safe_next(request.args.get("next"), "/")
    response = make_response(redirect(target, 303))
    if code in LANGUAGES:
        response.set_cookie(
            COOKIE, code, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


@bp.get("/help/")
@access.public
def help_index() -> Response:
    """List the help pages."""
    return web.page("web/help.html", pages=content.pages().values())


@bp.get("/help/<page>")
@access.public
def help(page: str) -> Response:
    """Show a help page."""
    found = content.pages().get(page)
    if found is None:
        raise errors.NotFound
    return web.page("web/help_page.html", page=found, facts=content.facts())


@bp.get("/help/contact")
@access.public
def contact() -> Response:
    """Say where the hubs are and how to reach them."""
    return web.page("web/contact.html", hubs=programme.hubs())


@bp.get("/admin")
@access.allow(Role.ADMIN)
def admin() -> Response:
    """Show an administrator whether the site is well and what waits."""
    report, well = report_health()
    return web.page(
        "web/admin.html",
        report=report, well=well,
        broken=[p for p in registry.current().plugins if p.state == "broken"],
        groups=navigation.admin_groups(),
    )  # fmt: skip


@bp.get("/plugins")
@access.allow(Role.ADMIN, Role.MENTOR)
def plugins() -> Response:
    """Show what is installed and what is wrong with it."""
    return web.page(
        "web/plugins.html", plugins=registry.current().plugins, faults=catalogue.faults()
    )


@bp.get("/health")
@access.public
def health() -> Response:
    """Say whether the site is well, for monitors."""
    report, well = report_health()
    return make_response(jsonify(report), 200 if well else 503)


class Macros:
    """`ui` in every template, also in blocks rendered alone: the macros, loaded once."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._module: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._module is None or self._environment.auto_reload:
            self._module = self._environment.get_template("web/macros.html").module
        return getattr(self._module, name)


def init_app(app: Flask) -> None:
    """Give templates the layout's globals and serve static files."""
    settings: Settings = app.extensions["sanggar.settings"]
    with app.app_context():
        static.init_app(app, settings, registry.current())
    home.init_app(app)
    compress.init_app(app)
    app.jinja_env.filters.update(
        markdown=markdown.render, inwords=filters.inwords, inmillions=filters.inmillions
    )
    app.jinja_env.globals.update(
        has=lambda endpoint: endpoint in app.view_functions,
        join_url=navigation.join_url,
        ui=Macros(app.jinja_env),
        frame=navigation.frame,
        language_url=navigation.language_url,
        principal=access.principal,
        site=lambda: settings.base_url.rstrip("/"),
        programme=lambda: current_app.extensions["sanggar.settings"].programme,
    )
