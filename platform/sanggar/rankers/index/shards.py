"""The same index on several machines: shards built and asked by Dask workers.

A talent is in the shard of their key's remainder, so changes find their shard. Words weigh by the
counts of all shards together, and parts of scores are rounded as in one index: the k best of the
shards' k best are those of a single process. Workers read and write one folder that all of them see.
"""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sanggar.rankers.additive import Additive
from sanggar.rankers.index import delta, files
from sanggar.rankers.index.build import BLOCK
from sanggar.rankers.index.layout import Array, Coded, Found, Layout, Query, Sifted, best
from sanggar.rankers.index.search import Index
from sanggar.rankers.index.texts import Rarity, Texts

#: Sets of shards that are kept: the current one, and the one others may still be reading.
KEPT = 2


@dataclass(frozen=True)
class Rows:
    """The talents of one shard: arguments of `write`."""

    keys: Array
    columns: Mapping[str, Array | Coded]
    texts: Texts | None = None


def build(
    client: Any,
    folder: Path,
    layout: Layout,
    read: Callable[[int], Rows],
    shards: int,
    model: Additive,
    *,
    typical: Sequence[Query] = (),
    version: str = "",
    block: int = BLOCK,
) -> Path:
    """Write an index in shards on the workers of a Dask cluster, and make it the current one.

    Parameters
    ----------
    client : distributed.Client
    folder : Path
        One that every worker sees under this name.
    layout : Layout
    read : callable
        From the number of a shard to its rows, those with ``key % shards == number``; it runs on a
        worker, and reads a partition of a database there.
    shards : int
    model : Additive
    typical : sequence of Query
    version : str
    block : int

    Returns
    -------
    Path
        The new set of shards. What changed while it was made is to be given to `Shards.update` again.
    """
    with files.locked(folder, files.BUILDING):
        taken = [int(found.name[1:]) for found in folder.glob("s[0-9]*")]
        target = folder / f"s{max(taken, default=0) + 1:06d}"
        target.mkdir()
        rows = client.map(read, range(shards), pure=False)
        counted = client.map(_rarity, rows, pure=False)
        rarity = Rarity.together([each for each in client.gather(counted) if each is not None] or [
            Rarity(0, np.empty(0, np.uint64), np.empty(0, np.int64))
        ])  # fmt: skip
        task = _Task(target, layout, model, tuple(typical), version, rarity, shards, block)
        client.gather(client.map(task, range(shards), rows, pure=False))
        said = {"format": files.FORMAT, "shards": shards, "version": version}
        (target / files.MANIFEST).write_text(json.dumps(said), encoding="utf-8")
        files.point(folder / files.CURRENT, target.name.encode())
        for old in sorted(folder.glob("s[0-9]*"))[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        return target


def connect(scheduler: str) -> Any:
    """Return a client of the Dask scheduler at an address; needs the extra ``cluster``."""
    client: Any = importlib.import_module("distributed").Client(scheduler)
    return client


def there(folder: Path) -> bool:
    """Return whether a folder holds shards, not one index."""
    try:
        said = json.loads((files.current(folder) / files.MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, files.BrokenIndexError):
        return False
    return "shards" in said


class Here:
    """In place of a cluster: this process asks one shard after the other."""

    def map(self, function: Callable[..., Any], *columns: Sequence[Any], **same: Any) -> list[Any]:
        """Return what a function makes of each."""
        same.pop("pure", None)
        return [function(*each, **same) for each in zip(*columns, strict=True)]

    def gather(self, found: list[Any]) -> list[Any]:
        """Return what `map` has made already."""
        return found


def _rarity(rows: Rows) -> Rarity | None:
    return None if rows.texts is None else Rarity.of(rows.texts)


@dataclass(frozen=True)
class _Task:
    """Writing one shard, on a worker."""

    target: Path
    layout: Layout
    model: Additive
    typical: tuple[Query, ...]
    version: str
    rarity: Rarity
    shards: int
    block: int

    def __call__(self, number: int, rows: Rows) -> str:
        strange = np.asarray(rows.keys) % self.shards != number
        if strange.any():
            raise ValueError(f"shard {number} was given {int(strange.sum())} keys of other shards")
        delta.write(
            self.target / str(number), self.layout, rows.keys, rows.columns, self.model,
            texts=rows.texts, typical=self.typical, version=self.version, block=self.block,
            rarity=self.rarity if rows.texts is not None else None,
        )  # fmt: skip
        return str(number)


def _sift(folder: Path, query: Query, column: str) -> Sifted:
    return _opened(folder).sift(query, column)


def _look(folder: Path, keys: Array, columns: Sequence[str]) -> dict[int, tuple[float, ...]]:
    return _opened(folder).look(keys, *columns)


@lru_cache(maxsize=256)
def _opened(folder: Path) -> Index:
    """Return the index of a shard, opened once in a worker's process."""
    return Index.open(folder)


def _top(folder: Path, query: Query, k: int, allowed: Array | None) -> tuple[Found, int]:
    index = _opened(folder)
    return index.top(query, k, allowed=allowed), len(index)


class Shards:
    """The current set of shards of a folder, asked on the workers of a Dask cluster.

    Parameters
    ----------
    folder : Path
    client : distributed.Client or Here

    Raises
    ------
    BrokenIndexError
        When the folder holds no set of shards.
    """

    def __init__(self, folder: Path, client: Any) -> None:
        self.folder, self.client = folder, client
        self.shards = len(self._paths())

    def _paths(self) -> list[Path]:
        target = files.current(self.folder)
        try:
            said = json.loads((target / files.MANIFEST).read_text(encoding="utf-8"))
            count = int(said["shards"])
        except (OSError, ValueError, KeyError) as error:
            raise files.BrokenIndexError(f"{target}: {error}") from None
        return [target / str(number) for number in range(count)]

    @property
    def version(self) -> str:
        """What the shards were written for."""
        said = json.loads((files.current(self.folder) / files.MANIFEST).read_text("utf-8"))
        return str(said["version"])

    @property
    def rarity(self) -> Rarity:
        """Word counts of all shards together, which each of them knows."""
        return _opened(self._paths()[0]).rarity

    def sift(self, query: Query, column: str) -> Sifted:
        """Return how many pass the filters in all shards, as `Index.sift`."""
        asked = self.client.map(_sift, self._paths(), query=query, column=column, pure=False)
        found: list[Sifted] = self.client.gather(asked)
        return sum(found[1:], start=found[0])

    def look(self, keys: Array, *columns: str) -> dict[int, tuple[float, ...]]:
        """Return what columns hold, as `Index.look`."""
        asked = self.client.map(_look, self._paths(), keys=keys, columns=columns, pure=False)
        return {key: value for part in self.client.gather(asked) for key, value in part.items()}

    def beside(self) -> int:
        """Return how many rows lie beside the shards."""
        return sum(_opened(path).beside() for path in self._paths())

    def top(self, query: Query, k: int, *, allowed: Array | None = None) -> Found:
        """Return the k best talents of all shards, as `Index.top` of one index would."""
        paths = self._paths()
        asked = self.client.map(_top, paths, query=query, k=k, allowed=allowed, pure=False)
        answers = self.client.gather(asked)
        found: list[Found] = [each for each, _rows in answers]
        rows = np.array([max(size, 1) for _each, size in answers])
        keys = np.concatenate([each.keys for each in found])
        scores = np.concatenate([each.scores for each in found])
        order = best(keys, scores, k)
        parts = {
            name: np.concatenate([each.parts[name] for each in found])[order]
            for name in found[0].parts
        }
        similar = np.concatenate([each.similarity for each in found])[order]
        scanned = float(np.average([each.scanned for each in found], weights=rows))
        return replace(
            found[0], keys=keys[order], scores=scores[order], parts=parts, similarity=similar,
            scanned=scanned,
        )  # fmt: skip

    def update(
        self,
        keys: Array,
        columns: Mapping[str, Array],
        *,
        texts: Sequence[Mapping[str, int]] | Texts = (),
        removed: Collection[int] = (),
    ) -> None:
        """Add, change or remove talents, each in their shard; as `update` of one index."""
        keys, gone = np.asarray(keys, dtype=np.int64), np.asarray(list(removed), dtype=np.int64)
        said = texts if isinstance(texts, Texts) else Texts.of(texts)
        paths = self._paths()
        for number, path in enumerate(paths):
            mine = np.flatnonzero(keys % len(paths) == number)
            leaving = gone[gone % len(paths) == number].tolist()
            if len(mine) or leaving:
                delta.update(
                    path, keys[mine], {name: np.asarray(each)[mine] for name, each in columns.items()},
                    texts=delta.picked(said, mine) if len(said) else (), removed=leaving,
                )  # fmt: skip
