"""The page behind a signed link: what is agreed, and one button."""

from __future__ import annotations

from flask import Response, request, url_for

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.clients import confirming, links, reading, teams
from sanggar.clients.blueprint import bp
from sanggar.clients.confirming import Asked, Deed
from sanggar.clients.work_forms import AcceptForm
from sanggar.clients.work_views import contact_of
from sanggar.kernel import access, i18n, web


@bp.route("/yes/<token>", methods=["GET", "POST"])
@access.public
def yes(token: str) -> Response:
    """Show what somebody is asked to confirm; the button does it, without a password."""
    now, form = clock.now(), AcceptForm()
    found = confirming.asked(token, now)
    status = 200
    if request.method == "POST":
        if form.validate():
            stars = int(form.rating.data) if form.rating.data else None
            confirming.say_yes(token, stars, form.comment.data or "", now=now)
            return web.go(url_for("clients.yes", token=token))
        status = 422
    with i18n.speaking(found.person.language):
        answer = web.page(
            "clients/yes.html", status=status, asked=found, form=form, token=token,
            contact=_contact(found), kind=found.deed.name.lower(),
        )  # fmt: skip
    return links.keyed(answer)


def _contact(found: Asked) -> list[tuple[str, str, str]]:
    """Return how to reach the other side: only once both have accepted."""
    if found.deed is not Deed.CONFIRM_OFFER or not found.offer or not found.offer.placement_id:
        return []
    row = reading.work(found.offer.placement_id)
    team = teams.around(row)
    people = accounts.people({row.person_id, row.client_person_id} | teams.known_to(team))
    return contact_of(row, "client", people, team)
