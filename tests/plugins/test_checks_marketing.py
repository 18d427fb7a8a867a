"""Marketing work: links, lengths of copy, numbers of a campaign; each rule with a good and a bad file."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.plugins.checking import findings, outcomes
from tests.plugins.pdfs import FONT_FILE, Sheet, real

from sanggar_digital_marketing.checks import CampaignNumbers, CopyLength, UtmLinks
from sanggar_digital_marketing.checks_copy import graphemes
from sanggar_digital_marketing.checks_figures import count, day, decimal_sign, number

pytestmark = pytest.mark.once
LINKS, COPY, NUMBERS = UtmLinks(), CopyLength(), CampaignNumbers()
LINK = "https://toko.id/tempe?utm_source=instagram&utm_medium=story&utm_campaign=ramadan_2026"
LINKS_GOOD = dict.fromkeys(
    ("utm-found", "utm-form", "utm-parts", "utm-case", "utm-spaces", "utm-twice", "utm-https", "utm-same"), "pass"
)  # fmt: skip


def text(tmp_path: Path, content: str, name: str = "a.txt", encoding: str = "utf-8") -> Path:
    (tmp_path / name).write_bytes(content.encode(encoding))
    return tmp_path / name


def test_good_links_pass_every_rule_and_other_links_are_left_alone(tmp_path: Path) -> None:
    path = text(
        tmp_path,
        f"Cerita: {LINK}.\nSumber http://example.org/A?x=1\n({LINK.replace('story', 'bio')})",
    )
    assert outcomes(LINKS, path) == LINKS_GOOD
    assert findings(LINKS, path)["utm-found"].measured.en == "2 links with UTM"


BROKEN_LINKS: dict[str, tuple[str, str, str]] = {
    "ampersand first": (LINK.replace("?", "&"), "utm-form", "fail"),
    "two question marks": (LINK.replace("&utm_campaign", "?utm_campaign"), "utm-form", "fail"),
    "no host": (LINK.replace("toko.id", "toko"), "utm-form", "fail"),
    "after the hash": (LINK.replace("tempe?", "tempe#x?"), "utm-form", "fail"),
    "no campaign": (LINK.replace("&utm_campaign=ramadan_2026", ""), "utm-parts", "fail"),
    "empty medium": (LINK.replace("=story", "="), "utm-parts", "fail"),
    "misspelt": (LINK + "&utm_kontent=a", "utm-parts", "fail"),
    "capital value": (LINK.replace("=instagram", "=Instagram"), "utm-case", "fail"),
    "capital name": (LINK.replace("utm_source", "UTM_source"), "utm-case", "fail"),
    "blank": (LINK.replace("ramadan_2026", "ramadan 2026&x=1"), "utm-spaces", "fail"),
    "blank in code": (LINK.replace("ramadan_2026", "ramadan%202026"), "utm-spaces", "fail"),
    "plus": (LINK.replace("ramadan_2026", "ramadan+2026"), "utm-spaces", "fail"),
    "twice": (LINK + "&utm_medium=bio", "utm-twice", "fail"),
    "insecure": (LINK.replace("https", "http"), "utm-https", "fail"),
    "same link": (f"{LINK}\n{LINK}", "utm-same", "warn"),
}


@pytest.mark.parametrize("name", BROKEN_LINKS)
def test_one_broken_thing_in_a_link_is_named(name: str, tmp_path: Path) -> None:
    content, rule, outcome = BROKEN_LINKS[name]
    found = outcomes(LINKS, text(tmp_path, content))
    assert found[rule] == outcome
    # a query that is none has no parameters either
    others = {"utm-parts", "utm-form", "utm-spaces"} if rule == "utm-form" else set()
    assert {r for r, o in found.items() if o != "pass"} - others - {rule} == set()


def test_words_and_numbers_of_links_are_those_of_the_author(tmp_path: Path) -> None:
    path = text(tmp_path, LINK)
    assert outcomes(LINKS, path, sources="instagram|tiktok", mediums="story")["utm-words"] == "pass"
    assert outcomes(LINKS, path, sources="ig")["utm-words"] == "warn"
    assert outcomes(LINKS, path, min_links="2")["utm-found"] == "warn"
    assert outcomes(LINKS, text(tmp_path, "tanpa tautan")) == {"utm-found": "warn"}


@pytest.mark.parametrize(
    ("word", "size"),
    [
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("👩🏽‍🍳", 1),
        ("🇮🇩", 1),
        ("👨‍👩‍👧‍👦!", 2),
        ("한국", 2),
        ("", 0),
    ],
)
def test_length_is_counted_as_people_count(word: str, size: int) -> None:
    assert graphemes(word) == size


def test_copy_is_measured_by_placement(tmp_path: Path) -> None:
    content = (
        "Judul 1: " + "👩🏽‍🍳" * 30 + "\nJudul 2: Keripik tempe renyah\nDeskripsi: " + "a" * 90
    )
    path = text(tmp_path, content)
    assert outcomes(COPY, path) == {"copy-length": "pass"}
    assert outcomes(COPY, path, counts="judul=2|description=1") == {
        "copy-length": "pass",
        "copy-count": "pass",
    }
    assert outcomes(COPY, path, counts="headline=3")["copy-count"] == "fail"
    assert (
        outcomes(COPY, path, limits="headline=10", source="brief")["copy-length"] == "pass"
    )  # descriptions, last


@pytest.mark.parametrize(
    ("content", "outcome"),
    [("Judul: " + "a" * 31, "fail"), ("Description 3: " + "a" * 91, "fail"), ("Path = " + "a" * 16, "fail"),
     ("Teks utama: " + "a" * 126, "warn"), ("Takarir: " + "a" * 2201, "fail"), ("- **Judul 4**: ok", "pass")],
)  # fmt: skip
def test_copy_that_is_too_long_fails_where_the_platform_cuts(
    content: str, outcome: str, tmp_path: Path
) -> None:
    assert outcomes(COPY, text(tmp_path, content.replace("*", "")))["copy-length"] == outcome


def test_copy_in_a_table_repeated_or_unknown(tmp_path: Path) -> None:
    table = "penempatan;naskah\nJudul;Keripik renyah\nJudul;keripik  Renyah\nDeskripsi;" + "b" * 91
    found = outcomes(COPY, text(tmp_path, table, "a.csv"))
    assert found == {"copy-length": "fail", "copy-repeated": "warn"}
    assert outcomes(COPY, text(tmp_path, "halo dunia")) == {"copy-found": "unknown"}


@pytest.mark.parametrize(
    ("given", "sign", "value"),
    [("Rp1.250.000", ",", "1250000"), ("1,250.50", ".", "1250.50"), ("12,5 %", ",", "12.5"), ("3.2x", ".", "3.2"),
     ("Rp 12.500,-", ",", "12500"), ("-5", ",", "-5"), ("IDR 1 250", ",", "1250"), ("dua", ",", None),
     ("1,2,3,4", ",", None), ("", ",", None), ("9" * 40, ",", None)],
)  # fmt: skip
def test_numbers_as_people_write_them(given: str, sign: str, value: str | None) -> None:
    assert number(given, sign) == (None if value is None else Decimal(value))


def test_the_decimal_sign_is_that_of_the_whole_table() -> None:
    assert decimal_sign(["1.250", "12.5"]) == "."
    assert decimal_sign(["1.250", "2.500"]) == ","
    assert decimal_sign(["1,250,000"]) == "."
    assert decimal_sign(["0,125"]) == ","
    assert count("1.250", ".") == 1250


@pytest.mark.parametrize(
    "given", ["2026-11-21", "21/11/2026", "21-11-26", "21 November 2026", "2026-11-21T03:00"]
)
def test_dates_as_people_write_them(given: str) -> None:
    assert day(given) == date(2026, 11, 21)
    assert day("31/02/2026") is None


TABLE = """Tanggal;Set Iklan;Tayangan;Klik;Biaya (Rp);Pesanan;Omzet
01/11/2026;Ibu muda;10.000;200;Rp100.000;8;Rp400.000
02/11/2026;Ibu muda;12.000;250;Rp110.000;9;Rp450.000
01/11/2026;Kantoran;8.000;100;Rp50.000;1;Rp60.000
Total;;30.000;550;Rp260.000;18;Rp910.000
"""
CLAIMS = """ROAS = 3,5
CPA: Rp14.444
CTR = 1,83 %
CPC: Rp473
CVR: 3,27%
AOV: Rp50.556
Total biaya: Rp260.000
ROAS impas: 2,5
Set terbaik: Ibu muda
Set terlemah: Kantoran
"""
BRIEF = {
    "claims": "roas|cpa",
    "max_cost": "300000",
    "from": "2026-11-01",
    "to": "2026-11-28",
    "cost": "260000",
}
ALL = ("campaign-columns", "campaign-cells", "campaign-logic", "campaign-dates", "campaign-budget",
       "campaign-totals", "claim", "claim-best")  # fmt: skip
CAMPAIGN_GOOD = dict.fromkeys(ALL, "pass")


def campaign(
    tmp_path: Path, table: str = TABLE, report: str = CLAIMS, **brief: str
) -> dict[str, str]:
    """Every rule with its worst outcome."""
    paths = (text(tmp_path, table, "data.csv"), text(tmp_path, report, "laporan.txt"))
    check, ranks = NUMBERS, ("pass", "unknown", "warn", "fail")
    worst: dict[str, str] = {}
    from tests.plugins.checking import item, upload

    for found in check.look(item(check, **{**BRIEF, **brief}), [upload(path) for path in paths]):
        worst[found.rule] = max(worst.get(found.rule, "pass"), found.outcome, key=ranks.index)
    return worst


def test_a_good_campaign_passes_every_rule(tmp_path: Path) -> None:
    assert campaign(tmp_path) == CAMPAIGN_GOOD


BROKEN_CAMPAIGNS: dict[str, tuple[dict[str, Any], str, str]] = {
    "column missing": ({"table": TABLE.replace("Tayangan", "Kolom lain")}, "campaign-columns", "fail"),
    "cell unreadable": ({"table": TABLE.replace(";Rp110.000;", ";mahal;")}, "campaign-cells", "fail"),
    "date unreadable": ({"table": TABLE.replace("02/11/2026", "besok")}, "campaign-cells", "fail"),
    "more clicks than views": ({"table": TABLE.replace("8.000;100", "80;100").replace("30.000", "22.080"),
                                "report": "ROAS = 3,5\nCPA: 14.444"}, "campaign-logic", "warn"),
    "wrong total": ({"table": TABLE.replace("Total;;30.000", "Total;;31.000")}, "campaign-logic", "warn"),
    "a day twice": ({"table": TABLE.replace("02/11/2026", "01/11/2026")}, "campaign-logic", "warn"),
    "too early": ({"from": "2026-11-02"}, "campaign-dates", "fail"),
    "too late": ({"to": "2026-11-01"}, "campaign-dates", "fail"),
    "too expensive": ({"max_cost": "250000"}, "campaign-budget", "fail"),
    "another sum than the brief": ({"cost": "300000"}, "campaign-totals", "fail"),
    "wrong ROAS": ({"report": CLAIMS.replace("= 3,5", "= 3,9")}, "claim", "fail"),
    "wrong CPA": ({"report": CLAIMS.replace("14.444", "13.000")}, "claim", "fail"),
    "wrong sum": ({"report": CLAIMS.replace("biaya: Rp260", "biaya: Rp250")}, "claim", "fail"),
    "not a number": ({"report": CLAIMS.replace("= 3,5", "= bagus")}, "claim", "warn"),
    "claim missing": ({"report": CLAIMS.replace("ROAS = 3,5\n", "")}, "campaign-claims", "warn"),
    "wrong best set": ({"report": CLAIMS.replace("baik: Ibu muda", "baik: Kantoran")}, "claim-best", "fail"),
    "wrong weakest set": ({"report": CLAIMS.replace("lemah: Kantoran", "lemah: Ibu muda")}, "claim-best", "fail"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_CAMPAIGNS)
def test_one_broken_thing_in_a_campaign_is_named(name: str, tmp_path: Path) -> None:
    parts, rule, outcome = BROKEN_CAMPAIGNS[name]
    found = campaign(tmp_path, **parts)
    assert found[rule] == outcome
    follow = (
        {"campaign-logic", "campaign-totals", "claim"}
        if name in ("column missing", "cell unreadable")
        else set()
    )
    follow |= {"claim-best"} if "Set terbaik" not in parts.get("report", CLAIMS) else set()
    assert {r for r, o in found.items() if o != "pass"} - {rule} - follow == set()


FLAVOURS = {
    "comma, BOM": ("\ufeff" + "date,ad set,impressions,clicks,cost,orders,revenue\n"
                   '2026-11-01,A,"10,000",200,"100,000.50",8,"400,000"\n', "utf-8", "3.99"),
    "tab, UTF-16": ("date\tad set\timpressions\tclicks\tcost\torders\trevenue\n"
                    "2026-11-01\tA\t10000\t200\t100000,5\t8\t400000\n", "utf-16", "4,00"),
    "sep line": ("sep=;\ntanggal;set;tayangan;klik;biaya;pesanan;omzet\n1/11/2026;A;10.000;200;100.000,5;8;400.000\n",
                 "utf-8", "4,0"),
    "latin": ("tanggal;kampanye;tayangan;klik;biaya;pesanan;omzet\n1/11/2026;Kopi é;10.000;200;100.000,5;8;400.000\n",
              "cp1252", "4"),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAVOURS)
def test_every_flavour_of_csv_is_read(name: str, tmp_path: Path) -> None:
    content, encoding, roas = FLAVOURS[name]
    paths = (text(tmp_path, content, "a.csv", encoding), text(tmp_path, f"ROAS: {roas}", "b.md"))
    found = outcomes(NUMBERS, *paths)
    assert found["campaign-columns"] == found["campaign-cells"] == found["claim"] == "pass"


def test_a_workbook_may_hold_data_and_claims(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Date", "Ad set", "Impressions", "Clicks", "Cost", "Orders", "Revenue"])
    sheet.append([date(2026, 11, 1), "A", 10000, 200, 100000.125, 8, 400000])
    book.create_sheet("KPI").append(["ROAS", 4.0])
    book["KPI"].append(["CPA", 12500.5])
    book.save(tmp_path / "a.xlsx")
    found = outcomes(NUMBERS, tmp_path / "a.xlsx", claims="roas|cpa")
    assert found["claim"] == "pass"
    assert "campaign-claims" not in found


def test_what_is_divided_by_nothing_must_not_be_claimed(tmp_path: Path) -> None:
    table = "klik;tayangan;biaya;pesanan;omzet\n10;100;5.000;0;0\n"
    for claim, outcome in (("CPA = 0", "fail"), ("CPA: Rp5.000", "fail"), ("CPA: tidak dapat dihitung", "pass"),
                           ("AOV = -", "pass"), ("ROAS = 0", "pass"), ("CTR = 0,1", "pass")):  # fmt: skip
        assert (
            campaign(tmp_path, table, claim, cost="5000", **{"from": "", "to": ""})["claim"]
            == outcome
        )


def test_the_brief_alone_gives_the_numbers(tmp_path: Path) -> None:
    path = text(tmp_path, "ROAS = 2\nCPC = Rp500")
    brief = {"cost": "100000", "revenue": "200000", "clicks": "200"}
    assert outcomes(NUMBERS, path, **brief) == {"claim": "pass"}
    assert outcomes(NUMBERS, path, **{**brief, "clicks": "100"}) == {"claim": "fail"}
    assert outcomes(NUMBERS, path) == {"campaign-data": "unknown"}
    assert outcomes(NUMBERS, path, required="yes") == {"campaign-data": "warn"}


@pytest.mark.skipif(
    not FONT_FILE.exists(), reason="needs the Liberation fonts to write readable text"
)
def test_text_in_a_pdf_is_read(tmp_path: Path) -> None:
    content = b"BT /R 8 Tf 20 150 Td (ROAS = 2) Tj 0 -12 Td (%s) Tj ET" % LINK.encode()
    path = Sheet(content=content, fonts={"/R": real}).save(tmp_path / "a.pdf")
    assert outcomes(NUMBERS, path, cost="10", revenue="20")["claim"] == "pass"
    assert outcomes(LINKS, path)["utm-found"] == "pass"


HOSTILE = [b"", b"\xff", b"\0" * 99, b'"' * 5000, b";" * 100_000, b"=" * 100_000, b"ROAS" * 50_000, b"https://" * 20_000,
           b"https://[utm_source=", b"a:" + b"b " * 50_000, b"utm " * 50_000, b"Judul 1" * 20_000, b"PK\3\4junk",
           ("e" + "\u0301" * 20_000).encode(), b"1" * 100_000, b"https://a.id?" + b"utm_a=1&" * 500]  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "txt", "xlsx", "pdf"])
def test_hostile_files_are_no_exception(suffix: str, tmp_path: Path) -> None:
    for number_, data in enumerate(HOSTILE):
        path = tmp_path / f"{number_}.{suffix}"
        path.write_bytes(data)
        for check in (LINKS, COPY, NUMBERS):
            for found in findings(check, path).values():
                assert "Could not be checked" not in found.measured.en, (check.kind, data[:30])


def test_a_workbook_that_explodes_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    assert outcomes(LINKS, tmp_path / "a.xlsx") == {"file": "unknown"}
