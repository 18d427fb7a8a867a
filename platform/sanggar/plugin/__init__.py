"""The authoring API: everything a track plugin may import. Only pydantic and pluggy below it."""

from sanggar.plugin.channels import DeliveryError, ExportFeed, Message, NotificationChannel
from sanggar.plugin.evidence import Evidence
from sanggar.plugin.faults import Fault, TrackFaults
from sanggar.plugin.hookspecs import hookimpl
from sanggar.plugin.items import Grade, Item, Level, Option, PublicItem, QuestionType, Response
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.plugin.text import Text, Texts
from sanggar.plugin.track import Assessment, Assignment, Track, Unit, Workshop

__all__ = [
    "Assessment",
    "Assignment",
    "Brief",
    "Candidate",
    "DeliveryError",
    "Evidence",
    "ExportFeed",
    "Fault",
    "Grade",
    "Item",
    "Level",
    "Message",
    "NotificationChannel",
    "Option",
    "PublicItem",
    "QuestionType",
    "RankingFeature",
    "Response",
    "Text",
    "Texts",
    "Track",
    "TrackFaults",
    "Unit",
    "Workshop",
    "hookimpl",
]
