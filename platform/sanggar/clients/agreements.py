"""What two sides write down about their work: parts with a day, money that moved, how it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.clients import work
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import PaymentKind
from sanggar.clients.work_models import Milestone, Payment
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


def plan_parts(
    placement_id: int, wanted: Sequence[Part], *, by: Principal, now: datetime
) -> None:  # fmt: skip
    """Divide work into parts, or divide it anew; a part that is done stays as it is.

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
    before = [(part.title, part.due) for part in have.values()]
    done = [part for part in have.values() if part.done_at is not None]
    if any(p.position > len(wanted) or wanted[p.position - 1].title != p.title for p in done):
        raise errors.Conflict(_("A part that is done stays as it is: change only the others."))
    for position, each in enumerate(wanted, 1):
        part = have.pop(position, None) or Milestone(
            placement_id=placement_id, position=position, title=""
        )
        if part.done_at is None:
            part.title, part.due = each.title, each.due
        db.session().add(part)
    for left in have.values():
        db.session().delete(left)
    db.flush()
    if before != [(part.title, part.due) for part in parts(placement_id)]:
        work.tell(row, now, "parts", work.side_of(row.person_id, row.brief_id, by))


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
    talent = work.side_of(row.person_id, row.brief_id, by) == "talent"
    if (part.done_at if talent else part.accepted_at) is not None:
        return
    if talent:
        part.done_at = now
    elif part.done_at is None:
        raise errors.Conflict(_("The talent has not said yet that this part is done."))
    else:
        part.accepted_at = now
    db.add(part)
    work.tell(row, now, "part_done" if talent else "part_accepted")


def due_amounts(
    price: int, percent: int, paid: Mapping[PaymentKind, int] = MappingProxyType({})
) -> dict[PaymentKind, int]:
    """Return what an agreement asks for: the down payment and the rest, after what was paid.

    >>> {kind.value: amount for kind, amount in due_amounts(700_000, 40).items()}
    {'down_payment': 280000, 'balance': 420000}
    >>> due_amounts(700_000, 40, {PaymentKind.DOWN_PAYMENT: 300_000})[PaymentKind.BALANCE]
    400000
    """
    rest = paid.get(PaymentKind.BALANCE)
    left = price if rest is None else max(price - rest, 0)
    first = paid.get(PaymentKind.DOWN_PAYMENT, min(round(price * percent / 100), left))
    return {
        PaymentKind.DOWN_PAYMENT: first,
        PaymentKind.BALANCE: price - first if rest is None else rest,
    }


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
        When the talent has confirmed it already and no officer corrects it.
    """
    row = work.held(placement_id, by, "talent", "client", "officer")
    side = work.side_of(row.person_id, row.brief_id, by)
    others = [p for p in payments(placement_id) if p.kind is not kind]
    wrong = {}
    if not 0 < amount <= row.price - sum(p.amount for p in others):
        wrong["amount"] = _("More than nothing, and all payments together at most the price.")
    if paid_on > clock.local(now).date():
        wrong["paid_on"] = _("Choose a day that is not still to come.")
    if wrong:
        raise errors.Invalid(fields=wrong)
    known = next((p for p in payments(placement_id) if p.kind is kind), None)
    if known is not None and (known.amount, known.paid_on) == (amount, paid_on):
        known.note = note
        if known.confirmed_at is not None or side != "talent":
            return
    elif known is not None and known.confirmed_at is not None and side != "officer":
        raise errors.Conflict(
            _("The talent has confirmed this payment: it stands. Only an officer can correct it.")
        )
    payment = known or Payment(
        placement_id=placement_id, kind=kind, amount=amount, paid_on=paid_on, recorded_at=now,
        by_id=by.id,
    )  # fmt: skip
    payment.amount, payment.paid_on, payment.note = amount, paid_on, note
    payment.by_id, payment.recorded_at = by.id, now
    payment.confirmed_at = now if side == "talent" else None
    db.add(payment)
    work.tell(row, now, "paid", side)


def confirm_payment(
    placement_id: int, kind: PaymentKind, amount: int, *, by: Principal, now: datetime
) -> None:
    """Say as the talent that this much money has arrived. Twice is once.

    Raises
    ------
    errors.Conflict
        When another amount stands there by now: nobody confirms what they have not read.
    """
    row = work.held(placement_id, by, "talent")
    known = next((p for p in payments(placement_id) if p.kind is kind), None)
    if known is None:
        raise errors.NotFound
    if known.amount != amount:
        raise errors.Conflict(
            _("This payment was changed meanwhile. Reload the page and look again.")
        )
    if known.confirmed_at is None:
        known.confirmed_at = now
        db.add(known)
        work.tell(row, now, "paid", "talent")


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
