"""E-mails about signing in: written here, delivered after the commit by the e-mail channel."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_security import MailUtil

from sanggar.accounts import queries
from sanggar.kernel import i18n, jobs, log, registry
from sanggar.kernel.i18n import _
from sanggar.plugin.channels import Message

#: Names under which the library asks for the text of its e-mails.
RESET = "accounts/mail/reset"
NOTICE = "accounts/mail/reset_notice"


class Mail(MailUtil):
    """Hands the library's e-mails to the job queue instead of an e-mail extension."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Queue one e-mail; it leaves after the transaction is committed."""
        user = context.get("user")
        if user is not None and recipient:
            jobs.enqueue(deliver, user.id, str(subject), body or "", template, i18n.language())


def text(template: str, context: dict[str, Any]) -> str:
    """Return the text of one of the library's e-mails."""
    parts = [_("Hello %(name)s,", name=context["user"].name)]
    if template == RESET:
        site = current_app.extensions["sanggar.settings"].base_url.rstrip("/")
        link = site + url_for("security.reset_password", token=context["reset_token"])
        parts += [
            _(
                "somebody asked for a new password for your account at Sanggar. If it was you, open this page within two hours:"
            ),
            link,
            _("If it was not you, do nothing: your password stays as it is."),
        ]
    else:
        parts += [
            _(
                "the password of your account at Sanggar has just been changed, and all devices were signed out."
            ),
            _("If it was not you, tell the officer of your hub at once."),
        ]
    return "\n\n".join(parts) + "\n"


@jobs.task
def deliver(person_id: int, subject: str, body: str, kind: str, language: str) -> None:
    """Send an e-mail to a person through the channel named `email`."""
    person = queries.person(person_id)
    channel = registry.current().channels.get("email")
    if channel is None or not person.email:
        log.get().warning("mail_not_sent", kind=kind, person=person_id, site=current_app.name)
        return
    channel.send(
        Message(
            to_name=person.name, email=person.email, phone=person.phone or "", language=language,
            subject=subject, body=body,
        )
    )  # fmt: skip
