"""What the tests of clients and ranking make: certified talents, briefs, terms."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sanggar.accounts import service as accounts
from sanggar.certification.models import Certificate
from sanggar.clients import service
from sanggar.clients.service import BriefText, Terms
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role

TRACK, SERVICE = "packaging_design", "full-pack"


def as_client(person_id: int) -> Principal:
    return Principal(id=person_id, roles=frozenset({Role.CLIENT}))


def as_talent(person_id: int) -> Principal:
    return Principal(id=person_id, roles=frozenset({Role.TALENT}))


def as_officer(person_id: int, *hubs: int) -> Principal:
    return Principal(id=person_id, roles=frozenset({Role.HUB_OFFICER}), hubs=frozenset(hubs))


def certify(
    person_id: int,
    now: datetime,
    *,
    level: str = "associate",
    track: str = TRACK,
    valid_until: date | None = None,
    consent: bool = True,
) -> None:
    """Give somebody a certificate and let them be suggested."""
    db.add(Certificate(
        number=f"T-{person_id}-{track[:6]}-{level[:6]}", person_id=person_id, holder="x", track=track,
        track_version="1",
            track_title={"id": "Desain kemasan", "en": "Packaging design"}, level=level, issued_at=now - timedelta(days=30),
        valid_until=valid_until or (now + timedelta(days=300)).date(),
        issue_key=f"{person_id}:{track}:{level}",
    ))  # fmt: skip
    if consent:
        accounts.give_consent(person_id, "matching", channel="web", now=now - timedelta(days=1))
    service.refresh_records([person_id], now)


def brief_text(now: datetime, **changes: object) -> BriefText:
    values: dict[str, object] = {
        "track": TRACK, "service": SERVICE, "category": "makanan", "level": "associate",
        "text": "Kemasan standing pouch keripik tempe, 3 rasa, agar laku di toko oleh-oleh.",
        "budget": (500_000, 900_000), "deadline": (now + timedelta(days=30)).date(),
        "onsite": False,
    }  # fmt: skip
    return BriefText(**{**values, **changes})  # type: ignore[arg-type]


def terms(now: datetime, **changes: object) -> Terms:
    values: dict[str, object] = {
        "price": 700_000, "due": (now + timedelta(days=30)).date(), "chosen": True,
    }  # fmt: skip
    return Terms(**{**values, **changes})  # type: ignore[arg-type]


def help_owner(written: BriefText, owner: service.Owner, by: Principal, now: datetime) -> int:
    """Write and open a brief for an owner, as an officer does question by question."""
    client_id = service.join_owner(owner, by=by, now=now)
    made = service.begin(written.track, written.service, by=by, now=now, client_id=client_id)
    return service.write_brief(written, by=by, now=now, publish=True, brief_id=made)


def answers(now: datetime, **changes: object) -> dict[str, dict[str, object]]:
    """Return what a client types on each screen of the wizard."""
    day = (now + timedelta(days=30)).date().isoformat()
    said: dict[str, dict[str, object]] = {
        "service": {"service": f"{TRACK}/{SERVICE}"},
        "product": {"category": "makanan", "permits": ["pirt", "halal"]},
        "story": {"text": "Keripik tempe 3 rasa, 100 gram, kemasannya harus bisa berdiri di rak."},
        "photos": {"link": "instagram.com/keripik"},
        "who": {"level": "associate", "people": "one"},
        "budget": {"budget": "500000-1000000"},
        "when": {"when": "other", "deadline": day},
        "where": {"onsite": "remote"},
    }
    return {**said, **changes}  # type: ignore[dict-item]


def ask_all(
    client: FlaskClient, now: datetime, first: str = "/briefs/new", **changes: object
) -> TestResponse:
    """Answer every question and open the brief; return the last answer of the site."""
    where = first
    for step, said in answers(now, **changes).items():
        assert where == first or where.endswith(f"/ask/{step}"), where
        answer = client.post(where, data=said)
        assert answer.status_code == 303, (step, answer.status_code)
        where = answer.location
    return client.post(where)
