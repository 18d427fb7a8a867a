"""Quote, agreement and handover as PDF, for the two sides and the officer of the hub."""

from __future__ import annotations

from flask import Response

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.clients import agreements, documents, paper, queries, reading, work_files
from sanggar.clients import work as verbs
from sanggar.clients.blueprint import bp
from sanggar.clients.paper import Paper
from sanggar.kernel import access


@bp.get("/offers/<int:offer_id>/quote.pdf")
@access.signed_in
def quote(offer_id: int) -> Response:
    """Hand out an offer as a quote."""
    parties = queries.offer_parties(offer_id)
    verbs.side_of(parties.talent_id, parties.brief_id, access.principal())
    offer = reading.offer_of(offer_id, parties.talent_id)
    return _file(documents.quote(offer, accounts.person(parties.talent_id)))


@bp.get("/work/<int:placement_id>/<kind>.pdf")
@access.signed_in
def document(placement_id: int, kind: str) -> Response:
    """Hand out the agreement, or the record of handing over."""
    row = reading.work(placement_id)
    verbs.side_of(row.person_id, row.brief_id, access.principal())
    said = reading.accepted(placement_id)
    known = accounts.people(
        {row.person_id, row.client_person_id, said.by_id or row.client_person_id}
    )
    talent, client = known[row.person_id], known[row.client_person_id]
    log = work_files.log(placement_id)
    if kind == documents.AGREEMENT:
        parts, by = agreements.parts(placement_id), known.get(said.by_id or 0, client)
        return _file(documents.agreement(row, talent, client, by, said, parts, log))
    if kind == documents.HANDOVER:
        return _file(
            documents.handover(row, talent, client, log, agreements.payments(placement_id))
        )
    raise errors.NotFound


def _file(made: Paper) -> Response:
    answer = Response(paper.pdf(made), mimetype="application/pdf")
    name = made.number.replace("/", "-")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
