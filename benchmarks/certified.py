"""Certified talents of one track in a database, many and quickly: as the platform itself keeps them.

One latent skill drives level, exam scores, practical mark, stars and price; experience drives finished
work, domains and the length of portfolios, whose words are those of `benchmarks.talents`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks import talents
from benchmarks.talents import DOMAIN_SHARE, DOMAINS, LEVEL_SHARE, TOPICS
from sanggar.accounts.models import Consent, RoleGrant, User
from sanggar.certification.models import Certificate
from sanggar.clients.business_models import Client, ClientMember
from sanggar.clients.models import Brief, ServicePrice, WorkProfile, WorkRecord
from sanggar.clients.queries import month
from sanggar.clients.rules import LEVEL_FACTOR, BriefState, ClientKind, MemberRole, round_price
from sanggar.kernel.access import Role
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.track import Track

CHUNK = 10_000
TABLES: tuple[Any, ...] = (User, Consent, Certificate, WorkRecord, WorkProfile, ServicePrice)
HUBS = 5
HUB_SHARE = (0.34, 0.24, 0.18, 0.14, 0.10)


def fill(session: Session, track: Track, count: int, now: datetime, seed: int = 5) -> None:
    """Add so many certified talents of a track, with consent, record, profile and prices."""
    random = np.random.default_rng(seed)
    for start in range(0, count, CHUNK):
        people = [
            _talent(random, track, start + n + 1, now) for n in range(min(CHUNK, count - start))
        ]
        _write_portfolios(random, [row for each in people for row in each[WorkRecord]])
        for model in TABLES:
            rows = [row for each in people for row in each[model]]
            session.execute(insert(model.__table__), rows)
    session.flush()


def _talent(
    random: np.random.Generator, track: Track, number: int, now: datetime
) -> dict[Any, list[dict[str, Any]]]:
    """Return the rows of one talent; their id is the number plus a thousand."""
    key, skill = 1000 + number, float(random.normal())
    edge = np.cumsum(LEVEL_SHARE)
    level = LEVELS[int(np.searchsorted(edge, 0.15 * random.normal() + _share(skill)).clip(0, 2))]
    since = now - timedelta(days=int(random.integers(10, 700)))
    person = {
        "id": key, "name": f"Talenta {number}", "phone": None, "email": f"t{number}@example.org",
        "active": True, "language": "id", "created_at": since - timedelta(days=90),
        "birth_date": date(2004, 1, 1) - timedelta(days=int(random.integers(0, 9000))),
        "hub_id": 1 + int(random.choice(HUBS, p=HUB_SHARE)), "region_id": 1 + int(random.integers(30)),
        "must_change_password": False, "fs_uniquifier": f"certified-{number}",
    }  # fmt: skip
    asked = []
    for service in track.services:
        if random.random() < 0.75:
            usual = service.price[1] * LEVEL_FACTOR[level] * np.exp(0.25 * random.normal())
            asked.append({
                "person_id": key, "track": track.id, "service": service.id,
                "price": round_price(float(usual)), **_more(ServicePrice),
            })  # fmt: skip
    return {
        User: [person],
        Consent: [{
            "person_id": key, "purpose": "matching", "text_version": "1", "given_at": since,
            "channel": "web", "withdrawn_channel": "",
        }] if random.random() < 0.97 else [],
        Certificate: [{
            "number": f"B-{number}", "person_id": key, "holder": person["name"], "track": track.id,
            "track_title": {}, "track_version": "1", "level": level, "issued_at": since,
            "valid_until": (since + timedelta(days=1095)).date(), "issue_key": f"b{number}",
            "basis": [], "revoked_reason": "",
        }],
        WorkRecord: [
            {"person_id": key, "track": track.id, "data": _record(random, track, skill, level, now)}
        ],
        WorkProfile: [{
            "person_id": key, "slug": f"t-{number}", "headline": "", "paused": random.random() < 0.06,
            "weekly_hours": int(random.choice([10, 15, 20, 25, 30, 40])),
            "onsite": random.random() < 0.7, "updated_at": since, **_more(WorkProfile),
        }],
        ServicePrice: asked,
    }  # fmt: skip


def _write_portfolios(random: np.random.Generator, records: list[dict[str, Any]]) -> None:
    """Give each record its text, all words at once; one in twelve says nothing."""
    finished = np.array([record["data"]["finished"] for record in records])
    mains = [record["data"].pop("main") for record in records]
    lengths = random.poisson(9 + 1.5 * np.minimum(finished, 8))
    lengths[random.random(len(records)) < 1 / 12] = 0
    topics = np.repeat([_topic(random, main) for main in mains], lengths)
    said = [f"kata{word}" for word in talents.words(random, topics).tolist()]
    for record, end, length in zip(records, np.cumsum(lengths), lengths, strict=True):
        record["data"]["text"] = " ".join(said[end - length : end])


def _share(skill: float) -> float:
    return 1 / (1 + float(np.exp(-1.7 * skill)))


def _more(model: Any) -> dict[str, Any]:
    """Return what a table wants besides, as its defaults say."""
    said = {
        "person_id", "track", "service", "price", "id", "slug", "headline", "paused",
        "weekly_hours", "onsite", "updated_at",
    }  # fmt: skip
    return {
        name: item.get_default(call_default_factory=True)
        for name, item in model.model_fields.items()
        if name not in said and not item.is_required()
    }


def _record(
    random: np.random.Generator, track: Track, skill: float, level: str, now: datetime
) -> dict[str, Any]:
    reliable = float(random.beta(8, 2))
    rank = LEVELS.index(level)
    finished = int(random.poisson(np.exp(-0.1 + 0.55 * rank + 0.8 * random.normal())))
    base = (62, 74, 85)[rank] + 4 * skill
    main = int(random.choice(len(DOMAINS), p=DOMAIN_SHARE))
    domains: dict[str, int] = {}
    for _ in range(finished):
        other = int(random.choice(len(DOMAINS), p=DOMAIN_SHARE))
        name = DOMAINS[main if random.random() < 0.7 else other]
        domains[name] = domains.get(name, 0) + 1
    stars = 4.0 + 0.35 * skill + 1.3 * (reliable - 0.8) + 0.8 * random.normal(size=finished)
    last = now - timedelta(days=float(random.exponential(200) / np.sqrt(1 + finished)))
    hours = [float(random.choice([4, 6, 18, 34]))] if random.random() < 0.3 else []
    return {
        "units": {unit.id: round(float(np.clip(base + 7 * random.normal(), 0, 100)), 1)
                  for unit in track.units},
        "rubric": round(float(np.clip(base + 2 + 6 * random.normal(), 0, 100)))
        if random.random() < 0.9 else None,
        "main": main, "domains": domains, "clients": {},
        "ratings": [int(np.clip(round(s), 1, 5)) for s in stars if random.random() < 0.71],
        "finished": finished, "on_time": int(random.binomial(finished, 0.55 + 0.45 * reliable)),
        "disputes": int(random.binomial(finished, 0.15 * (1 - reliable))),
        "response": round(float(3 * np.exp(random.normal()) * (1.8 - reliable)), 2)
        if finished else None,
        "last": last.isoformat() if finished else None,
        "running": [[(now + timedelta(days=5)).date().isoformat(), h] for h in hours],
        "off": [], "offers": {month(now): int(random.poisson(0.6))} if finished else {},
    }  # fmt: skip


def _topic(random: np.random.Generator, domain: int) -> int:
    per = TOPICS // len(DOMAINS)
    return per * domain + int(random.integers(per))


def owner(session: Session, now: datetime) -> tuple[int, int]:
    """Add a business and its owner; return (person, client)."""
    session.execute(insert(User.__table__), [{  # type: ignore[attr-defined]
        "id": 900, "name": "Ibu Sri", "email": "sri@example.org", "active": True, "language": "id",
        "created_at": now, "hub_id": 1, "must_change_password": False, "fs_uniquifier": "owner",
    }])  # fmt: skip
    made = Client(person_id=900, organisation="Keripik Sri", kind=ClientKind.MICRO, created_at=now,
                  hub_id=1, region_id=1)  # fmt: skip
    session.add(made)
    session.flush()
    assert made.id is not None
    session.add(
        ClientMember(client_id=made.id, person_id=900, role=MemberRole.OWNER, joined_at=now)
    )
    session.add(RoleGrant(person_id=900, role=Role.CLIENT, at=now))
    session.flush()
    return 900, made.id


def briefs(
    session: Session, track: Track, client_id: int, count: int, now: datetime, seed: int = 11
) -> list[int]:
    """Add so many different open briefs of a client; return their ids."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        service = track.services[int(random.integers(len(track.services)))]
        domain = int(random.choice(len(DOMAINS), p=DOMAIN_SHARE))
        said = talents.words(random, np.full(int(random.integers(6, 17)), _topic(random, domain)))
        high = int(service.price[1] * np.exp(0.35 * random.normal()) / 25_000 + 1) * 25_000
        row = Brief(
            client_id=client_id, track=track.id, service=service.id, category=DOMAINS[domain],
            text=" ".join(f"kata{word}" for word in said), hub_id=1, region_id=1,
            level=str(random.choice(LEVELS, p=[0.45, 0.45, 0.1])), budget_low=high // 2,
            budget_high=high if random.random() < 0.9 else None, onsite=bool(random.random() < 0.2),
            deadline=(now + timedelta(days=int(service.days * random.uniform(1.2, 3)) + 2)).date(),
            state=BriefState.OPEN, created_at=now, updated_at=now, opened_at=now,
        )  # fmt: skip
        session.add(row)
        made.append(row)
    session.flush()
    return [row.id for row in made if row.id is not None]
