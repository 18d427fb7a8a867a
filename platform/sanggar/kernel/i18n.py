"""Languages: English message ids in code, one small Indonesian catalogue in each slice.

Catalogues are read from `<slice>/translations/<language>.po` and merged in memory, so a slice can
be read, moved or removed as one folder and nothing needs compiling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request
from flask.globals import app_ctx
from flask_babel import Babel, Domain, get_locale, gettext, lazy_gettext, ngettext, refresh
from markupsafe import Markup

from sanggar.kernel import access
from sanggar.plugin.text import DEFAULT_LANGUAGE, LANGUAGES, Text, Texts

PACKAGE = Path(__file__).resolve().parents[1]
COOKIE = "lang"

_ = gettext
_l = lazy_gettext
_n = ngettext

__all__ = ["_", "_l", "_n", "catalogue", "init_app", "language", "speaking", "tr"]


@lru_cache(maxsize=4)
def catalogue(code: str) -> Mapping[str | tuple[str, str], str | tuple[str, ...]]:
    """Return all messages of a language: message id -> translation (a tuple for plurals)."""
    merged: dict[str | tuple[str, str], str | tuple[str, ...]] = {}
    for path in sorted(PACKAGE.glob(f"*/translations/{code}.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=code):
                if not message.id or not message.string:
                    continue
                key = message.id[0] if isinstance(message.id, tuple | list) else message.id
                value = message.string
                merged[key] = tuple(value) if isinstance(value, tuple | list) else value
    return merged


class Merged(NullTranslations):
    """gettext over the merged catalogues of one language."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def gettext(self, message: str) -> str:
        """Return the translation, the English message where there is none."""
        found = catalogue(self._code).get(message, message)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the plural form: Indonesian has one, English two."""
        if self._code == "en":
            return msgid1 if n == 1 else msgid2
        found = catalogue(self._code).get(msgid1)
        if found is None:
            return msgid1 if n == 1 else msgid2
        return found if isinstance(found, str) else found[0]

    ugettext, ungettext = gettext, ngettext


_merged = {code: Merged(code) for code in LANGUAGES}


class SliceDomain(Domain):
    """Flask-Babel's domain, fed from the slices' catalogues."""

    def get_translations(self) -> Any:
        """Return the translations of the current language."""
        return _merged[language()]


def language() -> str:
    """Return the language of this request: chosen by the person, else Indonesian."""
    # asked some 200 times a page: the context's own dictionary is four times quicker than `g`
    known = app_ctx.g.__dict__.get("language")
    return known or _choose()


def _choose() -> str:
    chosen = ""
    if has_request_context():
        chosen = request.cookies.get(COOKIE, "")
    if chosen not in LANGUAGES:
        person = access.principal()
        chosen = person.language if person.known else DEFAULT_LANGUAGE
    g.language = chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE
    return str(g.language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use another language for a while: messages are written in their reader's, not the sender's."""
    before = g.get("language")
    g.language = code
    refresh()
    try:
        yield
    finally:
        if before is None:
            g.pop("language", None)
        else:
            g.language = before
        refresh()


def tr(text: Text | Texts | str | None) -> Any:
    """Return a plugin's text in the current language."""
    if text is None:
        return ""
    return text if isinstance(text, str) else text.to(language())


def _in_template(message: str, **values: Any) -> str:
    """Translate in a template: safe text, its variables escaped. Quicker than Jinja's own by half."""
    found = _merged[language()].gettext(message)
    if values:
        return Markup(found) % values  # noqa: S704 - our own catalogues
    return Markup(found.replace("%%", "%"))  # noqa: S704


def _in_template_plural(one: str, many: str, n: int, **values: Any) -> str:
    found = Markup(_merged[language()].ngettext(one, many, n))  # noqa: S704
    return found % {"num": n, **values}


def init_app(app: Flask) -> None:
    """Attach languages to `app`."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT_LANGUAGE)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Jakarta")
    babel = Babel(app, locale_selector=language)
    babel.domain_instance = SliceDomain()  # its settings take the name of a domain only
    app.jinja_env.add_extension("jinja2.ext.i18n")
    env = app.jinja_env
    # "newstyle" compiles the variables into the call; the functions are our own, quicker ones
    env.install_gettext_callables(_in_template, _in_template_plural, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(gettext=_in_template, ngettext=_in_template_plural, _=_in_template)
    app.jinja_env.globals.update(tr=tr, language=language, get_locale=get_locale)
