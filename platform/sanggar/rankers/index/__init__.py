"""The best k of millions of talents for a brief, exactly, without looking at most of them.

`write` arranges rows in blocks and remembers what each block can hold at most; `Index.top` looks only
into blocks that can still hold one of the k best. Everything lies in files that the web workers of a
machine share; `update` puts changes beside them, `merge` works them in.
"""

from sanggar.rankers.index.delta import Mark, mark, merge, update, write
from sanggar.rankers.index.files import BrokenIndexError
from sanggar.rankers.index.layout import (
    Coded,
    Filter,
    Found,
    Known,
    Layout,
    Lookup,
    Query,
    Sifted,
    snap,
)
from sanggar.rankers.index.search import Index
from sanggar.rankers.index.texts import Rarity, Texts

__all__ = [
    "BrokenIndexError", "Coded", "Filter", "Found", "Index", "Known", "Layout", "Lookup", "Mark",
    "Query", "Rarity", "Sifted", "Texts", "mark", "merge", "snap", "update", "write",
]  # fmt: skip
