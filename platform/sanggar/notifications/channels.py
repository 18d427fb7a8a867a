"""The core's own channels: e-mail through SMTP or an outbox folder, WhatsApp by an officer's hand."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from flask import current_app

from sanggar.kernel.config import Settings
from sanggar.notifications import rules
from sanggar.plugin.channels import DeliveryError, Message, NotificationChannel
from sanggar.plugin.text import Text

TIMEOUT_SECONDS = 20
GOODBYE = {
    "id": "Salam,\n{programme}\n\nPesan ini dikirim karena Anda memiliki akun di {base}. Balasan tidak dibaca.",
    "en": "Kind regards,\n{programme}\n\nYou get this because you have an account at {base}. Replies are not read.",
}


def _settings() -> Settings:
    found: Settings = current_app.extensions["sanggar.settings"]
    return found


def compose(message: Message, settings: Settings) -> EmailMessage:
    """Return the e-mail: plain text, small, readable anywhere."""
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = formataddr((settings.programme, settings.mail_from))
    mail["To"] = formataddr((message.to_name, message.email))
    mail["Message-ID"] = make_msgid(domain="sanggar.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.language
    closing = GOODBYE.get(message.language, GOODBYE["id"]).format(
        programme=settings.programme, base=settings.base_url
    )
    parts = [message.body, message.url, closing]
    mail.set_content("\n\n".join(part for part in parts if part) + "\n")
    return mail


class EmailChannel(NotificationChannel):
    """E-mail: SMTP when configured, else files in the outbox folder."""

    name: ClassVar[str] = "email"
    label: ClassVar[Text] = Text(id="E-mail", en="E-mail")

    def can_reach(self, message: Message) -> bool:
        """Return whether there is an address."""
        return "@" in message.email

    def send(self, message: Message) -> None:
        """Send or write the e-mail."""
        settings = _settings()
        mail = compose(message, settings)
        if settings.smtp_url:
            _smtp(settings.smtp_url, mail)
        else:
            _outbox(settings.data / "outbox", message.key, mail)


def _outbox(folder: Path, key: str, mail: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in key)[:100] or "message"
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


def _smtp(url: str, mail: EmailMessage) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    try:
        if secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                parts.hostname or "", parts.port or 465, timeout=TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )  # fmt: skip
        else:
            server = smtplib.SMTP(parts.hostname or "", parts.port or 587, timeout=TIMEOUT_SECONDS)
        with server:
            if not secure and parts.username:
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise DeliveryError(str(error)[:200], permanent=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"{type(error).__name__}: {error}"[:200], permanent=False) from error


class WhatsAppChannel(NotificationChannel):
    """WhatsApp without an interface: an officer opens a ready link and presses send."""

    name: ClassVar[str] = "whatsapp"
    label: ClassVar[Text] = Text(
        id="WhatsApp (dikirim petugas)", en="WhatsApp (sent by an officer)"
    )
    by_hand: ClassVar[bool] = True

    def can_reach(self, message: Message) -> bool:
        """Return whether a link would work and e-mail would not reach the person anyway."""
        return bool(rules.wa_link(message.phone, "")) and not message.email

    def link(self, message: Message) -> str:
        """Return the link with the text filled in."""
        text = "\n\n".join(part for part in (message.body, message.url) if part)
        return rules.wa_link(message.phone, text)
