"""Drafts as items, through the bank's own grammar: what it refuses is refused here, with its words.

Every draft is written as `.quiz.md` and read back. So an imported item is exactly what the bank's
file will give tomorrow, and no rule about items stands twice.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sanggar.interchange.model import Blank, Draft, Entry, Found, Imported, Loss, Refusal
from sanggar.interchange.texts import clean
from sanggar.plugin import quizmd, quizwrite
from sanggar.plugin.documents import Findings
from sanggar.plugin.items import Gap, Item, Level, Option, Prompt
from sanggar.plugin.quizcut import sections
from sanggar.plugin.quizwrite import Unwritable, fit_text
from sanggar.plugin.text import Text

#: what stands where a file has no explanation; the writers leave it out again
NO_EXPLANATION = Text(id="Belum ada pembahasan.", en="No explanation yet.")
#: the unit of competency of an item whose file names none
NO_AREA = "AREA"
NO_LEVEL = Level.UNDERSTAND
MAX_ITEMS = 2_000
_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")
_AREA = re.compile(r"[^\s\"{}=]{1,60}")


def assemble(found: Found, *, area: str = "", level: str = "", language: str = "id") -> Imported:
    """Make items of what a reader found.

    Parameters
    ----------
    found : Found
        Drafts, refusals and pictures.
    area, level : str
        For items whose file does not say theirs.
    language : str
        Language of the file's texts, ``id`` or ``en``, where the file holds one only.
    """
    done = Imported(
        images=dict(found.images), refused=list(found.refused), lost=list(found.lost),
        notes=list(found.notes),
    )  # fmt: skip
    used: set[str] = set()
    for draft in found.drafts[:MAX_ITEMS]:
        draft.id = _unique(draft.id or draft.name, used)
        entry = _entry(draft, area, level, language)
        if isinstance(entry, Refusal):
            done.refused.append(entry)
            continue
        used.add(draft.id.casefold())
        done.entries.append(entry)
        done.lost += [Loss(draft.id, what) for what in draft.lost]
    if len(found.drafts) > MAX_ITEMS:
        rest = found.drafts[MAX_ITEMS:]
        done.refused += [
            Refusal(d.name, f"more than {MAX_ITEMS} questions in one file") for d in rest
        ]
    shown = "\n".join(entry.item.model_dump_json() for entry in done.entries)
    for name in [name for name in done.images if name not in shown]:
        done.notes.append(f"the picture {name} belongs to no imported question")
        del done.images[name]
    return done


def _unique(name: str, used: set[str]) -> str:
    """Return an item id made of a name, unlike all before it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[A-Za-z0-9]+", plain))[:48].strip("-")
    if not _ID.fullmatch(slug):
        slug = f"Q-{slug}".strip("-")
    number, unique = 2, slug
    while unique.casefold() in used:
        unique, number = f"{slug}-{number}", number + 1
    return unique


def _entry(draft: Draft, area: str, level: str, language: str) -> Entry | Refusal:
    """Return the item of a draft, or why there is none."""
    notes = list(draft.notes)
    draft.area = draft.area or area
    if not _AREA.fullmatch(draft.area):
        draft.area = NO_AREA
        notes.append(f"no unit of competency in the file: area={NO_AREA}, replace it or use --area")
    draft.level = draft.level or level
    if draft.level not in list(Level):
        draft.level = NO_LEVEL.value
        notes.append(f"no cognitive level in the file: level={NO_LEVEL.value}, or use --level")
    if not draft.explanation.id.strip():
        draft.explanation = NO_EXPLANATION
        notes.append("no explanation in the file: write one")
    if language == "en":
        notes.append("the Indonesian text is the English one: translate it in the .id. file")
    _gap_facts(draft)
    try:
        item = through_bank(_item(draft, language))
    except (Unwritable, ValueError) as error:
        return Refusal(draft.name, _words(error), draft.line)
    return Entry(item, draft.name, tuple(notes))


def _words(error: Exception) -> str:
    lines = [line.strip() for line in str(error).split("\n") if line.strip()]
    return "; ".join(lines)[:600] or "cannot be made an item"


