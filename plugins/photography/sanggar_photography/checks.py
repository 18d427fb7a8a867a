"""Automatic checks of photographs: camera settings, exposure, sharpness, white balance, shop rules.

Only names and limits stand here. The libraries that open pictures weigh much and are imported when a
file is measured, in a process of its own: loading the plugin stays light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sanggar.plugin import Finding, Text, UploadedFile
from sanggar.plugin.filechecks import YES_NO, FileCheck, Limits, Param, Rule

KINDS = ("jpg", "png")
EXIF_SOURCE = "Exif 2.32 (CIPA DC-008)"
SHOP = "aturan foto lokapasar, dicek tiap tahun / marketplace picture rules, checked every year"

EXIF = Rule(
    "exif", Text(id="Catatan kamera (EXIF)", en="Camera record (EXIF)"), EXIF_SOURCE, reliable=False
)
ISO = Rule("iso", Text(id="ISO", en="ISO"), EXIF_SOURCE, reliable=False)
SHAKE = Rule(
    "shutter", Text(id="Kecepatan rana tanpa tripod", en="Shutter speed without a tripod"),
    "1 / panjang fokus setara 35 mm / 1 / focal length on 35 mm", reliable=False,
)  # fmt: skip
LIGHTS = Rule(
    "highlights", Text(id="Bidang terang terpotong", en="Clipped highlights"),
    "docs/mentors/checks.md", reliable=False,
)  # fmt: skip
SHADOWS = Rule(
    "shadows", Text(id="Bidang gelap terpotong", en="Clipped shadows"),
    "docs/mentors/checks.md", reliable=False,
)  # fmt: skip
BLUR = Rule(
    "blur", Text(id="Ketajaman", en="Sharpness"),
    "Crété et al. 2007, doi:10.1117/12.702790", reliable=False,
)  # fmt: skip
NOISE = Rule(
    "noise", Text(id="Derau", en="Noise"),
    "Donoho & Johnstone 1994, doi:10.1093/biomet/81.3.425", reliable=False,
)  # fmt: skip
CARD = Rule(
    "grey-card", Text(id="White balance pada kartu abu-abu", en="White balance on the grey card"),
    "CIE 15:2018, C*ab",
)  # fmt: skip
PIXELS = Rule("pixels", Text(id="Ukuran dalam piksel", en="Size in pixels"), SHOP)
RATIO = Rule("ratio", Text(id="Perbandingan sisi", en="Aspect ratio"), SHOP)
BYTES = Rule("bytes", Text(id="Ukuran berkas", en="File size"), SHOP)
PROFILE = Rule(
    "profile", Text(id="Ruang warna", en="Colour space"), "IEC 61966-2-1 (sRGB)", reliable=False
)
GROUND = Rule("background", Text(id="Latar putih", en="White background"), SHOP, reliable=False)
AREA = Rule("product-area", Text(id="Bagian bingkai yang diisi produk", en="Share of the frame filled by the product"), SHOP, reliable=False)  # fmt: skip


def _share(default: str) -> Param:
    return Param(default, number=True, high=100)


class PhotoQuality(FileCheck):
    """What the camera wrote down, and what the pixels say about exposure, sharpness and noise."""

    kind: ClassVar[str] = "photo-quality"
    label: ClassVar[Text] = Text(id="Pemeriksaan teknis foto", en="Technical photo check")
    kinds: ClassVar[tuple[str, ...]] = KINDS
    rules: ClassVar[tuple[Rule, ...]] = (EXIF, ISO, SHAKE, LIGHTS, SHADOWS, BLUR, NOISE)
    params: ClassVar[Mapping[str, Param]] = {
        "exif": Param("yes", choices=YES_NO),
        "max_iso": Param("1600", number=True, low=50, high=1e6),
        "max_white": _share("1"),
        "max_black": _share("2"),
        "max_blur": Param("0.5", number=True, high=1),
        "max_noise": Param("6", number=True, high=100),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return settings, clipping, sharpness and noise of one photo."""
        from . import checks_exif, checks_pixels  # noqa: PLC0415 - heavy, see above

        (file,) = files
        found = checks_exif.measure(limits, file) if limits.flag("exif") else []
        return [*found, *checks_pixels.measure(limits, file)]


class GreyCard(FileCheck):
    """How neutral a grey card is in a photo, where somebody marked it.

    The card is marked by the author (``card = 40 40 10 10``: left, top, width, height in percent),
    by the photo's name (``kartu-40-40-10-10.jpg``), or by a frame in pure magenta drawn around it.
    """

    kind: ClassVar[str] = "photo-grey-card"
    label: ClassVar[Text] = Text(id="Pemeriksaan kartu abu-abu", en="Grey card check")
    kinds: ClassVar[tuple[str, ...]] = KINDS
    rules: ClassVar[tuple[Rule, ...]] = (CARD,)
    params: ClassVar[Mapping[str, Param]] = {
        "card": Param(
            pattern=r"(?:\d{1,3}(?:\.\d{1,2})? ){3}\d{1,3}(?:\.\d{1,2})?", like="40 40 10 10"
        ),
        "warn_de": Param("3", number=True, high=100),
        "max_de": Param("6", number=True, high=100),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return the cast on the card of one photo."""
        from . import checks_card  # noqa: PLC0415 - heavy, see above

        (file,) = files
        return checks_card.measure(limits, file)


class ShopPhoto(FileCheck):
    """Does a photo keep the rules of the shop it is made for."""

    kind: ClassVar[str] = "photo-marketplace"
    label: ClassVar[Text] = Text(id="Aturan foto lokapasar", en="Marketplace photo rules")
    kinds: ClassVar[tuple[str, ...]] = KINDS
    rules: ClassVar[tuple[Rule, ...]] = (PIXELS, RATIO, BYTES, PROFILE, GROUND, AREA)
    params: ClassVar[Mapping[str, Param]] = {
        "min_px": Param("1000", number=True, low=1, high=20000),
        "ratio": Param("1:1", pattern=r"[1-9]\d{0,3}:[1-9]\d{0,3}|any", like="1:1 or any"),
        "max_mb": Param("10", number=True, low=0.1, high=100),
        "white": Param("no", choices=YES_NO),
        "min_white": _share("95"),
        "min_area": _share("40"),
        "max_area": _share("95"),
        "source": Param(""),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return size, shape, colour space and background of one photo."""
        from . import checks_market  # noqa: PLC0415 - heavy, see above

        (file,) = files
        return checks_market.measure(limits, file)


CHECKS = (PhotoQuality(), GreyCard(), ShopPhoto())
