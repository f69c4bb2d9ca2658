"""Changes of the library and the settings by other processes, published like own ones."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from producer_studio.domain.errors import StorageError
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.errors import UNREADABLE
from producer_studio.library.library import Library
from producer_studio.studio.events import (
    Events,
    ListsChanged,
    Notice,
    NoticeLevel,
    PresetsChanged,
    PressesChanged,
)
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_INTERVAL_S = 1.0
_EVENTS: Mapping[ChangeKind, PresetsChanged | PressesChanged | ListsChanged] = {
    ChangeKind.PRESETS: PresetsChanged(),
    ChangeKind.PRESSES: PressesChanged(),
    ChangeKind.LISTS: ListsChanged(),
}
"""Events of changes that are not about clips."""

_DRIVE_IS_BACK = mark("The disk of the library is connected again.")


class ExternalChanges:
    """Polls the library for commits of other processes; one poll takes microseconds.

    Args:
        reload_settings: Reads the accounts and budgets that another process has changed.
        reload_prices: Reads the prices that another process has learnt.
        reload_balances: Reads the balances that a service has reported to another process.
        on_drive_back: Called when the library's drive was disconnected and is connected again.
    """

    def __init__(
        self,
        library: Library,
        events: Events,
        reload_settings: Callable[[], Awaitable[None]],
        reload_prices: Callable[[], Awaitable[None]],
        reload_balances: Callable[[], Awaitable[None]],
        on_drive_back: Callable[[], None],
    ) -> None:
        self._library = library
        self._events = events
        self._reload_settings = reload_settings
        self._reload_prices = reload_prices
        self._reload_balances = reload_balances
        self._on_drive_back = on_drive_back
        self._was_lost = False

    async def watch(self) -> None:
        """Publishes changes of other processes until it is cancelled."""
        while True:
            await asyncio.sleep(_INTERVAL_S)
            await self._reload_settings()
            try:
                await self.publish_new()
            except StorageError as fault:
                self._was_lost |= fault.message == UNREADABLE
                log.info("Cannot read changes of other programs now: %s", fault)

    async def publish_new(self) -> None:
        """Publishes the changes of other processes since the last call."""
        await self._reload_prices()
        await self._reload_balances()
        changes = await self._library.read_external_changes()
        if await self._library.is_drive_back() or self._was_lost:
            self._was_lost = False
            self._on_drive_back()
            # It may have been used on another computer, and what is shown could not be read.
            changes = [LibraryChange(frozenset(), ChangeKind.EVERYTHING)]
            self._events.publish(Notice(NoticeLevel.INFO, _DRIVE_IS_BACK))
        for change in merge_changes(changes):
            if change.kind not in _EVENTS:
                self._events.publish(change)
            is_everything = change.kind is ChangeKind.EVERYTHING
            for kind, event in _EVENTS.items():
                if is_everything or change.kind is kind:
                    self._events.publish(event)


def merge_changes(changes: Iterable[LibraryChange]) -> Iterator[LibraryChange]:
    """Merges consecutive changes of the same kind that carry no values."""
    last: LibraryChange | None = None
    for change in changes:
        if last is not None and last.kind is change.kind and not (last.edits or change.edits):
            last = replace(last, clips=last.clips | change.clips)
            continue
        if last is not None:
            yield last
        last = change
    if last is not None:
        yield last
