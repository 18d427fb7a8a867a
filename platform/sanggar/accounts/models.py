"""Tables of people: identity, roles, sign-in secrets, consents, requests about their data."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint, select
from sqlmodel import Field, col

from sanggar.accounts import passwords
from sanggar.kernel import db
from sanggar.kernel.access import Role
from sanggar.kernel.models import Table, enum_type


class Purpose(StrEnum):
    """What personal data may be used for, each with a consent of its own."""

    PUBLIC_PROFILE = "public_profile"
    MATCHING = "matching"
    STATISTICS = "statistics"


class User(Table, UserMixin, table=True):
    """A person. Phone or e-mail is the name to sign in with; there is no national ID."""

    __tablename__ = "user"
    audit_hide: ClassVar[frozenset[str]] = frozenset(
        {
            "password",
            "fs_uniquifier",
            "fs_webauthn_user_handle",
            "tf_totp_secret",
            "mf_recovery_codes",
        }
    )

    id: int | None = Field(default=None, primary_key=True)  # type: ignore[assignment]
    name: str = Field(max_length=120, index=True)
    phone: str | None = Field(default=None, max_length=20, unique=True)
    email: str | None = Field(default=None, max_length=254, unique=True)  # type: ignore[assignment]
    password: str | None = Field(default=None, max_length=160)
    active: bool = True
    language: str = Field(default="id", max_length=2)
    birth_date: date | None = None
    region_id: int | None = Field(default=None, foreign_key="region.id")
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    created_at: datetime
    #: an officer's code was used: the next page asks for a new password
    must_change_password: bool = False
    #: identifies sessions; a new value signs the person out everywhere
    fs_uniquifier: str = Field(max_length=64, unique=True)
    fs_webauthn_user_handle: str | None = Field(default=None, max_length=64, unique=True)  # type: ignore[assignment]
    tf_primary_method: str | None = Field(default=None, max_length=20)
    tf_totp_secret: str | None = Field(default=None, max_length=255)
    #: the last authenticator code that was used, so that none works twice
    tf_last_counter: int | None = None
    mf_recovery_codes: list[str] | None = Field(default=None, sa_type=JSON)

    @property
    def webauthn(self) -> list[Passkey]:  # type: ignore[override]
        """Return the person's passkeys, oldest first."""
        own = select(Passkey).where(col(Passkey.user_id) == self.id).order_by(col(Passkey.id))
        return list(db.session().scalars(own))

    def verify_and_update_password(self, password: str) -> bool:
        """Return whether the password is right; store it at today's cost when that has changed."""
        if not passwords.verify(self.password, password):
            return False
        if passwords.is_outdated(self.password or ""):
            self.password = passwords.hash_password(password)
        return True

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]
        """Return nothing: roles are grants, read by `accounts.loader`, not by the sign-in library."""
        return []


class RoleGrant(Table, table=True):
    """A role somebody holds: an officer's with a hub, a mentor's with a track, an agency's by name."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    role: Role = Field(sa_type=enum_type(Role), index=True)
    hub_id: int | None = Field(default=None, foreign_key="hub.id")
    track: str | None = Field(default=None, max_length=64, index=True)
    agency: str | None = Field(default=None, max_length=120)
    #: hub, track and agency in one never-NULL text, for the unique constraint
    scope: str = Field(default="", max_length=200)
    by_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime


class Consent(Table, table=True):
    """Consent to one purpose, with the version of the text that was read. Never deleted, only ended."""

    __table_args__ = (Index("ix_consent_purpose_person_id", "purpose", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    purpose: Purpose = Field(sa_type=enum_type(Purpose))
    text_version: str = Field(max_length=16)
    given_at: datetime
    withdrawn_at: datetime | None = None
    channel: str = Field(default="web", max_length=32)
    withdrawn_channel: str = Field(default="", max_length=32)


class GuardianConsent(Table, table=True):
    """A guardian's consent for somebody under 18, recorded by an officer who has seen it."""

    __tablename__ = "guardian_consent"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    guardian_name: str = Field(max_length=120)
    relation: str = Field(max_length=60)
    method: str = Field(max_length=60)
    given_on: date
    recorded_at: datetime
    recorded_by_id: int | None = Field(default=None, foreign_key="user.id")
    withdrawn_at: datetime | None = None


class OneTimeCode(Table, table=True):
    """A code that an officer hands over; only its keyed digest is kept."""

    __tablename__ = "one_time_code"
    audit_hide: ClassVar[frozenset[str]] = frozenset({"digest"})

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    digest: str = Field(max_length=64)
    created_at: datetime
    expires_at: datetime
    created_by_id: int | None = Field(default=None, foreign_key="user.id")
    used_at: datetime | None = None
    tries: int = 0


class Passkey(Table, WebAuthnMixin, table=True):
    """A passkey: the public half of a credential on a person's phone or security key."""

    __tablename__ = "passkey"
    audit_hide: ClassVar[frozenset[str]] = frozenset({"credential_id", "public_key"})

    id: int | None = Field(default=None, primary_key=True)  # type: ignore[assignment]
    user_id: int = Field(foreign_key="user.id", index=True)
    credential_id: bytes = Field(sa_type=LargeBinary, unique=True)
    public_key: bytes = Field(sa_type=LargeBinary)
    sign_count: int = 0
    transports: list[str] | None = Field(default=None, sa_type=JSON)
    backup_state: bool = False
    device_type: str = Field(default="", max_length=64)
    extensions: str | None = Field(default=None, max_length=255)
    lastuse_datetime: datetime
    create_datetime: datetime
    name: str = Field(max_length=64)
    usage: str = Field(max_length=64)

    def get_user_mapping(self) -> dict[str, Any]:
        """Return how to find the person this passkey belongs to."""
        return {"id": self.user_id}


class MentorProfile(Table, table=True):
    """What people may know of a mentor."""

    __tablename__ = "mentor_profile"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", unique=True)
    affiliation: str = Field(default="", max_length=120)
    about: str = Field(default="", max_length=2000)


class DeletionRequest(Table, table=True):
    """Somebody asked to have their data deleted; an officer answers it in time."""

    __tablename__ = "deletion_request"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    reason: str = Field(default="", max_length=500)
    asked_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    closed_by_id: int | None = Field(default=None, foreign_key="user.id")
    outcome: str = Field(default="", max_length=300)


class FairnessAnswer(Table, table=True):
    """What somebody says of themselves so that exams and rankings can be checked for fairness.

    Optional, apart from the account, counted in groups of ten or more only, never on a page about a
    person; it counts while the person agrees to statistics. Read by `accounts.fairness` alone.
    """

    __tablename__ = "fairness_answer"
    audit_hide: ClassVar[frozenset[str]] = frozenset({"sex", "education", "disability"})

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", unique=True)
    #: woman, man, or empty once it is taken back
    sex: str = Field(default="", max_length=10)
    #: highest school or degree, as `accounts.fairness.EDUCATION`
    education: str = Field(default="", max_length=10)
    #: yes, no, or empty
    disability: str = Field(default="", max_length=5)
    answered_at: datetime
