"""Renders the files of a drag as soon as the selection settles."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import ClipId
from producer_studio.ui.widgets.debounce import Debounce

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_TASK = "render files to drag"
_SETTLED_MS = 600
"""Time without another selection, so that walking through the list renders nothing."""


class DragPreparation(QObject):
    """Prepares drags of the selection; does nothing while originals are dragged."""

    def __init__(self, studio: "Studio", tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._ids: list[ClipId] = []
        self._debounce = Debounce(self._prepare, _SETTLED_MS, self)

    def select(self, ids: Sequence[ClipId]) -> None:
        """Takes another selection."""
        self._ids = list(ids)
        if self._studio.drag_exports.profile is not None:
            self._debounce.trigger()

    def _prepare(self) -> None:
        self._tasks.restart(_TASK, self._studio.drag_exports.prepare(self._ids), on_error=_ignore)


def _ignore(_error: ServiceError) -> None:
    """The drag itself says what cannot be rendered: nobody may want to drag this."""
