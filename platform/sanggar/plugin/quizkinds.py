"""What makes items of the richer types valid: pairs, statements, areas, gaps, variables, files."""

from __future__ import annotations

import re

from sanggar.plugin import quizvars
from sanggar.plugin.documents import Findings, meant
from sanggar.plugin.items import Item
from sanggar.plugin.quizbuild import COMMON, NUMERIC, TRUTH, gap_choices, gap_kind, gap_words
from sanggar.plugin.quizraw import RawGap, Section
from sanggar.plugin.quizrules import MAX_OPTIONS, NUMBER
from sanggar.plugin.quizunits import UnitError, read_units

#: parameters that each core type knows; a plugin's own types check theirs themselves
KNOWN: dict[str, tuple[str, ...]] = {
    "single": ("shuffle",), "multiple": ("credit", "shuffle"), "truefalse": (),
    "numeric": ("units", "ask-unit", "unit_en"), "short": ("distance",), "ordering": ("credit",),
    "matching": ("shuffle",), "matrix": ("columns", "shuffle"), "hotspot": ("image", "alt"),
    "cloze": ("distance",), "parametric": ("where", "units", "ask-unit", "unit_en"),
    "upload": ("types", "size_mb", "max"), "essay": ("min_words", "max_words"),
}  # fmt: skip
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "credit": {"multiple": ("all", "partial"), "ordering": ("pairs", "exact")},
    "shuffle": dict.fromkeys(("single", "multiple", "matching", "matrix"), ("yes", "no")),
    "ask-unit": dict.fromkeys(("numeric", "parametric"), ("yes", "no")),
    "distance": dict.fromkeys(("short", "cloze"), ("0", "1", "2")),
}  # fmt: skip
PICTURE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}\.(svg|png|jpg|jpeg|webp)")
GAP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
GAP_PLACE = re.compile(r"\[\[([^\[\]]{1,40})\]\]")
FILE_KINDS = ("jpg", "png", "webp", "gif", "pdf", "zip", "csv", "txt", "md", "xlsx", "docx", "pptx")
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,3})?")


def check(section: Section, findings: Findings) -> None:
    """Note what is wrong with the facts and the key of one item."""
    kind = section.kind
    if kind not in KNOWN:
        return
    _parameters(section, findings)
    rule = {
        "truefalse": _truefalse, "matching": _matching, "matrix": _matrix, "hotspot": _hotspot,
        "cloze": _cloze, "parametric": _parametric, "upload": _upload, "essay": _essay,
    }.get(kind)  # fmt: skip
    if rule:
        rule(section, findings)
    if kind not in ("single", "multiple", "ordering", "hotspot"):
        for option in section.options:
            if option.feedback:
                findings.add(
                    section.at(option.line), f"feedback is not shown for type={kind}",
                    "write it into the explanation",
                )  # fmt: skip
    if section.answer_line and kind in (
        "matching",
        "matrix",
        "hotspot",
        "cloze",
        "upload",
        "essay",
    ):
        findings.add(
            section.at(section.answer_line), f"a line with = does not belong to type={kind}",
            "remove it, or choose another type",
        )  # fmt: skip


def _parameters(section: Section, findings: Findings) -> None:
    kind, name = section.kind, section.id
    for key, value in section.attributes.items():
        if key in COMMON:
            continue
        allowed = CHOICES.get(key, {}).get(kind)
        if key not in KNOWN[kind]:
            remedy = meant(key, KNOWN[kind]) if KNOWN[kind] else "remove it"
            findings.add(section.place, f"'{key}' is not known to type={kind} of {name}", remedy)
        elif allowed and value not in allowed:
            listed = " or ".join(f"{key}={word}" for word in allowed)
            findings.add(section.place, f"{name} has {key}={value}", f"write {listed}")
    if "units" in section.attributes and "units" in KNOWN[kind]:
        try:
            read_units(section.attributes["units"])
        except UnitError as error:
            findings.add(
                section.place, f"the units of {name}: {error}", "write : units = mm 1 | cm 10"
            )
    elif section.attributes.get("ask-unit") == "yes":
        findings.add(
            section.place, f"{name} asks for a unit without naming any",
            "add a line like : units = mm 1 | cm 10",
        )  # fmt: skip


