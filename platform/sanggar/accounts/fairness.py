"""What people say of themselves so that exams and rankings can be checked for fairness.

The only door to these answers. They count while the person agrees to statistics, they are given out
as labels to count with (who may import this module is a contract in pyproject.toml), and a person
reads their own only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sanggar import errors
from sanggar.accounts.models import Consent, FairnessAnswer, Purpose
from sanggar.kernel import db
from sanggar.kernel.i18n import _, _l

SEX = {"woman": _l("a woman"), "man": _l("a man")}
EDUCATION = {
    "sma": _l("General high school (SMA/MA)"), "smk": _l("Vocational high school (SMK)"),
    "d3": _l("Diploma (D1 to D3)"), "d4": _l("Applied bachelor (D4)"),
    "s1": _l("Bachelor (S1) or higher"), "other": _l("Something else"),
}  # fmt: skip
DISABILITY = {"yes": _l("Yes"), "no": _l("No")}
#: question -> the answers it takes, besides none
CHOICES: Mapping[str, Mapping[str, object]] = {
    "sex": SEX, "education": EDUCATION, "disability": DISABILITY,
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What one person has said; empty where nothing was said."""

    sex: str = ""
    education: str = ""
    disability: str = ""


def agreed(person_id: int, now: datetime) -> bool:
    """Return whether somebody agrees that their data are counted."""
    return (
        db.session().execute(_agreeing(now).where(col(Consent.person_id) == person_id)).first()
        is not None
    )


def own(person_id: int) -> Answer:
    """Return what somebody has said of themselves, for their own page only."""
    row = _row(person_id)
    return Answer(row.sex, row.education, row.disability) if row else Answer()


def answer(person_id: int, said: Answer, now: datetime) -> None:
    """Keep, change or take back what somebody says of themselves.

    Raises
    ------
    errors.Conflict
        When they have not agreed to statistics and would say something.
    """
    values = asdict(said)
    wrong = [name for name, value in values.items() if value and value not in CHOICES[name]]
    if wrong:
        raise errors.Invalid(fields={name: _("Choose one of the options.") for name in wrong})
    if any(values.values()) and not agreed(person_id, now):
        raise errors.Conflict(_("First agree that your data are counted in statistics."))
    row = _row(person_id) or FairnessAnswer(person_id=person_id, answered_at=now)
    row.sex, row.education, row.disability, row.answered_at = *values.values(), now
    db.add(row)


def labels(now: datetime, person_ids: Collection[int] | None = None) -> dict[str, dict[int, str]]:
    """Return question -> person -> answer of all who agree to statistics, to be counted in groups."""
    statement = select(
        col(FairnessAnswer.person_id), col(FairnessAnswer.sex), col(FairnessAnswer.education),
        col(FairnessAnswer.disability),
    ).where(col(FairnessAnswer.person_id).in_(_agreeing(now)))  # fmt: skip
    if person_ids is not None:
        statement = statement.where(col(FairnessAnswer.person_id).in_(person_ids))
    found: dict[str, dict[int, str]] = {name: {} for name in CHOICES}
    for person_id, *said in db.session().execute(statement):
        for name, value in zip(CHOICES, said, strict=True):
            if value:
                found[name][person_id] = value
    return found


def _row(person_id: int) -> FairnessAnswer | None:
    same = select(FairnessAnswer).where(col(FairnessAnswer.person_id) == person_id)
    return db.session().exec(same).first()


def _agreeing(now: datetime) -> Any:
    return select(col(Consent.person_id)).where(
        col(Consent.purpose) == Purpose.STATISTICS, col(Consent.given_at) <= now,
        col(Consent.withdrawn_at).is_(None) | (col(Consent.withdrawn_at) > now),
    )  # fmt: skip
