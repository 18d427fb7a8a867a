"""Everything one order of names was made of, as plain values: enough to make it again, byte for byte.

`place` and `again` use the very functions that serve (`scoring`, `rerank`, `exploration`, `explain`).
What is logged is what those were given: values of features, what re-ranking looks at, the words that
features said. People are numbers of this list, in the order of their ids; who stood at which place is
kept apart (`models.RankingPlace`), so a list can be made again after somebody has been forgotten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sanggar.kernel.registry import Registry
from sanggar.plugin.text import Text
from sanggar.ranking import explain, exploration, rerank
from sanggar.ranking.fitting import Asked, Fitting, Judged
from sanggar.ranking.rerank import Entry
from sanggar.ranking.scoring import Scored, Scorer

#: Raised when the steps after the scores change: lists of an older format keep their steps in `again`.
FORMAT = 2
#: Format -> how many of the first say what is usual.
FIRST = {1: 50, 2: rerank.WINDOW}
#: decimals of a score: beyond them two machines may differ
EXACT = 12

Content = dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """Where somebody stands: `ranked` before the exchange by lot, `place` as shown, from 1."""

    key: int
    place: int
    ranked: int
    kept: bool
    propensity: float


@dataclass(frozen=True)
class Trace:
    """A list with all it was made of, and who stood at its places."""

    content: Content
    people: tuple[int, ...]

    @cached_property
    def digest(self) -> str:
        """The same list of the same people and things has the same checksum."""
        return hashlib.sha256(canonical([self.content, self.people])).hexdigest()


def canonical(value: Any) -> bytes:
    """Return a value as JSON in one way only."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def place(
    entries: Sequence[Entry], hubs: Mapping[str, int], scores: Mapping[int, float], seed: int, limit: int
) -> list[Placed]:  # fmt: skip
    """Return the first `limit` as shown: re-ranked, then perhaps two places exchanged by lot.

    Parameters
    ----------
    entries : sequence of Entry
    hubs : mapping of str to int
        Hub -> how many fit.
    scores : mapping of int to float
        Key -> score 0..1.
    seed : int
        From `exploration.seed`.
    limit : int
    """
    ordered = rerank.order(entries, hubs=hubs)[:limit]
    shown = exploration.exchange(
        [scores[key] for key, _kept in ordered], [kept for _key, kept in ordered], seed
    )
    return [
        Placed(ordered[s.at][0], n, s.at + 1, ordered[s.at][1], s.propensity)
        for n, s in enumerate(shown, 1)
    ]


def usual(
    entries: Sequence[Entry], scored: Mapping[int, Scored], written: int = FORMAT
) -> dict[str, float]:
    """Return what each feature adds to the first of those who fit, on average, in a format."""
    return explain.usual([scored[e.key] for e in rerank.ranked(entries)[: FIRST[written]]])


def needed(entries: Sequence[Entry], hubs: Mapping[str, int]) -> list[Entry]:
    """Return those without whom the order could have been another: the rest is below them anyhow."""
    listed = rerank.ranked(entries)
    room, kept = dict(rerank.wanted(hubs)), {e.key for e in listed[: rerank.WINDOW]}
    for entry in listed:
        if room.get(entry.hub, 0) > 0:
            room[entry.hub] -= 1
            kept.add(entry.key)
    kept.update([e.key for e in listed if e.newcomer][:1])
    return [e for e in listed if e.key in kept]


def record(
    asked: Asked, found: Fitting, placed: Sequence[Placed],
    said: Mapping[int, explain.Considered], seed: int, limit: int, known: Registry,
) -> Trace:  # fmt: skip
    """Return a list with all it was made of."""
    by_key = {each.row.person_id: each for each in found.people}
    names = sorted(f.name for f in asked.features)
    rows = needed([each.entry for each in found.people], found.hubs)
    number = {key: n for n, key in enumerate(sorted({e.key for e in rows} | set(said)))}
    return Trace({
        "format": FORMAT, "version": asked.scorer.version, "track": asked.row.track,
        "service": asked.row.service, "level": asked.row.level, "limit": limit, "seed": seed,
        "hubs": dict(found.hubs), "refused": dict(found.refused), "names": names,
        "plugins": {name: _owner(known, name) for name in names},
        "rows": [_row(number[entry.key], by_key[entry.key], names) for entry in rows],
        "said": {str(number[p.key]): [_words(*pair) for pair in said[p.key]] for p in placed},
        "outcome": [
            _outcome(number[p.key], p, by_key[p.key].scored, explain.spoken(said[p.key]))
            for p in placed
        ],
    }, tuple(p.key for p in placed))  # fmt: skip


