"""Reading the forms of exams and marking: fields that depend on the item or the rubric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from sanggar import errors
from sanggar.assessments.marking import Marks
from sanggar.kernel.files.taking import Incoming
from sanggar.kernel.forms import Form, LongTextField
from sanggar.kernel.i18n import _l
from sanggar.plugin.track import Assignment

#: Longer answers than any question asks for; refused with a word, never cut.
MAX_ANSWER, MAX_FIELDS = 20_000, 200
#: Mark of forms that count nothing themselves (no JavaScript): the server orders them on arrival.
PLAIN = "f-"


@dataclass(frozen=True)
class AnswerForm:
    """One question's form: what was answered, who counted it, where to go next."""

    fields: Mapping[str, list[str]]
    seq: int
    client: str
    token: str
    go: str
    files: tuple[Incoming, ...] = ()

    @property
    def plain(self) -> bool:
        """True when no script counted."""
        return self.client.startswith(PLAIN)


def answer_form(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> AnswerForm:
    """Return what a question's form says."""
    fields = {name: form.getlist(name) for name in form if name.startswith("answer")}
    values = [value for many in fields.values() for value in many]
    if len(values) > MAX_FIELDS or any(len(value) > MAX_ANSWER for value in values):
        raise errors.Invalid(_l("This answer is too long. At most 20,000 characters are read."))
    seq = form.get("seq", "")
    return AnswerForm(
        fields=fields,
        seq=int(seq) if seq.isascii() and seq.isdigit() and len(seq) <= 16 else 0,
        client=form.get("client", ""),
        token=form.get("token", ""),
        go=form.get("go", ""),
        files=tuple(
            Incoming(file.filename, file.stream)
            for file in files.getlist("answer-files")
            if file.filename
        ),
    )


class HandInForm(Form):
    """A word that goes with the files."""

    note = LongTextField(_l("A word to the mentor"))


class JudgeForm(Form):
    """A person's judgement of an answer."""

    note = LongTextField(_l("What the talent should know"))


def marks_form(assignment: Assignment | None, form: MultiDict[str, str]) -> Marks:
    """Return the levels and comments of a rubric's form."""
    criteria = [c.id for c in assignment.rubric] if assignment else []
    typed = {c: form.get(f"level-{c}", "") for c in criteria}
    return Marks(
        levels={c: int(value) for c, value in typed.items() if value in {"1", "2", "3", "4"}},
        comments={c: form.get(f"comment-{c}", "") for c in criteria},
        comment=form.get("comment", ""),
    )


def device(user_agent: str) -> str:
    """Return the kind of device a browser says it runs on; nothing finer is kept."""
    text = user_agent.lower()
    if "tablet" in text or "ipad" in text or ("android" in text and "mobile" not in text):
        return "tablet"
    return "phone" if any(word in text for word in ("mobi", "android", "iphone")) else "computer"
