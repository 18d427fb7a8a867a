"""Officers' pages: the people of their hub, one person, codes, guardians, stages, deletion requests."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import codes, directory, forms, identity, queries, rules, service
from sanggar.kernel import access, events, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.plugin import events as happened
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service
from sanggar.programme.queries import Stage

PAGE = 30
officers = access.allow(Role.HUB_OFFICER, Role.ADMIN)


@officers
def people() -> Response:
    """List the people of the officer's hubs: search, filter, page by page."""
    who = access.principal()
    search = directory.Search.read(request.args, who)
    found = directory.people_page(search, PAGE)
    hubs = [row for row in programme.hubs() if who.sees_hub(row.id)]
    return web.page(
        "accounts/people.html", block="found", search=search, found=found, hubs=hubs,
        hub_names={row.id: row.name for row in programme.hubs()}, stages=list(Stage),
        waiting=directory.open_deletions(who),
    )  # fmt: skip


@officers
def person(person_id: int) -> Response:
    """Show one person of the officer's hub."""
    found = directory.person_for(access.principal(), person_id)
    return _person_page(found)


def _person_page(
    found: queries.Person,
    status: int = 200,
    stage_form: forms.StageForm | None = None,
    guardian_form: forms.GuardianForm | None = None,
    channel_form: forms.ChannelForm | None = None,
    code: str = "",
) -> Response:
    file = directory.person_file(found, clock.now())
    stage_form = stage_form or forms.StageForm(formdata=None, allowed=file.next_stages)
    return web.page(
        "accounts/person.html",
        status=status,
        person=found,
        file=file,
        code=code,
        minutes=rules.CODE_MINUTES,
        stage_form=stage_form,
        guardian_form=guardian_form or forms.GuardianForm(formdata=None),
        channel_form=channel_form or forms.ChannelForm(formdata=None),
    )


@officers
def add_person() -> Response:
    """Enter a person who cannot do it themselves."""
    who = access.principal()
    form = forms.NewPersonForm()
    if form.validate_on_submit():
        region_id, hub_id = form.place()
        try:
            if not who.sees_hub(hub_id):
                raise errors.Invalid("", fields={"hub_id": _("Choose a hub of yours.")})
            person_id = service.join(
                name=form.name.data or "", phone=form.phone.data, email=form.email.data,
                password=None, birth_date=form.birth_date.data, region_id=region_id, hub_id=hub_id,
                language="id", role=form.role.data, channel=form.channel.data or "", now=clock.now(),
            )  # fmt: skip
            return web.go(
                url_for("accounts.person", person_id=person_id), _("The person is entered.")
            )
        except errors.Invalid as error:
            forms.take(form, error)
    known = identity.find(form.phone.data or form.email.data or "") if form.errors else None
    same = known if known is not None and who.sees_hub(known.hub_id) else None
    status = 422 if form.is_submitted() else 200
    return web.page("accounts/add_person.html", status=status, form=form, same=same)


@officers
def edit_person(person_id: int) -> Response:
    """Correct a person's data."""
    who = access.principal()
    found = directory.person_for(who, person_id, change=True)
    form = forms.PersonForm(obj=found)
    if form.validate_on_submit():
        region_id, hub_id = form.place()
        try:
            service.correct(
                person_id, name=form.name.data or "", phone=form.phone.data, email=form.email.data,
                birth_date=form.birth_date.data or found.birth_date, region_id=region_id,
                hub_id=hub_id, now=clock.now(),
            )  # fmt: skip
            back = url_for("accounts.people")
            if who.sees_hub(hub_id):
                back = url_for("accounts.person", person_id=person_id)
            return web.go(back, _("The data are saved."))
        except errors.Invalid as error:
            forms.take(form, error)
    status = 422 if form.is_submitted() else 200
    return web.page("accounts/edit.html", status=status, form=form, person=found)


@officers
def create_code(person_id: int) -> Response:
    """Make a one-time code and show it once."""
    found = directory.person_for(access.principal(), person_id, change=True)
    code = codes.create_code(found.id, by_id=access.principal().id, now=clock.now())
    return _person_page(found, code=code)


@access.allow(Role.ADMIN)
def end_second_step(person_id: int) -> Response:
    """Switch the second step off for somebody who lost their phone."""
    found = queries.person(person_id)
    service.end_second_step(found.id)
    return web.go(url_for("accounts.person", person_id=person_id), _("The second step is off."))


