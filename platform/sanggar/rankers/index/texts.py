"""Texts as an inverted index of TF-IDF cosines, in whole numbers so that no sum depends on its order.

A word is the 64 bits of its hash: no word that somebody wrote is kept. Weights are those of scikit-
learn's ``TfidfVectorizer(sublinear_tf=True)``: (1 + ln n) (1 + ln((1 + texts) / (1 + texts with it))),
scaled to length 1, then to 65535ths. Similarity is the sum of products over shared words; for blocks
of rows the largest weight of each word bounds it (Ding and Suel, block-max indexes, SIGIR 2011).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers.index.layout import Array, Floats

ONE = 65535
#: Tokens worked on at once while an index is built.
CHUNK = 4_000_000
#: A word in more than this share of the blocks has a number for every block.
DENSE = 0.2

Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]


@lru_cache(maxsize=65_536)
def hashed(word: str) -> int:
    """Return the 64 bits that stand for a word."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Texts:
    """Word counts of each row, row after row.

    Attributes
    ----------
    offsets : array of int, shape (rows + 1,)
    terms : array of int
        Places in `vocabulary`, rising within a row.
    counts : array of int
    vocabulary : array of uint64
        Hashes of words, rising.
    """

    offsets: Ints
    terms: Array
    counts: Array
    vocabulary: Hashes

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, int]]) -> Texts:
        """Return the texts of word counts."""
        known: dict[str, int] = {}
        lengths, words = [0], list[int]()
        counts: list[int] = []
        for row in rows:
            lengths.append(len(row))
            words += [known.setdefault(word, len(known)) for word in row]
            counts += row.values()
        names = np.array([hashed(word) for word in known], dtype=np.uint64)
        return cls.sorted(
            np.cumsum(lengths), np.array(words, dtype=np.int32), np.array(counts, dtype=np.int64), names
        )  # fmt: skip

    @classmethod
    def sorted(cls, offsets: Array, terms: Array, counts: Array, names: Hashes) -> Texts:
        """Return texts whose vocabulary and rows are in order, from any order.

        Raises
        ------
        ValueError
            When two words have the same hash.
        """
        order = np.argsort(names)
        vocabulary = names[order]
        if len(vocabulary) > 1 and (vocabulary[1:] == vocabulary[:-1]).any():
            raise ValueError("two words have the same hash")
        place = np.empty(len(names), dtype=np.int32)
        place[order] = np.arange(len(names), dtype=np.int32)
        moved = place[terms] if len(terms) else np.empty(0, dtype=np.int32)
        offsets = np.asarray(offsets, dtype=np.int64)
        counts = np.minimum(counts, ONE).astype(np.uint16)
        for start, stop in pieces(offsets):
            part = slice(offsets[start], offsets[stop])
            rows = np.repeat(np.arange(stop - start), np.diff(offsets[start : stop + 1]))
            inner = np.argsort(rows * np.int64(len(names)) + moved[part], kind="stable")
            moved[part], counts[part] = moved[part][inner], counts[part][inner]
        return cls(offsets, moved, counts, vocabulary)

    def __len__(self) -> int:
        """How many rows there are, those without a word included."""
        return len(self.offsets) - 1


def pieces(offsets: Ints, most: int = CHUNK) -> list[tuple[int, int]]:
    """Return ranges of rows with at most so many tokens each (at least one row)."""
    found, start, rows = [], 0, len(offsets) - 1
    while start < rows:
        stop = int(np.searchsorted(offsets, offsets[start] + most, side="right")) - 1
        stop = min(max(stop, start + 1), rows)
        found.append((start, stop))
        start = stop
    return found


@dataclass(frozen=True)
class Rarity:
    """How many texts there are, and how many hold each word: what the weights of words come from."""

    size: int
    vocabulary: Hashes
    frequency: Ints

    @classmethod
    def of(cls, texts: Texts) -> Rarity:
        """Count a corpus; rows without a word are texts too."""
        counted = np.bincount(texts.terms, minlength=len(texts.vocabulary)).astype(np.int64)
        return cls(len(texts), texts.vocabulary, counted)

    @classmethod
    def together(cls, parts: Iterable[Rarity]) -> Rarity:
        """Return the counts of several corpora as one."""
        known = list(parts)
        everything = np.concatenate([part.vocabulary for part in known])
        vocabulary, place = np.unique(everything, return_inverse=True)
        counted = np.zeros(len(vocabulary), dtype=np.int64)
        np.add.at(counted, place, np.concatenate([part.frequency for part in known]))
        return cls(sum(part.size for part in known), vocabulary, counted)

    def weights(self, words: Hashes) -> Floats:
        """Return the weight of each word; one that nobody used weighs most."""
        at, known = find(self.vocabulary, words)
        used = np.zeros(len(words))
        used[known] = self.frequency[at[known]]
        return np.log((1 + self.size) / (1 + used)) + 1


def find(vocabulary: Array, words: Array) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where words (or keys) stand in a sorted array, and whether they do."""
    at = np.searchsorted(vocabulary, words)
    inside = np.minimum(at, max(len(vocabulary) - 1, 0))
    known = vocabulary[inside] == words if len(vocabulary) else np.zeros(len(words), dtype=bool)
    return inside, np.asarray(known, dtype=bool)


def impacts(offsets: Ints, weights: Floats) -> NDArray[np.uint16]:
    """Scale the weights of each row's words to length 1, in 65535ths."""
    lengths = np.diff(offsets)
    starts = offsets[:-1][lengths > 0]
    if not len(starts):
        return np.empty(0, dtype=np.uint16)
    norm = np.sqrt(np.add.reduceat(weights**2, starts))
    scaled = ONE * weights / np.repeat(norm, lengths[lengths > 0])
    return np.asarray(np.round(scaled), dtype=np.uint16)