def through_bank(item: Item) -> Item:
    """Return an item as its bank gives it back; raise `Unwritable` with the bank's faults."""
    findings = Findings()
    cuts = {
        language: sections(
            text.split("---\n", 2)[2], f"bank.{language}", 1, findings, keys=language == "id"
        )
        for language, text in quizwrite.bank([item], "import").items()
    }
    made = quizmd.read_items(cuts["id"], cuts.get("en"), findings)
    if findings.errors:
        raise Unwritable("; ".join(f"{e.problem}: {e.remedy}" for e in findings.errors))
    if len(made) != 1:
        raise Unwritable("the bank does not take it")
    return made[0].model_copy(update={"file": "", "line": 0})


def _item(draft: Draft, language: str) -> Item:
    """Return a provisional item: ids are made by the bank afterwards."""
    kind = draft.kind
    both = _in_both(draft)

    def text(value: Text, *, line: bool = False, as_kind: str = "") -> Text:
        english = clean(value.en) if both else (clean(value.id) if language == "en" else "")
        cleaned = Text(id=clean(value.id), en=english or (clean(value.id) if both else ""))
        return fit_text(cleaned, as_kind or kind, line=line)

    side = {"matrix": "matrix-head"}.get(kind, kind)
    options = tuple(
        Option(
            id=f"o{n}", text=text(choice.text, line=True, as_kind=side), key=choice.key,
            feedback=text(choice.feedback) if choice.feedback and choice.feedback.id else None,
            place=choice.place,
        )
        for n, choice in enumerate(draft.choices)
    )  # fmt: skip
    return Item(
        id=draft.id, type=kind, area=draft.area, level=Level(draft.level), points=draft.points,
        stem=text(draft.stem), options=options,
        prompts=tuple(
            Prompt(id=f"p{n}", text=text(left, line=True), key=f"o{right}")
            for n, (left, right) in enumerate(draft.pairs)
        ),
        gaps=_gaps(draft, text),
        image=draft.image,
        answers={k: _answers(v) for k, v in draft.answers.items() if v},
        params={k: " ".join(clean(v).split()) for k, v in draft.params.items()},
        vars=dict(draft.vars), explanation=text(draft.explanation),
    )  # fmt: skip


def _gap_facts(draft: Draft) -> None:
    """Give gaps and places back what only our own exports say of them."""

    def listed(name: str, count: int) -> list[str]:
        parts = draft.facts.get(name, "").split("|")
        return parts if len(parts) == count and name in draft.facts else []

    for choice, place in zip(draft.choices, listed("places", len(draft.choices)), strict=False):
        choice.place = place
    count = len(draft.gaps)
    for gap, unit in zip(draft.gaps, listed("gap-units", count), strict=False):
        if unit and gap.kind == "numeric":
            gap.params["unit"] = unit
    for gap, weight in zip(draft.gaps, listed("weights", count), strict=False):
        if re.fullmatch(r"\d{1,4}(\.\d{1,4})?", weight) and float(weight) > 0:
            gap.weight = float(weight)
    names = {g.id: n for g, n in zip(draft.gaps, listed("gaps", count), strict=False)}
    if names:
        draft.stem = Text(id=_renamed(draft.stem.id, names), en=_renamed(draft.stem.en, names))
        for gap in draft.gaps:
            gap.id = names[gap.id]


def _renamed(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\[\[(g\d+)\]\]", lambda m: f"[[{names.get(m[1], m[1])}]]", text)


def _in_both(draft: Draft) -> bool:
    return bool(draft.stem.en)


def _answers(answers: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(clean(answer).split()) for answer in answers))


def _gap_answers(gap: Blank) -> dict[str, tuple[str, ...]]:
    listed = {"id": _answers(gap.answers), "en": _answers(gap.english)}
    return {language: answers for language, answers in listed.items() if answers}


def _gaps(draft: Draft, text: Any) -> tuple[Gap, ...]:
    return tuple(
        Gap(
            id=gap.id, kind=gap.kind,
            options=tuple(
                Option(
                    id=f"{gap.id}-{n}", text=text(choice.text, line=True, as_kind="part"),
                    key=choice.key,
                )
                for n, choice in enumerate(gap.choices)
            ),
            answers=_gap_answers(gap),
            params=gap.params, weight=gap.weight,
        )
        for gap in draft.gaps
    )  # fmt: skip
