"""E-mails about signing in: written here, delivered after the commit by the e-mail channel."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_security import MailUtil

from sanggar.accounts import queries
from sanggar.kernel import i18n, jobs, log, registry
from sanggar.plugin.channels import Message


class Mail(MailUtil):
    """Hands the library's e-mails to the job queue instead of an e-mail extension."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,  # noqa: ARG002 - the channel knows the sender
        body: str | None,
        html: str | None,  # noqa: ARG002 - plain text only: it is read on every phone
        **context: Any,
    ) -> None:
        """Queue one e-mail; it leaves after the transaction is committed."""
        user = context.get("user")
        if user is not None and recipient:
            jobs.enqueue(deliver, user.id, str(subject), body or "", template, i18n.language())


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
