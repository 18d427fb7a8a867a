"""The three tracks' own question types and ranking features: what they accept, what they explain."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import sanggar_digital_marketing
import sanggar_packaging_design
import sanggar_photography
from sanggar.cli import main
from sanggar.plugin import Brief, Candidate, Item, Level, Text
from sanggar_digital_marketing.features import MEASUREMENT
from sanggar_digital_marketing.question_types import UtmLink
from sanggar_packaging_design.commands import complete
from sanggar_packaging_design.features import FOOD_LABEL
from sanggar_packaging_design.question_types import EAN13, check_digit
from sanggar_photography.features import LIGHT_AND_COLOUR
from sanggar_photography.question_types import Exposure, nominal_stops


def item(kind: str, **params: str) -> Item:
    text = Text(id="Soal", en="Question")
    return Item(
        id="X-1", type=kind, area="X", level=Level.APPLY, stem=text, explanation=text, params=params
    )


# --- EAN-13 --------------------------------------------------------------------------------------

BAR = item("ean13", digits="899750100012")


@pytest.mark.parametrize(
    "typed",
    [
        "8997501000122",
        " 8997501000122 ",
        "8 997501 000122",
        "899-7501-000122",
        "8997501.000122",
        "8 997501–000122",
    ],
)
def test_a_whole_bar_code_is_right_however_it_is_grouped(typed: str) -> None:
    assert EAN13().grade(BAR, typed).correct


@pytest.mark.parametrize(
    ("typed", "score", "note"),
    [
        ("2", 0.5, "Ketik kode lengkap 13 digit"),
        ("8997501000123", 0, "digit pemeriksanya 2, bukan 3"),
        ("8997501000222", 0, "digit ke-11: 2, seharusnya 1"),
        ("899750100012", 0, "Anda mengetik 12 digit"),
        ("899750100012O", 0, "hanya berisi angka"),
        ("８９９７５０１０００１２２", 0, "hanya berisi angka"),
    ],
)
def test_a_wrong_bar_code_says_what_is_wrong(typed: str, score: float, note: str) -> None:
    grade = EAN13().grade(BAR, typed)
    assert (grade.score, grade.correct) == (score, False)
    assert grade.note is not None
    assert note in grade.note.id
    assert grade.note.en


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_the_check_digit_makes_the_weighted_sum_a_multiple_of_ten(twelve: str) -> None:
    code = twelve + check_digit(twelve)
    assert sum(int(d) * (1, 3)[n % 2] for n, d in enumerate(code)) % 10 == 0
    bar = item("ean13", digits=twelve)
    assert EAN13().grade(bar, EAN13().describe_key(bar, "id")).correct


@pytest.mark.parametrize("digits", ["", "123", "1234567890123", "12345678901x"])
def test_an_item_without_twelve_digits_is_named(digits: str) -> None:
    (fault,) = EAN13().check(item("ean13", digits=digits))
    assert ": write digits= and the first 12 digits" in fault


def test_the_command_completes_codes_and_names_wrong_ones() -> None:
    lines = ["899750100012\n", "\n", "8997501000123\n", "8 997501 000122\n", "abc\n"]
    assert list(complete(lines)) == [
        "8 997501 000122",
        "8997501000123: wrong check digit, 2 is right",
        "8 997501 000122",
        "abc: write 12 digits on a line",
    ]
    assert CliRunner().invoke(main, ["ean13"], input="899750100012\n").output == "8 997501 000122\n"


# --- UTM links -----------------------------------------------------------------------------------

LINK = item(
    "utm-link",
    base="https://toko.example.org/tempe",
    source="instagram",
    medium="story",
    campaign="ramadan_2026",
)
GOOD = (
    "https://toko.example.org/tempe?utm_source=instagram&utm_medium=story&utm_campaign=ramadan_2026"
)


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        "https://toko.example.org/tempe?utm_campaign=ramadan_2026&utm_medium=story&utm_source=instagram",
        GOOD.replace("/tempe?", "/tempe/?"),
        GOOD.replace("toko.example", "Toko.Example"),
        GOOD + "&utm_content=a",
        f"  {GOOD}  ",
    ],
)
def test_a_right_link_is_right_in_any_order(typed: str) -> None:
    assert UtmLink().grade(LINK, typed).correct


@pytest.mark.parametrize(
    ("typed", "score", "note"),
    [
        (GOOD.replace("instagram", "Instagram"), 2 / 3, "pakai huruf kecil (instagram, bukan Instagram)"),
        (GOOD.replace("ramadan_2026", "Ramadan 2026"), 2 / 3, "seharusnya ramadan_2026, bukan Ramadan 2026"),
        (GOOD.replace("=instagram&utm_medium=story", "=story&utm_medium=instagram"), 1 / 3, "utm_medium seharusnya story"),
        (GOOD.replace("utm_medium", "UTM_Medium"), 2 / 3, "Tulis utm_medium, bukan UTM_Medium"),
        (GOOD.replace("&utm_medium=story", ""), 2 / 3, "utm_medium belum ada"),
        (GOOD + "&utm_medium=x", 2 / 3, "utm_medium ditulis dua kali"),
        (GOOD.replace("=story", "="), 2 / 3, "bukan (kosong)"),
        (GOOD.replace("?utm", "&utm"), 0, "diawali ?, bukan &"),
        (GOOD.replace("tempe", "madu"), 0, "tidak menuju halaman https://toko.example.org/tempe"),
        (GOOD.replace("https://", ""), 0, "lengkap dengan https://"),
        (GOOD.replace("?", "#"), 0, "utm_source belum ada"),
        ("https://toko.example.org/tempe", 0, "utm_source belum ada"),
    ],
)  # fmt: skip
def test_a_wrong_link_says_what_differs(typed: str, score: float, note: str) -> None:
    grade = UtmLink().grade(LINK, typed)
    assert grade.score == pytest.approx(score)
    assert not grade.correct
    assert grade.note is not None
    assert note in grade.note.id
    assert grade.note.en


@given(st.text(max_size=200))
def test_any_text_is_graded_calmly(text: str) -> None:
    assert 0 <= UtmLink().grade(LINK, text).score <= 1
    assert 0 <= UtmLink().grade(LINK, f"{GOOD}&{text}").score <= 1
    assert 0 <= Exposure().grade(SHUTTER, text).score <= 1
    assert 0 <= EAN13().grade(BAR, text).score <= 1


def test_a_link_item_without_its_parts_is_named() -> None:
    faults = UtmLink().check(item("utm-link", base="toko", source="Instagram", campaign="x"))
    assert "'medium' is missing: add a line like : medium = story" in faults
    faults = UtmLink().check(
        item("utm-link", base="toko", source="Insta gram", medium="m", campaign="x")
    )
    assert any("base is not a page" in f for f in faults)
    assert any("'source' has letters that change" in f for f in faults)


# --- exposure ------------------------------------------------------------------------------------

SHUTTER = item("exposure", f="4", shutter="60", iso="800", new_f="8", new_iso="100")
APERTURE = item("exposure", f="8", shutter="60", iso="200", new_shutter="250", new_iso="200")
ISO = item("exposure", f="5.6", shutter="60", iso="400", new_f="11", new_shutter="60")


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (SHUTTER, "1/2"), (SHUTTER, "2"), (SHUTTER, "1/2 s"), (SHUTTER, "0,5 s"), (SHUTTER, "0.5 detik"), (SHUTTER, "0,5"),
        (APERTURE, "4"), (APERTURE, "f/4"), (APERTURE, "F4"), (APERTURE, "f/4,0"), (APERTURE, "ƒ/4"),
        (ISO, "1600"), (ISO, "ISO 1600"), (ISO, "1.600"), (ISO, "iso1600"),
    ],
)  # fmt: skip
def test_an_exposure_is_right_however_it_is_written(asked: Item, typed: str) -> None:
    assert Exposure().grade(asked, typed).correct


@pytest.mark.parametrize(
    ("asked", "typed", "note"),
    [
        (ISO, "800", "1 stop lebih gelap"),
        (ISO, "3200", "1 stop lebih terang"),
        (ISO, "1250", "0,4 stop lebih gelap"),
        (APERTURE, "16", "4 stop lebih gelap"),
        (SHUTTER, "2 s", "2 stop lebih terang"),
        (SHUTTER, "1/4", "1 stop lebih gelap"),
        (SHUTTER, "cepat", "tidak terbaca"),
        (SHUTTER, "0", "tidak terbaca"),
    ],
)
def test_a_wrong_exposure_says_how_many_stops_it_is_off(asked: Item, typed: str, note: str) -> None:
    grade = Exposure().grade(asked, typed)
    assert grade.score == 0
    assert grade.note is not None
    assert note in grade.note.id


@pytest.mark.parametrize(
    ("factor", "right"),
    [(1.0, True), (2 ** (1 / 6.1), True), (2 ** (-1 / 6.1), True), (2 ** (1 / 5), False)],
)
def test_the_tolerance_is_a_sixth_of_a_stop(factor: float, right: bool) -> None:
    assert Exposure().grade(ISO, f"{1600 * factor:.4f}").correct is right


def test_nominal_values_stand_for_exact_thirds_of_stops() -> None:
    assert nominal_stops("f", 5.6) == pytest.approx(-5)
    assert nominal_stops("shutter", 60) == pytest.approx(-6)
    assert nominal_stops("shutter", 125) == pytest.approx(-7)
    assert nominal_stops("iso", 1600) - nominal_stops("iso", 100) == pytest.approx(4)


@given(
    st.sampled_from(["2.8", "4", "5.6", "8", "11"]), st.sampled_from(["30", "60", "125", "250", "1000"]),
    st.sampled_from(["100", "200", "400"]), st.sampled_from(["2.8", "4", "5.6", "8"]), st.sampled_from(["100", "200", "400"]),
)  # fmt: skip
def test_the_key_in_words_is_always_graded_as_right(
    f: str, t: str, iso: str, f2: str, iso2: str
) -> None:
    asked = item("exposure", f=f, shutter=t, iso=iso, new_f=f2, new_iso=iso2)
    faults = Exposure().check(asked)
    if faults:
        assert faults == [
            "no camera has the right shutter (it would be beyond 1/8000 s): choose other settings"
        ]
        return
    for language in ("id", "en"):
        assert Exposure().grade(asked, Exposure().describe_key(asked, language)).correct


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({"f": "8", "shutter": "60"}, "'iso' is missing"),
        ({"f": "8", "shutter": "60", "iso": "100", "new_f": "4"}, "it is not clear what is asked"),
        (
            {"f": "8", "shutter": "60", "iso": "100", "new_f": "4", "new_iso": "x"},
            "'new_iso' is 'x'",
        ),
        (
            {"f": "8", "shutter": "60", "iso": "100", "new_f": "4", "new_iso": "100", "nwe": "1"},
            "'nwe' is not known",
        ),
        ({"f": "-8", "shutter": "60", "iso": "100", "new_f": "4", "new_iso": "100"}, "'f' is '-8'"),
    ],
)
def test_an_exposure_item_that_cannot_be_computed_is_named(
    params: dict[str, str], fault: str
) -> None:
    assert any(fault in line for line in Exposure().check(item("exposure", **params)))


def test_a_broken_item_is_graded_calmly() -> None:
    assert Exposure().grade(item("exposure", f="x"), "4").score == 0
    assert EAN13().grade(item("ean13"), "4").score == 0
    assert UtmLink().grade(item("utm-link", base="http://[::1"), GOOD).score == 0


# --- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        (sanggar_packaging_design, "ean13"),
        (sanggar_digital_marketing, "utm-link"),
        (sanggar_photography, "exposure"),
    ],
)
def test_every_item_of_the_bank_is_solved_by_its_own_key(module: object, kind: str) -> None:
    (track,) = module.register_tracks()  # type: ignore[attr-defined]
    grader = {own.kind: own for own in module.register_question_types()}[kind]  # type: ignore[attr-defined]
    mine = [i for i in track.items if i.type == kind]
    assert len(mine) >= 3
    for each in mine:
        typed = grader.read(each, {"answer": [grader.describe_key(each, "id")]})
        assert grader.grade(each, typed).correct, each.id


# --- ranking features ----------------------------------------------------------------------------


def test_food_label_strength_counts_for_food_briefs_only() -> None:
    talent = Candidate(1, "associate", unit_scores={"PKG-03": 90, "PKG-04": 80})
    food = Brief("packaging_design", "label-fix", "associate", domain="makanan")
    assert FOOD_LABEL.compute(talent, food) == pytest.approx(0.85)
    assert (
        FOOD_LABEL.compute(
            talent, Brief("packaging_design", "label-fix", "associate", domain="batik")
        )
        is None
    )
    assert FOOD_LABEL.compute(Candidate(1, "associate"), food) is None
    words = FOOD_LABEL.explain(0.85, talent, food)
    assert words is not None
    assert words.id == "Kuat dalam aturan label makanan: nilai ujian 85 dari 100"
    assert FOOD_LABEL.explain(0.5, talent, food) is None


def test_measurement_counts_for_ad_services_only() -> None:
    talent = Candidate(1, "associate", unit_scores={"DM-09": 80})
    assert MEASUREMENT.compute(
        talent, Brief("digital_marketing", "ads-management", "associate")
    ) == pytest.approx(0.8)
    assert MEASUREMENT.compute(talent, Brief("digital_marketing", "copy-10", "associate")) is None
    words = MEASUREMENT.explain(
        0.8, talent, Brief("digital_marketing", "ads-management", "associate")
    )
    assert words is not None
    assert words.en == "Good at measuring ads: exam score 80 of 100"


def test_light_and_colour_is_as_good_as_the_weaker_of_the_two() -> None:
    brief = Brief("photography", "white-background", "associate")
    talent = Candidate(1, "associate", unit_scores={"PHO-03": 95, "PHO-04": 60})
    assert LIGHT_AND_COLOUR.compute(talent, brief) == pytest.approx(0.6)
    assert LIGHT_AND_COLOUR.explain(0.6, talent, brief) is None
    assert (
        LIGHT_AND_COLOUR.compute(talent, Brief("photography", "half-day-event", "associate"))
        is None
    )
    assert (
        LIGHT_AND_COLOUR.compute(Candidate(1, "associate", unit_scores={"PHO-03": 95}), brief)
        is None
    )


@pytest.mark.parametrize(
    ("feature", "module"),
    [
        (FOOD_LABEL, sanggar_packaging_design),
        (MEASUREMENT, sanggar_digital_marketing),
        (LIGHT_AND_COLOUR, sanggar_photography),
    ],
)
def test_features_name_tracks_units_and_services_that_exist(
    feature: object, module: object
) -> None:
    (track,) = module.register_tracks()  # type: ignore[attr-defined]
    assert feature.tracks == (track.id,)  # type: ignore[attr-defined]
    source = __import__(f"sanggar_{track.id}.features", fromlist=["x"])
    units = getattr(source, "UNITS", None) or (source.UNIT,)
    assert all(track.unit(unit) for unit in units)
    assert all(track.service(service) for service in getattr(source, "PRODUCT_SERVICES", ()))
