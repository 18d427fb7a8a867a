"""How a QTI item is scored, as far as our types can say it; everything else is refused by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from sanggar.interchange.model import Unreadable
from sanggar.interchange.xmlsafe import child, children, local, words

_ALLOWED = {
    "responseCondition", "responseIf", "responseElse", "setOutcomeValue", "variable", "correct",
    "baseValue", "match", "mapResponse", "sum", "isNull", "not", "and", "equal", "multiple",
}  # fmt: skip
#: outcomes that only steer what is shown
_SHOWN = {
    "FEEDBACK",
    "EXPLANATION",
    "FEEDBACKBASIC",
    "FEEDBACKMODAL",
    "MAXSCORE",
    "completionStatus",
}


@dataclass
class Scoring:
    """Response identifier -> how it is scored, with its tolerance or share of the points."""

    how: dict[str, str] = field(default_factory=dict)
    tolerance: dict[str, str] = field(default_factory=dict)
    share: dict[str, float] = field(default_factory=dict)
    #: what holds for all responses
    default: str = ""
    lost: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, response: str) -> str:
        """Return ``match``, ``map`` or ``equal``."""
        return self.how.get(response) or self.default or "match"


def scoring(root: etree._Element) -> Scoring:
    """Return how an item is scored; raise `Unreadable` for what no type here can say."""
    found = Scoring()
    rules = child(root, "responseProcessing")
    if rules is None:
        found.notes.append("no scoring in the file: its right answers were taken")
        found.default = "map" if child(child(root, "responseDeclaration"), "correctResponse") is None else "match"  # fmt: skip
        return found
    template = rules.get("template") or rules.get("templateLocation") or ""
    if template:
        found.default = _template(template)
        return found
    for rule in children(rules):
        _rule(rule, found)
    return found


def _template(address: str) -> str:
    name = address.rstrip("/").rpartition("/")[2].removesuffix(".xml").lower()
    if name in ("match_correct", "cc2_match", "cc2_match_basic"):
        return "match"
    if name in ("map_response", "cc2_map_response"):
        return "map"
    raise Unreadable(f"the scoring template '{name}' has no counterpart here")


def _rule(rule: etree._Element, found: Scoring) -> None:
    """Take one rule; those that set no score only steer feedback."""
    setters = [part for part in rule.iter() if local(part) == "setOutcomeValue"]
    names = {part.get("identifier") or "" for part in setters}
    if "SCORE" not in names:
        other = sorted(names - _SHOWN)
        if other:
            found.lost.append(f"the outcome {', '.join(other)}, which is not the score")
        return
    used = {local(part) for part in rule.iter() if isinstance(part.tag, str)}
    strange = sorted(used - _ALLOWED)
    if strange:
        raise Unreadable(f"own response processing ({', '.join(strange)}) has no counterpart here")
    for part in rule.iter():
        name = local(part)
        if name == "mapResponse":
            found.how[part.get("identifier") or "RESPONSE"] = "map"
        elif name in ("match", "equal"):
            _compared(part, rule, found)


def _compared(part: etree._Element, rule: etree._Element, found: Scoring) -> None:
    inside = {local(inner): inner for inner in children(part)}
    if set(inside) != {"variable", "correct"}:
        raise Unreadable(
            "own response processing (answers compared with values written in the rules)"
        )
    response = inside["variable"].get("identifier") or "RESPONSE"
    if (inside["correct"].get("identifier") or response) != response:
        raise Unreadable("own response processing (one answer compared with another's key)")
    found.how[response] = local(part)
    if local(part) == "equal":
        mode = part.get("toleranceMode") or "exact"
        if mode == "relative":
            raise Unreadable("own response processing (a relative tolerance)")
        parts = (part.get("tolerance") or "0").split()
        if len(set(parts)) > 1:
            raise Unreadable("own response processing (different tolerances above and below)")
        found.tolerance[response] = parts[0] if mode == "absolute" else "0"
    for setter in rule.iter():
        if local(setter) != "setOutcomeValue" or setter.get("identifier") != "SCORE":
            continue
        value = next((inner for inner in setter.iter() if local(inner) == "baseValue"), None)
        if value is not None:
            try:
                found.share[response] = float(words(value).strip() or 0)
            except ValueError:
                raise Unreadable("own response processing (a score that is no number)") from None
            break


def points_of(root: etree._Element) -> float:
    """Return the points of an item; 1 where it does not say."""
    for name in ("MAXSCORE", "SCORE"):
        for outcome in children(root, "outcomeDeclaration"):
            if outcome.get("identifier") != name:
                continue
            text = outcome.get("normalMaximum") or ""
            if name == "MAXSCORE":
                text = words(child(child(outcome, "defaultValue"), "value")).strip() or text
            try:
                if float(text or 0) > 0:
                    return float(text)
            except ValueError:
                continue
    return 1.0


def right_answers(declaration: etree._Element | None) -> list[str]:
    """Return the values of the right answer."""
    holder = child(declaration, "correctResponse")
    return [] if holder is None else [words(v).strip() for v in children(holder, "value")]


def mapped(declaration: etree._Element | None) -> dict[str, float]:
    """Return map keys and their values."""
    holder = child(declaration, "mapping")
    found: dict[str, float] = {}
    for entry in children(holder, "mapEntry") if holder is not None else []:
        try:
            found[(entry.get("mapKey") or "").strip()] = float(entry.get("mappedValue") or 0)
        except ValueError:
            raise Unreadable("a mapped value is not a number") from None
    return found
