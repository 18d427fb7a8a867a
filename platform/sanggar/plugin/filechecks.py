"""Automatic checks of handed-in files: what every type that measures files has in common.

A check looks at files somebody else made: they may be broken, huge or made to hurt. So a check runs
in a process of its own (`filechecks_run`), which ends by itself after ten seconds of work on one
file, and whatever happens in there is a finding here. What a check says is a fact for the marker:
the value, the limit, where the limit comes from. Only rules that measure exactly may fail.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from sanggar.plugin.items import (
    FILES_TEMPLATE,
    STORED,
    Finding,
    Grade,
    Item,
    PublicItem,
    QuestionType,
    UploadedFile,
)
from sanggar.plugin.text import LANGUAGES, Text
from sanggar.plugin.track import FileRules

#: more files than this are not measured; the assignments of the tracks allow 40
MAX_FILES = 40
MAX_STORED = 60
_HASH = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")


@dataclass(frozen=True)
class Num:
    """A number in a sentence: written with a comma in Indonesian, with a point in English."""

    value: float
    digits: int = 1

    def to(self, language: str) -> str:
        """Return the number as it is written in `language`."""
        text = f"{self.value:,.{self.digits}f}"
        return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def words(indonesian: str, english: str, *values: object) -> Text:
    """Return a sentence in both languages, with `{}` filled by numbers, texts or words.

    >>> words("{} mm", "{} mm", Num(2.5)).to("id")
    '2,5 mm'
    """
    made = []
    for language, sentence in zip(LANGUAGES, (indonesian, english), strict=True):
        said = [v.to(language) if isinstance(v, Num | Text) else clean(str(v)) for v in values]
        made.append(sentence.format(*said))
    return Text(id=made[0], en=made[1])


def clean(text: str, limit: int = 160) -> str:
    """Return text out of a file as it may be shown: no control characters, not endless."""
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text[: 4 * limit])
    seen = " ".join(seen.split())
    return seen if len(seen) <= limit else seen[: limit - 1] + "…"


def some(names: Sequence[str], limit: int = 4) -> str:
    """Return the first few of many names, with the number of the rest."""
    shown = ", ".join(clean(name, 80) for name in names[:limit])
    return f"{shown} (+{len(names) - limit})" if len(names) > limit else shown


@dataclass(frozen=True)
class Rule:
    """One thing a check measures.

    Attributes
    ----------
    name : str
        Stable name, like ``bleed``.
    title : Text
        What it is called on the marker's page.
    source : str
        Where the limit comes from.
    reliable : bool
        True when the measurement is exact enough to fail a submission; else it only warns.
    """

    name: str
    title: Text
    source: str = ""
    reliable: bool = True

    def find(
        self, outcome: str, measured: Text, limit: Text | None = None, *,
        file: str = "", sure: bool = True, source: str = "",
    ) -> Finding:  # fmt: skip
        """Return a finding of this rule; `fail` becomes `warn` where the rule is not reliable.

        Parameters
        ----------
        outcome : str
            ``pass``, ``warn``, ``fail`` or ``unknown``.
        sure : bool
            False when this one measurement is less exact than the rule usually is (a bar code on
            a photo instead of in a PDF).
        source : str
            Where this limit comes from, when it is not the rule's usual source.
        """
        reliable = self.reliable and sure
        return Finding(
            rule=self.name, title=self.title,
            outcome="warn" if outcome == "fail" and not reliable else outcome,
            measured=measured, limit=limit or Text(id=""), source=source or self.source,
            file=clean(file), reliable=reliable,
        )  # fmt: skip

    def judge(
        self, good: bool, measured: Text, limit: Text | None = None, *, file: str = "",
        sure: bool = True, source: str = "",
    ) -> Finding:  # fmt: skip
        """Return `pass` or `fail` (`warn` where the rule is not reliable)."""
        outcome = "pass" if good else "fail"
        return self.find(outcome, measured, limit, file=file, sure=sure, source=source)


@dataclass(frozen=True)
class Param:
    """A limit an author may set: its usual value and, for numbers, its bounds."""

    default: str = ""
    number: bool = False
    low: float = 0.0
    high: float = 1e9
    #: words it may have; empty: any
    choices: tuple[str, ...] = ()
    #: how a text is written (a regular expression), and an example of it
    pattern: str = ""
    like: str = ""

    def fault(self, name: str, text: str) -> str | None:
        """Return what is wrong with a value, as ``problem: remedy``."""
        if self.choices and text not in self.choices:
            return f"'{name}' is '{text}': write one of {', '.join(self.choices)}"
        if self.pattern and text and not re.fullmatch(self.pattern, text):
            return f"'{name}' is '{text}': write it like {self.like}"
        if not self.number or not text:
            return None
        if not _NUMBER.fullmatch(text) or not self.low <= float(text) <= self.high:
            return f"'{name}' is '{text}': write a number from {self.low:g} to {self.high:g}"
        return None


class Limits:
    """The limits of one check: the author's where given, else the usual ones."""

    def __init__(self, known: Mapping[str, Param], given: Mapping[str, str]) -> None:
        self._known, self._given = known, given

    def text(self, name: str) -> str:
        """Return a limit as written; the usual value where a written one cannot be used."""
        value = self._given.get(name, "").strip()
        param = self._known[name]
        return param.default if not value or param.fault(name, value) else value

    def number(self, name: str) -> float:
        """Return a limit as a number, 0 when it is empty."""
        return float(self.text(name) or 0)

    def flag(self, name: str) -> bool:
        """Return whether a limit says yes."""
        return self.text(name) == "yes"

    def parts(self, name: str) -> tuple[str, ...]:
        """Return a list written as ``one|two``."""
        return tuple(part.strip() for part in self.text(name).split("|") if part.strip())


