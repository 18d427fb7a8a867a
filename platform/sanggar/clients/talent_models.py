"""Tables of what talents show and when they are free: pictures, papers, days taken, the search."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field

from sanggar.clients.talent_rules import BusyKind, PaperKind
from sanggar.kernel.models import Table, enum_type


class PortfolioPicture(Table, table=True):
    """A picture of a case: the copy for pages and its thumbnail, never the file that was sent."""

    __tablename__ = "portfolio_picture"
    __table_args__ = (UniqueConstraint("work_id", "slot"),)

    id: int | None = Field(default=None, primary_key=True)
    work_id: int = Field(foreign_key="portfolio_work.id")
    #: 0 before, 1 after, 2 and more: others
    slot: int
    #: what it shows, for people who do not see it
    alt: str = Field(max_length=200)
    page: str = Field(max_length=64, index=True)
    thumb: str = Field(max_length=64, index=True)
    width: int
    height: int
    added_at: datetime


class PortfolioPaper(Table, table=True):
    """A paper that lets a case be shown: the client's word or a model release. Never public."""

    __tablename__ = "portfolio_paper"
    __table_args__ = (UniqueConstraint("work_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    work_id: int = Field(foreign_key="portfolio_work.id")
    kind: PaperKind = Field(sa_type=enum_type(PaperKind))
    name: str = Field(max_length=120)
    media_type: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    size: int
    added_at: datetime


class BusySpan(Table, table=True):
    """Days on which a talent does not work, or has to be somewhere."""

    __tablename__ = "busy_span"
    __table_args__ = (
        UniqueConstraint("person_id", "starts_on", "ends_on", "kind"),
        Index("ix_busy_span_person_id_ends_on", "person_id", "ends_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id")
    kind: BusyKind = Field(sa_type=enum_type(BusyKind))
    starts_on: date
    ends_on: date
    note: str = Field(default="", max_length=120)
    added_at: datetime


#: all that the search asks of a row: it is answered from the index alone
_ASKED = ("lot", "valid_until", "level", "hub_id", "lowest", "person_id")


class TalentListing(Table, table=True):
    """A certified talent in one track, as the public search finds them; made anew when something changes.

    Only who has agreed to be shown, and has not paused, has rows.
    """

    __tablename__ = "talent_listing"
    __table_args__ = (
        UniqueConstraint("person_id", "track"),
        Index("ix_talent_listing_track", "track", *_ASKED),
        Index("ix_talent_listing_main", "main", *_ASKED),
    )
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id")
    track: str = Field(max_length=40)
    #: 0 foundation, 1 associate, 2 professional
    level: int
    valid_until: date
    hub_id: int | None = Field(default=None, foreign_key="hub.id")
    #: drawn by lot: the order in which everybody is shown
    lot: int
    #: the person's highest certificate: the row that counts where no track is asked for
    main: bool
    #: the lowest of their prices in this track
    lowest: int | None = None


class ListingKey(Table, table=True):
    """What a listing is found by: its track, a word, a language, a service with its price."""

    __tablename__ = "talent_listing_key"
    #: both databases answer the search from this one index: SQLite keeps the table itself in it
    __table_args__ = (
        PrimaryKeyConstraint(
            "key", "lot", "listing_id",
            postgresql_include=[
                "amount", "level", "hub_id", "valid_until", "person_id", "lowest",
            ],
        ),
        {"sqlite_with_rowid": False},
    )  # fmt: skip
    audited: ClassVar[bool] = False

    key: str = Field(max_length=110, primary_key=True)
    lot: int = Field(primary_key=True)
    #: no foreign key: the keys come and go with their listing, in `listing.py` alone
    listing_id: int = Field(primary_key=True, index=True)
    #: the price, of a service
    amount: int = 0
    # as the listing has them: it need not be looked up
    level: int
    hub_id: int | None = None
    valid_until: date
    person_id: int
    lowest: int | None = None
