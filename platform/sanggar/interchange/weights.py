"""Options worth so and so many percent, as GIFT and Moodle give them, and as our types mean them.

Ours are: one key; several keys, all or nothing; several keys with partial credit (right ticks less
wrong ticks over the number of keys, never below nothing).
"""

from __future__ import annotations

from collections.abc import Sequence

from sanggar.interchange.model import Draft, Unreadable

#: shares may be rounded in files: 33.33333 is a third
NEAR = 0.02


def key_options(draft: Draft, percents: Sequence[float], *, one: bool) -> None:
    """Set the type, keys and partial credit rule of a draft from its options' percentages.

    Parameters
    ----------
    draft : Draft
        Has one choice for each percentage.
    percents : sequence of float
        Percent of the points, -100 to 100, in the order of the choices.
    one : bool
        Whether a person may choose one option only.

    Raises
    ------
    Unreadable
        When no option, or several single ones, are fully right.
    """
    if one:
        _single(draft, percents)
    else:
        _multiple(draft, percents)


def _single(draft: Draft, percents: Sequence[float]) -> None:
    right = [n for n, percent in enumerate(percents) if percent >= 100 - NEAR]
    if len(right) != 1:
        raise Unreadable(
            f"{len(right)} options are worth 100 %: a single choice has exactly one key here"
        )
    draft.kind = draft.kind if draft.kind == "truefalse" else "single"
    draft.choices[right[0]].key = True
    partly = [(n, p) for n, p in enumerate(percents) if n != right[0] and abs(p) > NEAR]
    for n, percent in partly:
        draft.lost.append(
            f"option {n + 1} is worth {percent:g} % in the file, nothing here: one key counts"
        )


def _multiple(draft: Draft, percents: Sequence[float]) -> None:
    right = [n for n, percent in enumerate(percents) if percent > NEAR]
    if not right:
        raise Unreadable("no option has a positive weight: there is no key")
    draft.kind = "multiple"
    for n in right:
        draft.choices[n].key = True
    share = 100 / len(right)
    wrong = [p for p in percents if p <= NEAR]
    if any(abs(percents[n] - share) > max(NEAR, share * 0.01) for n in right):
        draft.lost.append("the keys weigh differently in the file; here they weigh the same")
    if len(right) == 1:
        draft.kind = "single"
        draft.notes.append(
            "several options may be ticked in the file, but there is one key: single"
        )
        return
    if draft.params.get("credit") or draft.facts.get("scoring") == "all":
        return
    draft.params["credit"] = "partial"
    if wrong and any(abs(p + share) > max(NEAR, share * 0.01) for p in wrong):
        draft.lost.append(
            "wrong options cost another share in the file; here each wrong tick takes away as much "
            "as one right tick gives (credit=partial)"
        )


def percents_of(keys: Sequence[bool], *, one: bool, partial: bool) -> list[float]:
    """Return the percentages that say best what our keys mean.

    With `partial` a wrong tick costs what a right one gives; without it a wrong tick costs all.
    """
    if one:
        return [100.0 if key else 0.0 for key in keys]
    share = 100 / max(1, sum(keys))
    return [share if key else (-share if partial else -100.0) for key in keys]


def percent_text(percent: float) -> str:
    """Return a percentage as Moodle knows it: 50, 33.33333, -100."""
    return f"{percent:.5f}".rstrip("0").rstrip(".") if percent % 1 else f"{percent:.0f}"
