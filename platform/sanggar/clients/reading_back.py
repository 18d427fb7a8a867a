"""A brief in words: what was answered, and what would make it better."""

from __future__ import annotations

from typing import Any

from sanggar.clients import brief_rules
from sanggar.clients.forms import CATEGORY_WORDS, budget_words
from sanggar.clients.lookup import BriefRow
from sanggar.clients.wizard_forms import ADVICE_WORDS, PERMIT_WORDS
from sanggar.kernel.i18n import _, _n, tr
from sanggar.kernel.templating import day
from sanggar.plugin.track import LEVEL_TITLES

#: where an advice leads
STEP_OF = {
    "text": "story", "size": "story", "photos": "photos", "budget": "budget", "deadline": "when",
    "category": "product", "level": "who",
}  # fmt: skip


def facts_of(brief: BriefRow) -> list[tuple[str, Any]]:
    """Return what a brief says, for pages that repeat it beside their subject."""
    return [
        (_("Work"), tr(brief.ordered.title) if brief.ordered else brief.service),
        (_("Product"), str(CATEGORY_WORDS.get(brief.category, ""))),
        (_("Permits"), permit_words(brief)),
        (_("Level"), tr(LEVEL_TITLES[brief.level])),
        (_("People"), people_words(brief.team_size) if brief.team_size > 1 else ""),
        (_("Budget"), budget_words(brief.budget_low, brief.budget_high)),
        (_("Deadline"), day(brief.deadline) if brief.deadline else ""),
        (_("Place"), _("At my place") if brief.onsite else _("Remotely")),
    ]


def answers(brief: BriefRow) -> list[tuple[str, str, str]]:
    """Return (question, its name in a word, the answer) for all but the photos."""
    who = f"{tr(LEVEL_TITLES[brief.level])} · {people_words(brief.team_size)}"
    product = str(CATEGORY_WORDS.get(brief.category, ""))
    permits = permit_words(brief)
    return [
        ("service", _("Work"), tr(brief.ordered.title) if brief.ordered else brief.service),
        ("product", _("Product"), f"{product} · {permits}" if permits else product),
        ("story", _("In your words"), brief.text),
        ("who", _("Done by"), who),
        ("budget", _("Budget"), budget_words(brief.budget_low, brief.budget_high)),
        ("when", _("Deadline"), day(brief.deadline) if brief.deadline else ""),
        ("where", _("Place"), _("At my place") if brief.onsite else _("Remotely")),
    ]


def permit_words(brief: BriefRow) -> str:
    """Return the permits of the product in a line."""
    return ", ".join(str(PERMIT_WORDS[name]) for name in brief.permits if name in PERMIT_WORDS)


def people_words(team_size: int) -> str:
    """Return how many people are wanted."""
    if team_size < 2:
        return str(_("one person"))
    return str(_n("a team of %(num)s", "a team of %(num)s", team_size))


def hints(brief: BriefRow, photos: int) -> list[tuple[str, str, int]]:
    """Return (question, advice, points it brings), what helps most first."""
    parts = brief_rules.quality_parts(
        text=brief.text, category=brief.category, budget=brief.budget_high is not None,
        deadline=brief.deadline is not None, link=brief.link, level=brief.level, photos=photos,
    )  # fmt: skip
    return [(STEP_OF[p.name], str(ADVICE_WORDS[p.name]), p.gain) for p in brief_rules.advice(parts)]