YES_NO = ("yes", "no")
FILES = Param()
UNREADABLE = Rule("file", Text(id="Berkas", en="File"), "docs/mentors/checks.md", reliable=True)


class Unreadable(Exception):
    """A file that cannot be measured, with the reason in words."""

    def __init__(self, reason: Text, *, broken: bool = False) -> None:
        super().__init__(reason.en)
        self.reason = reason
        #: the file itself is damaged, so that nobody can open it
        self.broken = broken


class FileCheck(QuestionType):
    """A question type answered with files, which measures them. Subclass it and write `measure`.

    Every check knows the parameter ``files``: patterns of file names (``*cetak*|*print*``, upper and
    lower case alike) that choose what it measures; without it, everything of its `kinds`.
    """

    template: ClassVar[str] = FILES_TEMPLATE
    judged: ClassVar[bool] = True
    credit: ClassVar[Text] = Text(
        id="Dinilai oleh penilai; pemeriksaan otomatis hanya membantu.",
        en="Marked by a person; automatic checks only help.")  # fmt: skip
    #: kinds of files it can measure (extensions without the dot)
    kinds: ClassVar[tuple[str, ...]] = ()
    #: limits an author may set, besides ``files``
    params: ClassVar[Mapping[str, Param]] = {}
    #: everything it measures, for the documentation
    rules: ClassVar[tuple[Rule, ...]] = ()
    #: True when it needs all files at once (an answer beside its data), False for one by one
    together: ClassVar[bool] = False

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return what was measured in one file (or in all of them, when `together`).

        Parameters
        ----------
        limits : Limits
            What the author asks for.
        files : sequence of UploadedFile
            One file, or all chosen ones.

        Raises
        ------
        Unreadable
            With the reason, when a file cannot be measured. Other exceptions are caught, too.
        """
        raise NotImplementedError

    def known(self) -> dict[str, Param]:
        """Return every parameter of the check."""
        return {"files": FILES, **self.params}

    def check(self, item: Item) -> list[str]:
        """Return limits that cannot be used."""
        known = self.known()
        faults = [
            f"'{name}' is not known to {self.kind}: use {', '.join(known)}"
            for name in item.params
            if name not in known
        ]
        found = (known[n].fault(n, v.strip()) for n, v in item.params.items() if n in known)
        return [*faults, *(fault for fault in found if fault)]

    def public(self, item: Item) -> PublicItem:
        """Return the item with the kinds of files it takes; there is no key."""
        return PublicItem(
            id=item.id, type=item.type, stem=item.stem,
            extra={"accept": ",".join(f".{kind}" for kind in self.kinds)},
        )  # fmt: skip

    def files(self, item: Item) -> FileRules | None:
        """Return what may be uploaded where the check is an exam's item by itself."""
        return FileRules(max=10, size_mb=20, types=self.kinds)

    def inspect(self, item: Item, files: Sequence[UploadedFile]) -> tuple[Finding, ...]:
        """Return what was measured, from a process of its own: never an exception, never long."""
        # starting processes is for jobs: pages, which load this module too, never inspect
        from sanggar.plugin import filechecks_run  # noqa: PLC0415

        chosen, said = self.choose(item, files)
        if chosen:
            said += filechecks_run.run(self, item, chosen)
        return tuple(said)

    def choose(
        self, item: Item, files: Sequence[UploadedFile]
    ) -> tuple[list[UploadedFile], list[Finding]]:
        """Return the files this check measures, and findings about those it does not."""
        limits = Limits(self.known(), item.params)
        patterns = [pattern.lower() for pattern in limits.parts("files")]
        fitting = [
            file
            for file in files
            if file.kind in self.kinds
            and (not patterns or any(fnmatchcase(file.name.lower(), p) for p in patterns))
        ]
        said: list[Finding] = []
        if not fitting:
            kinds = ", ".join(kind.upper() for kind in self.kinds)
            said.append(UNREADABLE.find(
                "unknown",
                words("Tidak ada berkas yang dapat diperiksa", "No file that can be checked"),
                words("{} dengan nama {}", "{} called {}", kinds, " / ".join(patterns))
                if patterns else words("{}", "{}", kinds),
            ))  # fmt: skip
        for file in fitting[MAX_FILES:]:
            measured = words("Tidak diperiksa", "Not checked")
            limit = words("{} berkas pertama", "the first {} files", MAX_FILES)
            said.append(UNREADABLE.find("unknown", measured, limit, file=file.name))
        return fitting[:MAX_FILES], said

    def look(self, item: Item, files: Sequence[UploadedFile]) -> list[Finding]:
        """Measure in this very process; a file that cannot be measured is a finding."""
        limits = Limits(self.known(), item.params)
        name = files[0].name if len(files) == 1 else ""
        try:
            return self.measure(limits, files)
        except Unreadable as error:
            outcome = "fail" if error.broken else "unknown"
            return [UNREADABLE.find(outcome, error.reason, file=name)]
        except MemoryError:
            return [too_much(name)]
        except Exception as error:  # a file found a way we did not think of: say so
            kind = type(error).__name__
            measured = words("Tidak dapat diperiksa ({})", "Could not be checked ({})", kind)
            return [UNREADABLE.find("unknown", measured, file=name)]

    def read(self, item: Item, form: Mapping[str, list[str]]) -> list[dict[str, Any]] | None:
        """Return the list of files that the server has kept; nothing a browser sent by itself."""
        found = []
        for text in form.get(STORED, [])[:MAX_STORED]:
            try:
                found.append(json.loads(text[:2000]))
            except (ValueError, RecursionError):
                continue
        return stored(found) or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return that a person decides, with what the checks found in a sentence."""
        if not stored(response):
            return Grade(score=0, correct=False)
        return Grade(score=0, correct=False, needs_human=True, note=summary(response))

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the names and sizes of the files."""
        megabytes = [(f["name"], Num(f["size"] / 1e6, 1).to(language)) for f in stored(response)]
        return ", ".join(f"{name} ({size} MB)" for name, size in megabytes) or "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return who decides."""
        return self.credit.to(language)