@officers
def move(person_id: int) -> Response:
    """Move a talent to another stage, with the reason."""
    found = directory.person_for(access.principal(), person_id)
    form = forms.StageForm(allowed=programme.next_stages(programme.history(person_id)))
    if not form.validate_on_submit():
        return _person_page(found, 422, stage_form=form)
    programme_service.move(
        person_id,
        form.to.data,
        now=clock.now(),
        by_id=access.principal().id,
        reason=form.reason.data or "",
    )
    return web.go(url_for("accounts.person", person_id=person_id), _("The stage is changed."))


@officers
def guardian(person_id: int) -> Response:
    """Record a guardian's consent."""
    found = directory.person_for(access.principal(), person_id)
    form = forms.GuardianForm()
    if form.validate_on_submit() and form.given_on.data is not None:
        try:
            service.record_guardian(
                person_id, guardian_name=form.guardian_name.data or "", relation=form.relation.data or "",
                method=form.method.data, given_on=form.given_on.data, by_id=access.principal().id,
                now=clock.now(),
            )  # fmt: skip
            return web.go(
                url_for("accounts.person", person_id=person_id),
                _("The guardian's consent is recorded."),
            )
        except errors.Invalid as error:
            forms.take(form, error)
    return _person_page(found, 422, guardian_form=form)


@officers
def end_guardian(person_id: int) -> Response:
    """End a guardian's consent."""
    found = directory.person_for(access.principal(), person_id)
    service.withdraw_guardian(found.id, now=clock.now())
    return web.go(
        url_for("accounts.person", person_id=person_id), _("Withdrawn. It takes effect at once.")
    )


@officers
def channel(person_id: int) -> Response:
    """Note one more channel through which a talent came."""
    found = directory.person_for(access.principal(), person_id)
    form = forms.ChannelForm()
    if not form.validate_on_submit():
        return _person_page(found, 422, channel_form=form)
    programme_service.add_channel(person_id, form.channel.data or "", now=clock.now())
    return web.go(url_for("accounts.person", person_id=person_id), _("The channel is noted."))


@officers
def activate(person_id: int) -> Response:
    """Close or reopen an account."""
    found = directory.person_for(access.principal(), person_id, change=True)
    if found.id == access.principal().id:
        raise errors.Conflict(_("You cannot close your own account."))
    service.set_active(found.id, request.form.get("active") == "1")
    events.emit(happened.WorkProfileChanged(at=clock.now(), person=found.id))
    return web.go(url_for("accounts.person", person_id=person_id), _("The data are saved."))


@officers
def deletions() -> Response:
    """List requests to delete data, oldest first."""
    rows = directory.deletions(access.principal())
    return web.page("accounts/deletions.html", rows=rows, now=clock.now(), form=forms.OutcomeForm())


@officers
def close_deletion(request_id: int) -> Response:
    """Answer a request to delete data."""
    directory.deletion_for(access.principal(), request_id)
    form = forms.OutcomeForm()
    if not form.validate_on_submit():
        rows = directory.deletions(access.principal())
        return web.page(
            "accounts/deletions.html", status=422, rows=rows, now=clock.now(), form=form
        )
    service.close_deletion(
        request_id, outcome=form.outcome.data or "", by_id=access.principal().id, now=clock.now()
    )
    return web.go(url_for("accounts.deletions"), _("The request is answered."))


def register(bp: Blueprint) -> None:
    """Mount the pages."""
    both, post = ["GET", "POST"], ["POST"]
    one = "/officer/people/<int:person_id>"
    bp.add_url_rule("/officer/people", "people", people)
    bp.add_url_rule("/officer/people/new", "add_person", add_person, methods=both)
    bp.add_url_rule(one, "person", person)
    bp.add_url_rule(f"{one}/edit", "edit_person", edit_person, methods=both)
    bp.add_url_rule(f"{one}/code", "create_code", create_code, methods=post)
    bp.add_url_rule(f"{one}/stage", "move", move, methods=post)
    bp.add_url_rule(f"{one}/guardian", "guardian", guardian, methods=post)
    bp.add_url_rule(f"{one}/guardian/end", "end_guardian", end_guardian, methods=post)
    bp.add_url_rule(f"{one}/channel", "channel", channel, methods=post)
    bp.add_url_rule(f"{one}/active", "activate", activate, methods=post)
    bp.add_url_rule(f"{one}/second-step", "end_second_step", end_second_step, methods=post)
    bp.add_url_rule("/officer/deletions", "deletions", deletions)
    bp.add_url_rule(
        "/officer/deletions/<int:request_id>", "close_deletion", close_deletion, methods=post
    )
