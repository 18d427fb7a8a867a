"""Automatic checks of marketing work: campaign links, lengths of copy, the arithmetic of campaigns.

Only names and limits stand here. What opens spreadsheets and PDFs is imported when a file is
measured, in a process of its own: loading the plugin stays light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sanggar.plugin import Finding, Text, UploadedFile
from sanggar.plugin.filechecks import YES_NO, FileCheck, Limits, Param, Rule

KINDS = ("csv", "txt", "md", "xlsx", "pdf")
UTM = "Google Analytics: URL builders (utm_source, utm_medium, utm_campaign)"
COUNT = "Unicode UAX #29"
TABLE = "docs/mentors/checks.md"

LINKS = Rule("utm-found", Text(id="Tautan UTM", en="UTM links"), UTM, reliable=False)
FORM = Rule("utm-form", Text(id="Bentuk tautan", en="Form of the links"), "RFC 3986")
PARTS = Rule("utm-parts", Text(id="Parameter wajib", en="Required parameters"), UTM)
CASE = Rule("utm-case", Text(id="Huruf kecil", en="Small letters"), UTM)
SPACES = Rule("utm-spaces", Text(id="Tanpa spasi", en="No spaces"), "RFC 3986")
TWICE = Rule("utm-twice", Text(id="Parameter ganda", en="Parameters given twice"), UTM)
HTTPS = Rule("utm-https", Text(id="https", en="https"), "RFC 9110")
WORDS = Rule(
    "utm-words",
    Text(id="Nama sumber dan medium", en="Names of source and medium"),
    TABLE,
    reliable=False,
)
SAME = Rule(
    "utm-same", Text(id="Tautan yang sama", en="The same link twice"), TABLE, reliable=False
)

COPY = Rule(
    "copy-found", Text(id="Naskah per penempatan", en="Copy by placement"), TABLE, reliable=False
)
LENGTH = Rule("copy-length", Text(id="Panjang naskah", en="Length of copy"), COUNT)
NUMBER = Rule("copy-count", Text(id="Jumlah naskah", en="Number of texts"), TABLE)
REPEATED = Rule(
    "copy-repeated", Text(id="Naskah berulang", en="Repeated copy"), TABLE, reliable=False
)

DATA = Rule("campaign-data", Text(id="Data kampanye", en="Campaign data"), TABLE, reliable=False)
COLUMNS = Rule("campaign-columns", Text(id="Kolom data", en="Columns of the data"), TABLE)
CELLS = Rule(
    "campaign-cells", Text(id="Angka dan tanggal terbaca", en="Readable numbers and dates"), TABLE
)
LOGIC = Rule(
    "campaign-logic", Text(id="Angka masuk akal", en="Plausible numbers"), TABLE, reliable=False
)
TOTALS = Rule(
    "campaign-totals", Text(id="Jumlah sesuai brief", en="Totals as in the brief"), "brief"
)
BUDGET = Rule("campaign-budget", Text(id="Anggaran", en="Budget"), "brief")
DATES = Rule("campaign-dates", Text(id="Rentang tanggal", en="Range of dates"), "brief")
CLAIMS = Rule(
    "campaign-claims",
    Text(id="Angka yang Anda laporkan", en="Numbers you report"),
    TABLE,
    reliable=False,
)
CLAIM = Rule("claim", Text(id="Hitungan", en="Calculation"), TABLE)
BEST = Rule("claim-best", Text(id="Set terbaik dan terlemah", en="Best and weakest set"), TABLE)

_NUMBER = r"\d{1,12}(?:\.\d{1,4})?"
_DATE = r"\d{4}-\d{2}-\d{2}"
_PAIRS = r"[^|=]+=\d{1,5}(?:\|[^|=]+=\d{1,5})*"


class UtmLinks(FileCheck):
    """Are the links of a campaign tagged so that analytics can read them."""

    kind: ClassVar[str] = "utm-links"
    label: ClassVar[Text] = Text(id="Pemeriksaan tautan UTM", en="UTM link check")
    kinds: ClassVar[tuple[str, ...]] = KINDS
    rules: ClassVar[tuple[Rule, ...]] = (
        LINKS, FORM, PARTS, CASE, SPACES, TWICE, HTTPS, WORDS, SAME,
    )  # fmt: skip
    params: ClassVar[Mapping[str, Param]] = {
        "required": Param("utm_source|utm_medium|utm_campaign"),
        "sources": Param(),
        "mediums": Param(),
        "min_links": Param("1", number=True, low=0, high=1000),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return what is wrong with the links in one file."""
        from . import checks_links, checks_reading  # noqa: PLC0415 - opens spreadsheets and PDFs

        (file,) = files
        return checks_links.measure(limits, checks_reading.lines(file), file.name)


class CopyLength(FileCheck):
    """Does copy fit the places it is written for, counted as people count: by grapheme."""

    kind: ClassVar[str] = "copy-length"
    label: ClassVar[Text] = Text(id="Pemeriksaan panjang naskah", en="Copy length check")
    kinds: ClassVar[tuple[str, ...]] = KINDS
    rules: ClassVar[tuple[Rule, ...]] = (COPY, LENGTH, NUMBER, REPEATED)
    params: ClassVar[Mapping[str, Param]] = {
        "limits": Param(pattern=_PAIRS, like="headline=30|description=90"),
        "counts": Param(pattern=_PAIRS, like="headline=8|description=3"),
        "source": Param(),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return which texts of one file are too long for their place."""
        from . import checks_copy, checks_reading  # noqa: PLC0415 - opens spreadsheets and PDFs

        (file,) = files
        return checks_copy.measure(limits, checks_reading.rows(file), file.name)


class CampaignNumbers(FileCheck):
    """Are the numbers a person reports those that follow from the campaign's data and the brief."""

    kind: ClassVar[str] = "campaign-numbers"
    label: ClassVar[Text] = Text(id="Pemeriksaan angka kampanye", en="Campaign numbers check")
    kinds: ClassVar[tuple[str, ...]] = KINDS
    together: ClassVar[bool] = True
    rules: ClassVar[tuple[Rule, ...]] = (
        DATA, COLUMNS, CELLS, LOGIC, TOTALS, BUDGET, DATES, CLAIMS, CLAIM, BEST,
    )  # fmt: skip
    params: ClassVar[Mapping[str, Param]] = {
        "columns": Param("impressions|clicks|cost|orders|revenue"),
        "decimal": Param("auto", choices=("auto", ",", ".")),
        "tolerance": Param("1", number=True, high=50),
        "claims": Param(),
        "best_by": Param("roas", choices=("roas", "cpa", "ctr", "cvr", "cpc")),
        "max_cost": Param(pattern=_NUMBER, like="300000"),
        "from": Param(pattern=_DATE, like="2026-11-01"),
        "to": Param(pattern=_DATE, like="2026-11-28"),
        **{
            name: Param(pattern=_NUMBER, like="250000")
            for name in ("impressions", "clicks", "cost", "orders", "revenue")
        },
        "required": Param("no", choices=YES_NO),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return what does not follow from the data, and what does."""
        from . import checks_campaign, checks_reading  # noqa: PLC0415 - opens spreadsheets and PDFs

        tables = [(file.name, checks_reading.rows(file)) for file in files]
        return checks_campaign.measure(limits, tables)


CHECKS = (UtmLinks(), CopyLength(), CampaignNumbers())
