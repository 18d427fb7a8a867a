"""Notification channels and export feeds: how news and data leave the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sanggar.plugin.text import Text


@dataclass(frozen=True)
class Message:
    """One message to one person, in their language."""

    to_name: str
    email: str
    phone: str
    language: str
    subject: str
    body: str
    #: absolute address of the page it is about; empty when there is none
    url: str = ""
    #: the same message sent twice has the same key
    key: str = ""


class DeliveryError(Exception):
    """A message could not be delivered; `permanent` means that trying again is useless."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class NotificationChannel:
    """A way to reach people. Subclass it."""

    name: ClassVar[str] = ""
    label: ClassVar[Text] = Text(id="", en="")
    #: True when a person sends it: `link` gives the address an officer opens, `send` is never called
    by_hand: ClassVar[bool] = False

    def can_reach(self, message: Message) -> bool:
        """Return whether this channel has an address for the message."""
        return True

    def send(self, message: Message) -> None:
        """Deliver the message or raise `DeliveryError`."""
        raise NotImplementedError

    def link(self, message: Message) -> str:
        """Return the address that opens the message ready to send, for channels by hand."""
        return ""


@dataclass(frozen=True)
class ExportFeed:
    """A table that can be taken out of the platform.

    `audience` is ``officer`` (aggregates), ``public`` or ``person`` (their own data).
    `render(rows)` turns rows (mappings with the same keys) into bytes.
    """

    name: str
    label: Text
    media_type: str
    extension: str
    audience: str
    render: Callable[[Iterable[Mapping[str, Any]]], bytes]
    options: Mapping[str, str] = field(default_factory=dict)
