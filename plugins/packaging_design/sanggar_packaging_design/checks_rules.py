"""Everything the checks of this track measure: names, sources, what may fail and what only warns."""

from __future__ import annotations

from sanggar.plugin import Text
from sanggar.plugin.filechecks import Rule

ISO_X = "ISO 15930 (PDF/X)"
HOUSE = "daftar preflight Lokakarya 4 / preflight list of workshop 4"
GS1 = "GS1 General Specifications 5.2"
LABEL = "PerBPOM 31/2018 jo. 20/2021"

EXTENT = Rule(
    "extent", Text(id="Bagian yang diperiksa", en="What was checked"), "docs/mentors/checks.md"
)
TRIM = Rule("trim-size", Text(id="Ukuran jadi", en="Finished size"), ISO_X)
BLEED = Rule("bleed", Text(id="Lebihan potong", en="Bleed"), HOUSE)
ARTWORK = Rule(
    "bleed-painted", Text(id="Gambar sampai ke lebihan potong", en="Artwork reaches into the bleed"),
    HOUSE, reliable=False,
)  # fmt: skip
FONTS = Rule("fonts", Text(id="Huruf tertanam", en="Embedded fonts"), ISO_X)
TEXT = Rule(
    "text-size", Text(id="Teks terkecil", en="Smallest text"),
    "PerBPOM 31/2018: huruf o Arial 1 mm = 5,5 pt",
)  # fmt: skip
PPI = Rule(
    "image-ppi", Text(id="Resolusi efektif gambar", en="Effective resolution of pictures"), HOUSE
)
LINE_PPI = Rule(
    "line-ppi", Text(id="Resolusi gambar garis 1 bit", en="Resolution of 1-bit line art"),
    "ISO 12647-2", reliable=False,
)  # fmt: skip
COLOURS = Rule("colours", Text(id="Warna yang dicetak", en="Painted colours"), HOUSE)
SPOTS = Rule("spots", Text(id="Warna spot", en="Spot colours"), HOUSE, reliable=False)
BLACK = Rule(
    "black-text", Text(id="Teks hitam", en="Black text"), "ISO 32000-2, 8.6.7", reliable=False
)
WHITE = Rule(
    "white-overprint",
    Text(id="Putih dengan overprint", en="White that overprints"),
    "ISO 32000-2, 8.6.7",
)
PRINT = (EXTENT, TRIM, BLEED, ARTWORK, FONTS, TEXT, PPI, LINE_PPI, COLOURS, SPOTS, BLACK, WHITE)

CODE = Rule("ean-code", Text(id="Kode batang", en="Bar code"), "GS1 General Specifications 7.9")
DIMENSION = Rule("ean-x", Text(id="Lebar modul (X)", en="Module width (X)"), GS1)
QUIET = Rule("ean-quiet", Text(id="Zona tenang", en="Quiet zone"), GS1)
CONTRAST = Rule(
    "ean-contrast", Text(id="Kontras dalam cahaya merah", en="Contrast in red light"),
    "ISO/IEC 15416 (≥ C), GS1 1.5/06/660",
)  # fmt: skip
HEIGHT = Rule("ean-height", Text(id="Tinggi batang", en="Height of the bars"), GS1, reliable=False)
BARCODE = (CODE, DIMENSION, QUIET, CONTRAST, HEIGHT)


def _label(name: str, indonesian: str, english: str, source: str = LABEL) -> Rule:
    return Rule(f"label-{name}", Text(id=indonesian, en=english), source, reliable=False)


LABEL_TEXT = _label("text", "Teks yang dapat dibaca", "Readable text")
LABEL_NAME = _label("name", "Nama produk", "Product name")
LABEL_INGREDIENTS = _label("ingredients", "Daftar bahan", "Ingredients")
LABEL_NET = _label("net", "Berat bersih atau isi bersih", "Net weight or content")
LABEL_PRODUCER = _label("producer", "Nama produsen", "Name of the producer")
LABEL_ADDRESS = _label("address", "Alamat produsen", "Address of the producer")
LABEL_HALAL = _label("halal", "Halal", "Halal", "PerBPOM 31/2018; UU 33/2014")
LABEL_CODE = _label("production", "Tanggal dan kode produksi", "Production date and code")
LABEL_EXPIRY = _label("expiry", "Keterangan kedaluwarsa", "Expiry")
LABEL_PERMIT = _label(
    "permit", "Nomor izin edar", "Distribution licence", "PerBPOM 31/2018; PerBPOM 22/2018"
)
LABEL_NUTRITION = _label(
    "nutrition", "Informasi nilai gizi", "Nutrition facts", "PerBPOM 26/2021; 22/2019"
)
LABELS = (
    LABEL_TEXT, LABEL_NAME, LABEL_INGREDIENTS, LABEL_NET, LABEL_PRODUCER, LABEL_ADDRESS,
    LABEL_HALAL, LABEL_CODE, LABEL_EXPIRY, LABEL_PERMIT, LABEL_NUTRITION,
)  # fmt: skip
