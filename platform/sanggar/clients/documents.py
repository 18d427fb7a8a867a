"""What stands in the three documents of some work: quote, agreement, handover (BAST)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.accounts.queries import Person
from sanggar.clients.agreements import due_amounts
from sanggar.clients.paper import Paper, Section
from sanggar.clients.reading import Accepted, OfferRow, WorkRow
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import DayState, NoteKind, PaymentKind
from sanggar.clients.work_files import Log
from sanggar.clients.work_models import DayChange, Milestone, Payment, WorkNote
from sanggar.kernel import i18n
from sanggar.kernel.i18n import _, tr
from sanggar.kernel.templating import day, filesize, moment, percent, rupiah

QUOTE, AGREEMENT, HANDOVER = "quote", "agreement", "handover"


def number(kind: str, ref: int, at: datetime, times: int = 1) -> str:
    """Return the number of a document: the same work always has the same, a new offer another one.

    >>> from datetime import UTC
    >>> number("agreement", 12, datetime(2026, 11, 21, tzinfo=UTC))
    'SPK/2026/000012'
    >>> number("quote", 12, datetime(2026, 11, 21, tzinfo=UTC), times=2)
    'PNW/2026/000012-2'
    """
    letters = {QUOTE: "PNW", AGREEMENT: "SPK", HANDOVER: "BAST"}[kind]
    again = f"-{times}" if times > 1 else ""
    return f"{letters}/{clock.local(at).year}/{ref:06d}{again}"


def _terms(deal: OfferRow | WorkRow) -> Section:
    amounts = due_amounts(deal.price, deal.down_payment)
    return Section(
        _("Terms"),
        pairs=[
            (_("Price"), rupiah(deal.price)),
            (_("Down payment"),
             f"{percent(deal.down_payment)} = {rupiah(amounts[PaymentKind.DOWN_PAYMENT])}"),
            (_("The rest"), rupiah(amounts[PaymentKind.BALANCE])),
            (_("Deadline"), day(deal.due)),
            (_("Revisions"), str(deal.revisions)),
            (_("Place"), _("At the client's place") if deal.onsite else _("Remotely")),
        ],
        paragraphs=[
            _("The client pays the talent directly: the down payment before the work begins, the rest before the final files. The programme holds no money."),
            _("Rights of use: once everything is paid, the client may use and change what is delivered for the business, without limit of time and place. Until then all rights stay with the talent, who shows the work to others only with the client's permission."),
        ],
    )  # fmt: skip


def _brief(text: str, message: str) -> list[Section]:
    said = [part for part in (text, message) if part]
    return [Section(_("The brief"), paragraphs=said)] if said else []


def _pages() -> str:
    return str(_("Page %(n)s of %(all)s"))


def _scope(deal: OfferRow | WorkRow) -> Section:
    ordered = deal.ordered
    listed = list(tr(ordered.deliverables)) if ordered else []
    name = tr(ordered.title) if ordered else deal.service
    return Section(_("What is delivered"), pairs=[(_("Work"), name)], points=listed)


def _parties(organisation: str, client: Person | None, talent: Person) -> Section:
    return Section(_("The two sides"), pairs=[
        (_("Client"), f"{organisation}\n{client.name}" if client and client.name != organisation
         else organisation),
        (_("Talent"), talent.name),
    ])  # fmt: skip


def quote(offer: OfferRow, talent: Person) -> Paper:
    """Return the quote that an offer is, as it stood when it was made."""
    return Paper(
        title=_("Quote"), number=number(QUOTE, offer.id, offer.made_at, offer.times),
        language=i18n.language(), pages=_pages(),
        sections=[
            _parties(offer.organisation, None, talent), *_brief(offer.text, offer.message),
            _scope(offer), _terms(offer),
            Section(_("Valid"), pairs=[(_("Made on"), moment(offer.made_at)),
                                       (_("Answer by"), moment(offer.answer_by))]),
        ],
    )  # fmt: skip


def agreement(
    work: WorkRow, talent: Person, client: Person, by: Person, said: Accepted,
    parts: Sequence[Milestone], log: Log,
) -> Paper:  # fmt: skip
    """Return what both sides have accepted; `by` said yes for the business."""
    days = _agreed_days(log)
    accepted = replace(work, due=days[0][1].old_due) if days else work
    planned = [f"{p.position}. {p.title}" + (f" ({day(p.due)})" if p.due else "") for p in parts]
    rules = [
        _("Without an answer, delivered work counts as accepted after 7 days and two reminders."),
        _("Wishes beyond the agreed revisions are agreed on and paid anew."),
        _("When the two sides do not agree, an officer of the hub hears both and decides."),
    ]
    sections = [
        _parties(work.organisation, client, talent), *_brief(said.text, said.message),
        _scope(work), _terms(accepted), Section(_("Rules"), points=rules), *_new_days(days),
    ]  # fmt: skip
    if planned:  # either side may plan them anew: they are no part of what was accepted
        sections.append(
            Section(_("Parts, as the two sides have planned them since"), paragraphs=planned)
        )
    return Paper(
        title=_("Work agreement"), number=number(AGREEMENT, work.id, work.agreed_at),
        language=i18n.language(), pages=_pages(), sections=sections,
        signers=[
            (_("Client"), client.name, _accepted(said.client_at, "" if by == client else by.name)),
            (_("Talent"), talent.name, _accepted(said.talent_at)), *_guardian(work, talent),
        ],
        footer=_("Both sides accepted on the platform; this paper repeats what they accepted."),
    )  # fmt: skip


def _guardian(work: WorkRow, talent: Person) -> list[tuple[str, str, str]]:
    """Return where a guardian signs, when the talent was under 18 on the day of the agreement."""
    if not accounts.is_minor(talent, clock.local(work.agreed_at).date()):
        return []
    known = accounts.guardian(talent.id)
    return [(_("Guardian of the talent"), known.name if known else "", "")]


def _accepted(at: datetime | None, by: str = "") -> str:
    if at is None:
        return ""
    if by:
        return str(_("accepted on the platform by %(name)s: %(when)s", name=by, when=moment(at)))
    return str(_("accepted on the platform: %(when)s", when=moment(at)))


def _agreed_days(log: Log) -> list[tuple[WorkNote, DayChange]]:
    """Return the later days both sides have agreed on, the first one first."""
    lines = [(note, log.days[note.id]) for note in log.notes if note.id in log.days]
    return [pair for pair in lines if pair[1].state is DayState.AGREED]


def _new_days(days: Sequence[tuple[WorkNote, DayChange]]) -> list[Section]:
    points = [
        str(_("%(when)s: until %(new)s instead of %(old)s. Reason: %(why)s",
              when=moment(change.answered_at), new=day(change.new_due), old=day(change.old_due), why=note.text))
        for note, change in days if change.answered_at
    ]  # fmt: skip
    return (
        [Section(_("Later days that both sides have agreed on"), points=points)] if points else []
    )


def _given(note: WorkNote, log: Log) -> str:
    """Return what one delivery brought; the checksum shows later that a file is the same."""
    said = f"{moment(note.at)}: {note.text} {note.link}".strip()
    files = [
        f"{file.name}, {filesize(file.size)}\nSHA-256 {file.sha256}"
        for file in log.files.get(note.id or 0, ())
    ]
    return "\n".join([said, *files])


def handover(
    work: WorkRow, talent: Person, client: Person, log: Log, payments: Sequence[Payment],
) -> Paper:  # fmt: skip
    """Return the record of handing over (BAST); `NotFound` before anything was delivered."""
    if work.delivered_at is None or work.state not in (
        PlacementState.DELIVERED, PlacementState.FINISHED,
    ):  # fmt: skip
        raise errors.NotFound
    given = [_given(n, log) for n in log.notes if n.kind is NoteKind.DELIVERY] or [
        f"{moment(work.delivered_at)}: {work.delivery_note} {work.delivery_link}".strip()
    ]
    names = {PaymentKind.DOWN_PAYMENT: _("Down payment"), PaymentKind.BALANCE: _("The rest")}
    paid = [(names[p.kind], _paid(p)) for p in payments]
    sections = [
        _parties(work.organisation, client, talent), _scope(work),
        Section(_("Work agreement"), pairs=[
            (_("Number"), number(AGREEMENT, work.id, work.agreed_at)),
            (_("Agreed on"), day(clock.local(work.agreed_at).date())), (_("Price"), rupiah(work.price)),
            (_("Deadline"), day(work.due)),
            (_("Revisions"), _("%(used)s of %(all)s revisions used", used=work.revisions_used, all=work.revisions)),
        ]),
        *_new_days(_agreed_days(log)), Section(_("Handed over"), points=given),
        Section(_("Money as the two sides wrote it down"), pairs=paid or [("–", _("nothing"))]),
    ]  # fmt: skip
    how = ""
    if work.finished_at:
        by = _("accepted by itself after 7 days") if work.by_rule else _("accepted")
        how = f"{by}: {moment(work.finished_at)}"
    return Paper(
        title=_("Record of handover (BAST)"),
        number=number(HANDOVER, work.id, work.agreed_at),
        language=i18n.language(), pages=_pages(), sections=sections,
        signers=[
            (_("Received by"), client.name, how),
            (_("Handed over by"), talent.name, moment(work.delivered_at)),
        ],
    )  # fmt: skip


def _paid(payment: Payment) -> str:
    arrived = (
        _("confirmed by the talent") if payment.confirmed_at else _("not confirmed by the talent")
    )
    return f"{rupiah(payment.amount)}, {day(payment.paid_on)} ({arrived})"
