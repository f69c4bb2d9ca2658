"""Loader of the history's list: the ids of a search, and the rows that are visible."""

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.ids import PressId
from producer_studio.domain.library_change import LibraryChange
from producer_studio.studio.events import JobChanged, OtherJobChanged, PressesChanged, PricesChanged
from producer_studio.ui.compose.history.press_row import build_press_row
from producer_studio.ui.compose.history.press_table import PressTable
from producer_studio.ui.widgets.debounce import Debounce

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_LIST_TASK = "list presses"
_ROWS_TASK = "read presses"
_CHANGE_DELAY_MS = 120


class PressLoader(QObject):
    """Keeps the list up to date while it is shown; nothing is read while it is hidden.

    Signals:
        list_changing: Another list is about to be shown.
        loaded: The list is that of the latest search.
    """

    list_changing = Signal()
    loaded = Signal()

    def __init__(
        self, studio: "Studio", tasks: "Tasks", table: PressTable, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._table = table
        self._query = ""
        self._is_active = False
        self._changed_presses: set[PressId] = set()
        self._all_changed = False
        self._list_changed = False
        self._delayed_update = Debounce(self._update, _CHANGE_DELAY_MS, self, restarts=False)
        table.rows_requested.connect(self._on_rows_requested)
        tasks.running_changed.connect(self._on_running_changed)
        subscribe = studio.events.subscribe
        self._unsubscribe = [
            subscribe(JobChanged, self._on_job_changed),
            subscribe(OtherJobChanged, self._on_job_changed),
            subscribe(LibraryChange, self._on_library_change),
            subscribe(PressesChanged, self._on_presses_changed),
            subscribe(PricesChanged, self._on_prices_changed),
        ]

    @property
    def query(self) -> str:
        """The search of the latest list."""
        return self._query

    def set_query(self, query: str) -> None:
        """Loads the results of a search; loading for an older one is cancelled."""
        self._query = query.strip()
        self._load()

    def set_active(self, is_active: bool) -> None:
        """Begins or ends to keep the list up to date; begins with a load."""
        self._is_active = is_active
        self._changed_presses.clear()
        if is_active:
            self._table.mark_stale()
            self._load()

    def close(self) -> None:
        """Unsubscribes from the studio's events."""
        self._delayed_update.close()
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def _on_job_changed(self, change: JobChanged | OtherJobChanged) -> None:
        press = change.job.press
        if press is not None:
            self._changed_presses.add(press)
            self._schedule()

    def _on_library_change(self, _change: LibraryChange) -> None:
        self._all_changed = True
        self._schedule()

    def _on_prices_changed(self, _change: PricesChanged) -> None:
        # The cost of a request is measured after its result has arrived.
        self._all_changed = True
        self._schedule()

    def _on_presses_changed(self, _change: PressesChanged) -> None:
        self._list_changed = self._all_changed = True
        self._schedule()

    def _schedule(self) -> None:
        if self._is_active:
            self._delayed_update.trigger()

    def _update(self) -> None:
        presses, self._changed_presses = self._changed_presses, set()
        everything, self._all_changed = self._all_changed, False
        reloads, self._list_changed = self._list_changed, False
        if everything:
            self._table.mark_stale()
        elif presses:
            self._table.mark_stale(presses)
        if reloads or any(not self._table.has_press(press) for press in presses):
            self._load()

    def _load(self) -> None:
        self._tasks.restart(
            _LIST_TASK, self._studio.history.list_ids(self._query), on_result=self._on_listed
        )

    def _on_listed(self, ids: list[PressId]) -> None:
        self.list_changing.emit()
        self._table.set_ids(ids)
        self.loaded.emit()

    def _on_rows_requested(self) -> None:
        self._tasks.start(_ROWS_TASK, self._read_rows())

    def _on_running_changed(self, name: str, runs: bool) -> None:
        # Requests that arrived between the last check and the end of the task.
        if name == _ROWS_TASK and not runs and self._table.has_requests:
            self._on_rows_requested()

    async def _read_rows(self) -> None:
        while ids := self._table.pop_requests():
            today = date.today()  # noqa: DTZ011 - the user's own day
            found = await self._studio.history.get_many(ids)
            self._table.store_rows(build_press_row(press, today) for press in found)
