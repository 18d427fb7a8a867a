"""What makes an item valid: its facts, its key, its English twin."""

from __future__ import annotations

import re

from sanggar.plugin.documents import Findings, meant
from sanggar.plugin.items import Level
from sanggar.plugin.quizbuild import NUMERIC
from sanggar.plugin.quizraw import CHOICE_TYPES, Section

#: least number of options of the types that have them
LEAST = {"single": 2, "multiple": 3, "ordering": 3}
MAX_OPTIONS = 12
MAX_TEXT = 6000
KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")
NUMBER = re.compile(r"[-+−]?[0-9]{1,15}(\.[0-9]{1,9})?")
#: 1.250 means 1250 to Indonesian eyes
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
LEVEL_HINTS = {
    "c1": "remember", "c2": "understand", "c3": "apply", "c4": "analyse",
    "know": "remember' or 'understand", "analyze": "analyse", "create": "analyse", "evaluate": "analyse",
}  # fmt: skip


def check(section: Section, findings: Findings) -> None:
    """Note what is wrong with an item."""
    place, name = section.place, section.id
    missing = [key for key in ("type", "area", "level") if not section.attributes.get(key)]
    if missing:
        listed = ", ".join(missing)
        findings.add(
            place,
            f"{name} does not say its {listed}",
            "write them in the braces: ## " + name + " {type=single area=PHO-01 level=apply}",
        )
    elif not KIND.fullmatch(section.kind):
        findings.add(
            place,
            f"{name} has the type '{section.kind}'",
            "write small letters, digits and '-', like single or numeric",
        )
    level = section.attributes.get("level", "")
    if level and level not in list(Level):
        hint = LEVEL_HINTS.get(level.lower())
        remedy = f"did you mean '{hint}'?" if hint else meant(level, list(Level))
        findings.add(place, f"{name} has the level '{level}'", remedy)
    points = section.attributes.get("points", "1")
    if not NUMBER.fullmatch(points) or not 0 < float(points.replace("−", "-")) <= 100:
        findings.add(
            place, f"{name} has '{points}' points", "write a number from 1 to 100, or leave it out"
        )
    if not section.stem:
        findings.add(place, f"{name} asks nothing", "write the question below its heading")
    if not section.explanation:
        findings.add(
            place,
            f"{name} has no explanation",
            "add a line that begins with ! and says why the key is right",
        )
    if max(len(section.stem), len(section.explanation or "")) > MAX_TEXT:
        findings.add(place, f"{name} is longer than {MAX_TEXT} characters", "shorten it")
    _check_key(section, findings)


def _check_key(section: Section, findings: Findings) -> None:
    """Check that options and answers fit a core type; a plugin's own type checks itself."""
    name, kind = section.id, section.kind
    if kind in LEAST:
        least, count = LEAST[kind], len(section.options)
        if not least <= count <= MAX_OPTIONS:
            what = "steps (1. …)" if kind == "ordering" else "options (- [ ] …)"
            findings.add(
                section.place, f"{name} has {count} {what}", f"give {least} to {MAX_OPTIONS}"
            )
        _check_options(section, findings)
        if section.answer_line:
            findings.add(
                section.at(section.answer_line),
                f"a line with = does not belong to type={kind}",
                "remove it; the key is marked with [x] or by the order",
            )
    if kind in CHOICE_TYPES and section.options:
        _check_marks(section, findings)
    if kind == "numeric":
        _check_number(section, findings)
    if kind == "short" and not section.answers:
        findings.add(
            section.place,
            f"{name} has no accepted answer",
            "add a line like = difuser | kain difuser",
        )


def _check_marks(section: Section, findings: Findings) -> None:
    """Check the boxes; a key too many is named where it stands."""
    keys = [option for option in section.options if option.key]
    name, place = section.id, section.place
    if section.kind == "single" and len(keys) != 1:
        findings.add(
            section.at(keys[1].line) if keys else place,
            f"{name} has {len(keys)} keys",
            "mark exactly one option with [x], or use type=multiple",
        )
    elif section.kind == "multiple" and len(keys) < 2:
        findings.add(
            place,
            f"{name} has {len(keys)} keys",
            "mark at least two options with [x], or use type=single",
        )
    elif section.kind == "multiple" and len(keys) == len(section.options):
        findings.add(place, f"all options of {name} are keys", "add a wrong option with [ ]")


def _check_options(section: Section, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for option in section.options:
        text = " ".join(option.text.split()).casefold()
        if not text:
            findings.add(
                section.at(option.line), "this option is empty", "write its text or remove the line"
            )
        elif text in seen:
            findings.add(
                section.at(option.line),
                "this option stands twice",
                f"change it (the same text is on line {seen[text]})",
            )
        seen.setdefault(text, option.line)


def _check_number(section: Section, findings: Findings) -> None:
    name = section.id
    if not section.answers:
        findings.add(section.place, f"{name} has no answer", "add a line like = 500 ± 0")
        return
    place = section.at(section.answer_line)
    match = NUMERIC.fullmatch(section.answers[0])
    for label in ("value", "tolerance"):
        text = (match[label] if match else section.answers[0]) or "0"
        if not NUMBER.fullmatch(text) or (label == "tolerance" and text[0] in "-−"):
            remedy = "write it like = 1250.5 ± 0.5: a decimal point, no thousands separator"
            findings.add(place, f"the {label} '{text}' of {name} is not a number", remedy)
            return
        if THOUSANDS.fullmatch(text):
            findings.add(
                place, f"'{text}' is read as {float(text):g}, with a decimal point",
                f"write {text.replace('.', '')} if you mean thousands, else {float(text):g}",
                warning=True,
            )  # fmt: skip


def check_twin(section: Section, twin: Section, findings: Findings) -> None:
    """Note where the English text does not fit the Indonesian item."""
    name = section.id
    if len(section.options) != len(twin.options):
        findings.add(
            twin.place, f"{name} has {len(twin.options)} options here and {len(section.options)} in Indonesian",
            "write the same options in the same order" + (" (as `- text`)" if section.kind != "ordering" else " (as `1. text`)"),
        )  # fmt: skip
    if twin.answers and section.kind != "short":
        findings.add(
            twin.at(twin.answer_line),
            f"{name} repeats its answer in the English file",
            "remove the line; keys stand once, in the .id. file",
        )
    if not twin.stem:
        findings.add(
            twin.place,
            f"{name} has no question in English",
            "write it below the heading",
            warning=True,
        )
    if not twin.explanation:
        findings.add(
            twin.place,
            f"{name} has no English explanation",
            "add a line that begins with !",
            warning=True,
        )
