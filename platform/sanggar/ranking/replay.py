"""Making a past list again from its log, and saying what is not as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sanggar.errors import NotFound
from sanggar.kernel import registry
from sanggar.ranking import queries, store, trace


@dataclass(frozen=True)
class Replayed:
    """One list made again; the same byte for byte when nothing differs."""

    list_id: int
    version: str
    differences: tuple[str, ...]
    #: plugins that are others now: a note, the log holds what they said
    changed: tuple[str, ...] = ()
    made: bytes = b""

    @property
    def same(self) -> bool:
        """Whether the list came out as it was shown."""
        return not self.differences


def replay(list_id: int) -> Replayed:
    """Make a logged list again with the files of the version that made it.

    Raises
    ------
    NotFound
        When there is no such list, or its time in the log is over.
    """
    row = queries.logged(list_id)
    if row is None:
        raise NotFound(f"there is no list {list_id}; lists are kept for two years")
    content = row.content
    changed = tuple(_changed(content["plugins"]))
    try:
        scorer = store.scorer(row.version, content["files"])
    except store.UnreadableModelError as error:
        return Replayed(list_id, row.version, (f"the model file: {error}",), changed)
    made = trace.again(content, scorer)
    found = trace.differences(content["outcome"], made)
    return Replayed(list_id, row.version, tuple(found), changed, trace.canonical(made))


def _changed(plugins: dict[str, str]) -> Sequence[str]:
    known = registry.current()
    now = {f"{state.name} {state.version}" for state in known.plugins}
    return sorted({
        f"{said} was another version then" for said in plugins.values() if said not in now
    })  # fmt: skip
