"""Items (questions), what a person answers to them, and the types that grade them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sanggar.plugin.text import Frozen, Text

if TYPE_CHECKING:
    from sanggar.plugin.track import FileRules


class Level(StrEnum):
    """Cognitive level of an item (revised Bloom; C1-C4 in Indonesian practice)."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"

    @property
    def band(self) -> str:
        """Column of the blueprint: `know` (C1-2), `apply` (C3) or `analyse` (C4)."""
        return "know" if self in (Level.REMEMBER, Level.UNDERSTAND) else self.value


BANDS = ("know", "apply", "analyse")


class Option(Frozen):
    """One option of a choice item, or one step of an ordering item.

    `key` is true for a right option. Steps of an ordering item are stored in the right order. `place`
    is the rectangle of a hotspot, ``"left top width height"`` in percent of the picture.
    """

    id: str
    text: Text
    key: bool = False
    feedback: Text | None = None
    place: str = ""


class Prompt(Frozen):
    """What an option is chosen for: the left side of a matching item, a statement of a matrix.

    `key` is the id of the option that belongs to it.
    """

    id: str
    text: Text
    key: str


class Gap(Frozen):
    """One gap of a cloze item, graded as an item of its `kind` would be."""

    id: str
    kind: Literal["single", "short", "numeric"]
    options: tuple[Option, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    params: Mapping[str, str] = Field(default_factory=dict)
    weight: float = Field(default=1.0, gt=0)


class Item(Frozen):
    """One question of a bank, with its key. Never rendered directly: see `QuestionType.public`.

    Attributes
    ----------
    id : str
        Unique in the track, for example ``PHO-Q01``.
    type : str
        `QuestionType.kind` that grades it.
    area : str
        Unit of competency it measures.
    level : Level
        Cognitive level.
    points : float
        Weight in the total, default 1.
    stem : Text
        The question, Markdown.
    options : tuple of Option
        For choice and ordering types; the right sides of matching, the columns of a matrix.
    prompts : tuple of Prompt
        Left sides of a matching item, statements of a matrix.
    gaps : tuple of Gap
        Gaps of a cloze item; the stem names each as ``[[id]]``.
    image : str
        Picture of a hotspot item, a file beside its bank.
    answers : dict of str to tuple of str
        Language -> accepted answers (short text); numeric items use `params`.
    params : dict of str to str
        Attributes of the type: ``value``, ``tolerance``, ``unit`` for numeric, own ones for own types.
    vars : dict of str to str
        Variables of a parametric item as they are written: ``10000..50000 step 500``, ``2 | 3 | 5``
        or a formula of earlier ones. Drawn for each attempt by `QuestionType.deal`.
    explanation : Text
        Shown after the attempt, Markdown.
    version : str
        Content hash; an answered item is never rewritten under an attempt.
    """

    id: str
    type: str
    area: str
    level: Level
    points: float = Field(default=1.0, gt=0)
    stem: Text
    options: tuple[Option, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    gaps: tuple[Gap, ...] = ()
    image: str = ""
    answers: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    params: Mapping[str, str] = Field(default_factory=dict)
    vars: Mapping[str, str] = Field(default_factory=dict)
    explanation: Text
    version: str = ""
    #: file and line it was read from, for error messages only
    file: str = Field(default="", repr=False)
    line: int = Field(default=0, repr=False)


class PublicGap(Frozen):
    """One gap of a cloze item without its key: a list to choose from, or a field (`unit` beside it)."""

    id: str
    kind: Literal["single", "short", "numeric"]
    options: tuple[tuple[str, Text], ...] = ()
    unit: str = ""


class PublicItem(Frozen):
    """What may leave the server while an attempt is live: no key, no feedback, no explanation."""

    id: str
    type: str
    stem: Text
    options: tuple[tuple[str, Text], ...] = ()
    prompts: tuple[tuple[str, Text], ...] = ()
    gaps: tuple[PublicGap, ...] = ()
    #: what the template needs besides (unit of a number, a given setting); never a key
    extra: Mapping[str, str] = Field(default_factory=dict)


class Grade(Frozen):
    """Verdict on one response.

    Attributes
    ----------
    score : float
        Share of the points earned, 0..1.
    correct : bool
        True when the full score was earned.
    note : Text or None
        What the grader measured, in plain words; shown after the attempt.
    needs_human : bool
        True when a person must decide (the score is provisional).
    """

    score: float = Field(ge=0, le=1)
    correct: bool
    note: Text | None = None
    needs_human: bool = False


class Finding(Frozen):
    """One thing an automatic check measured in a file: a fact for the marker, never a verdict.

    Attributes
    ----------
    rule : str
        Stable name of the rule, like ``bleed``.
    outcome : str
        ``pass``, ``warn``, ``fail`` (only from rules that are `reliable`) or ``unknown`` when it
        could not be measured.
    measured, limit : Text
        What was found and what is asked, with units: "2,0 mm", "at least 3 mm".
    source : str
        Where the limit comes from.
    file : str
        Name of the file, with the page where there are several ("label.pdf, 2").
    reliable : bool
        True when the measurement is exact enough to fail a submission.
    """

    rule: str
    title: Text
    outcome: Literal["pass", "warn", "fail", "unknown"]
    measured: Text
    limit: Text = Text(id="")
    source: str = ""
    file: str = ""
    reliable: bool = True

    @model_validator(mode="after")
    def _only_the_reliable_fails(self) -> Finding:
        if self.outcome == "fail" and not self.reliable:
            raise ValueError("a rule that is not reliable may only warn")
        return self


class UploadedFile(Frozen):
    """One uploaded file as a check gets it: its sniffed kind (extension without the dot), its bytes
    at `path`, to be read and never changed."""

    name: str
    kind: str
    size: int
    path: Path


#: Field in which `QuestionType.read` finds the files that the server has kept.
STORED = "answer-stored"

#: What `read` returns and `grade` gets: JSON values only, so that it can be stored and replayed.
Response = Any


#: The core's inputs for files, for question types that are answered with files.
FILES_TEMPLATE = "assessments/types/files.html"
#: Templates of the core that the question types of a plugin may name instead of one of their own.
CORE_TEMPLATES = frozenset({FILES_TEMPLATE})


class QuestionType:
    """How one kind of item is checked, shown, read and graded. Subclass it; instances hold no state.

    A type is a set of pure functions: the same item and response always give the same grade.
    `sanggar.testing.check_plugin` runs the contract.
    """

    #: name used in ``{type=…}``
    kind: ClassVar[str] = ""
    #: template that renders the inputs; gets `item` (PublicItem), `response`, `language`, `disabled`;
    #: a plugin's own stands in templates/<its name>/, or it is one of `CORE_TEMPLATES`
    template: ClassVar[str] = ""
    label: ClassVar[Text] = Text(id="", en="")
    #: true when a person judges every answer; such items are left out of adaptive exams
    judged: ClassVar[bool] = False
    #: how the score comes about, one sentence; shown on the review page
    credit: ClassVar[Text] = Text(
        id="Jawaban yang benar mendapat seluruh poin, selain itu tidak ada.",
        en="The right answer earns all points, anything else none.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the item as ``problem: remedy`` lines; empty when it is fine."""
        return []

    def deal(self, item: Item, rng: Random) -> Item:
        """Return the item as one attempt gets it, with everything drawn that is left to chance.

        Called once, when a form is drawn; the attempt keeps what is returned, so nothing is ever
        drawn again. The same `rng` state must give the same item. Options, prompts and gaps are
        renamed and shuffled afterwards, by the form.
        """
        return item

    def public(self, item: Item) -> PublicItem:
        """Return the item without its key. Options are shuffled later, by the form."""
        return PublicItem(
            id=item.id,
            type=item.type,
            stem=item.stem,
            options=tuple((option.id, option.text) for option in item.options),
            prompts=tuple((prompt.id, prompt.text) for prompt in item.prompts),
        )

    def files(self, item: Item) -> FileRules | None:
        """Return what may be uploaded as an answer; None for typed answers.

        `read` then finds one JSON object ``{name, sha256, size, kind}`` in `STORED` for each file
        that was checked and kept. Such fields come from the server only, never from a browser.
        """
        return None

    def read(self, item: Item, form: Mapping[str, list[str]]) -> Response | None:
        """Return the response typed in the form fields, or None for "not answered".

        `form` holds the fields whose names start with ``answer``. Hostile input must not raise.
        """
        raise NotImplementedError

    def grade(self, item: Item, response: Response) -> Grade:
        """Return the grade of a response made by `read` (or anything stored): never raise."""
        raise NotImplementedError

    def inspect(self, item: Item, files: Sequence[UploadedFile]) -> tuple[Finding, ...]:
        """Return what automatic checks measure in uploaded files; nothing for typed answers.

        `item.params` holds the limits. Files are hostile: a file that cannot be read is a finding
        with outcome ``unknown`` or ``fail``, never an exception. Called from a job, not a request.
        """
        return ()

    def credit_for(self, item: Item) -> Text:
        """Return how the score of this item comes about, one sentence for the review page."""
        return self.credit

    def describe(self, item: Item, response: Response, language: str) -> str:
        """Return the response in words, for the review page and the marker."""
        return str(response)

    def describe_key(self, item: Item, language: str) -> str:
        """Return the right answer in words, for the review page after release."""
        return "; ".join(option.text.to(language) for option in item.options if option.key)
