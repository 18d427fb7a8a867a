"""`sanggar items import` and `export`: banks in the formats of other systems, with a full account.

Exit status: 0 everything went along, 3 something was refused (it is listed), 1 nothing did, 2 the
command was called wrongly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sanggar.cli.items import banks
from sanggar.interchange import archive, exchange
from sanggar.interchange.model import Exported, Imported, Refusal, Unreadable
from sanggar.plugin import quizwrite
from sanggar.plugin.items import Item, Level

ALL, NOTHING, SOME = 0, 1, 3
#: a bank holds at most 500 items and 400 KB
PER_BANK, PER_FILE = 400, 350_000
_STEM = re.compile(r"(?P<stem>[a-z0-9][a-z0-9-]*)(?:(?:\.(?:id|en))?\.quiz\.md)?")
_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*([^)\s]+)")
REPORT = click.option(
    "--json", "report", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write the report as JSON to this file (- for the screen).",
)  # fmt: skip


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(exchange.IMPORTED), default=None, help="Format of FILE (default: found out).")  # fmt: skip
@click.option("--to", "target", type=click.Path(path_type=Path), default=None, metavar="FOLDER/NAME", help="Write the bank NAME.id.quiz.md there, pictures beside it (default: only report).")  # fmt: skip
@click.option("--area", default="", help="Unit of competency of items that do not say theirs.")
@click.option("--level", type=click.Choice([level.value for level in Level]), default=None, help="Cognitive level of items that do not say theirs.")  # fmt: skip
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Language of the texts in FILE.")  # fmt: skip
@click.option("--replace", is_flag=True, help="Replace files that are there already.")
@REPORT
def import_(
    file: Path, kind: str | None, target: Path | None, area: str, level: str | None, language: str,
    replace: bool, report: Path | None,
) -> None:  # fmt: skip
    """Read GIFT, Aiken, Moodle XML or QTI from FILE: an item of each question, or its reason why not.

    Exit status: 0 everything was imported, 3 something was refused, 1 nothing was imported.
    """
    place = _place(target) if target else None
    if file.stat().st_size > exchange.MAX_BYTES:
        done = Imported(refused=[Refusal(file.name, "the file is larger than 50 MB: refused")])
    else:
        data = file.read_bytes()
        done = exchange.read(
            data, file.name, format=kind or "", area=area, level=level or "", language=language
        )
    written: list[str] = []
    if place and done.entries:
        written = _write_bank(done, *place, replace=replace)
    _tell_import(done, written, quiet=str(report) == "-")
    _save(report, {**done.to_json(), "files": written})
    raise SystemExit(NOTHING if not done.entries else SOME if done.refused else ALL)


def _place(target: Path) -> tuple[Path, str]:
    """Return the folder and the name of the bank to be written."""
    match = _STEM.fullmatch(target.name)
    if match is None:
        raise click.BadParameter(
            f"'{target.name}' cannot be a bank's name: use small letters, digits and '-'.",
            param_hint="--to",
        )
    return target.parent, match["stem"]


def _write_bank(done: Imported, folder: Path, stem: str, *, replace: bool) -> list[str]:
    """Write items and pictures; return the names of the files."""
    files: dict[Path, bytes] = {}
    for number, items in enumerate(_portions(done.items), 1):
        name = stem if number == 1 else f"{stem}-{number}"
        for language, text in quizwrite.bank(items, name).items():
            files[folder / f"{name}.{language}.quiz.md"] = text.encode()
    files |= {folder / name: data for name, data in done.images.items()}
    there = [path.name for path in files if path.exists()]
    if there and not replace:
        raise click.UsageError(
            f"{', '.join(sorted(there)[:5])} in {folder} would be overwritten: choose another --to, "
            "or add --replace."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        path.write_bytes(data)
    return [str(path) for path in files]


def _portions(items: Sequence[Item]) -> list[list[Item]]:
    """Cut items into banks that stay within the limits of a bank's file."""
    portions: list[list[Item]] = [[]]
    size = 0
    for item in items:
        length = max(len(quizwrite.section(item, language).encode()) for language in ("id", "en"))
        if portions[-1] and (len(portions[-1]) >= PER_BANK or size + length > PER_FILE):
            portions.append([])
            size = 0
        portions[-1].append(item)
        size += length
    return portions


