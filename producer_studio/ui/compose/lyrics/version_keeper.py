"""Keeps versions of the lyrics: of what is sent, accepted, replaced, and edited for a while."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.lyrics.versions import (
    EDITING_TIME,
    LyricsVersion,
    VersionHistory,
    VersionReason,
)
from producer_studio.domain.operation import Operation
from producer_studio.studio.lyrics_versions import LyricsVersions
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.debounce import Debounce

EDITING_TIME_MS = round(EDITING_TIME.total_seconds() * 1000)


class VersionKeeper(QObject):
    """Stores versions of the lyrics in the form, one after another.

    A version that cannot be stored is reported once: the text itself is in the draft.

    Args:
        read: Returns the lyrics of an operation.
    """

    def __init__(
        self,
        versions: LyricsVersions,
        tasks: Tasks,
        read: Callable[[Operation], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._versions = versions
        self._tasks = tasks
        self._read = read
        self._edited: set[Operation] = set()
        self._is_failure_reported = False
        self._queue: list[tuple[Operation, LyricsVersion]] = []
        self._editing = Debounce(self._keep_edited, EDITING_TIME_MS, self, restarts=False)

    def note_edit(self, operation: Operation) -> None:
        """Has the lyrics of an operation kept after five minutes of change."""
        self._edited.add(operation)
        if not self._editing.is_pending:
            self._editing.trigger()

    def keep(self, operation: Operation, text: str, reason: VersionReason) -> None:
        """Keeps a text as the newest version."""
        if text.strip():
            self._queue.append((operation, LyricsVersion(text, datetime.now(UTC), reason)))
            self._start()

    def load(self, operation: Operation, show: Callable[[VersionHistory], object]) -> None:
        """Hands the versions of an operation over, once those under way are stored."""
        self._tasks.start("load lyrics versions", self._load(operation), on_result=show)

    async def flush(self) -> None:
        """Waits until what was kept is stored."""
        await self._tasks.wait(_STORING)

    async def _load(self, operation: Operation) -> VersionHistory:
        await self.flush()
        return await self._versions.load(operation)

    def _keep_edited(self) -> None:
        edited, self._edited = self._edited, set()
        for operation in sorted(edited):
            self.keep(operation, self._read(operation), VersionReason.EDITED)

    def _start(self) -> None:
        self._tasks.start(_STORING, self._store(), on_error=self._on_failed)

    async def _store(self) -> None:
        while self._queue:
            operation, version = self._queue.pop(0)
            await self._versions.keep(operation, version)

    def _on_failed(self, error: ServiceError) -> None:
        if not self._is_failure_reported:
            self._is_failure_reported = True
            self._tasks.report_error(error)


_STORING = "store lyrics version"
