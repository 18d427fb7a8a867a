"""The core's channels, registered through the same hook as a plugin's."""

from __future__ import annotations

from collections.abc import Iterable

from sanggar.notifications.channels import EmailChannel, WhatsAppChannel
from sanggar.plugin import NotificationChannel, hookimpl


@hookimpl
def register_channels() -> Iterable[NotificationChannel]:
    """Return e-mail and WhatsApp by hand; the inbox is always there."""
    return [EmailChannel(), WhatsAppChannel()]
