"""Loads visible rows from the library into the table."""

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from producer_studio.studio.clips import ClipRows
from producer_studio.ui.clips.row import build_clip_row
from producer_studio.ui.library.clip_table import ClipTable

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_TASK = "read rows"
_DATE_CHECK_MS = 60_000


class RowLoader(QObject):
    """Runs one read at a time; meanwhile newer requests replace older ones."""

    def __init__(self, studio: "Studio", tasks: "Tasks", table: ClipTable, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._table = table
        self._day = _today()
        self._date_timer = QTimer(self, interval=_DATE_CHECK_MS)
        self._date_timer.timeout.connect(self._on_date_timer)
        self._date_timer.start()
        table.rows_requested.connect(self._on_rows_requested)
        tasks.running_changed.connect(self._on_running_changed)

    def store_rows(self, rows: ClipRows) -> None:
        """Passes loaded clips to the table."""
        today = _today()
        self._table.store_rows(
            build_clip_row(
                clip,
                rows.peaks.get(clip.id, b""),
                today,
                None if clip.press is None else rows.prices.get(clip.press),
                charged=rows.charges.get(clip.id),
                preset="" if clip.press is None else rows.presets.get(clip.press, ""),
                is_sweep=clip.press in rows.sweeps,
            )
            for clip in rows.clips
        )

    def _on_rows_requested(self) -> None:
        if not self._tasks.is_running(_TASK):
            self._tasks.start(_TASK, self._read())

    def _on_running_changed(self, name: str, runs: bool) -> None:
        # Requests that arrived between the last check and the end of the task.
        if name == _TASK and not runs and self._table.has_requests:
            self._tasks.start(_TASK, self._read())

    def _on_date_timer(self) -> None:
        # After midnight "today" is another day.
        if self._day != _today():
            self._day = _today()
            self._table.mark_stale()

    async def _read(self) -> None:
        while ids := self._table.pop_requests():
            self.store_rows(await self._studio.clips.get_rows(ids))


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the user's own day
