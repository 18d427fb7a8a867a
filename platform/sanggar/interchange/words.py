"""The texts of items in the language of an export, and the few fixed words around them."""

from __future__ import annotations

from dataclasses import dataclass

from sanggar.interchange.assemble import NO_EXPLANATION
from sanggar.interchange.model import Exported
from sanggar.plugin.items import Item
from sanggar.plugin.text import Text

LANGUAGES = ("id", "en", "both")


@dataclass(frozen=True)
class Speech:
    """Which language a file speaks: `id`, `en`, or `both` where the format has room for it."""

    language: str

    @property
    def both(self) -> bool:
        """Whether texts stand in both languages."""
        return self.language == "both"

    @property
    def main(self) -> str:
        """The language of the file as a whole, and of what can stand there only once."""
        return "id" if self.both else self.language

    def one(self, text: Text | None) -> str:
        """Return a text in the main language."""
        return text.to(self.main) if text else ""

    def explanation(self, item: Item) -> Text:
        """Return the explanation; nothing where it only says that there is none."""
        empty = item.explanation.id in (NO_EXPLANATION.id, NO_EXPLANATION.en)
        return Text(id="") if empty else item.explanation

    def answers(self, item: Item) -> list[str]:
        """Return the accepted answers of all languages, the main language's first."""
        listed = [*item.answers.get(self.main, ())]
        for language in ("id", "en"):
            listed += item.answers.get(language, ())
        return list(dict.fromkeys(listed))

    def note_language(self, item: Item, done: Exported) -> None:
        """Note that the other language stays behind."""
        if self.both:
            return
        if self.language == "id" and item.stem.en:
            done.lose(item, "the English text (export it with --language en)")
        if self.language == "en" and item.stem.en != item.stem.id:
            done.lose(item, "the Indonesian text (export it with --language id)")
        if len([1 for answers in item.answers.values() if answers]) > 1:
            done.lose(item, "which of the accepted answers are Indonesian and which English")