def _truefalse(section: Section, findings: Findings) -> None:
    if len(section.answers) != 1 or section.answers[0].casefold() not in TRUTH:
        place = section.at(section.answer_line) if section.answer_line else section.place
        findings.add(place, f"{section.id} does not say whether it is true", "write = benar or = salah")  # fmt: skip
    if section.options:
        findings.add(
            section.at(section.options[0].line), "a true/false item has no options",
            "remove them and write = benar or = salah, or use type=single",
        )  # fmt: skip


def _matching(section: Section, findings: Findings) -> None:
    pairs = [o for o in section.options if o.prompt]
    if not 2 <= len(pairs) <= MAX_OPTIONS:
        findings.add(
            section.place, f"{section.id} has {len(pairs)} pairs",
            f"write 2 to {MAX_OPTIONS} lines like - left => right",
        )  # fmt: skip
    _each_once(section, findings, "left side", [(o.line, o.prompt) for o in pairs])
    for option in section.options:
        if not option.text:
            findings.add(
                section.at(option.line), "nothing stands behind =>", "write the right side"
            )
    rights = {o.text.casefold() for o in section.options}
    if section.options and len(rights) < 2:
        findings.add(
            section.place, f"all pairs of {section.id} have the same right side",
            "add other right sides, also wrong ones: - => right",
        )  # fmt: skip
    used = {o.text.casefold() for o in pairs}
    for option in section.options:
        if not option.prompt and option.text.casefold() in used:
            findings.add(
                section.at(option.line), "this wrong option is the right side of a pair",
                "change it or remove the line",
            )  # fmt: skip


def _each_once(
    section: Section, findings: Findings, what: str, texts: list[tuple[int, str]]
) -> None:
    seen: dict[str, int] = {}
    for line, text in texts:
        plain = " ".join(text.split()).casefold()
        if not plain:
            findings.add(section.at(line), f"this {what} is empty", "write its text")
        elif plain in seen:
            findings.add(
                section.at(line), f"this {what} stands twice",
                f"change it (the same is on line {seen[plain]})",
            )  # fmt: skip
        seen.setdefault(plain, line)


def _matrix(section: Section, findings: Findings) -> None:
    columns = section.listed("columns")
    if not 2 <= len(columns) <= 6 or not all(columns):
        findings.add(
            section.place, f"{section.id} has {len([c for c in columns if c])} columns",
            "add a line like : columns = Benar | Salah (2 to 6)",
        )  # fmt: skip
    elif len({c.casefold() for c in columns}) < len(columns):
        findings.add(
            section.place, f"two columns of {section.id} are called the same", "rename one"
        )
    if not 2 <= len(section.options) <= MAX_OPTIONS:
        findings.add(
            section.place, f"{section.id} has {len(section.options)} statements",
            f"write 2 to {MAX_OPTIONS} lines like - [Benar] statement",
        )  # fmt: skip
    for option in section.options:
        if option.column and option.column.casefold() not in {c.casefold() for c in columns}:
            findings.add(
                section.at(option.line), f"there is no column '{option.column}'",
                meant(option.column, columns),
            )  # fmt: skip
    _each_once(section, findings, "statement", [(o.line, o.text) for o in section.options])


def _hotspot(section: Section, findings: Findings) -> None:
    image = section.attributes.get("image", "")
    if not PICTURE.fullmatch(image):
        findings.add(
            section.place, f"{section.id} names the picture '{image}'",
            "add a line like : image = kotak.svg (small letters; svg, png, jpg or webp)",
        )  # fmt: skip
    if not section.attributes.get("alt"):
        findings.add(
            section.place, f"the picture of {section.id} has no description",
            "add a line like : alt = Pola potong kotak dengan enam bidang bernomor",
        )  # fmt: skip
    if not 2 <= len(section.options) <= MAX_OPTIONS:
        findings.add(
            section.place, f"{section.id} has {len(section.options)} areas",
            f"write 2 to {MAX_OPTIONS} lines like - [ ] text @ 10 20 30 15",
        )  # fmt: skip
    keys = sum(option.key for option in section.options)
    if section.options and (keys == 0 or keys == len(section.options)):
        findings.add(
            section.place, f"{keys} of {len(section.options)} areas of {section.id} are keys",
            "mark the right area with [x] and the others with [ ]",
        )  # fmt: skip
    for option in section.options:
        if option.place:
            _area(section, findings, option.line, option.place)
    _each_once(section, findings, "area", [(o.line, o.text) for o in section.options])


