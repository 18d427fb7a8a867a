"""The authoring API: everything a track plugin may import. Only pydantic and pluggy below it."""

from sanggar.plugin.channels import DeliveryError, ExportFeed, Message, NotificationChannel
from sanggar.plugin.evidence import Evidence
from sanggar.plugin.faults import Fault, TrackFaults
from sanggar.plugin.hookspecs import hookimpl
from sanggar.plugin.items import (
    FILES_TEMPLATE,
    STORED,
    Finding,
    Gap,
    Grade,
    Item,
    Level,
    Option,
    Prompt,
    PublicGap,
    PublicItem,
    QuestionType,
    Response,
    UploadedFile,
)
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.plugin.text import Text, Texts
from sanggar.plugin.track import Assessment, Assignment, Track, Unit, Workshop

__all__ = [
    "FILES_TEMPLATE",
    "STORED",
    "Assessment",
    "Assignment",
    "Brief",
    "Candidate",
    "DeliveryError",
    "Evidence",
    "ExportFeed",
    "Fault",
    "Finding",
    "Gap",
    "Grade",
    "Item",
    "Level",
    "Message",
    "NotificationChannel",
    "Option",
    "Prompt",
    "PublicGap",
    "PublicItem",
    "QuestionType",
    "RankingFeature",
    "Response",
    "Text",
    "Texts",
    "Track",
    "TrackFaults",
    "Unit",
    "UploadedFile",
    "Workshop",
    "hookimpl",
]