def weigh(texts: Texts, rarity: Rarity) -> NDArray[np.uint16]:
    """Return the weight of every word of every row."""
    idf = rarity.weights(texts.vocabulary)
    found = np.empty(len(texts.terms), dtype=np.uint16)
    for start, stop in pieces(texts.offsets):
        part = slice(int(texts.offsets[start]), int(texts.offsets[stop]))
        raw = (1 + np.log(texts.counts[part])) * idf[texts.terms[part]]
        found[part] = impacts(texts.offsets[start : stop + 1] - texts.offsets[start], raw)
    return found


@dataclass(frozen=True)
class Asked:
    """The words of a brief: hashes and weights (65535ths); `empty` when it says nothing."""

    words: Hashes
    weights: Ints

    @classmethod
    def of(cls, counts: Mapping[str, int], rarity: Rarity) -> Asked:
        """Weigh the words of a brief as the corpus does."""
        words = np.array(sorted(hashed(word) for word in counts), dtype=np.uint64)
        times = {hashed(word): n for word, n in counts.items()}
        raw = (1 + np.log([times[int(word)] for word in words])) * rarity.weights(words)
        ends = np.array([0, len(words)], dtype=np.int64)
        return cls(
            words, impacts(ends, raw).astype(np.int64) if len(words) else np.empty(0, np.int64)
        )


def cosine(totals: Array) -> Floats:
    """Return sums of products of 65535ths as numbers 0..1."""
    return np.minimum(np.asarray(totals, dtype=np.float64) / (ONE * ONE), 1.0)


def sums(values: Array, lengths: Ints) -> Ints:
    """Return the sum of each run of values; 0 for runs of none."""
    running = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=running[1:])
    ends = np.cumsum(lengths)
    return np.asarray(running[ends] - running[ends - lengths])


def runs(starts: Array, lengths: Ints) -> Ints:
    """Return the places of runs one after the other: start, start + 1, ... of each."""
    ends = np.cumsum(lengths)
    shift = np.asarray(starts, dtype=np.int64) - (ends - lengths)
    return np.repeat(shift, lengths) + np.arange(ends[-1] if len(ends) else 0)


@dataclass(frozen=True)
class Peaks:
    """For each word the blocks that hold it and its largest weight there.

    Attributes
    ----------
    offsets : array of int64, shape (words + 1,)
        Where a word's entries begin in `blocks` and `tops`.
    blocks : array of int32
        The word's blocks.
    tops : array of uint16
    dense : array of int32, shape (words,)
        Row of `full`, or -1: words of many blocks have a number for every block instead.
    full : array of uint16, shape (common words, blocks)
    """

    offsets: Ints
    blocks: Array
    tops: Array
    dense: Array
    full: Array

    def bound(self, terms: Array, weights: Ints, blocks: int) -> Floats:
        """Return the most that rows of each block can have in common with a brief."""
        found = np.zeros(blocks)
        for term, weight in zip(terms.tolist(), weights.tolist(), strict=True):
            row = int(self.dense[term])
            if row >= 0:
                found += self.full[row] * float(weight)
            else:
                part = slice(int(self.offsets[term]), int(self.offsets[term + 1]))
                found[self.blocks[part]] += self.tops[part] * float(weight)
        return found


def peaks(offsets: Ints, terms: Array, weights: Array, words: int, block: int) -> Peaks:
    """Return the largest weight of each word in each block of rows."""
    rows = len(offsets) - 1
    blocks = -(-rows // block)
    edges = offsets[np.minimum(np.arange(blocks + 1) * block, rows)]
    kept: list[tuple[Array, Array, Array]] = []
    for first, last in pieces(edges):
        part = slice(int(edges[first]), int(edges[last]))
        here = np.repeat(np.arange(first, last), np.diff(edges[first : last + 1]))
        key = terms[part].astype(np.int64) * blocks + here
        order = np.argsort(key, kind="stable")
        key = key[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
        if len(starts):
            tops = np.maximum.reduceat(np.asarray(weights[part])[order], starts)
            term, where = np.divmod(key[starts], blocks)
            kept.append((term.astype(np.int32), where.astype(np.int32), tops))
    term, where, tops = (
        (np.concatenate(column) for column in zip(*kept, strict=True))
        if kept
        else (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint16))
    )
    order = np.argsort(term, kind="stable")
    term, where, tops = term[order], where[order], tops[order]
    return _split(term, where, tops, words, blocks)


def _split(term: Array, where: Array, tops: Array, words: int, blocks: int) -> Peaks:
    held = np.bincount(term, minlength=words)
    common = np.flatnonzero(held > DENSE * blocks)
    dense = np.full(words, -1, dtype=np.int32)
    dense[common] = np.arange(len(common), dtype=np.int32)
    full = np.zeros((len(common), blocks), dtype=np.uint16)
    rows = dense[term] if len(term) else np.empty(0, dtype=np.int32)
    thick = rows >= 0
    full[rows[thick], where[thick]] = tops[thick]
    offsets = np.concatenate([[0], np.cumsum(np.where(dense >= 0, 0, held))]).astype(np.int64)
    return Peaks(offsets, where[~thick], tops[~thick], dense, full)
