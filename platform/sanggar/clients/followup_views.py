"""The page behind the link of a follow-up: one question, one tap, no password."""

from __future__ import annotations

from flask import Response, request, url_for
from wtforms.validators import InputRequired

from sanggar import clock
from sanggar.clients import followups, links
from sanggar.clients.after import Again, Income
from sanggar.clients.blueprint import bp
from sanggar.clients.followups import Question
from sanggar.clients.stages import Side
from sanggar.kernel import access, i18n, web
from sanggar.kernel.forms import ChoiceField, Form, RadioField
from sanggar.kernel.i18n import _, _l

AGAIN_WORDS = {
    Again.ONGOING: _l("Yes, we still work together"),
    Again.REPEAT: _l("Yes, there was another order"),
    Again.GLADLY: _l("Not since, but gladly again"),
    Again.NO: _l("No"),
}
INCOME_WORDS = {
    Income.LESS: _l("Less than before"), Income.SAME: _l("About the same"),
    Income.LITTLE: _l("Up to Rp500.000 more a month"),
    Income.SOME: _l("Rp500.000 to Rp1.500.000 more a month"),
    Income.MUCH: _l("More than Rp1.500.000 more a month"),
}  # fmt: skip


class FollowUpForm(Form):
    """One tap, and for talents one more if they like."""

    again = RadioField(
        _l("Do you still work together?"), choices=[(k.value, w) for k, w in AGAIN_WORDS.items()],
        validators=[InputRequired(_l("Choose one of the options."))],
    )  # fmt: skip
    income = ChoiceField(
        _l("Your income from orders, against the time before this work"),
        choices=[("", _l("I would rather not say")), *((k.value, w) for k, w in INCOME_WORDS.items())],
        default="",
    )  # fmt: skip


@bp.route("/follow-up/<token>", methods=["GET", "POST"])
@access.public
def follow_up(token: str) -> Response:
    """Ask how it went on; the last answer counts, and pressing twice is once."""
    now = clock.now()
    asked = followups.question(token, now)
    form = FollowUpForm(data={"again": asked.again, "income": asked.income or ""})
    status = 200
    if form.is_submitted():
        if form.validate():
            income = Income(form.income.data) if form.income.data else None
            followups.answer(token, Again(form.again.data), income, now)
            return web.go(url_for("clients.follow_up", token=token), _("Thank you. It is noted."))
        status = 422
    return _page(asked, form, token, status)


def _page(asked: Question, form: FollowUpForm, token: str, status: int) -> Response:
    with i18n.speaking(asked.language):
        answer = web.page(
            "clients/follow_up.html", status=status, asked=asked, form=form, token=token,
            options=AGAIN_WORDS, talent=asked.side is Side.TALENT, change="change" in request.args,
        )  # fmt: skip
    return links.keyed(answer)
