"""`sanggar items check` and `preview`: a bank's faults, and the bank as talents see it."""

from __future__ import annotations

import http.server
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import click

from sanggar.assessments.dealing import deal_options
from sanggar.assessments.question_types import TYPES
from sanggar.cli import known
from sanggar.cli.items.page import render
from sanggar.plugin import host, quizbanks, trial
from sanggar.plugin.documents import Findings
from sanggar.plugin.faults import Fault
from sanggar.plugin.items import Item, QuestionType
from sanggar.plugin.sources import LANGUAGE_FILE, Folder

PATH = click.argument("path", type=click.Path(exists=True, path_type=Path))


@dataclass
class Banks:
    """What was read: items in order, faults and warnings, the types that know the items."""

    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    types: dict[str, QuestionType] = field(default_factory=dict)
    folder: Path = Path()

    @property
    def errors(self) -> list[Fault]:
        """What must be mended."""
        return [fault for fault in self.faults if fault.severity == "error"]


def read(path: Path) -> Banks:
    """Return the banks at a path: one bank's file, a folder of banks, or a plugin's folder."""
    findings = Findings()
    found = Banks(types={kind.kind: kind for kind in TYPES})
    found.types |= _installed_types()
    if path.is_file():
        found.folder = path.resolve().parent
        found.items = _one_bank(path, findings)
    else:
        found.folder, below = _folder_of_banks(path.resolve())
        folder = Folder(found.folder.parent if below else found.folder, findings)
        found.items = quizbanks.read(folder, below, findings)
        if not found.items and not findings.all:
            raise click.ClickException(f"There is no question bank (NAME.id.quiz.md) in {path}.")
    found.faults = findings.all
    if not found.errors:
        found.faults = sorted({*found.faults, *host.check_items(found.items, found.types)})
    return found


def _installed_types() -> dict[str, QuestionType]:
    """Return the types that installed plugins give, so that their items can be tried."""
    loaded = known.load(known.settings())
    return dict(loaded.question_types)


def _folder_of_banks(path: Path) -> tuple[Path, str]:
    """Return the folder that holds banks, and its name below its parent."""
    package = path
    if not any(path.glob(f"*{quizbanks.SUFFIX}")):
        try:
            package = host.find_package(path)
        except host.PluginProblem:
            package = path
        if (package / "items").is_dir():
            return package / "items", "items"
    return package, package.name


def _one_bank(path: Path, findings: Findings) -> list[Item]:
    match = LANGUAGE_FILE.fullmatch(path.name)
    if match is None or match["suffix"] != quizbanks.SUFFIX:
        raise click.BadParameter(
            f"'{path.name}' is not named like a bank: NAME.id.quiz.md and NAME.en.quiz.md.",
            param_hint="PATH",
        )
    stem, here = match["stem"], path.resolve().parent
    files = {
        language: here / f"{stem}.{language}{quizbanks.SUFFIX}"
        for language in ("id", "en")
        if (here / f"{stem}.{language}{quizbanks.SUFFIX}").is_file()
    }
    if "id" not in files:
        raise click.ClickException(f"{stem}.id{quizbanks.SUFFIX} is missing beside {path.name}.")
    return quizbanks.read_bank(Folder(here, findings), stem, files, findings)


@click.command()
@PATH
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def check(path: Path, as_json: bool) -> None:
    """Name every fault of the banks at PATH: a bank's file, a folder of banks, a plugin's folder.

    Each fault is one line: file:line: what is wrong: what to write instead. Exit code 1 when there
    is one; warnings (a missing English text) do not count.
    """
    found = read(path)
    warnings = [fault for fault in found.faults if fault.severity != "error"]
    if as_json:
        report = {
            "ok": not found.errors, "items": len(found.items), "types": _counts(found.items),
            "faults": [fault.to_json() for fault in found.errors],
            "warnings": [fault.to_json() for fault in warnings],
        }  # fmt: skip
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for fault in found.errors:
            click.echo(str(fault))
        if warnings:
            click.echo("\nWarnings (the bank works all the same):")
        for fault in warnings:
            click.echo(str(fault))
        _summary(found)
    raise SystemExit(1 if found.errors else 0)


def _counts(items: list[Item]) -> dict[str, int]:
    kinds = sorted(item.type for item in items)
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def _summary(found: Banks) -> None:
    counts = ", ".join(f"{number} {kind}" for kind, number in _counts(found.items).items())
    mark, faults = ("✗", len(found.errors)) if found.errors else ("✓", 0)
    tail = f"; {faults} {'fault' if faults == 1 else 'faults'} to mend" if faults else ""
    noun = "item" if len(found.items) == 1 else "items"
    click.echo(f"{mark} {len(found.items)} {noun}" + (f" ({counts})" if counts else "") + tail)


@click.command()
@PATH
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Where the page is written (default: preview.html).")  # fmt: skip
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
@click.option("--seed", default="preview", help="Another word deals options and numbers anew.")
@click.option("--serve", is_flag=True, help="Serve the page on this machine instead of writing it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True)
@click.option("--once", is_flag=True, help="With --serve: stop after the page was shown once.")
def preview(
    path: Path, output: Path | None, language: str, seed: str, serve: bool, port: int, once: bool
) -> None:
    """Show the banks at PATH as talents see them, with the right answers behind a fold.

    One page without scripts, with everything in it. Items with faults are left out and named.
    """
    found = read(path)
    for fault in found.errors:
        click.echo(str(fault), err=True)
    rng = random.Random(seed)  # noqa: S311 - a preview may be repeated
    dealt = [_dealt(item, found.types, rng) for item in found.items if item.type in found.types]
    text = render(dealt, found.types, found.folder, language, path.stem.split(".")[0])
    if serve:
        _serve(text, port, once=once)
    else:
        target = output or Path("preview.html")
        target.write_text(text, "utf-8")
        click.echo(f"{target}: {len(dealt)} items")
    raise SystemExit(1 if found.errors else 0)


def _dealt(item: Item, types: dict[str, QuestionType], rng: random.Random) -> Item:
    ok, dealt = trial.Report(item.file, item.line).call("deal", types[item.type].deal, item, rng)
    return deal_options(dealt if ok else item, rng).item


def _serve(text: str, port: int, *, once: bool) -> None:
    """Serve one page on the loopback address."""
    body = text.encode()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with http.server.HTTPServer(("127.0.0.1", port), Page) as server:
        click.echo(f"http://127.0.0.1:{port}/ (stop with Ctrl+C)")
        try:
            if once:
                server.handle_request()
            else:
                server.serve_forever()
        except KeyboardInterrupt:
            click.echo()