def _tell_import(done: Imported, written: Sequence[str], *, quiet: bool) -> None:
    err = quiet  # the report has the screen: words go beside it
    for entry in done.entries:
        click.echo(f"✓ {entry.item.id} ({entry.item.type})", err=err)
        for note in entry.notes:
            click.echo(f"    {note}", err=err)
    for loss in done.lost:
        click.echo(f"~ {loss.name}: not kept: {loss.what}", err=err)
    for refusal in done.refused:
        line = f", line {refusal.line}" if refusal.line else ""
        click.echo(f"✕ {refusal.name}{line}: {refusal.reason}", err=err)
    for note in done.notes:
        click.echo(f"· {note}", err=err)
    click.echo(f"{len(done.entries)} imported, {len(done.refused)} refused.", err=err)
    for name in written:
        click.echo(f"Written: {name}", err=err)


def _save(report: Path | None, content: dict[str, Any]) -> None:
    if report is None:
        return
    text = json.dumps(content, ensure_ascii=False, indent=2)
    if str(report) == "-":
        click.echo(text)
    else:
        report.write_text(text + "\n", encoding="utf-8")


@click.command("export")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "kind", type=click.Choice(list(exchange.FORMATS)), required=True)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")  # fmt: skip
@click.option("--language", type=click.Choice(["id", "en", "both"]), default="id", show_default=True, help="Language of the file; both: Moodle XML and QTI.")  # fmt: skip
@click.option("--package", is_flag=True, help="QTI: write a content package (zip), also for one item.")  # fmt: skip
@REPORT
def export(
    path: Path, kind: str, output: Path, language: str, package: bool, report: Path | None
) -> None:
    """Write the banks at PATH (a bank's file, a folder of banks, a plugin's folder) for another system.

    What the format cannot say is listed for every item. Several items in QTI are always a package.
    Exit status: 0 everything was written, 3 something was refused, 1 nothing was written.
    """
    if language == "both" and kind not in exchange.BILINGUAL:
        raise click.UsageError(f"{kind} has room for one language: use --language id or en.")
    found = banks.read(path)
    images, missing = pictures(found.items, found.folder)
    done = exchange.write(found.items, kind, language, images=images, package=package)
    done.refused += [
        Refusal(f"{fault.file}:{fault.line}", f"{fault.problem}: {fault.remedy}", fault.line)
        for fault in found.errors
    ]
    done.refused += missing
    if done.written:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(done.data)
    _tell_export(done, output, quiet=str(report) == "-")
    _save(report, done.to_json())
    raise SystemExit(NOTHING if not done.written else SOME if done.refused else ALL)


def pictures(items: Sequence[Item], folder: Path) -> tuple[dict[str, bytes], list[Refusal]]:
    """Return the pictures that items name, by name, from the bank's folder or `static` beside it."""
    named: dict[str, str] = {}
    for item in items:
        texts = [item.stem, item.explanation, *(option.text for option in item.options)]
        shown = [name for text in texts for name in _PICTURE.findall(f"{text.id}\n{text.en}")]
        for name in [item.image, *shown]:
            if name and "/" not in name and "\\" not in name and ":" not in name:
                named.setdefault(name, item.id)
    found: dict[str, bytes] = {}
    refused: list[Refusal] = []
    for name, owner in named.items():
        path = next(
            (p for p in (folder / name, folder.parent / "static" / name) if p.is_file()), None
        )
        if path is None or path.is_symlink() or path.stat().st_size > archive.MAX_IMAGE:
            continue
        data = path.read_bytes()
        try:
            archive.check_image(name, data)
        except Unreadable as fault:
            refused.append(Refusal(f"{owner}: {name}", fault.reason))
        else:
            found[name] = data
    return found, refused


def _tell_export(done: Exported, output: Path, *, quiet: bool) -> None:
    for loss in done.lost:
        click.echo(f"~ {loss.name}: cannot be said: {loss.what}", err=quiet)
    for refusal in done.refused:
        click.echo(f"✕ {refusal.name}: {refusal.reason}", err=quiet)
    click.echo(f"{len(done.written)} written, {len(done.refused)} refused.", err=quiet)
    if done.written:
        click.echo(f"Written: {output}", err=quiet)
