"""`sanggar new-track`: a small, complete track to begin from, in both languages."""

from __future__ import annotations

import json
import keyword
import re
import shutil
import tempfile
import unicodedata
from importlib import metadata
from pathlib import Path

import click

SCAFFOLD = Path(__file__).parent / "scaffold"
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
MAX_TITLE = 80
#: names that belong to the core or would shadow something
RESERVED = frozenset({"shared", "sanggar", "plugin", "plugins", "core", "testing", "test", "tests"})


@click.command("new-track")
@click.argument("name")
@click.option("--dir", "folder", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder to be made; by default the name with hyphens, here.")  # fmt: skip
@click.option("--title", help="Title in Indonesian; by default made from the name.")
@click.option("--title-en", help="Title in English; by default the same.")
def new_track(name: str, folder: Path | None, title: str | None, title_en: str | None) -> None:
    """Write a small track called NAME: it passes `sanggar check` and installs with pip."""
    check_name(name)
    indonesian = check_title(title if title is not None else name.replace("_", " ").title())
    english = check_title(title_en if title_en is not None else indonesian)
    target = folder if folder is not None else Path(name.replace("_", "-"))
    try:
        write(name, indonesian, english, target)
    except OSError as error:
        raise click.ClickException(
            f"cannot write {target} ({error.strerror or error}): choose another --dir"
        ) from None
    click.echo(f"{target} is ready. Next:\n")
    click.echo(f"  sanggar check {target}")
    click.echo(f"  sanggar serve --track {target}")
    click.echo(f"  pip install {target if target.is_absolute() else f'./{target}'}")


def check_name(name: str) -> None:
    """Refuse names that cannot be a track, a Python package and a folder at once."""
    hint = "NAME"
    if not NAME.fullmatch(name):
        lowered = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        better = re.sub(r"[^a-z0-9]+", "_", lowered).strip("_").lstrip("0123456789_")[:40]
        tip = f" Try {better}." if NAME.fullmatch(better) else ""
        raise click.BadParameter(
            f"'{name}' is not a name for a track: use 2 to 40 small letters, digits and '_', "
            f"beginning with a letter, like content_creator.{tip}",
            param_hint=hint,
        )
    if keyword.iskeyword(name) or name in RESERVED:
        raise click.BadParameter(f"'{name}' is reserved: choose another name.", param_hint=hint)
    if any(point.name == name for point in metadata.entry_points(group="sanggar")):
        raise click.BadParameter(
            f"a plugin called '{name}' is installed already: choose another name.", param_hint=hint
        )


def check_title(title: str) -> str:
    """Return a title fit for YAML, pages and certificates."""
    title = title.strip()
    odd = any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in title)
    if not title or odd or len(title) > MAX_TITLE:
        raise click.BadParameter(
            f"write one line of 1 to {MAX_TITLE} characters.", param_hint="--title"
        )
    return title


def unit_prefix(name: str) -> str:
    """Return the letters that unit and item ids begin with: content_creator -> CC."""
    words = [word for word in name.split("_") if word]
    letters = "".join(word[0] for word in words) if len(words) > 1 else name.replace("_", "")[:3]
    return letters.upper()[:4]


def write(name: str, title: str, title_en: str, target: Path) -> None:
    """Write the track into `target` whole, or nothing at all."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        what = "is a file" if not target.is_dir() else "exists and is not empty"
        raise click.BadParameter(f"{target} {what}: name a new folder.", param_hint="--dir")
    package = f"sanggar_{name}"
    values = {
        "@@ID@@": name,
        "@@PACKAGE@@": package,
        "@@DIST@@": package.replace("_", "-"),
        "@@UNIT@@": unit_prefix(name),
        "@@TITLE@@": json.dumps(title, ensure_ascii=False),
        "@@TITLE_EN@@": json.dumps(title_en, ensure_ascii=False),
        "@@PLAIN_TITLE_EN@@": title_en,
    }
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".sanggar-", dir=target.parent))
    try:
        for source in sorted(SCAFFOLD.rglob("*.tmpl")):
            place = source.relative_to(SCAFFOLD).with_suffix("")
            parts = [package if part == "package" else part for part in place.parts]
            path = draft.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(source.read_text("utf-8"), values), encoding="utf-8")
        draft.chmod(0o755)
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub("@@[A-Z_]+@@", lambda match: values[match[0]], text)
