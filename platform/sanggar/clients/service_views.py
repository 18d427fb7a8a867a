"""The public catalogue of services: what is delivered, for how much, in how many days."""

from __future__ import annotations

from flask import Response

from sanggar.catalogue import queries as catalogue
from sanggar.clients import offering
from sanggar.clients.blueprint import bp
from sanggar.clients.rules import price_band
from sanggar.kernel import access, web
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.track import LEVEL_TITLES, Track


@bp.get("/services/")
@access.public
def services() -> Response:
    """Show every service that can be ordered, track by track."""
    return _page([track for track in catalogue.tracks() if track.services])


@bp.get("/services/<track_id>")
@access.public
def services_of(track_id: str) -> Response:
    """Show the services of one track."""
    return _page([catalogue.track(track_id)])


def _page(tracks: list[Track]) -> Response:
    return web.page(
        "clients/services.html", tracks=tracks, picture=offering.picture, band=price_band,
        levels=LEVELS, titles=LEVEL_TITLES,
    )  # fmt: skip
