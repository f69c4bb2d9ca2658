"""Preferences in memory, saved in the background."""

import asyncio
import logging
import threading
from dataclasses import dataclass
from typing import Any

from producer_studio.domain.errors import StorageError
from producer_studio.settings.preferences import Preferences, PreferencesFile
from producer_studio.studio.events import Events, Notice, NoticeLevel

log = logging.getLogger(__name__)

_SAVE_DELAY_S = 0.5


@dataclass(frozen=True, slots=True)
class PreferencesChanged:
    """Preferences have new values; `names` lists them."""

    value: Preferences
    names: frozenset[str]


class PreferenceStore:
    """Holds the preferences and writes them half a second after the last change."""

    def __init__(self, file: PreferencesFile, events: Events) -> None:
        self._file = file
        self._events = events
        self._value = Preferences()
        self._saving: asyncio.Task[None] | None = None
        self._unsaved = False
        self._write_lock = threading.Lock()

    @property
    def value(self) -> Preferences:
        return self._value

    async def load(self) -> None:
        self._value = await asyncio.to_thread(self._file.load)

    @property
    def problem(self) -> str:
        """Returns a message if the file was damaged; empty if all is well."""
        return self._file.problem

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - fields have many types
        """Changes preferences at once; they are written to disk shortly after.

        Raises:
            TypeError, ValueError: A value is invalid for its preference.
        """
        before, self._value = self._value, self._value.with_changes(**changes)
        if before == self._value:
            return
        self._unsaved = True
        if self._saving is None or self._saving.done():
            self._saving = asyncio.get_running_loop().create_task(
                self._save_soon(), name="save preferences"
            )
        self._events.publish(PreferencesChanged(self._value, frozenset(changes)))

    async def close(self) -> None:
        """Saves pending changes."""
        if self._saving is not None:
            self._saving.cancel()
            await asyncio.gather(self._saving, return_exceptions=True)
        if self._unsaved:
            await self._save()

    async def _save_soon(self) -> None:
        while self._unsaved:
            await asyncio.sleep(_SAVE_DELAY_S)
            if not await self._save():
                return

    async def _save(self) -> bool:
        """Saves the preferences; after a failure the next change or closing tries it again."""
        try:
            saved = await asyncio.to_thread(self._write)
        except StorageError as fault:
            log.warning("Preferences: %s", fault)
            self._events.publish(Notice(NoticeLevel.WARNING, fault.message, fault.service_words))
            return False
        self._unsaved = self._value != saved
        return True

    def _write(self) -> Preferences:
        """Writes the newest value and returns it; blocking.

        A write that closing does not wait for may still run: it must not replace a newer value.
        """
        with self._write_lock:
            value = self._value
            self._file.save(value)
            return value
