"""Cache of rendered pieces: an order with the same seed is not rendered again."""

import json
import os
import shutil
from collections import OrderedDict
from pathlib import Path
from typing import Any

MAX_ENTRIES = 64

#: Output folders; all other values of an order determine the audio.
_FOLDERS = ("media", "performance")


class RenderedPieceCache:
    """Cache of this process's last pieces by their orders.

    Rendered files never change, so equal orders share them.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[dict[str, Any], dict[str, Any]]] = OrderedDict()

    def add(self, order: dict[str, Any], done: dict[str, Any]) -> None:
        self._entries[_cache_key(order)] = (order, done)
        if len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)

    def get(self, order: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Path]] | None:
        """Returns the result of an equal order and its output folders; None when they are gone."""
        found = self._entries.get(_cache_key(order))
        if found is None:
            return None
        folders = {name: Path(found[0][name]) for name in _FOLDERS}
        return (found[1], folders) if all(path.is_dir() for path in folders.values()) else None


def link_files(source: Path, folder: Path) -> None:
    """Links the finished files of one folder into another, or copies them."""
    for file in source.iterdir():
        if file.name.startswith("part-"):
            continue
        try:
            os.link(file, folder / file.name)
        except OSError:
            shutil.copyfile(file, folder / file.name)


def _cache_key(order: dict[str, Any]) -> str:
    return json.dumps({name: order[name] for name in order if name not in _FOLDERS}, sort_keys=True)
