"""What authors of plugins and this project's own tests lean on: the executable contract.

Examples
--------
A plugin's whole test file::

    import sanggar_photography
    from sanggar.testing import check_plugin

    def test_the_plugin_keeps_the_contract():
        check_plugin(sanggar_photography)
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from sanggar import assessments
from sanggar.assessments.question_types import TYPES
from sanggar.kernel.config import Settings
from sanggar.plugin import contract_files, loader
from sanggar.plugin.examine import Examination, examine
from sanggar.plugin.faults import Fault
from sanggar.plugin.host import Source, package_folder
from sanggar.plugin.items import CORE_TEMPLATES, PublicItem, QuestionType
from sanggar.plugin.text import LANGUAGES

__all__ = ["check_plugin", "find_faults"]

#: where the templates that the core offers to plugins stand
CORE = Path(assessments.__file__).parent / "templates"
MARK = '"><script>x</script>'
#: what the pages' content security policy and people with keyboards and screen readers do not allow
UNWANTED = (
    (re.compile(r"\sstyle\s*="), "has a style attribute", "use the classes of the stylesheet"),
    (re.compile(r"<style|<script", re.I), "brings styles or scripts", "leave them out"),
    (re.compile(r"\son[a-z]+\s*=", re.I), "has an on… handler", "leave it out; plain forms work"),
)


def check_plugin(plugin: Any) -> list[str]:
    """Run the whole contract on a plugin.

    Hooks are spelt right, every reference in the text files resolves, every item is valid, `public`
    gives no key away, `grade` is deterministic, within 0..1 and calm on hostile input, templates
    exist and render, ranking features are monotone as declared, and nothing but `sanggar.plugin` is
    imported from Sanggar.

    Parameters
    ----------
    plugin : module
        The plugin's package, imported.

    Returns
    -------
    list of str
        Warnings (a missing English text), which do not fail.

    Raises
    ------
    AssertionError
        With every finding as ``file:line: what is wrong: what to write instead``.
    """
    found = _examine(plugin)
    if found.errors:
        lines = "\n".join(str(fault) for fault in found.errors)
        raise AssertionError(f"{found.name} breaks the contract of plugins:\n{lines}")
    return [str(fault) for fault in found.warnings]


def find_faults(plugin: Any) -> list[Fault]:
    """Return all faults and warnings of a plugin without raising."""
    return _examine(plugin).faults


def _examine(plugin: Any) -> Examination:
    name = str(getattr(plugin, "__name__", type(plugin).__name__)).removeprefix("sanggar_")
    package = package_folder(plugin)
    found = examine(
        Source(name, "test", "test", lambda: plugin),
        package,
        known_types={kind.kind: kind for kind in TYPES},
        courses=loader.shared_courses(Settings().courses),
    )
    if found.harvest is not None and package is not None:
        types: dict[str, QuestionType] = dict(found.harvest.things["question_types"])
        items = [item for track in found.tracks for item in track.items]
        for item in (*items, *contract_files.items_of(found.tracks)):
            kind = types.pop(item.type, None)  # one item of each type is enough
            if kind is not None:
                found.faults += check_template(kind, kind.public(item), package)
    return found


def check_template(kind: QuestionType, item: PublicItem, package: Path) -> list[Fault]:
    """Return what is wrong with a type's template, rendered with and without an answer."""
    file = f"{package.name}/templates/{kind.template}"
    folder = CORE if kind.template in CORE_TEMPLATES else package / "templates"
    if not (folder / kind.template).is_file():
        return []  # noted by the contract already
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined
    )
    faults: list[Fault] = []
    for language in LANGUAGES:
        for response, disabled in ((None, False), (MARK, False), (None, True)):
            try:
                html = environment.get_template(kind.template).render(
                    item=item, response=response, language=language, disabled=disabled
                )
            except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
                remedy = "use only item, response, language and disabled, whatever they hold"
                problem = f"cannot be rendered ({type(error).__name__}: {error})"
                return [Fault(file, getattr(error, "lineno", None) or 1, problem, remedy)]
            faults += _look_at(html, file, disabled=disabled)
            if response == MARK and MARK in html:
                faults.append(Fault(file, 1, "prints the response unescaped", "remove |safe"))
    return sorted(set(faults))


def _look_at(html: str, file: str, *, disabled: bool) -> list[Fault]:
    faults = [Fault(file, 1, what, how) for pattern, what, how in UNWANTED if pattern.search(html)]
    if not re.search(r'\sname="answer[^"]*"', html):
        faults.append(Fault(file, 1, "has no field called answer", 'write name="answer"'))
    if "<label" not in html and "aria-label" not in html:
        faults.append(Fault(file, 1, "labels no field", "write <label for=…> for every input"))
    if disabled and not re.search(r"\sdisabled\b", html):
        remedy = "write {% if disabled %} disabled{% endif %} in the input"
        faults.append(Fault(file, 1, "cannot be disabled", remedy))
    return faults
