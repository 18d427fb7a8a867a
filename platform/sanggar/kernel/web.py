"""What every view needs: pages and fragments, one error shape, request ids, safe redirects."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.sessions import SecureCookieSessionInterface
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest
from itsdangerous import URLSafeTimedSerializer
from jinja2_fragments.flask import render_block
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import IntegerConverter, Map

from sanggar import errors
from sanggar.kernel import access, log

csrf = CSRFProtect()

TITLES: dict[int, Any] = {
    400: lazy_gettext("That request cannot be read"),
    401: lazy_gettext("Please sign in first"),
    403: lazy_gettext("This page is not for your account"),
    404: lazy_gettext("There is nothing here"),
    405: lazy_gettext("That cannot be done here"),
    409: lazy_gettext("Something has changed meanwhile"),
    413: lazy_gettext("That file is too large"),
    422: lazy_gettext("Something needs correcting"),
    429: lazy_gettext("Too many attempts"),
    500: lazy_gettext("Something went wrong on our side"),
    503: lazy_gettext("Busy for a moment"),
}
ADVICE: dict[int, Any] = {
    400: lazy_gettext(
        "Go back, reload the page and try again. What you typed is still in your form."
    ),
    401: lazy_gettext("Your time on this page has run out. Sign in and continue where you were."),
    403: lazy_gettext("If you think it should be, ask the officer of your hub."),
    404: lazy_gettext("The address may be mistyped, or the page has moved."),
    405: lazy_gettext("Go back and use the buttons on the page."),
    409: lazy_gettext("Reload the page to see how things stand now."),
    413: lazy_gettext("Choose a smaller file. The limit stands beside the upload button."),
    422: lazy_gettext("Look at the marked fields. Nothing you typed is lost."),
    429: lazy_gettext("Wait a few minutes, then try again."),
    500: lazy_gettext(
        "Nothing you saved is lost. Try again; if it stays, tell us the number below."
    ),
    503: lazy_gettext("Many people are here at once. Try again in a few seconds: nothing is lost."),
}


class _Typed(ImmutableMultiDict[str, Any]):
    """What came in an address or a form, without NUL: nobody types one, PostgreSQL holds none."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(_bare(name), _bare(value)) for name, value in pairs])


def _bare(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


class Number(IntegerConverter):
    """`<int:…>` in an address: what fits a column. A larger number is no page, not an error."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


class SiteRequest(HtmxAwareRequest):
    """A request as this site reads it: what was typed, and what htmx says of itself."""

    parameter_storage_class = _Typed


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies; the signer is made once and not with every request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer of the site's secret key."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


class Site(Flask):
    """The application. No view is a coroutine, so none is asked whether it is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.session_interface = Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func


def wants_fragment() -> bool:
    """Return whether htmx asks for a piece of the page (boosted links ask for whole pages)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def wants_json() -> bool:
    """Return whether the caller prefers JSON to a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def page(template: str, *, block: str = "", status: int = 200, **context: Any) -> Response:
    """Render a whole page, or only `block` of it when htmx asks for a fragment."""
    if block and wants_fragment():
        body = render_block(template, block, **context)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    if block:
        response.vary.add("HX-Request")
    return response


def go(url: str, message: Any = None, *, kind: str = "ok") -> Response:
    """Redirect after a change (303), with a word about what was done."""
    if message is not None:
        flash(str(message), kind)
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))


def path(endpoint: str, **values: Any) -> str:
    """Return the path of a page, also outside a request (messages made by jobs and commands)."""
    return current_app.url_map.bind("localhost").build(endpoint, values)


def safe_next(target: str | None, default: str) -> str:
    """Return `target` when it is a path on this site, else `default`."""
    if not target:
        return default
    parts = urlsplit(target)
    ok = not parts.scheme and not parts.netloc and target.startswith("/") and "\\" not in target
    return target if ok and not target.startswith("//") else default


def render_error(status: int, message: Any = "", fields: dict[str, Any] | None = None) -> Response:
    """Answer with an error in the one shape that pages, fragments and JSON share."""
    if status >= 500:
        # the database may be what is broken: do not ask it again who is reading
        g.setdefault("principal", access.ANONYMOUS)
    title = TITLES.get(status, TITLES[400])
    text = str(message) or str(ADVICE.get(status, ADVICE[400]))
    if wants_json():
        body: Any = jsonify(
            ok=False, status=status, title=str(title), error=text, request_id=g.get("request_id", ""),
            fields={name: str(value) for name, value in (fields or {}).items()},
        )  # fmt: skip
        response = make_response(body, status)
    else:
        context = {
            "code": status, "title": title, "message": text, "fields": fields or {},
            "request_id": g.get("request_id", ""),
        }  # fmt: skip
        response = page("web/error.html", block="error", status=status, **context)
        if wants_fragment():
            response.headers["HX-Retarget"] = "#messages"
            response.headers["HX-Reswap"] = "innerHTML"
    if status in (429, 503):
        response.headers.setdefault("Retry-After", "5" if status == 503 else "300")
    return response


def _request_id() -> None:
    given = request.headers.get("X-Request-ID", "")
    ok = 8 <= len(given) <= 36 and all(c.isalnum() or c in "-_" for c in given)
    g.request_id = given if ok else secrets.token_hex(8)
    if "\0" in request.path:
        raise NotFound


def init_app(app: Flask) -> None:
    """Attach htmx, CSRF, request ids and error pages to `app`."""
    Htmx(app)
    app.request_class = SiteRequest
    app.url_map.converters = {**app.url_map.converters, "int": Number}
    csrf.init_app(app)
    app.before_request_funcs.setdefault(None, []).insert(0, _request_id)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        return response

    @app.errorhandler(errors.SanggarError)
    def _refused(error: errors.SanggarError) -> Response:
        return render_error(error.status, error.message, error.fields)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Response:
        return render_error(400, lazy_gettext(
            "This form was open for too long. Reload the page and send it again."))  # fmt: skip

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None and (error.code or 500) < 400:
            return make_response(error.response)
        return render_error(error.code or 500)

    @app.errorhandler(IntegrityError)
    def _twice(error: IntegrityError) -> Response:
        log.get().warning("integrity_error", error=str(error.orig))
        return render_error(409)

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> Response:
        log.get().error("database_error", error=str(error.orig))
        return render_error(503)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> Response:
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS", True):
            raise error
        log.get().exception("unhandled_error")
        return render_error(500)
