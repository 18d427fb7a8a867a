"""Sharing a brief: a switch for its owner, and the public page behind the link."""

from __future__ import annotations

from flask import Response, url_for

from sanggar import clock
from sanggar.clients import brief_photos, links, photo_views, sharing
from sanggar.clients.blueprint import bp
from sanggar.clients.brief_rules import without_contact
from sanggar.clients.reading_back import facts_of
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _

WITH_BRIEFS = (Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)


@bp.post("/briefs/<int:brief_id>/share")
@access.allow(*WITH_BRIEFS)
def share(brief_id: int) -> Response:
    """Make a link by which others may look at a brief."""
    sharing.share(brief_id, by=access.principal(), now=clock.now())
    return web.go(url_for("clients.brief", brief_id=brief_id, _anchor="share"))


@bp.post("/briefs/<int:brief_id>/unshare")
@access.allow(*WITH_BRIEFS)
def unshare(brief_id: int) -> Response:
    """Take the link back."""
    sharing.unshare(brief_id, by=access.principal(), now=clock.now())
    return web.go(
        url_for("clients.brief", brief_id=brief_id), _("The link no longer opens the brief.")
    )


@bp.get("/s/<token>")
@access.public
def shared(token: str) -> Response:
    """Show a brief to whoever has the link, without anybody's contact."""
    brief = sharing.shared(token, clock.now())
    photos = brief_photos.of_brief(brief.id)
    text = without_contact(brief.text)
    answer = web.page(
        "clients/shared.html", brief=brief, facts=facts_of(brief), text=text, photos=photos,
        token=token, url=links.absolute("clients.shared", token=token),
        preview=_address(token, photos[0].id) if photos else "",
    )  # fmt: skip
    return _private(answer)


@bp.get("/s/<token>/<int:photo_id>/<any(page, thumb):copy>")
@access.public
def shared_photo(token: str, photo_id: int, copy: str) -> Response:
    """Send a photo of a shared brief."""
    brief = sharing.shared(token, clock.now())
    return _private(photo_views.send(brief_photos.one(brief.id, photo_id), copy))


def _address(token: str, photo_id: int) -> str:
    return links.absolute("clients.shared_photo", token=token, photo_id=photo_id, copy="page")


def _private(answer: Response) -> Response:
    """Mark an answer whose address is the key: search engines do not list it."""
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
