"""Brings the rows that are looked at from the library to the table."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.row import row_face
from producer_studio.ui.library.clip_table import ClipTable

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_NAME = "read rows"
_LOOK_AT_THE_DATE_MS = 60_000


class RowReader(QObject):
    """One reading at a time; while it runs, newer wishes replace older ones."""

    def __init__(self, studio: "Studio", tasks: "Tasks", table: ClipTable, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._table = table
        self._day = _today()
        self._clock = QTimer(self, interval=_LOOK_AT_THE_DATE_MS)
        self._clock.timeout.connect(self._on_clock)
        self._clock.start()
        table.wanted.connect(self._on_wanted)
        tasks.running_changed.connect(self._on_running_changed)

    def put(self, clips: Sequence[Clip], peaks: Mapping[ClipId, bytes]) -> None:
        """Gives the table rows that were read."""
        today = _today()
        self._table.put(row_face(clip, peaks.get(clip.id, b""), today) for clip in clips)

    def _on_wanted(self) -> None:
        if not self._tasks.is_running(_NAME):
            self._tasks.start(_NAME, self._read())

    def _on_running_changed(self, name: str, runs: bool) -> None:
        # Wishes that came between the last look and the task's end.
        if name == _NAME and not runs and self._table.is_wanting:
            self._tasks.start(_NAME, self._read())

    def _on_clock(self) -> None:
        # After midnight "today" is another day.
        if self._day != _today():
            self._day = _today()
            self._table.mark_stale()

    async def _read(self) -> None:
        while ids := self._table.take_wanted():
            clips = await self._studio.clips.rows(ids)
            self.put(clips, await self._studio.clips.peaks(ids))


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the user's own day
