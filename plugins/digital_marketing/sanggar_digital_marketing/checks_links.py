"""Campaign links: tagged completely, in small letters, once, and as links at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from sanggar.plugin import Finding, Text
from sanggar.plugin.filechecks import Limits, Rule, some, words

from . import checks as rules

MAX_LINKS, MAX_LENGTH, MAX_FIELDS = 500, 2000, 60
KNOWN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id",
         "utm_source_platform", "utm_creative_format", "utm_marketing_tactic")  # fmt: skip
#: a link up to the next blank, or over blanks as long as more of the query follows
LINK = re.compile(
    r"(?:https?:/{0,2}|www\.)[^\s\"'<>]+(?: [^\s\"'<>=&?]*[&=][^\s\"'<>]*)*", re.IGNORECASE
)
HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?", re.IGNORECASE
)
TRAILING = ".,;:)]}>*_"


@dataclass(frozen=True)
class Link:
    """One link as it was written, taken apart."""

    text: str
    parts: SplitResult | None
    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, text: str) -> Link:
        """Take a link apart; `parts` is None when that is not possible."""
        try:
            parts = urlsplit(text)
            fields = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except ValueError:
            return cls(text, None)
        return cls(text, parts, tuple(fields))

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The UTM parameters, whatever their case."""
        return [(name, value) for name, value in self.fields if name.lower().startswith("utm")]


def links_in(lines: Iterable[str]) -> list[Link]:
    """Return the tagged links of a text; links without any tag are no campaign links."""
    found: list[Link] = []
    for line in lines:
        for match in LINK.finditer(line[: 4 * MAX_LENGTH]):
            text = match[0].rstrip(TRAILING)[:MAX_LENGTH]
            if "utm" in text.lower():
                found.append(Link.read(text))
        if len(found) >= MAX_LINKS:
            break
    return found[:MAX_LINKS]


def measure(limits: Limits, lines: list[str], name: str) -> list[Finding]:
    """Return one finding for each rule, with the links that break it."""
    links = links_in(lines)
    least = round(limits.number("min_links"))
    measured = words("{} tautan bertanda UTM", "{} links with UTM", len(links))
    asked = words("paling sedikit {}", "at least {}", least)
    found = [rules.LINKS.judge(len(links) >= least, measured, asked, file=name)]
    if not links:
        return found
    required = limits.parts("required")
    tests: tuple[tuple[Rule, Text, Callable[[Link], str]], ...] = (
        (rules.FORM, words("https://toko.id/halaman?utm_source=…", "https://shop.id/page?utm_source=…"), malformed),
        (rules.PARTS, words("{}", "{}", ", ".join(required)), lambda link: missing(link, required)),
        (rules.CASE, words("huruf kecil semua", "small letters only"), capitals),
        (rules.SPACES, words("garis bawah atau tanda hubung, bukan spasi", "underscore or hyphen, no space"), spaces),
        (rules.TWICE, words("setiap parameter satu kali", "each parameter once"), doubled),
        (rules.HTTPS, words("https://", "https://"), insecure),
    )  # fmt: skip
    for rule, asked, test in tests:
        wrong = [f"{fault} ({link.text[:80]})" for link in links if (fault := test(link))]
        found.append(_say(rule, wrong, len(links), asked, name))
    return [*found, *_words(limits, links, name), _same(links, name)]


def _say(rule: Rule, wrong: list[str], count: int, asked: Text, name: str) -> Finding:
    if not wrong:
        return rule.find(
            "pass", words("{} tautan sesuai", "{} links fine", count), asked, file=name
        )
    measured = words("{} dari {}: {}", "{} of {}: {}", len(wrong), count, some(wrong, 3))
    return rule.find("fail", measured, asked, file=name)


def malformed(link: Link) -> str:
    """Return what keeps a text from being a link, empty when it is one."""
    if link.parts is None:
        return "?"
    if not re.match(r"https?://", link.text, re.IGNORECASE):
        return link.text[:12]
    try:
        host = link.parts.netloc.rpartition("@")[2]
        port = link.parts.port
    except ValueError:
        return "port"
    if not HOST.fullmatch(host) or port == 0:
        return host or "://"
    if re.search(r"[&]?utm_", link.parts.path) or "utm_" in host:
        return "& → ?"
    if link.text.count("?") > 1:
        return "? ?"
    if "utm_" in link.parts.fragment:
        return "#"
    return ""


def missing(link: Link, required: tuple[str, ...]) -> str:
    """Return the required parameters that are not there or are empty, and misspelt ones."""
    given = {name.lower(): value for name, value in link.tags}
    lacking = [name for name in required if not given.get(name, "").strip()]
    odd = [name for name in given if name not in KNOWN]
    return ", ".join([*lacking, *(f"{name}?" for name in odd)])


def capitals(link: Link) -> str:
    """Return what is not written in small letters."""
    wrong = [text for pair in link.tags for text in pair if text != text.lower()]
    return ", ".join(wrong)


def spaces(link: Link) -> str:
    """Return values that hold a blank, however it is written."""
    wrong = [f"{name}={value}" for name, value in link.tags if re.search(r"\s", value)]
    if not wrong and re.search(r"\s", link.text):
        return link.text[:40]
    return ", ".join(wrong)


def doubled(link: Link) -> str:
    """Return parameters that are given more than once."""
    names = [name.lower() for name, _ in link.tags]
    return ", ".join(sorted({name for name in names if names.count(name) > 1}))


def insecure(link: Link) -> str:
    """Return the scheme when it is not https."""
    scheme = link.parts.scheme.lower() if link.parts else ""
    return "" if scheme == "https" or link.text.lower().startswith("https:") else scheme or "–"


def _words(limits: Limits, links: list[Link], name: str) -> list[Finding]:
    """Return names that are not in the author's lists."""
    found = []
    for key, allowed in (
        ("utm_source", limits.parts("sources")),
        ("utm_medium", limits.parts("mediums")),
    ):
        if allowed:
            given = {value.lower() for link in links for k, value in link.tags if k.lower() == key}
            odd = sorted(given - {word.lower() for word in allowed} - {""})
            asked = words("{}: {}", "{}: {}", key, ", ".join(allowed))
            measured = words("{}", "{}", some(odd) if odd else some(sorted(given)))
            found.append(rules.WORDS.judge(not odd, measured, asked, file=name))
    return found


def _same(links: list[Link], name: str) -> Finding:
    texts = [link.text for link in links]
    again = sorted({text for text in texts if texts.count(text) > 1})
    measured = words(
        "{} tautan tertulis lebih dari sekali", "{} links stand there more than once", len(again)
    )
    if again:
        measured = words("{}: {}", "{}: {}", measured, some(again, 2))
    return rules.SAME.judge(not again, measured, file=name)
