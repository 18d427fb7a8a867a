"""Tracks in words: the few numbers people choose by, and certificate rules as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanggar.catalogue import queries
from sanggar.kernel import i18n
from sanggar.plugin.checks import Names
from sanggar.plugin.evidence import Evidence
from sanggar.plugin.text import Text
from sanggar.plugin.track import CertificateRule, Track


@dataclass(frozen=True)
class Step:
    """One requirement as a sentence, with the names behind it."""

    label: Text
    names: tuple[str, ...]
    #: ids of workshops it is about
    workshops: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rung:
    """One level of the certificate ladder."""

    rule: CertificateRule
    steps: tuple[Step, ...]
    renewal: tuple[Step, ...]


def ladder(track: Track, now: datetime) -> list[Rung]:
    """Return the certificate levels of a track with their requirements as sentences."""
    known = queries.names(track)
    nothing = Evidence(track=track.id, now=now)
    return [
        Rung(
            rule,
            tuple(_step(requirement, nothing, known) for requirement in rule.requires),
            tuple(_step(requirement, nothing, known) for requirement in rule.renewal),
        )
        for rule in track.certificates
    ]


def _step(requirement: Any, nothing: Evidence, known: Names) -> Step:
    """Ask a requirement what it says to somebody who has nothing yet."""
    named: tuple[str, ...] = tuple(getattr(requirement, "courses", ()))
    return Step(
        requirement.evaluate(nothing, known).label,
        tuple(known.of(key).to(i18n.language()) for key in named),
        tuple(getattr(requirement, "workshops", ())),
    )
