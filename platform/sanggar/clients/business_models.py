"""Tables of businesses that ask for work: what they are called, who acts for them, who is asked in."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from sanggar.clients.rules import ClientKind, MemberRole
from sanggar.kernel.models import Table, enum_type


class Client(Table, table=True):
    """A business or office that asks for work; one person owns it, others may belong to it."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", unique=True)
    organisation: str = Field(max_length=120)
    kind: ClientKind = Field(default=ClientKind.MICRO, sa_type=enum_type(ClientKind))
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    region_id: int | None = Field(default=None, foreign_key="region.id")
    #: E.164; empty: the phone number of the account
    whatsapp: str = Field(default="", max_length=20)
    created_at: datetime
    #: nobody was left to act for it
    closed_at: datetime | None = None


class ClientMember(Table, table=True):
    """Who acts for a business, its owner among them; a person acts for one business only."""

    __tablename__ = "client_member"

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    person_id: int = Field(foreign_key="user.id", unique=True)
    role: MemberRole = Field(default=MemberRole.MEMBER, sa_type=enum_type(MemberRole))
    joined_at: datetime
    #: who asked them in; None: the business is their own
    by_id: int | None = Field(default=None, foreign_key="user.id")


class ClientInvite(Table, table=True):
    """An invitation to one phone number or e-mail address; its link works once, for a short time."""

    __tablename__ = "client_invite"
    audit_hide: ClassVar[frozenset[str]] = frozenset({"login"})

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    #: E.164 or an e-mail address in small letters
    login: str = Field(max_length=254)
    by_id: int = Field(foreign_key="user.id")
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    used_by_id: int | None = Field(default=None, foreign_key="user.id")
    revoked_at: datetime | None = None
