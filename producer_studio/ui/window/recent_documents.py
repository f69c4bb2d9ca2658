"""Adds what the user opens and exports to the desktop's list of recent files."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.studio.export.export import ExportChanged, ExportState
from producer_studio.studio.recent_files import FileUsed
from producer_studio.ui.desktop.recent_documents import add_recent_documents

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio


class RecentDocuments:
    """Reports finished exports and used files to the desktop, unless the user switched that off."""

    def __init__(self, studio: "Studio") -> None:
        self._preferences = studio.preferences
        self._events = studio.events
        self._files: asyncio.Queue[Path] = asyncio.Queue()

    async def run(self) -> None:
        """Reports files until it is cancelled, those of many exports together."""
        ends = [
            self._events.subscribe(ExportChanged, self._on_export_changed),
            self._events.subscribe(FileUsed, lambda used: self._add(used.path)),
        ]
        try:
            while True:
                files = [await self._files.get()]
                while not self._files.empty():
                    files.append(self._files.get_nowait())
                await add_recent_documents(files, os.environ)
        finally:
            for unsubscribe in ends:
                unsubscribe()

    def _on_export_changed(self, change: ExportChanged) -> None:
        export = change.export
        if export.state is ExportState.DONE and export.path is not None:
            self._add(export.path.absolute())

    def _add(self, file: Path) -> None:
        if self._preferences.value.lists_recent_files:
            self._files.put_nowait(file)
