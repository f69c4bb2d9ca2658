"""Export profiles of the user in a JSON file."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from producer_studio.domain.export_profile import ExportProfile
from producer_studio.settings.json_file import JsonFile

_KEY = "profiles"

ProfileChange = tuple[ExportProfile | None, ExportProfile | None]
"""A profile as it is expected in the file (None for a new one), and its new state (None deletes
it)."""


class ExportProfileStore:
    """The user's own profiles, in the order in which they were added.

    Every call reads the file again, because a window and a command may share it. Entries of a later
    version are preserved. Blocking, usable from any thread.
    """

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)
        self._lock = threading.Lock()

    def load(self) -> list[ExportProfile]:
        """Returns the profiles; unreadable ones are omitted."""
        parsed = (_parse(entry) for entry in _entries(self._document.peek()))
        return [one for one in parsed if one is not None]

    def replace(self, changes: Sequence[ProfileChange]) -> bool:
        """Adds, changes or deletes profiles, all or none.

        Returns:
            Whether all were as expected, and any is different now.

        Raises:
            StorageError: The file cannot be written; it is unchanged.
        """
        with self._lock, self._document.exclusive():
            stored = self._document.read()
            entries = _entries(stored)
            places = {
                parsed.id: place
                for place, entry in enumerate(entries)
                if (parsed := _parse(entry)) is not None
            }
            for before, after in changes:
                known = (before or after).id  # type: ignore[union-attr]
                place = places.get(known)
                if (None if place is None else _parse(entries[place])) != before:
                    return False
                if after is None:
                    entries[place] = None  # type: ignore[index]
                elif place is None:
                    entries.append(after.to_json())
                else:
                    entries[place] = {**entries[place], **after.to_json()}
            remaining = [entry for entry in entries if entry is not None]
            self._document.write({**stored, _KEY: remaining})
            return any(before != after for before, after in changes)


def _entries(stored: dict[str, Any]) -> list[Any]:
    entries = stored.get(_KEY)
    return list(entries) if isinstance(entries, list) else []


def _parse(entry: object) -> ExportProfile | None:
    return ExportProfile.from_json(entry) if isinstance(entry, dict) else None
