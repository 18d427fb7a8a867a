"""What the tests of the automatic checks share: an item, a file, the findings by rule."""

from __future__ import annotations

from pathlib import Path

from sanggar.plugin import Finding, Item, Level, Text, UploadedFile
from sanggar.plugin.filechecks import FileCheck


def item(check: FileCheck, **params: str) -> Item:
    text = Text(id="Soal", en="Question")
    made = Item(
        id="X-1",
        type=check.kind,
        area="X",
        level=Level.APPLY,
        stem=text,
        explanation=text,
        params=params,
    )
    assert check.check(made) == []
    return made


def upload(path: Path, name: str = "") -> UploadedFile:
    return UploadedFile(
        name=name or path.name, kind=path.suffix[1:], size=path.stat().st_size, path=path
    )


def findings(check: FileCheck, *paths: Path, **params: str) -> dict[str, Finding]:
    """Measure in this process; the last finding of each rule."""
    made = item(check, **params)
    chosen, said = check.choose(made, [upload(path) for path in paths])
    groups = [chosen] if check.together and chosen else [[file] for file in chosen]
    for group in groups:
        said += check.look(made, group)
    known = {rule.name for rule in check.rules} | {"file"}
    for finding in said:
        assert finding.rule in known
        assert finding.measured.id
        assert finding.measured.en
    return {finding.rule: finding for finding in said}


def outcomes(check: FileCheck, *paths: Path, **params: str) -> dict[str, str]:
    return {rule: found.outcome for rule, found in findings(check, *paths, **params).items()}
