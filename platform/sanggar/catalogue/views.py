"""Public pages: what can be learned, and the pictures of courses."""

from __future__ import annotations

import mimetypes

from flask import Blueprint, Flask, Response, abort, make_response, render_template, request
from markupsafe import Markup

from sanggar import clock
from sanggar.catalogue import queries, words
from sanggar.kernel import access, web
from sanggar.plugin.track import Track

bp = Blueprint("catalogue", __name__, template_folder="templates")

YEAR = 365 * 24 * 60 * 60
#: a picture opened on its own runs nothing and loads nothing
PICTURE_POLICY = {"default-src": "'none'", "style-src": "'unsafe-inline'"}


@bp.get("/tracks/")
@access.public
def tracks() -> Response:
    """List the tracks."""
    return web.page("catalogue/tracks.html", tracks=queries.outlines())


@bp.get("/tracks/<track_id>")
@access.public
def track(track_id: str) -> Response:
    """Show what a track is, what it asks and what it gives."""
    found = queries.listed_track(track_id)
    return web.page(
        "catalogue/track.html",
        track=found,
        outline=queries.kept("outline", found.id, lambda: queries.outline(found)),
        first=next(iter(queries.path_of(found)), None),
        body=queries.kept("body", found.id, lambda: _fragment("_track_body", found)),
        rules=queries.kept("rules", found.id, lambda: _fragment("_track_rules", found)),
    )


def _fragment(name: str, found: Track) -> Markup:
    """Render what is the same for everybody who reads a language."""
    html = render_template(
        f"catalogue/{name}.html",
        track=found,
        grouped=queries.courses_of(found),
        ladder=words.ladder(found, clock.now()),
    )
    return Markup(html)  # noqa: S704 - rendered by our own template


@bp.get("/courses/<group>/<course>/")
@access.public
def course(group: str, course: str) -> Response:
    """Show the lessons of a course."""
    found = queries.course(f"{group}/{course}")
    return web.page(
        "catalogue/course.html",
        course=found,
        tracks=queries.tracks_with(found.slug),
        check=queries.check_of(found.slug),
    )


@bp.get("/courses/<group>/<course>/files/<name>")
@access.public
def file(group: str, course: str, name: str) -> Response:
    """Serve a picture of a course; an address that carries its hash may be kept for ever."""
    path = queries.picture(f"{group}/{course}", name)
    kind = mimetypes.guess_type(path.name)[0]
    if kind is None or not kind.startswith("image/"):
        abort(404)
    response = make_response(path.read_bytes())
    response.mimetype = kind
    response.cache_control.public = True
    response.cache_control.max_age = 300
    if "v" in request.args:
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
    response.add_etag()
    response.make_conditional(request)
    return response


file.talisman_view_options = {"content_security_policy": PICTURE_POLICY}  # type: ignore[attr-defined]


def init_app(app: Flask) -> None:
    """Read the courses."""
    queries.load(app)
