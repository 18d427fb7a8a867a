"""The page of a team: its roles side by side, one more role, and the mentor who leads it."""

from __future__ import annotations

from flask import Response, request, url_for
from wtforms import SelectField
from wtforms.validators import DataRequired

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries, service, teams
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import put
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import Form, number
from sanggar.kernel.i18n import _, _l, tr

WITH_BRIEFS = (Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)


class RoleForm(Form):
    """What one more person of the team should do."""

    service = SelectField(
        _l("What else do you need?"), validators=[DataRequired(_l("Choose what you need."))]
    )

    def __init__(self, taken: str) -> None:
        super().__init__()
        offered = {
            tr(t.title): [(f"{t.id}/{s.id}", tr(s.title)) for s in t.services]
            for t in catalogue.tracks() if t.services
        }  # fmt: skip
        #: another track first: a team rarely needs the same thing twice
        others = {
            title: rows for title, rows in offered.items() if rows[0][0].split("/")[0] != taken
        }
        self.service.choices = {**others, **offered}


@bp.route("/briefs/<int:brief_id>/team", methods=["GET", "POST"])
@access.allow(*WITH_BRIEFS)
def team(brief_id: int) -> Response:
    """Show the roles of a team and ask for one more."""
    brief = queries.brief(brief_id, access.principal())
    form = RoleForm(brief.track)
    if form.validate_on_submit():
        try:
            made = service.add_role(
                brief_id, form.service.data, seen=number(request.form, "seen", 1),
                by=access.principal(), now=clock.now(),
            )  # fmt: skip
            return web.go(url_for("clients.team", brief_id=made), _("The role is in your team."))
        except errors.Invalid as refused:
            put(form, refused)
    found = teams.team_of(brief)
    return web.page(
        "clients/team.html", status=422 if form.errors else 200, brief=brief, team=found, form=form,
        people=accounts.people(teams.known_to(found)), mentors=teams.mentors(found) if found else [],
        leads=not brief.mine,
    )  # fmt: skip


@bp.post("/briefs/<int:brief_id>/team/mentor")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def lead_team(brief_id: int) -> Response:
    """Let a mentor lead a team, or nobody."""
    mentor = number(request.form, "mentor") or None
    service.lead_team(brief_id, mentor, by=access.principal(), now=clock.now())
    return web.go(url_for("clients.team", brief_id=brief_id), _("Saved."))