def too_much(name: str) -> Finding:
    """Return the finding for a file that needs more time or memory than a check may use."""
    return UNREADABLE.find(
        "unknown",
        words("Terlalu rumit untuk diperiksa otomatis", "Too complex to be checked automatically"),
        words("10 detik dan 2 GB per berkas", "10 seconds and 2 GB for a file"),
        file=name,
    )


def not_started() -> Finding:
    """Return the finding for a check that could not begin: the site's fault, not the talent's."""
    measured = words("Pemeriksaan otomatis tidak berjalan", "The automatic check did not run")
    return UNREADABLE.find("unknown", measured)


def stored(response: Any) -> list[dict[str, Any]]:
    """Return the files of a response: a list of them, or a dict with ``files`` and ``findings``."""
    rows = response.get("files") if isinstance(response, dict) else response
    found = []
    for row in rows[:MAX_STORED] if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            continue
        name, digest, size = row.get("name"), row.get("sha256"), row.get("size")
        if (
            isinstance(name, str) and clean(name) and isinstance(digest, str)
            and _HASH.fullmatch(digest) and type(size) is int and 0 <= size < 10**12
        ):  # fmt: skip
            kind = row.get("kind")
            found.append({
                "name": clean(name), "sha256": digest, "size": size,
                "kind": clean(kind, 10) if isinstance(kind, str) else "",
            })  # fmt: skip
    return found


def summary(response: Any) -> Text | None:
    """Return what stored findings say in one sentence, None when there are none."""
    rows = response.get("findings") if isinstance(response, dict) else None
    found = []
    for row in rows[:500] if isinstance(rows, list) else []:
        try:
            found.append(Finding.model_validate(row))
        except ValueError:
            continue
    if not found:
        return None
    count = {o: sum(f.outcome == o for f in found) for o in ("pass", "warn", "fail", "unknown")}
    open_ = [f.title for f in found if f.outcome == "fail"]
    names = Text(
        id="; ".join(dict.fromkeys(t.id for t in open_)) or "–",
        en="; ".join(dict.fromkeys(t.to("en") for t in open_)) or "–",
    )
    return words(
        "Pemeriksaan otomatis: {} sesuai, {} perlu dilihat, {} tidak sesuai, {} tidak terukur. "
        "Tidak sesuai: {}.",
        "Automatic checks: {} fine, {} to look at, {} not met, {} not measured. Not met: {}.",
        count["pass"], count["warn"], count["fail"], count["unknown"], names,
    )  # fmt: skip
