"""The page of `sanggar items preview`: one HTML file with everything in it and no script."""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import render_template
from markupsafe import Markup

from sanggar import web
from sanggar.app import create_app
from sanggar.assessments import reading
from sanggar.assessments.grading import in_order
from sanggar.assessments.item_views import MEDIA, picture_path
from sanggar.cli import known
from sanggar.plugin.items import Item, QuestionType

#: attributes that name other parts of the page; each item gets names of its own
_NAMES = re.compile(r'(?<= )(id|for|aria-describedby|aria-labelledby)="([^"]+)"')
STYLES = ("sanggar.css", "exams.css")


def render(
    items: Sequence[Item], types: Mapping[str, QuestionType], folder: Path, language: str, title: str
) -> str:  # fmt: skip
    """Return the page.

    Parameters
    ----------
    items : sequence of Item
        Dealt: options in their order, numbers drawn.
    types : mapping of kind to QuestionType
    folder : Path
        Where the banks and their pictures are.
    language : str
    title : str
    """
    static = Path(next(iter(web.__path__))) / "static"
    with tempfile.TemporaryDirectory() as data:
        app = create_app(known.settings(data_dir=data, log_level="CRITICAL"))
        try:
            with app.test_request_context("/", headers={"Cookie": f"lang={language}"}):
                return render_template(
                    "assessments/preview.html", title=title, language=language,
                    css=Markup("\n".join((static / name).read_text("utf-8") for name in STYLES)),  # noqa: S704 - our own stylesheets
                    items=[
                        _shown(number, item, types[item.type], folder, language)
                        for number, item in enumerate(items, 1)
                    ],
                )  # fmt: skip
        finally:
            app.extensions["sanggar.db"].dispose()


def _shown(
    number: int, item: Item, kind: QuestionType, folder: Path, language: str
) -> dict[str, Any]:
    public = kind.public(item)
    public = public.model_copy(update=in_order(public))
    legend, stem = reading.stem_parts(item.stem.to(language))
    inputs = render_template(
        kind.template, item=public, response=None, language=language, disabled=False,
        picture=_picture(item, folder),
    )  # fmt: skip
    return {
        "number": number, "item": item, "label": kind.label, "legend": legend, "stem": stem,
        "inputs": Markup(_NAMES.sub(lambda m: _renamed(m, number), inputs)),  # noqa: S704 - rendered by the type's template
        "key": kind.describe_key(item, language), "credit": kind.credit_for(item),
        "gaps": bool(public.gaps),
    }  # fmt: skip


def _renamed(match: re.Match[str], number: int) -> str:
    names = " ".join(f"q{number}-{name}" for name in match[2].split())
    return f'{match[1]}="{names}"'


def _picture(item: Item, folder: Path) -> str:
    """Return the picture of an item as a data address; empty where it has none."""
    path = picture_path(folder.parent, item.image) if item.image else None
    beside = folder / item.image
    if path is None and item.image and beside.is_file() and beside.suffix in MEDIA:
        path = beside
    if path is None:
        return ""
    packed = base64.b64encode(path.read_bytes()).decode()
    return f"data:{MEDIA[path.suffix]};base64,{packed}"
