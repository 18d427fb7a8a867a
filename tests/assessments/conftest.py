"""A small photography track made in Python, so that these tests need no plugin files."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from types import MappingProxyType

import pytest
from flask import Flask

from sanggar.kernel import registry
from sanggar.plugin.items import Gap, Item, Option, Prompt
from sanggar.plugin.text import Text, Texts
from sanggar.plugin.track import Assessment, Assignment, Criterion, FileRules, Track, Unit, Workshop

LEVELS = {"know": "remember", "apply": "apply", "analyse": "analyse"}


def text(words: str) -> Text:
    return Text(id=words, en=f"{words} (en)")


def options(item_id: str, words: list[str], keys: set[int]) -> tuple[Option, ...]:
    return tuple(
        Option(
            id=f"{item_id}-o{n}", text=text(f"{w} {item_id}"), key=n in keys,
            feedback=text(f"UMPANBALIK {item_id} {n}"),
        )
        for n, w in enumerate(words)
    )  # fmt: skip


def make_item(item_id: str, kind: str, unit: str, band: str, **more: object) -> Item:
    values: dict[str, object] = {
        "id": item_id, "type": kind, "area": unit, "level": LEVELS[band],
        "stem": text(f"Pertanyaan {item_id}?"), "explanation": text(f"PEMBAHASAN {item_id}"),
        "version": "v1",
    }  # fmt: skip
    if kind == "single":
        values["options"] = options(item_id, ["Kunci", "Satu", "Dua", "Tiga"], {0})
    elif kind == "multiple":
        values["options"] = options(item_id, ["Kunci A", "Kunci B", "Satu", "Dua"], {0, 1})
    elif kind == "ordering":
        values["options"] = options(item_id, ["Pertama", "Kedua", "Ketiga", "Keempat"], set())
    elif kind == "numeric":
        values["params"] = {"value": "73195.5", "tolerance": "0.5", "unit": "rupiah"}
    elif kind == "short":
        values["answers"] = {"id": ("difuser rahasia",), "en": ("secret diffuser",)}
    return Item.model_validate({**values, **rich(item_id, kind), **more})


def rich(item_id: str, kind: str) -> dict[str, object]:
    """Return what the types with parts of their own need."""
    made = options(item_id, ["Satu", "Dua", "Tiga"], {0})
    plain = tuple(o.model_copy(update={"key": False, "feedback": None}) for o in made)
    prompts = tuple(
        Prompt(id=f"{item_id}-p{n}", text=text(f"Kiri {n}"), key=plain[n].id) for n in range(2)
    )
    if kind == "truefalse":
        return {"options": made[:2]}
    if kind in ("matching", "matrix"):
        return {"options": plain, "prompts": prompts}
    if kind == "hotspot":
        places = tuple(
            o.model_copy(update={"place": f"{10 * n} 5 8 20"}) for n, o in enumerate(made)
        )
        return {"options": places, "image": "kotak.svg", "params": {"alt": "Gambar kotak"}}
    if kind == "cloze":
        number = {"value": "73195.5", "tolerance": "0.5", "unit": "mm"}
        return {
            "stem": Text(id="Isi [[x]], [[y]], [[z]].", en="Fill [[x]], [[y]], [[z]]."),
            "gaps": (
                Gap(id="x", kind="single", options=made, weight=2),
                Gap(id="y", kind="short", answers={"id": ("difuser rahasia",)}),
                Gap(id="z", kind="numeric", params=number),
            ),
        }
    if kind == "parametric":
        return {
            "stem": Text(id="Harga Rp{{harga}}?", en="Price Rp{{harga}}?"),
            "vars": {
                "harga": "10000..50000 step 500",
                "banyak": "2 | 3",
                "semua": "harga * banyak",
            },
            "params": {"formula": "semua * 1.11", "tolerance": "1", "unit": "Rp"},
        }
    return {}


def make_bank() -> tuple[Item, ...]:
    kinds = ("single", "multiple", "numeric", "ordering", "short")
    return tuple(
        make_item(f"{unit}-{band}-{n}", kinds[n % len(kinds)], unit, band)
        for unit in ("PHO-01", "PHO-02")
        for band in ("know", "apply", "analyse")
        for n in range(5)
    )


RUBRIC = [
    {"id": "technical", "weight": 40, "critical": True, "title": text("Teknis")},
    {"id": "light", "weight": 40, "title": text("Cahaya")},
    {"id": "notes", "weight": 20, "title": text("Catatan")},
]


def make_assignment(**more: object) -> Assignment:
    rubric = [
        Criterion.model_validate({**row, "levels": [text(f"Tingkat {n}") for n in "1234"]})
        for row in RUBRIC
    ]
    values: dict[str, object] = {
        "id": "product-set", "title": text("Seri produk"), "pass": 75, "markers": 2,
        "files": FileRules(max=4, size_mb=1, types=("jpg", "png", "pdf", "zip", "csv")),
        "keep_exif": True, "rubric": rubric, "body": text("Potret satu produk."),
    }  # fmt: skip
    return Assignment.model_validate({**values, **more})


def make_track() -> Track:
    theory = {
        "id": "theory", "title": text("Uji teori"), "minutes": 60,
        "attempts": {"limit": 3, "within_days": 180, "wait_days": 7},
        "pass": {"total": 70, "each_unit": 50},
        "blueprint": {
            "PHO-01": {"know": 2, "apply": 3, "analyse": 5},
            "PHO-02": {"know": 5, "apply": 4, "analyse": 1},
        },
    }  # fmt: skip
    check = {
        "id": "light-check", "title": text("Cek kursus"), "minutes": 10,
        "attempts": {"limit": 0}, "pass": {"total": 80}, "course": "photography/light",
        "blueprint": {"PHO-01": {"know": 5}},
    }  # fmt: skip
    return Track(
        id="photography", version="1.0", title=text("Fotografi"), summary=text("Foto."),
        units=tuple(
            Unit(id=u, title=text(f"Unit {u}"), outcomes=Texts(id=("bisa",)))
            for u in ("PHO-01", "PHO-02")
        ),
        workshops=(
            Workshop(
                id="w1", number=1, title=text("Lepas Otomatis"), hours=4, deliverable=text("Tiga foto"),
                files=FileRules(max=2, size_mb=1, types=("jpg", "pdf")), body=text("Acara"),
            ),
        ),
        assessments=(Assessment.model_validate(theory), Assessment.model_validate(check)),
        assignments=(make_assignment(), make_assignment(id="quick", markers=1)),
        items=make_bank(),
    )  # fmt: skip


def install(app: Flask, made: Track) -> None:
    """Put a track in the place of the photography plugin."""
    found = app.extensions[registry.EXTENSION]
    app.extensions[registry.EXTENSION] = dataclasses.replace(
        found, tracks=MappingProxyType({**found.tracks, made.id: made})
    )


def place(track: Track, **change: object) -> Track:
    """Change the theory exam of the track that is in place, in the words of its file."""
    exams = []
    for exam in track.assessments:
        values = exam.model_dump(by_alias=True)
        exams.append(
            Assessment.model_validate({**values, **change}) if exam.id == "theory" else exam
        )
    made = track.model_copy(update={"assessments": tuple(exams)})
    install(_APP[0], made)
    return made


_APP: list[Flask] = []


@pytest.fixture
def track(app: Flask) -> Iterator[Track]:
    """The test track, in the place of the photography plugin."""
    made = make_track()
    before = app.extensions[registry.EXTENSION]
    _APP[:] = [app]
    install(app, made)
    yield made
    app.extensions[registry.EXTENSION] = before
