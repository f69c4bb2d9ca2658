"""Preferences in memory, saved in the background."""

import asyncio
import logging
import threading
from dataclasses import dataclass, fields, replace
from typing import Any

from producer_studio.domain.errors import StorageError
from producer_studio.settings.preferences import Preferences, PreferencesFile
from producer_studio.studio.events import Events, Notice, NoticeLevel

log = logging.getLogger(__name__)

_SAVE_DELAY_S = 0.5
_BUDGETS = ("monthly_budget", "daily_budget")


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
        self._value = self._saved = Preferences()
        self._saving: asyncio.Task[None] | None = None
        self._unsaved = False
        self._write_lock = threading.Lock()

    @property
    def value(self) -> Preferences:
        return self._value

    async def load(self) -> None:
        self._value = self._saved = await asyncio.to_thread(self._file.load)

    async def reload_budgets(self) -> None:
        """Reads the budgets that another process has changed: they limit what all of them spend.

        The other preferences are those of this process until its end.
        """
        newest = await asyncio.to_thread(self._file.peek_changed)
        if newest is None:
            return
        found = {
            name: getattr(newest, name)
            for name in _BUDGETS
            if getattr(newest, name) != getattr(self._saved, name)
        }
        before = self._value
        self._value, self._saved = replace(before, **found), replace(self._saved, **found)
        if self._value != before:
            self._events.publish(PreferencesChanged(self._value, frozenset(found)))

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
            self._file.save(value, _changed_names(self._saved, value), self._saved)
            self._saved = value
            return value


def _changed_names(before: Preferences, after: Preferences) -> frozenset[str]:
    return frozenset(
        one.name
        for one in fields(Preferences)
        if getattr(before, one.name) != getattr(after, one.name)
    )
