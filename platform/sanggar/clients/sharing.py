"""A link by which an owner lets a friend or an officer look at a brief: nobody's contact is in it.

The address is signed, so that it cannot be guessed; a row says whether it still opens. It ends when
the owner takes it back and when the brief is closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import col, select

from sanggar import errors
from sanggar.clients import links, queries
from sanggar.clients.brief_rules import SHARED
from sanggar.clients.file_models import BriefShare
from sanggar.clients.lookup import BriefRow
from sanggar.clients.models import Brief
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _

PURPOSE = "share"
LASTS = timedelta(days=180)


def share(brief_id: int, *, by: Principal, now: datetime) -> None:
    """Let a brief be looked at by a link; sharing again keeps the link that is there."""
    brief = queries.brief(brief_id, by)
    db.lock(Brief, brief_id)
    if brief.state not in SHARED:
        raise errors.Conflict(_("This brief is closed: there is nothing to share."))
    if _live(brief_id) is None:
        db.add(BriefShare(brief_id=brief_id, by_id=by.id, made_at=now))


def unshare(brief_id: int, *, by: Principal, now: datetime) -> None:
    """Take the link back: it opens no more, and a later one is another."""
    queries.brief(brief_id, by)
    row = _live(brief_id)
    if row is not None:
        row.revoked_at = now
        db.session().add(row)
        db.flush()


def _live(brief_id: int) -> BriefShare | None:
    return db.session().exec(
        select(BriefShare).where(
            col(BriefShare.brief_id) == brief_id, col(BriefShare.revoked_at).is_(None)
        ).order_by(col(BriefShare.id))
    ).first()  # fmt: skip


def link_of(brief: BriefRow) -> str:
    """Return the public address of a shared brief, empty when it is not shared."""
    row = _live(brief.id) if brief.state in SHARED else None
    if row is None:
        return ""
    token = links.sign(PURPOSE, row.made_at, LASTS, share=row.id or 0)
    return links.absolute("clients.shared", token=token)


def shared(token: str, now: datetime) -> BriefRow:
    """Return the brief behind a link; `NotFound` when it was taken back or the brief is closed."""
    row = db.session().get(BriefShare, links.read(PURPOSE, token, now)["share"])
    if row is None or row.revoked_at is not None:
        raise errors.NotFound
    brief = queries.system_brief(row.brief_id)
    if brief.state not in SHARED:
        raise errors.NotFound
    return brief


def message(title: str, url: str) -> str:
    """Return what is written on WhatsApp beside the link."""
    return str(_("%(title)s: please have a look at what I need. %(url)s", title=title, url=url))