def _area(section: Section, findings: Findings, line: int, place: str) -> None:
    numbers = place.split()
    if len(numbers) != 4 or not all(_PERCENT.fullmatch(n) for n in numbers):
        problem = f"the place '{place}' is not four numbers"
    else:
        left, top, width, height = map(float, numbers)
        if width >= 2 and height >= 2 and left + width <= 100 and top + height <= 100:
            return
        problem = f"the area {place} is too small or leaves the picture"
    findings.add(
        section.at(line), problem, "write left, top, width, height in percent: @ 10 20 30 15"
    )


def _cloze(section: Section, findings: Findings) -> None:
    shown = GAP_PLACE.findall(section.stem)
    defined = [gap.id for gap in section.gaps]
    for name in dict.fromkeys(shown):
        if name not in defined:
            findings.add(
                section.place, f"the gap [[{name}]] has no answer",
                f"add a line like [[{name}]]: = word, or [[{name}]]: [x] right | [ ] wrong",
            )  # fmt: skip
        if shown.count(name) > 1:
            findings.add(section.place, f"the gap [[{name}]] stands twice in the text", "name each gap differently")  # fmt: skip
    if not section.gaps:
        findings.add(section.place, f"{section.id} has no gaps", "write [[1]] in the text and below it [[1]]: = word")  # fmt: skip
    elif len(section.gaps) > MAX_OPTIONS:
        findings.add(section.place, f"{section.id} has {len(section.gaps)} gaps", f"at most {MAX_OPTIONS}")  # fmt: skip
    for gap in section.gaps:
        place = section.at(gap.line)
        if gap.id not in shown:
            findings.add(place, f"[[{gap.id}]] does not stand in the text", f"write [[{gap.id}]] where the gap is")  # fmt: skip
        if defined.count(gap.id) > 1 or not GAP_ID.fullmatch(gap.id):
            findings.add(place, f"a gap cannot be called '{gap.id}' here", "give each gap a short name of its own: letters, digits, -")  # fmt: skip
        if gap.weight and not (NUMBER.fullmatch(gap.weight) and 0 < float(gap.weight.replace("−", "-")) <= 100):  # fmt: skip
            findings.add(place, f"the weight '{gap.weight}' is no number", "write [[1]]*2: or leave it out")  # fmt: skip
        _gap(section, gap, findings)


def _gap(section: Section, gap: RawGap, findings: Findings) -> None:
    place, kind = section.at(gap.line), gap_kind(gap.body)
    if kind == "single":
        choices = gap_choices(gap.body)
        keys = sum(key for _, key in choices)
        written = "|".join(f"[{'x' if key else ''}]{text}" for text, key in choices)
        if re.sub(r"\s", "", gap.body).lower() != re.sub(r"\s", "", written).lower():
            findings.add(place, "the options of this gap cannot be read", "write [x] right | [ ] wrong | [ ] wrong")  # fmt: skip
        elif len(choices) < 2 or keys != 1 or not all(text for text, _ in choices):
            findings.add(place, f"this gap has {len(choices)} options and {keys} keys", "write at least two options and mark one with [x]")  # fmt: skip
        _each_once(
            section, findings, "option of the gap", [(gap.line, text) for text, _ in choices]
        )
    elif kind == "numeric":
        match = NUMERIC.fullmatch(gap.body.removeprefix("=").strip())
        numbers = (match["value"], match["tolerance"] or "0") if match else ("",)
        if not all(NUMBER.fullmatch(n) for n in numbers) or numbers[-1][:1] in ("-", "−"):
            findings.add(place, "the number of this gap cannot be read", "write = 12.5 ± 0.5 mm: a decimal point, no thousands separator")  # fmt: skip
    elif kind == "short":
        words = gap_words(gap.body)
        if not words:
            findings.add(
                place, "this gap has no accepted answer", "write = word | another spelling"
            )
        for word in words:
            if NUMBER.fullmatch(word):
                findings.add(place, f"'{word}' is compared as text here", f"write = {word} ± 0 to read it as a number", warning=True)  # fmt: skip
    else:
        findings.add(place, "this gap says neither options nor an answer", "write [x] right | [ ] wrong, or = word")  # fmt: skip


def _parametric(section: Section, findings: Findings) -> None:
    if not section.answers:
        findings.add(
            section.place, f"{section.id} has no answer", "add a line like = harga * 1.11 ± 1"
        )
        return
    _, _, after = section.answers[0].replace("+/-", "±").replace("+-", "±").partition("±")
    tolerance = after.split()[0] if after.split() else "0"
    if not NUMBER.fullmatch(tolerance.removesuffix("%")) or tolerance[0] in "-−":
        findings.add(
            section.at(section.answer_line), f"the tolerance '{tolerance}' is not a number",
            "write it like ± 1 or ± 2%",
        )  # fmt: skip


