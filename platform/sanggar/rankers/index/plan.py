"""A query made ready: what each distinct value of each column adds to the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sanggar.rankers.additive import Additive
from sanggar.rankers.index.layout import Floats, Layout, Query

UNKNOWN = np.array([np.nan])


@dataclass(frozen=True)
class Plan:
    """What a query adds, by column, and to everybody.

    Attributes
    ----------
    parts : mapping of str to (mapping of str to array)
        Column -> feature -> what each distinct value adds.
    added : mapping of str to array
        Column -> what each distinct value adds in all, -inf where a filter refuses.
    same : mapping of str to float
        Feature -> what it adds to everybody (but those of `Query.known`).
    """

    parts: Mapping[str, Mapping[str, Floats]]
    added: Mapping[str, Floats]
    same: Mapping[str, float]

    @property
    def constant(self) -> float:
        """What everybody gets."""
        return float(sum(self.same.values()))


def plan(query: Query, layout: Layout, model: Additive, values: Mapping[str, Floats]) -> Plan:
    """Return what a query adds for distinct values of the columns.

    Raises
    ------
    ValueError
        When the query speaks of a choice or a column that is not there.
    """
    if query.choice not in layout.choices:
        raise ValueError(f"{query.choice!r} is none of the choices {list(layout.choices)}")
    asked = {each.column for each in query.lookups} | {each.column for each in query.filters}
    if strange := sorted(asked - set(values)):
        raise ValueError(f"the index has no column {', '.join(strange)}")
    parts: dict[str, dict[str, Floats]] = {}
    looked = set(layout.base(query.choice)) | set(query.known) | {layout.text}
    for lookup in query.lookups:
        if lookup.feature in looked:
            raise ValueError(f"{lookup.feature} has a value already")
        looked.add(lookup.feature)
        curve = model.curves.get(lookup.feature)
        if curve is not None:
            found = curve(np.asarray(lookup.compute(values[lookup.column]), dtype=np.float64))
            parts.setdefault(lookup.column, {})[lookup.feature] = found
    added = {column: np.sum(list(each.values()), axis=0) for column, each in parts.items()}
    for refuse in query.filters:
        table = added.get(refuse.column, np.zeros(len(values[refuse.column])))
        keep = np.asarray(refuse.keep(values[refuse.column]), dtype=bool)
        added[refuse.column] = np.where(keep, table, -np.inf)
    same = {name: float(model.curves[name](UNKNOWN)[0]) for name in set(model.curves) - looked}
    for feature, known in query.known.items():
        if feature in model.curves:
            same[feature] = float(model.curves[feature](np.array([known.otherwise]))[0])
    return Plan(parts, added, same)


def base(layout: Layout, model: Additive, choice: str, columns: Mapping[str, Floats]) -> Floats:
    """Return what is known before a brief but for the choice, from whole columns."""
    found = [
        model.curves[feature](columns[column])
        for feature, column in layout.base(choice).items()
        if feature in model.curves
    ]
    rows = len(next(iter(columns.values()))) if columns else 0
    return np.asarray(np.sum(found, axis=0)) if found else np.zeros(rows)
