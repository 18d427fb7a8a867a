"""Pages of the incubation: for officers, mentors and talents."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.incubation import choices, queries, rules, service
from sanggar.incubation.forms import (
    CohortForm,
    CompleteForm,
    ExtendForm,
    LogForm,
    MemberForm,
    MentorForm,
    SignForm,
    StopForm,
)
from sanggar.incubation.models import MemberState
from sanggar.incubation.queries import MemberLine
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import Form, attach
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme

bp = Blueprint("incubation", __name__, template_folder="templates")

OFFICER = (Role.HUB_OFFICER, Role.ADMIN)
STATES = {MemberState.RUNNING: "warn", MemberState.COMPLETED: "ok", MemberState.STOPPED: "no"}


def _titles() -> dict[str, object]:
    return {track.id: track.title for track in catalogue.tracks()}


@bp.get("/officer/incubation")
@access.allow(*OFFICER)
def manage() -> Response:
    """List the cohorts of the officer's hubs and how much mentors carry."""
    return web.page(
        "incubation/manage.html", cohorts=queries.cohorts(choices.my_hubs()), titles=_titles(),
        hubs={hub.id: hub for hub in programme.hubs()}, loads=choices.loads(),
        limit=rules.MENTOR_LOAD, today=clock.today(),
    )  # fmt: skip


@bp.route("/officer/incubation/new", methods=["GET", "POST"])
@access.allow(*OFFICER)
def create() -> Response:
    """Make a cohort."""
    form = choices.of_cohort(CohortForm(data={"starts_on": clock.today()}))
    if form.validate_on_submit():
        try:
            made = service.create_cohort(
                hub_id=form.hub_id.data, track=form.track.data, name=form.name.data,
                starts_on=form.starts_on.data, by=access.principal(), now=clock.now(),
            )  # fmt: skip
            return web.go(url_for("incubation.cohort", cohort_id=made), _("The cohort is made."))
        except errors.Invalid as refused:
            attach(form, refused)
    return web.page("incubation/new.html", status=422 if form.errors else 200, form=form)


@bp.get("/officer/incubation/<int:cohort_id>")
@access.allow(*OFFICER)
def cohort(cohort_id: int) -> Response:
    """Show a cohort, its members and a form to add one."""
    return _cohort(_own(cohort_id))


def _own(cohort_id: int) -> queries.CohortLine:
    """Return a cohort that this officer runs or raise `NotFound`."""
    line = queries.cohort(cohort_id)
    if not service.may_manage(line.hub_id, access.principal()):
        raise errors.NotFound
    return line


def _cohort(line: queries.CohortLine, form: MemberForm | None = None) -> Response:
    members = queries.members(line.id)
    form = choices.of_member(form or MemberForm(formdata=None), line, members, clock.now())
    return web.page(
        "incubation/cohort.html", status=422 if form.errors else 200, cohort=line, form=form,
        members=members, states=STATES, title=_titles().get(line.track),
        people=accounts.people({i for m in members for i in (m.person_id, m.mentor_id)}),
        hub=next((hub for hub in programme.hubs() if hub.id == line.hub_id), None),
        open=clock.today() <= line.ends_on,
    )  # fmt: skip


@bp.post("/officer/incubation/<int:cohort_id>/members")
@access.allow(*OFFICER)
def start(cohort_id: int) -> Response:
    """Begin a talent's incubation."""
    line = _own(cohort_id)
    form = MemberForm()
    choices.of_member(form, line, queries.members(line.id), clock.now())
    if form.validate_on_submit():
        try:
            service.start(
                cohort_id, form.person_id.data, form.mentor_id.data, by=access.principal(),
                now=clock.now(),
            )  # fmt: skip
            url = url_for("incubation.cohort", cohort_id=cohort_id)
            return web.go(url, _("The incubation has begun."))
        except errors.Invalid as refused:
            attach(form, refused)
    return _cohort(line, form)


@bp.get("/incubation/<int:member_id>")
@access.signed_in
def member(member_id: int) -> Response:
    """Show one member to the talent, the mentor and the officers of the hub."""
    return _member(service.visible(member_id, access.principal()))


def _member(line: MemberLine, **forms: Form) -> Response:
    """Show a member with forms as filled in; errors in any of them answer 422."""
    person, today = access.principal(), clock.today()
    first = min(line.starts_on, clock.local(line.started_at).date())
    context: dict[str, Form] = {
        "log": LogForm(formdata=None), "complete": CompleteForm(formdata=None),
        "stop": StopForm(formdata=None), "extend": ExtendForm(formdata=None),
        "mentor": MentorForm(formdata=None, mentor_id=line.mentor_id), "sign": SignForm(formdata=None),
    } | forms  # fmt: skip
    manages = service.may_manage(line.hub_id, person)
    choices.of_log(context["log"], first, today)
    if manages:
        choices.of_mentor(context["mentor"], line.track)
    return web.page(
        "incubation/member.html", status=422 if any(f.errors for f in forms.values()) else 200,
        member=line, forms=context, log=queries.log(line.id), states=STATES, manages=manages,
        mine=line.person_id == person.id, accompanies=service.may_accompany(line.mentor_id, person),
        people=accounts.people({line.person_id, line.mentor_id}), title=_titles().get(line.track),
        progress=rules.progress(first, line.ends_on, today),
        early=rules.needs_override(today, line.ends_on),
    )  # fmt: skip