def _owner(known: Registry, feature: str) -> str:
    name = known.owner("features", feature)
    state = known.plugin(name)
    return f"{name} {state.version}" if state else name


def _row(number: int, each: Judged, names: Sequence[str]) -> list[Any]:
    e = each.entry
    return [number, e.newcomer, e.cost, e.hope, e.hub, [each.values.get(name) for name in names]]


def _words(name: str, text: Text | None) -> list[str]:
    return [name] if text is None else [name, text.id, text.to("en")]


def _outcome(number: int, placed: Placed, scored: Scored, reasons: Sequence[Text]) -> Content:
    return {
        "talent": number, "place": placed.place, "ranked": placed.ranked, "kept": placed.kept,
        "propensity": round(placed.propensity, EXACT), "score": round(scored.score, EXACT),
        "total": scored.total, "added": {k: v for k, v in scored.added.items() if v},
        "reasons": [[text.id, text.to("en")] for text in reasons],
    }  # fmt: skip


def again(content: Content, scorer: Scorer) -> list[Content]:
    """Return the list as it is made now from what was logged.

    Parameters
    ----------
    content : dict
        Of a `Trace`.
    scorer : Scorer
        Read back from the files of the version that made it.
    """
    values = [dict(zip(content["names"], row[5], strict=True)) for row in content["rows"]]
    scored = dict(zip((row[0] for row in content["rows"]), scorer.score(values), strict=True))
    entries = [
        Entry(key, scored[key].total, newcomer, cost, hope, hub)
        for key, newcomer, cost, hope, hub, _values in content["rows"]
    ]  # fmt: skip
    by_key = dict(zip(scored, values, strict=True))
    mean = usual(entries, scored, content["format"])
    scores = {key: each.score for key, each in scored.items()}
    found = []
    for p in place(entries, content["hubs"], scores, content["seed"], content["limit"]):
        order = explain.order(by_key[p.key], scored[p.key].added, mean)
        texts = _reasons(order, content["said"].get(str(p.key), ()))
        found.append(_outcome(p.key, p, scored[p.key], texts))
    return found


def _reasons(order: Sequence[str], logged: Sequence[Sequence[str]]) -> list[Text]:
    """Return the reasons in this order of features, in the words of then.

    A feature that was not asked then stands by its name: that is a difference.
    """
    said = {
        words[0]: Text(id=words[1], en=words[2]) if len(words) > 1 else None for words in logged
    }
    found: explain.Considered = []
    for name in order:
        if len(explain.spoken(found)) == explain.TOP:
            break
        found.append((name, said.get(name, Text(id=f"({name})"))))
    return explain.spoken(found)


def differences(logged: Sequence[Content], made: Sequence[Content]) -> list[str]:
    """Return what is not the same, one line each; nothing when both are so byte for byte."""
    if canonical(logged) == canonical(made):
        return []
    found = []
    if len(logged) != len(made):
        found.append(f"{len(made)} places instead of {len(logged)}")
    for then, now in zip(logged, made, strict=False):
        where = f"place {then['place']}"
        if then["talent"] != now["talent"]:
            found.append(f"{where}: talent {now['talent']} instead of {then['talent']}")
            continue
        found += [
            f"{where}, talent {then['talent']}: {part} {_say(now[part])} instead of {_say(then[part])}"
            for part in then if then[part] != now.get(part)
        ]  # fmt: skip
    return found or ["the same values, written differently"]


def _say(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