def _upload(section: Section, findings: Findings) -> None:
    limits = {"max": (1, 10), "size_mb": (1, 50)}
    for name, (low, high) in limits.items():
        text = section.attributes.get(name, str(low))
        if not (text.isascii() and text.isdigit() and low <= int(text[:4]) <= high):
            findings.add(section.place, f"{section.id} has {name}={text}", f"write a whole number from {low} to {high}")  # fmt: skip
    kinds = [k.strip() for k in section.attributes.get("types", "").split(",") if k.strip()]
    for kind in kinds:
        if kind not in FILE_KINDS:
            findings.add(section.place, f"{section.id} asks for files '{kind}'", f"use of {', '.join(FILE_KINDS)}, like types=jpg,png,pdf")  # fmt: skip


def _essay(section: Section, findings: Findings) -> None:
    numbers = {}
    for name in ("min_words", "max_words"):
        text = section.attributes.get(name, "")
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 3000):
            findings.add(section.place, f"{section.id} has {name}={text}", "write a whole number from 1 to 3000")  # fmt: skip
        elif text:
            numbers[name] = int(text)
    if numbers.get("min_words", 0) > numbers.get("max_words", 3000):
        findings.add(section.place, f"{section.id} asks for more words than it allows", "make max_words the larger number")  # fmt: skip


def check_twin(section: Section, twin: Section, findings: Findings) -> None:
    """Note where the English texts do not fit the Indonesian item."""
    kind = section.kind
    if kind == "matrix" and len(section.listed("columns")) != len(twin.listed("columns")):
        findings.add(twin.place, f"{section.id} has not the same columns in English", "add a line like : columns = True | False, in the same order")  # fmt: skip
    if kind == "hotspot" and not twin.attributes.get("alt"):
        findings.add(twin.place, f"the picture of {section.id} has no English description", "add a line : alt = …", warning=True)  # fmt: skip
    if kind == "matching" and len(section.options) == len(twin.options):
        for first, second in zip(section.options, twin.options, strict=True):
            if bool(first.prompt) != bool(second.prompt):
                findings.add(twin.at(second.line), "this pair does not fit the Indonesian one", "write the same pairs in the same order")  # fmt: skip
    if kind == "cloze":
        _gaps_twin(section, twin, findings)


def _gaps_twin(section: Section, twin: Section, findings: Findings) -> None:
    known = {gap.id: gap for gap in section.gaps}
    if (
        sorted(GAP_PLACE.findall(section.stem)) != sorted(GAP_PLACE.findall(twin.stem))
        and twin.stem
    ):
        findings.add(twin.place, f"{section.id} has other gaps in its English text", "write the same [[names]], in any order")  # fmt: skip
    english = {gap.id: gap for gap in twin.gaps}
    for gap in twin.gaps:
        if gap.id not in known:
            findings.add(twin.at(gap.line), f"there is no gap [[{gap.id}]]", meant(gap.id, known))
        elif gap_kind(known[gap.id].body) == "numeric":
            findings.add(twin.at(gap.line), f"[[{gap.id}]] repeats its answer in the English file", "remove the line; numbers stand once, in the .id. file")  # fmt: skip
    for name, gap in known.items():
        if gap_kind(gap.body) != "single":
            continue
        here = english.get(name)
        count = len(gap_words(here.body)) if here else 0
        if here and gap_kind(here.body) == "single":
            findings.add(twin.at(here.line), "the English file shows the key", "write the options as A | B | C, without [ ]")  # fmt: skip
        elif count != len(gap_choices(gap.body)):
            findings.add(twin.at(here.line) if here else twin.place, f"[[{name}]] has {count} options here and {len(gap_choices(gap.body))} in Indonesian", f"write [[{name}]]: A | B | C in the same order")  # fmt: skip


def check_item(item: Item, section: Section, findings: Findings) -> None:
    """Note what is wrong with an item as a whole: every draw of its variables must be valid."""
    if item.type != "parametric":
        return
    for fault in quizvars.faults(item):
        problem, _, remedy = fault.partition(": ")
        line = section.answer_line or section.line
        for var in section.vars:
            if f"'{var.name}'" in problem or problem.startswith(f"{var.name}:"):
                line = var.line
        findings.add(section.at(line), f"{item.id}: {problem}", remedy or "correct it")
