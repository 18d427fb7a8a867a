"""Texts in the platform's two languages."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

#: The default language: every text must exist in it.
DEFAULT_LANGUAGE = "id"
LANGUAGES = ("id", "en")


class Frozen(BaseModel):
    """Base of everything a plugin hands over: immutable, and no unknown keys (typos are errors)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Frozen):
    """One text in Indonesian (must exist) and English (falls back to Indonesian).

    Examples
    --------
    >>> Text(id="Fotografi", en="Photography").to("en")
    'Photography'
    >>> Text.model_validate("Label").to("en")
    'Label'
    """

    id: str
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_plain_string(cls, value: object) -> object:
        return {"id": value, "en": value} if isinstance(value, str) else value

    def to(self, language: str) -> str:
        """Return the text in `language`, Indonesian where there is no other."""
        return (self.en if language == "en" else self.id) or self.id

    def __str__(self) -> str:
        return self.id


class Texts(Frozen):
    """A list of texts (learning outcomes, deliverables) in both languages."""

    id: tuple[str, ...]
    en: tuple[str, ...] = ()

    def to(self, language: str) -> tuple[str, ...]:
        """Return the list in `language`, Indonesian where there is no other."""
        return (self.en if language == "en" else self.id) or self.id


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Strings = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else value


#: a parameter as authors write it: 3, 0.5, yes or a word; kept as text
Scalar = Annotated[str, BeforeValidator(_as_text)]
