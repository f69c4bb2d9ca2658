"""Which clips are listed: query, smart list and order, read again whenever one changes."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from producer_studio.domain.ids import ClipId
from producer_studio.studio.clips import Smart, Sort

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_TYPING_MS = 60
_CHANGES_MS = 80
_FIRST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What should be listed."""

    query: str = ""
    sort: Sort = Sort()
    smart: Smart = Smart.ALL


class Listing(QObject):
    """Reads the ids of the wished list; only the latest wish is ever answered.

    Signals:
        read: Ids in order, and whether it is the same list as before, read again.
        problem_changed: What could not be understood in the query; empty when all was.
    """

    read = Signal(list, bool)
    problem_changed = Signal(str)

    def __init__(self, studio: "Studio", tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._wish = Wish()
        self._shown: Wish | None = None
        self._problem = ""
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._start)
        self._changes = QTimer(self, singleShot=True, interval=_CHANGES_MS)
        self._changes.timeout.connect(self._start)

    @property
    def wish(self) -> Wish:
        return self._wish

    def set_query(self, query: str) -> None:
        """Waits a moment for the next letter."""
        if query.strip() != self._wish.query:
            self._wish = replace(self._wish, query=query.strip())
            self._typing.start()

    def set_sort(self, sort: Sort) -> None:
        self._wish = replace(self._wish, sort=sort)
        self._start()

    def set_smart(self, smart: Smart) -> None:
        self._wish = replace(self._wish, smart=smart)
        self._start()

    def refresh(self) -> None:
        """Reads the same list again, soon; many calls make one reading."""
        if not self._changes.isActive():
            self._changes.start()

    def _start(self) -> None:
        self._typing.stop()
        self._changes.stop()
        self._tasks.restart("list the clips", self._read())

    async def _read(self) -> None:
        wish = self._wish
        clips = self._studio.clips
        if wish != self._shown:
            # The screen first: a page costs the same whatever the library's size.
            page = await clips.page(wish.query, wish.sort, wish.smart, _FIRST_PAGE)
            self._shown = wish
            self._say(page.problem)
            self.read.emit(page.ids, False)
            if page.next is None:
                return
        ids: list[ClipId] = await clips.ids(wish.query, wish.sort, wish.smart)
        self.read.emit(ids, True)

    def _say(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit(problem)
