"""The core's export feeds, registered through the same hook as a plugin's."""

from __future__ import annotations

from collections.abc import Iterable

from sanggar.exports import feeds
from sanggar.plugin import ExportFeed, Text, hookimpl


@hookimpl
def register_exports() -> Iterable[ExportFeed]:
    """Return CSV, XLSX and JSON of aggregates for officers."""
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return [
        ExportFeed(
            name="csv", label=Text(id="CSV", en="CSV"), media_type="text/csv; charset=utf-8",
            extension="csv", audience="officer", render=feeds.render_csv,
        ),
        ExportFeed(
            name="xlsx", label=Text(id="Excel (XLSX)", en="Excel (XLSX)"), media_type=xlsx,
            extension="xlsx", audience="officer", render=feeds.render_xlsx,
        ),
        ExportFeed(
            name="json", label=Text(id="JSON", en="JSON"), media_type="application/json",
            extension="json", audience="officer", render=feeds.render_json,
        ),
    ]  # fmt: skip
