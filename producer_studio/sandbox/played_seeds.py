"""Pieces that were played before: the same order with the same seed is not played again."""

import json
import os
import shutil
from collections import OrderedDict
from pathlib import Path
from typing import Any

MAX_ENTRIES = 64

#: Where the result goes; everything else of an order decides what it sounds like.
_FOLDERS = ("media", "performance")


class RenderedPieceCache:
    """Remembers the last pieces of this process by their orders.

    What is rendered never changes, so a twin shares its files.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[dict[str, Any], dict[str, Any]]] = OrderedDict()

    def add(self, order: dict[str, Any], done: dict[str, Any]) -> None:
        self._entries[_cache_key(order)] = (order, done)
        if len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)

    def get(self, order: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Path]] | None:
        """What an equal order gave, and the folders that it filled; None when they are gone."""
        found = self._entries.get(_cache_key(order))
        if found is None:
            return None
        folders = {name: Path(found[0][name]) for name in _FOLDERS}
        return (found[1], folders) if all(path.is_dir() for path in folders.values()) else None


def link_files(source: Path, folder: Path) -> None:
    """Puts the finished files of one folder into another, without copying where the disk can."""
    for file in source.iterdir():
        if file.name.startswith("part-"):
            continue
        try:
            os.link(file, folder / file.name)
        except OSError:
            shutil.copyfile(file, folder / file.name)


def _cache_key(order: dict[str, Any]) -> str:
    return json.dumps({name: order[name] for name in order if name not in _FOLDERS}, sort_keys=True)
