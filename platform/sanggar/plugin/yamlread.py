"""YAML as plain data with line numbers: no tags, no anchors that multiply, no surprises.

Front matter of Markdown files is the same YAML between two lines `---`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sanggar.plugin.documents import Document, Findings, Place, YamlPath

MAX_DEPTH = 16
#: libyaml where it is there: five times as fast, the same marks
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_constructor = SafeConstructor()
_PLAIN: dict[str, Callable[[Any], Any]] = {
    "int": _constructor.construct_yaml_int,
    "float": _constructor.construct_yaml_float,
    "bool": _constructor.construct_yaml_bool,
    "null": _constructor.construct_yaml_null,
}


def split_front(text: str, file: str, findings: Findings) -> tuple[Document, str, int] | None:
    """Split Markdown into front matter, body and the line number of the body's first line."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        findings.add(
            Place(file, 1), "the facts at the top are missing",
            "begin the file with a line ---, then lines like `title: …`, then a line ---",
        )  # fmt: skip
        return None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        findings.add(
            Place(file, 1), "the facts at the top are not closed", "add a line --- after them"
        )
        return None
    document = read_yaml("\n".join(lines[1:end]), file, 2, findings)
    if document is None:
        return None
    body = lines[end + 1 :]
    skipped = next((n for n, line in enumerate(body) if line.strip()), 0)
    return document, "\n".join(body).strip(), end + 2 + skipped


def read_yaml(text: str, file: str, first_line: int, findings: Findings) -> Document | None:
    """Return YAML text as a document; what is wrong goes to `findings`."""
    document = Document(places={(): Place(file, first_line)})
    try:
        if not _tame(text, file, first_line, findings):
            return None
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        problem, remedy = _yaml_words(error, text, mark.line if mark else 0)
        findings.add(Place(file, line), problem, remedy)
        return None
    except (yaml.YAMLError, ValueError) as error:
        findings.add(Place(file, first_line), f"cannot be read as YAML ({error})", "write it again")
        return None
    if node is None:
        return document
    if not isinstance(node, MappingNode):
        findings.add(
            Place(file, first_line + node.start_mark.line), "here should be lines like `name: value`",
            "write one `name: value` on each line",
        )  # fmt: skip
        return None
    before = len(findings.errors)
    document.data = _build(node, (), document, file, first_line, findings)
    document.places[()] = Place(file, first_line)
    return document if len(findings.errors) == before else None


def _tame(text: str, file: str, first_line: int, findings: Findings) -> bool:
    """Return whether the YAML has neither aliases nor absurd depth, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        place = Place(file, first_line + (event.start_mark.line if event.start_mark else 0))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            findings.add(
                place, "'&' and '*' (anchors) are not allowed here",
                "write the value out; put a text that begins with & or * in quotes",
            )  # fmt: skip
            return False
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            findings.add(
                place, "this is nested too deeply", "compare with the example in the guide"
            )
            return False
    return True


def _yaml_words(error: yaml.MarkedYAMLError, text: str, line: int) -> tuple[str, str]:
    problem = error.problem or "cannot be read"
    lines = text.split("\n")
    here = lines[line] if line < len(lines) else ""
    if "\\t" in problem or "\t" in here:
        return "a tab stands here", "indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a colon inside a text confuses YAML", 'put the whole text in quotes: "…: …"'
    if "found character" in problem or "unexpected" in problem or "expected" in problem:
        return (
            f"YAML cannot be read here ({problem})",
            "check quotes, brackets and indentation of this line and the one above",
        )
    return f"YAML cannot be read here ({problem})", "put texts with : # [ ] { } in quotes"


def _build(
    node: Node, path: YamlPath, document: Document, file: str, first_line: int, findings: Findings
) -> Any:
    """Build plain values from nodes, noting each place; only YAML's own scalar kinds exist."""
    place = Place(file, first_line + node.start_mark.line)
    document.places.setdefault(path, place)
    if isinstance(node, MappingNode):
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            here = Place(file, first_line + key_node.start_mark.line)
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            if key is None:
                findings.add(here, "a name before the colon is missing", "write `name: value`")
                continue
            if key in values:
                findings.add(here, f"'{key}' stands here twice", "keep one of them")
                continue
            document.places[*path, key] = here
            values[key] = _build(value_node, (*path, key), document, file, first_line, findings)
        return values
    if isinstance(node, SequenceNode):
        return [
            _build(child, (*path, n), document, file, first_line, findings)
            for n, child in enumerate(node.value)
        ]
    return _scalar(node, place, findings)


def _scalar(node: Node, place: Place, findings: Findings) -> Any:
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind not in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value"):
        findings.add(
            place, f"the tag '{node.tag}' is not allowed", "remove the word that begins with !"
        )
        return None
    if kind == "str" or kind not in _PLAIN or (kind == "int" and ":" in node.value):
        return str(node.value)  # 12:30 or 2026-11-21: a text to us, never a number of base sixty
    try:
        value = _PLAIN[kind](node)
    except (ValueError, KeyError, yaml.YAMLError):
        return str(node.value)
    finite = not isinstance(value, float) or math.isfinite(value)
    return value if finite else str(node.value)
