"""How much two texts are about the same: TF-IDF cosine, in plain Python so that web workers stay small.

Words are lower-cased, Indonesian and English function words left out, nothing is stemmed. Rare words
count more: the weights come from the texts of everybody who is compared (`corpus`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MappingProxyType

WORD = re.compile(r"[a-z0-9]{2,}")
STOP_WORDS = frozenset(
    [
        "ada",
        "adalah",
        "agar",
        "akan",
        "anda",
        "antara",
        "apa",
        "atau",
        "bagi",
        "bagaimana",
        "bahwa",
        "banyak",
        "beberapa",
        "belum",
        "berada",
        "bisa",
        "boleh",
        "bukan",
        "dalam",
        "dan",
        "dapat",
        "dari",
        "dengan",
        "di",
        "dia",
        "hanya",
        "harus",
        "hingga",
        "ia",
        "ini",
        "itu",
        "jadi",
        "jika",
        "juga",
        "kalau",
        "kami",
        "kamu",
        "karena",
        "ke",
        "kepada",
        "kita",
        "lagi",
        "lain",
        "lalu",
        "lebih",
        "maka",
        "masih",
        "mau",
        "mereka",
        "mungkin",
        "namun",
        "nya",
        "oleh",
        "pada",
        "paling",
        "para",
        "per",
        "perlu",
        "pernah",
        "saat",
        "saja",
        "saling",
        "sama",
        "sampai",
        "sangat",
        "saya",
        "sebagai",
        "sebuah",
        "sebelum",
        "secara",
        "sedang",
        "sehingga",
        "sejak",
        "selain",
        "seluruh",
        "semua",
        "seperti",
        "serta",
        "setelah",
        "setiap",
        "siapa",
        "sudah",
        "supaya",
        "tanpa",
        "tapi",
        "telah",
        "tentang",
        "terhadap",
        "tetapi",
        "tiap",
        "tidak",
        "untuk",
        "walau",
        "yaitu",
        "yakni",
        "yang",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "our",
        "that",
        "the",
        "this",
        "to",
        "was",
        "we",
        "with",
        "you",
        "your",
    ]
)

Weights = Mapping[str, float]
_idf: ContextVar[tuple[Weights, float] | None] = ContextVar("sanggar_ranking_idf", default=None)


@lru_cache(maxsize=4096)
def words(text: str) -> Mapping[str, int]:
    """Return how often each word that says something stands in a text."""
    found = Counter(word for word in WORD.findall(text.lower()) if word not in STOP_WORDS)
    return MappingProxyType(dict(found))


@contextmanager
def corpus(texts: Iterable[str]) -> Iterator[None]:
    """Weigh words by how few of these texts hold them, for the comparisons inside."""
    frequency: Counter[str] = Counter()
    size = 0
    for text in texts:
        size += 1
        frequency.update(words(text).keys())
    idf = {word: math.log((1 + size) / (1 + n)) + 1 for word, n in frequency.items()}
    token = _idf.set((idf, math.log(1 + size) + 1))
    try:
        yield
    finally:
        _idf.reset(token)


def _vector(text: str) -> dict[str, float]:
    known = _idf.get()
    idf, unseen = known if known else ({}, 1.0)
    return {word: (1 + math.log(n)) * idf.get(word, unseen) for word, n in words(text).items()}


def similarity(first: str, second: str) -> float | None:
    """Return the cosine of two texts, 0..1.

    Parameters
    ----------
    first, second : str
        Texts in any language; sublinear term frequency times smooth inverse document frequency,
        as scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``.

    Returns
    -------
    float or None
        None when one of them says nothing.
    """
    left, right = _vector(first), _vector(second)
    if not left or not right:
        return None
    shared = sum(value * right[word] for word, value in left.items() if word in right)
    length = math.sqrt(sum(v * v for v in left.values()) * sum(v * v for v in right.values()))
    return min(shared / length, 1.0)
