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
from sanggar.reports import queries, rules
from sanggar.reports.measures import FIGURES
from sanggar.reports.models import Recap


@dataclass(frozen=True)
class Group:
    """Lines of the recap under one heading: (label, a value for each column)."""

    title: Any
    lines: list[tuple[Any, list[int | str]]]


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


def groups(recap: Recap, *, hide_few: bool) -> list[Group]:
    """Return the lines of a recap under their headings; with `hide_few` few people are `<5`."""
    shown = columns(recap)
    made: dict[str, Group] = {}
    for figure in FIGURES:
        numbers: list[int | str] = [row.get(figure.key, 0) for _name, row in shown]
        if hide_few and figure.people:
            key = "reached" if figure.key == "gap" else figure.key
            numbers = _veiled([row.get(key, 0) for _name, row in shown], numbers)
        made.setdefault(str(figure.group), Group(figure.group, [])).lines.append(
            (figure.label, numbers)
        )
    return list(made.values())


def _veiled(people: list[int], numbers: list[int | str]) -> list[int | str]:
    """Hide what tells of few people: the last column is the sum of the others."""
    cells = [*rules.cells(people[:-1]), rules.cell(people[-1])]
    return [
        number if isinstance(cell, int) else (cell if number == each else "–")
        for cell, number, each in zip(cells, numbers, people, strict=True)
    ]


def rows(recap: Recap, *, hide_few: bool = False) -> list[dict[str, Any]]:
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
            for group in groups(recap, hide_few=hide_few)
            for label, numbers in group.lines
        ]


def download(recap: Recap | None, feed_name: str, *, hide_few: bool) -> Response:
    """Return the file of a reported recap in one of the registered formats."""
    feed = registry.current().exports.get(feed_name)
    if recap is None or recap.reported_at is None or feed is None or feed.audience != "officer":
        raise errors.NotFound
    with registry.guard(registry.current().owner("exports", feed_name)):
        body = feed.render(rows(recap, hide_few=hide_few))
    name = f"rekap-{recap.as_of.isoformat()}-{recap.scope.replace(':', '-')}.{feed.extension}"
    response = make_response(body)
    response.headers["Content-Type"] = feed.media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.last_modified = clock.local(recap.reported_at)
    return response
