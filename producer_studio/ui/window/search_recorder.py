"""Records the searches that are used: not each keystroke."""

from PySide6.QtCore import QObject

from producer_studio.ui.context import UiContext
from producer_studio.ui.window.search_field import SearchField


class SearchRecorder(QObject):
    """Records a search that the user has typed and then confirmed, or left for what it found."""

    def __init__(self, context: UiContext, field: SearchField) -> None:
        super().__init__(field)
        self._studio = context.studio
        self._tasks = context.tasks
        self._field = field
        self._is_edited = False
        field.edit.returnPressed.connect(self._record)
        field.left.connect(self._record)
        field.query_changed.connect(self._on_query_changed)
        field.query_set.connect(self._on_query_set)

    def _record(self) -> None:
        """Records the query, unless it is recorded already, or was not typed."""
        query = self._field.query()
        if self._is_edited and query:
            self._is_edited = False
            self._tasks.start(
                f"remember the search {query}", self._studio.search_history.record(query)
            )

    def _on_query_changed(self, _query: str) -> None:
        self._is_edited = True

    def _on_query_set(self) -> None:
        self._is_edited = False
