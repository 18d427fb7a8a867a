"""Automatic checks of packaging work: print files, bar codes, label texts.

Only names and limits stand here. The libraries that open PDFs weigh much and are imported when a
file is measured, in a process of its own: loading the plugin stays light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sanggar.plugin import Finding, Text, UploadedFile
from sanggar.plugin.filechecks import YES_NO, FileCheck, Limits, Param, Rule

from . import checks_rules


class PrintFile(FileCheck):
    """Is a PDF ready for the press."""

    kind: ClassVar[str] = "packaging-print"
    label: ClassVar[Text] = Text(id="Pemeriksaan berkas cetak", en="Print file check")
    kinds: ClassVar[tuple[str, ...]] = ("pdf",)
    rules: ClassVar[tuple[Rule, ...]] = checks_rules.PRINT
    params: ClassVar[Mapping[str, Param]] = {
        "bleed_mm": Param("3", number=True, high=50),
        "trim_mm": Param(pattern=r"\d{1,4}(?:\.\d{1,2})?x\d{1,4}(?:\.\d{1,2})?", like="120x80"),
        "min_text_pt": Param("5.5", number=True, high=100),
        "min_ppi": Param("300", number=True, high=5000),
        "min_line_ppi": Param("600", number=True, high=5000),
        "colours": Param("print", choices=("print", "any")),
        "spots": Param(""),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return what the press would complain about in one PDF."""
        from . import checks_print  # noqa: PLC0415 - heavy, see above

        (file,) = files
        return checks_print.measure(limits, file.path, file.name)


class BarCode(FileCheck):
    """Can a till read the bar code."""

    kind: ClassVar[str] = "packaging-barcode"
    label: ClassVar[Text] = Text(id="Pemeriksaan kode batang", en="Bar code check")
    kinds: ClassVar[tuple[str, ...]] = ("pdf", "png", "jpg")
    rules: ClassVar[tuple[Rule, ...]] = checks_rules.BARCODE
    params: ClassVar[Mapping[str, Param]] = {
        "digits": Param(pattern=r"\d{3,13}", like="8997501000122"),
        "min_x_mm": Param("0.264", number=True, low=0.05, high=5),
        "max_x_mm": Param("0.66", number=True, low=0.05, high=5),
        "min_contrast": Param("40", number=True, high=100),
        "required": Param("no", choices=YES_NO),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return what was measured of the EAN-13 codes in one PDF or picture."""
        from . import checks_barcode  # noqa: PLC0415 - heavy, see above

        (file,) = files
        return checks_barcode.measure(limits, file)


class LabelText(FileCheck):
    """Does the text of a food label hold what the rule asks for."""

    kind: ClassVar[str] = "packaging-label"
    label: ClassVar[Text] = Text(id="Daftar periksa label pangan", en="Food label checklist")
    kinds: ClassVar[tuple[str, ...]] = ("pdf", "png", "jpg")
    rules: ClassVar[tuple[Rule, ...]] = checks_rules.LABELS
    params: ClassVar[Mapping[str, Param]] = {
        "product": Param(""),
        "halal": Param("yes", choices=YES_NO),
        "nutrition": Param("no", choices=YES_NO),
    }

    def measure(self, limits: Limits, files: Sequence[UploadedFile]) -> list[Finding]:
        """Return which mandatory parts were found in the text of one label."""
        from . import checks_label  # noqa: PLC0415 - heavy, see above

        (file,) = files
        return checks_label.measure(limits, file)


CHECKS = (PrintFile(), BarCode(), LabelText())