@bp.post("/incubation/<int:member_id>/complete")
@access.allow(*OFFICER)
def complete(member_id: int) -> Response:
    """Complete an incubation."""
    form = CompleteForm()
    line = service.visible(member_id, access.principal())
    if form.validate_on_submit():
        try:
            service.complete(
                member_id, override=form.override.data, reason=form.reason.data,
                by=access.principal(), now=clock.now(),
            )  # fmt: skip
            return _back(member_id, _("The incubation is complete."))
        except errors.Invalid as refused:
            attach(form, refused)
    return _member(line, complete=form)


def _back(member_id: int, message: str) -> Response:
    return web.go(url_for("incubation.member", member_id=member_id), message)


@bp.post("/incubation/<int:member_id>/stop")
@access.allow(*OFFICER)
def stop(member_id: int) -> Response:
    """Stop an incubation."""
    form = StopForm()
    line = service.visible(member_id, access.principal())
    if form.validate_on_submit():
        try:
            service.stop(member_id, form.reason.data, by=access.principal(), now=clock.now())
            return _back(member_id, _("The incubation is stopped."))
        except errors.Invalid as refused:
            attach(form, refused)
    return _member(line, stop=form)


@bp.post("/incubation/<int:member_id>/extend")
@access.allow(*OFFICER)
def extend(member_id: int) -> Response:
    """Give more time."""
    form = ExtendForm()
    line = service.visible(member_id, access.principal())
    if form.validate_on_submit():
        try:
            service.extend(member_id, form.until.data, form.reason.data, by=access.principal())
            return _back(member_id, _("The incubation is extended."))
        except errors.Invalid as refused:
            attach(form, refused)
    return _member(line, extend=form)


@bp.post("/incubation/<int:member_id>/mentor")
@access.allow(*OFFICER)
def mentor(member_id: int) -> Response:
    """Give a member another mentor."""
    form = MentorForm()
    line = service.visible(member_id, access.principal())
    choices.of_mentor(form, line.track)
    if form.validate_on_submit():
        try:
            service.change_mentor(
                member_id, form.mentor_id.data, by=access.principal(), now=clock.now()
            )
            return _back(member_id, _("The mentor is changed."))
        except errors.Invalid as refused:
            attach(form, refused)
    return _member(line, mentor=form)


@bp.get("/incubation/")
@access.signed_in
def mine() -> Response:
    """Show a talent's incubation; one that runs is shown at once."""
    found = queries.of_person(access.principal().id)
    running = [line for line in found if line.running]
    if len(running) == 1 and len(found) == 1:
        return _member(found[0])
    return web.page("incubation/mine.html", members=found, states=STATES, titles=_titles())


@bp.post("/incubation/<int:member_id>/log")
@access.allow(Role.TALENT)
def write_log(member_id: int) -> Response:
    """Write one week of the log."""
    form = LogForm()
    line = service.visible(member_id, access.principal())
    choices.of_log(form, min(line.starts_on, clock.local(line.started_at).date()), clock.today())
    if form.validate_on_submit():
        try:
            service.write_log(
                member_id, date.fromisoformat(form.week.data), done=form.done.data,
                hard=form.hard.data, ahead=form.ahead.data, person_id=access.principal().id,
                now=clock.now(),
            )  # fmt: skip
            return _back(member_id, _("Your week is saved. Your mentor reads and signs it."))
        except errors.Invalid as refused:
            attach(form, refused)
    return _member(line, log=form)


@bp.get("/incubation/talents")
@access.allow(Role.MENTOR)
def cohorts() -> Response:
    """Show a mentor the talents they go along with."""
    found = queries.of_mentor(access.principal().id)
    return web.page(
        "incubation/talents.html", members=found, states=STATES, titles=_titles(),
        people=accounts.people({line.person_id for line in found}), limit=rules.MENTOR_LOAD,
        running=sum(1 for line in found if line.running),
    )  # fmt: skip


@bp.post("/incubation/<int:member_id>/log/<int:log_id>/sign")
@access.allow(Role.MENTOR)
def sign(member_id: int, log_id: int) -> Response:
    """Sign a week."""
    form = SignForm()
    line = service.visible(member_id, access.principal())
    if not form.validate_on_submit():
        return _member(line, sign=form)
    service.sign_log(log_id, form.comment.data, by=access.principal(), now=clock.now())
    return _back(member_id, _("The week is signed."))
