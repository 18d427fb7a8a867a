"""How much two texts are about the same: TF-IDF cosine, as the index computes it.

Words are lower-cased, Indonesian and English function words left out, nothing is stemmed. Rare words
count more: the weights come from the texts of everybody in a track. Weights are 65535ths and sums are
of whole numbers, so that it makes no difference who compares (`rankers.index.texts`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from sanggar.rankers.index import Rarity, Texts
from sanggar.rankers.index.texts import Asked, cosine, find, sums, weigh

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

#: No corpus: every word weighs the same.
NO_TEXTS = Rarity(0, np.empty(0, np.uint64), np.empty(0, np.int64))
#: what is compared, with whom, by which word counts
_compared: ContextVar[tuple[str, Mapping[str, float | None], Rarity]] = ContextVar(
    "sanggar_ranking_compared", default=("", MappingProxyType({}), NO_TEXTS)
)


@lru_cache(maxsize=8192)
def words(text: str) -> Mapping[str, int]:
    """Return how often each word that says something stands in a text."""
    found = Counter(WORD.findall(text.lower()))
    return MappingProxyType({word: n for word, n in found.items() if word not in STOP_WORDS})


def rarity(texts: Iterable[str]) -> Rarity:
    """Return the word counts of a corpus; who wrote nothing counts as a text, too."""
    return Rarity.of(Texts.of([words(text) for text in texts]))


def similarities(asked: str, texts: Sequence[str], corpus: Rarity) -> list[float | None]:
    """Return how similar each text is to one, 0..1; None where one says nothing.

    Parameters
    ----------
    asked : str
    texts : sequence of str
        In any language; sublinear term frequency times smooth inverse document frequency, as
        scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``, to 65535ths.
    corpus : Rarity
        Where the weights of words come from.
    """
    wanted = words(asked)
    if not wanted:
        return [None] * len(texts)
    known = Texts.of([words(text) for text in texts])
    brief = Asked.of(wanted, corpus)
    lookup = np.zeros(len(known.vocabulary), dtype=np.int64)
    at, there = find(known.vocabulary, brief.words)
    lookup[at[there]] = brief.weights[there]
    lengths = np.diff(known.offsets)
    shared = lookup[known.terms] * weigh(known, corpus)
    found = cosine(sums(shared, lengths)).tolist()
    return [value if n else None for value, n in zip(found, lengths.tolist(), strict=True)]


@contextmanager
def compared(asked: str, texts: Sequence[str], corpus: Rarity) -> Iterator[None]:
    """Compare a text with all of these at once, for the questions inside."""
    found = dict(zip(texts, similarities(asked, texts, corpus), strict=True))
    token = _compared.set((asked, found, corpus))
    try:
        yield
    finally:
        _compared.reset(token)


def similarity(asked: str, text: str) -> float | None:
    """Return how similar a text is to one, 0..1; None when one of them says nothing."""
    known, found, corpus = _compared.get()
    if asked == known and text in found:
        return found[text]
    return similarities(asked, [text], corpus)[0]
