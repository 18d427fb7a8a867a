"""Reading a plugin's text files: safely, and knowing the line of everything.

The files come from people outside, so nothing here trusts them: sizes are limited, YAML is data only
(no tags, no aliases that multiply), links do not lead out of the folder. Every value keeps the file
and line it stands on, because a message without a line is of no use to a mentor.
"""

from __future__ import annotations

import re
from pathlib import Path

from sanggar.plugin.brackets import tangled
from sanggar.plugin.documents import Document, Findings, Place, meant
from sanggar.plugin.yamlread import read_yaml, split_front

__all__ = ["NO_ENGLISH", "Document", "Findings", "Folder", "Place", "meant", "split_front"]

NO_ENGLISH = "the English text is missing"
MAX_BYTES = 400_000
MAX_FILES = 400
LANGUAGE_FILE = re.compile(
    r"(?P<stem>[a-z0-9][a-z0-9-]*)\.(?P<language>id|en)(?P<suffix>\.[a-z.]+)"
)
#: control characters (but tab and line feed), line separators, halves of surrogate pairs
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Folder:
    """One plugin's package folder; reads its files and nothing outside it."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        self.root = folder.resolve()
        self.findings = findings

    def name(self, path: Path) -> str:
        """Return the path as messages show it: from the package folder's own name on."""
        return (Path(self.root.name) / path.relative_to(self.root)).as_posix()

    def files(self, folder: str, suffix: str, beside: tuple[str, ...] = ()) -> list[Path]:
        """Return the files of a subfolder, naming those whose name cannot be understood.

        Files with a suffix of `beside` may lie there, too (pictures of questions).
        """
        directory = self.root / folder
        if not directory.is_dir() or not self._inside(directory):
            return []
        try:
            entries = sorted(directory.iterdir())
        except OSError as error:
            self._unreadable(directory, error)
            return []
        if len(entries) > MAX_FILES:
            self.findings.add(
                Place(self.name(directory), 1), f"the folder holds {len(entries)} files",
                f"keep at most {MAX_FILES}",
            )  # fmt: skip
            return []
        kept = []
        for path in entries:
            if path.name.startswith((".", "__")) or path.name.endswith("~"):
                continue
            if path.name.endswith(suffix) and path.name.lower() == path.name:
                kept.append(path)
            elif path.name.upper() != "README.MD" and not path.name.endswith(beside):
                self._misnamed(path, suffix)
        return kept

    def _misnamed(self, path: Path, suffix: str) -> None:
        stem = path.name.split(".")[0].lower()
        good = (
            f"{stem}{suffix}" if suffix == ".yaml" else f"{stem}.id{suffix} and {stem}.en{suffix}"
        )
        self.findings.add(
            Place(self.name(path), 1), f"'{path.name}' is not a file name I know in this folder",
            f"call it {good}, or move it elsewhere",
        )  # fmt: skip

    def pairs(
        self, folder: str, suffix: str, beside: tuple[str, ...] = ()
    ) -> dict[str, dict[str, Path]]:
        """Return stem -> language -> file for files like ``w1.id.md``; Indonesian must exist."""
        found: dict[str, dict[str, Path]] = {}
        for path in self.files(folder, suffix, beside):
            match = LANGUAGE_FILE.fullmatch(path.name)
            if match and match["suffix"] == suffix:
                found.setdefault(match["stem"], {})[match["language"]] = path
            else:
                self._misnamed(path, suffix)
        for stem in [stem for stem, files in found.items() if "id" not in files]:
            path = found.pop(stem)["en"]
            self.findings.add(
                Place(self.name(path), 1), "there is no Indonesian text beside this file",
                f"add {stem}.id{suffix}; Indonesian must exist, English follows it",
            )  # fmt: skip
        return found

    def no_english(self, path: Path, stem: str, suffix: str) -> None:
        """Warn that a file has no English twin."""
        self.findings.add(
            Place(self.name(path), 1), NO_ENGLISH,
            f"add {stem}.en{suffix} beside it; until then readers of English see Indonesian",
            warning=True,
        )  # fmt: skip

    def _unreadable(self, path: Path, error: OSError) -> None:
        problem = f"cannot be read ({error.strerror})"
        self.findings.add(Place(self.name(path), 1), problem, "check its permissions")

    def _inside(self, path: Path) -> bool:
        try:
            if path.resolve().is_relative_to(self.root):
                return True
        except (OSError, RuntimeError):
            pass  # links in a circle lead nowhere, which is outside, too
        self.findings.add(
            Place(self.name(path), 1), "this is a link that leads out of the plugin's folder",
            "copy the file into the folder",
        )  # fmt: skip
        return False

    def text(self, path: Path) -> str | None:
        """Return the text of a file, or None when it cannot be read (the reason is noted)."""
        if not self._inside(path):
            return None
        place = Place(self.name(path), 1)
        if not path.is_file():
            self.findings.add(place, "this is not a file", "put a text file here or remove it")
            return None
        try:
            size = path.stat().st_size
            raw = path.read_bytes() if size <= MAX_BYTES else b""
        except OSError as error:
            self._unreadable(path, error)
            return None
        if size > MAX_BYTES:
            self.findings.add(
                place,
                f"the file is {size // 1000} KB",
                f"split it: at most {MAX_BYTES // 1000} KB each",
            )
            return None
        return self._decode(raw, place)

    def _decode(self, raw: bytes, place: Place) -> str | None:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.findings.add(place, "the file is not saved as UTF-8", "save it again as UTF-8")
            return None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self.findings.add(
                Place(place.file, line), "a character here is not UTF-8",
                "save the file again as UTF-8 (in your editor: Save with encoding)",
            )  # fmt: skip
            return None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if bad := INVISIBLE.search(text):
            self.findings.add(
                Place(place.file, text.count("\n", 0, bad.start()) + 1),
                f"an invisible control character (U+{ord(bad[0]):04X}) stands here",
                "delete it; it often comes along with copied text",
            )
            return None
        return text

    def yaml(self, path: Path) -> Document | None:
        """Return a YAML file as a document."""
        text = self.text(path)
        return None if text is None else read_yaml(text, self.name(path), 1, self.findings)

    def markdown(self, path: Path, *, facts: bool = True) -> tuple[Document, str, int] | None:
        """Return a Markdown file's front matter, its body and the line the body begins on.

        With `facts` off the front matter may be missing.
        """
        text = self.text(path)
        if text is None:
            return None
        if line := tangled(text):
            self.findings.add(
                Place(self.name(path), line), "too many brackets [ or ]( are open in this paragraph",
                "close them, or write \\[ where a bracket is only a sign",
            )  # fmt: skip
            return None
        if not facts and not text.startswith("---"):
            return Document(places={(): Place(self.name(path), 1)}), text, 1
        return split_front(text, self.name(path), self.findings)
