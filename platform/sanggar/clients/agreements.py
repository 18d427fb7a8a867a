"""What two sides write down about their work: parts with a day, money that moved, how it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.clients import work
from sanggar.clients.models import Milestone, Payment, Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import PaymentKind
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _

MOST_PARTS = 5
OPEN = (PlacementState.AGREED, PlacementState.RUNNING)


@dataclass(frozen=True)
class Part:
    """A part of some work, as it was typed."""

    title: str
    due: date | None = None


def parts(placement_id: int) -> list[Milestone]:
    """Return the parts of some work in their order."""
    statement = select(Milestone).where(col(Milestone.placement_id) == placement_id)
    return list(db.session().exec(statement.order_by(col(Milestone.position))))


def payments(placement_id: int) -> list[Payment]:
    """Return the money that was recorded for some work."""
    statement = select(Payment).where(col(Payment.placement_id) == placement_id)
    return list(db.session().exec(statement.order_by(col(Payment.id))))


def plan_parts(placement_id: int, wanted: Sequence[Part], *, by: Principal) -> None:
    """Divide work into parts, or divide it anew; a part that is done keeps its place and its words.

    Raises
    ------
    errors.Invalid
        When a part has no name, or a day after the work's own.
    errors.Conflict
        When the work is over, or a part that is done would be lost.
    """
    row = work.held(placement_id, by, "talent", "client", "officer")
    if row.state not in OPEN:
        raise errors.Conflict(_("This work has moved on. Reload the page to see how it stands."))
    _check_parts(row, wanted)
    have = {part.position: part for part in parts(placement_id)}
    done = [part for part in have.values() if part.done_at is not None]
    if any(p.position > len(wanted) or wanted[p.position - 1].title != p.title for p in done):
        raise errors.Conflict(_("A part that is done stays as it is: change only the others."))
    for position, each in enumerate(wanted, 1):
        part = have.pop(position, None) or Milestone(
            placement_id=placement_id, position=position, title=""
        )
        part.title, part.due = each.title, each.due
        db.session().add(part)
    for left in have.values():
        db.session().delete(left)
    db.flush()


def _check_parts(row: Placement, wanted: Sequence[Part]) -> None:
    if len(wanted) > MOST_PARTS:
        raise errors.Invalid(fields={"parts": _("At most %(n)s parts.", n=MOST_PARTS)})
    if any(not each.title for each in wanted):
        raise errors.Invalid(fields={"parts": _("Every part needs a name.")})
    if any(each.due is not None and each.due > row.due for each in wanted):
        raise errors.Invalid(fields={"parts": _("A part cannot be due after the work itself.")})


def tick_part(placement_id: int, position: int, *, by: Principal, now: datetime) -> None:
    """Say as the talent that a part is done, or as the client that it is accepted. Twice is once."""
    row = work.held(placement_id, by, "talent", "client", "officer")
    if row.state is PlacementState.CANCELLED:
        raise errors.Conflict(_("This work has moved on. Reload the page to see how it stands."))
    part = next((p for p in parts(placement_id) if p.position == position), None)
    if part is None:
        raise errors.NotFound
    if work.side_of(row.person_id, row.brief_id, by) == "talent":
        part.done_at = part.done_at or now
    elif part.done_at is None:
        raise errors.Conflict(_("The talent has not said yet that this part is done."))
    else:
        part.accepted_at = part.accepted_at or now
    db.session().add(part)
    db.flush()


def due_amounts(price: int, percent: int) -> dict[PaymentKind, int]:
    """Return what an agreement asks for: the down payment and the rest.

    >>> {kind.value: amount for kind, amount in due_amounts(700_000, 40).items()}
    {'down_payment': 280000, 'balance': 420000}
    """
    first = round(price * percent / 100)
    return {PaymentKind.DOWN_PAYMENT: first, PaymentKind.BALANCE: price - first}


def record_payment(
    placement_id: int, kind: PaymentKind, amount: int, paid_on: date, note: str = "", *,
    by: Principal, now: datetime,
) -> None:  # fmt: skip
    """Write down money that moved between the two sides; saying it again corrects it.

    What the talent writes down has arrived; what the client writes down waits for the talent's word.

    Raises
    ------
    errors.Invalid
        When the amount or the day cannot be.
    errors.Conflict
        When the talent has confirmed it already.
    """
    row = work.held(placement_id, by, "talent", "client", "officer")
    wrong = {}
    if not 0 < amount <= row.price:
        wrong["amount"] = _("More than nothing and at most the price.")
    if paid_on > clock.local(now).date():
        wrong["paid_on"] = _("Choose a day that is not still to come.")
    if wrong:
        raise errors.Invalid(fields=wrong)
    known = next((p for p in payments(placement_id) if p.kind is kind), None)
    arrived = by.id == row.person_id
    if known is not None and known.confirmed_at is not None:
        if (known.amount, known.paid_on) == (amount, paid_on):
            return
        raise errors.Conflict(_("The talent has confirmed this payment: it stands."))
    payment = known or Payment(
        placement_id=placement_id, kind=kind, amount=amount, paid_on=paid_on, recorded_at=now,
        by_id=by.id,
    )  # fmt: skip
    payment.amount, payment.paid_on, payment.note = amount, paid_on, note
    payment.by_id, payment.recorded_at = by.id, now
    payment.confirmed_at = now if arrived else None
    db.add(payment)


def confirm_payment(placement_id: int, kind: PaymentKind, *, by: Principal, now: datetime) -> None:
    """Say as the talent that the money has arrived. Twice is once."""
    work.held(placement_id, by, "talent")
    known = next((p for p in payments(placement_id) if p.kind is kind), None)
    if known is None:
        raise errors.NotFound
    known.confirmed_at = known.confirmed_at or now
    db.add(known)


def rate_client(
    placement_id: int, rating: int, comment: str, *, by: Principal, now: datetime
) -> None:
    """Say as the talent how it was to work for this client; the first word stands."""
    row = work.held(placement_id, by, "talent")
    if not 1 <= rating <= 5:
        raise errors.Invalid(fields={"rating": _("Choose one to five stars.")})
    if row.state is not PlacementState.FINISHED:
        raise errors.Conflict(_("Rate the client when the work is finished."))
    if row.client_rating is None:
        row.client_rating, row.client_comment = rating, comment
        db.add(row)
        work.tell(row, now, "client_rated")


__all__ = [
    "Part",
    "confirm_payment",
    "due_amounts",
    "parts",
    "payments",
    "plan_parts",
    "rate_client",
    "record_payment",
    "tick_part",
]
