"""A frozen recap as rows, for the page and for files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response

from sanggar import clock, errors
from sanggar.kernel import i18n, registry
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme
from sanggar.reports import queries
from sanggar.reports.measures import FIGURES
from sanggar.reports.models import Recap


@dataclass(frozen=True)
class Group:
    """Lines of the recap under one heading: (label, a value for each column)."""

    title: Any
    lines: list[tuple[Any, list[int]]]


def scope_name(recap: Recap) -> str:
    """Return what a recap is about."""
    if recap.scope == queries.PROGRAMME:
        return str(_("East Java"))
    return str(_("Hub %(name)s", name=recap.data.get("name", "")))


def columns(recap: Recap) -> list[tuple[str, Mapping[str, int]]]:
    """Return the columns: the hubs and their sum, or the one hub."""
    found = [
        (each["name"] or str(programme.WITHOUT_HUB.name), each["figures"])
        for each in recap.data["columns"]
    ]
    return [*found, (scope_name(recap), recap.data["total"])]


def groups(recap: Recap) -> list[Group]:
    """Return the lines of a recap under their headings."""
    shown = columns(recap)
    made: dict[str, Group] = {}
    for figure in FIGURES:
        group = made.setdefault(str(figure.group), Group(figure.group, []))
        group.lines.append((figure.label, [row.get(figure.key, 0) for _name, row in shown]))
    return list(made.values())


def rows(recap: Recap) -> list[dict[str, Any]]:
    """Return the rows of the file: in Indonesian whoever asks, so that the file is always the same."""
    with i18n.speaking("id"):
        names = [name for name, _figures in columns(recap)]
        return [
            {
                str(_("As of")): recap.as_of.isoformat(),
                str(_("Part")): str(group.title),
                str(_("Measure")): str(label),
                **dict(zip(names, numbers, strict=True)),
                str(_("Reporter")): recap.reporter,
            }
            for group in groups(recap)
            for label, numbers in group.lines
        ]


def download(recap: Recap | None, feed_name: str) -> Response:
    """Return the file of a reported recap in one of the registered formats."""
    feed = registry.current().exports.get(feed_name)
    if recap is None or recap.reported_at is None or feed is None or feed.audience != "officer":
        raise errors.NotFound
    with registry.guard(registry.current().owner("exports", feed_name)):
        body = feed.render(rows(recap))
    name = f"rekap-{recap.as_of.isoformat()}-{recap.scope.replace(':', '-')}.{feed.extension}"
    response = make_response(body)
    response.headers["Content-Type"] = feed.media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.last_modified = clock.local(recap.reported_at)
    return response
