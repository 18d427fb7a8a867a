"""Photos of briefs: sent to whoever may read the brief, small and without a word about their place."""

from __future__ import annotations

import io

from flask import Response, send_file

from sanggar.clients import brief_photos
from sanggar.clients.blueprint import bp
from sanggar.clients.brief_photos import Photo
from sanggar.kernel import access
from sanggar.kernel.files import photos, storage


@bp.get("/briefs/<int:brief_id>/photos/<int:photo_id>/<any(page, thumb):copy>")
@access.signed_in
def photo(brief_id: int, photo_id: int, copy: str) -> Response:
    """Send a photo to the business, its officer, or a talent who was asked."""
    return send(brief_photos.find(brief_id, photo_id, access.principal()), copy)


def send(found: Photo, copy: str) -> Response:
    """Send one of the two copies of a photo; browsers keep it for themselves."""
    content = storage.read(found.page if copy == "page" else found.thumb)
    media = photos.media_type(content)
    name = f"{copy}.{media.removeprefix('image/')}"
    answer = send_file(io.BytesIO(content), mimetype=media, download_name=name, etag=False)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
