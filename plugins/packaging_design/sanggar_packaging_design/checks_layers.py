"""Layers of a PDF that are switched off: what stands on them is not painted (ISO 32000-2, 8.11)."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary

MAX_LAYERS = 2000


class Layers:
    """Which layers of a file are hidden when it is opened and printed."""

    def __init__(self, root: Any) -> None:
        properties = root.get("/OCProperties")
        config = properties.get("/D") if isinstance(properties, Dictionary) else None
        self._off: set[tuple[int, int]] = set()
        if not isinstance(properties, Dictionary) or not isinstance(config, Dictionary):
            return
        if str(config.get("/BaseState", "/ON")) == "/OFF":
            self._off = _ids(properties.get("/OCGs")) - _ids(config.get("/ON"))
        self._off |= _ids(config.get("/OFF"))

    def hidden(self, thing: Any) -> bool:
        """Return whether what belongs to a layer (or a group of layers) is hidden."""
        if not self._off or not isinstance(thing, Dictionary):
            return False
        if str(thing.get("/Type")) != "/OCMD":
            return thing.objgen in self._off
        groups = thing.get("/OCGs")
        members = (
            _ids(groups) if isinstance(groups, Array) else {groups.objgen} if groups else set()
        )
        off = len(members & self._off)
        policy = str(thing.get("/P", "/AnyOn"))
        shown = {
            "/AllOn": off == 0, "/AnyOff": off > 0, "/AllOff": off == len(members),
        }.get(policy, off < len(members))  # fmt: skip
        return bool(members) and not shown


def _ids(groups: Any) -> set[tuple[int, int]]:
    if not isinstance(groups, Array):
        return set()
    return {groups[n].objgen for n in range(min(len(groups), MAX_LAYERS)) if groups[n].is_indirect}
