"""Files around questions: the picture of an item, files that were uploaded as an answer."""

from __future__ import annotations

import io
from pathlib import Path

from flask import Response, send_file

from sanggar import errors
from sanggar.assessments import content, uploads
from sanggar.assessments.blueprint import bp
from sanggar.kernel import access
from sanggar.kernel.access import Role
from sanggar.kernel.files import filecheck, photos, storage

MEDIA = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}  # fmt: skip


def picture_path(folder: Path | None, name: str) -> Path | None:
    """Return where a picture of an item lies: beside its bank, or in the plugin's static files."""
    if folder is None or Path(name).name != name or Path(name).suffix not in MEDIA:
        return None
    places = (folder / "items" / name, folder / "static" / name)
    return next((path for path in places if path.is_file()), None)


@bp.get("/tracks/<track>/item-pictures/<name>")
@access.signed_in
def item_picture(track: str, name: str) -> Response:
    """Send the picture of a question; only files that an item of the track names."""
    found = content.track(track)
    path = picture_path(found.folder, name)
    if path is None or all(item.image != name for item in found.items):
        raise errors.NotFound
    response = send_file(path, mimetype=MEDIA[path.suffix])
    response.headers["X-Content-Type-Options"] = "nosniff"
    # a drawing shown on its own runs nothing and loads nothing
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@bp.get("/answers/<int:item_id>/files/<sha256>")
@access.allow(Role.TALENT, Role.MENTOR)
def answer_file(item_id: int, sha256: str) -> Response:
    """Send a file of an answer to its maker or to a mentor of the track, always as a download."""
    row = uploads.find(access.principal(), item_id, sha256)
    path = storage.path(row.sha256)
    if not path.is_file():
        raise errors.NotFound
    response = send_file(path, mimetype=row.media_type, as_attachment=True, download_name=row.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@bp.get("/answers/<int:item_id>/files/<sha256>/picture")
@access.allow(Role.TALENT, Role.MENTOR)
def answer_picture(item_id: int, sha256: str) -> Response:
    """Send a copy of an uploaded photo that carries no metadata; it is made when somebody looks."""
    row = uploads.find(access.principal(), item_id, sha256)
    path = storage.path(row.sha256)
    if row.kind not in filecheck.IMAGES or not path.is_file():
        raise errors.NotFound
    try:
        with path.open("rb") as stream:
            copy, _thumb = photos.copies(stream)
    except photos.DAMAGED as found:
        raise errors.NotFound from found
    response = send_file(io.BytesIO(copy), mimetype=photos.media_type(copy), etag=row.sha256)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
