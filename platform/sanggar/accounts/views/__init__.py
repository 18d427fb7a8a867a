"""Pages about people: joining and codes, one's own account, officers' people, administrators' roles."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_security import views as library

from sanggar.accounts import consents, forms, limits, loader, security
from sanggar.accounts.commands import users
from sanggar.accounts.views import account, join, people, roles
from sanggar.kernel import access
from sanggar.kernel.i18n import tr

bp = Blueprint("accounts", __name__, template_folder="../templates")
for part in (join, account, people, roles):
    part.register(bp)

#: The address of the sign-in page under the name that the rest of the site uses.
bp.add_url_rule("/sign-in", "sign_in", access.public(library.login), build_only=True)


def init_app(app: Flask) -> None:
    """Attach sign-in, the principal loader, limits, words for templates and commands to `app`."""
    settings = app.extensions["sanggar.settings"]
    security.init_app(app, settings)
    access.init_app(app, loader.load, loader.refuse)
    limits.init_app(app, settings)
    app.jinja_env.filters["stage"] = forms.stage_label
    app.jinja_env.filters["role"] = forms.role_label
    app.jinja_env.filters["purpose"] = lambda purpose: tr(consents.current(purpose).title)
    app.jinja_env.filters["channel"] = forms.channel_label
    app.jinja_env.filters["guardian_method"] = forms.method_label
    app.cli.add_command(users)
