"""Which clips are listed: query, smart list and order, read again whenever one changes."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.studio.clips import Smart, Sort, SortKey

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_NAME = "list the clips"
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

    The first page is shown with its rows, as soon as it is read; the rest follows.

    Attributes:
        rows_shown: How many rows the list shows at once; the panel keeps it up to date.
        known_rows: Gives the clips whose rows need not be read.
        painted: Waits until a page is on the screen: reading the rest must not delay it.

    Signals:
        rows_read: Clips of the list that is about to be shown, and their peaks.
        read: Ids in order, and whether it is the same list as before, read again.
        problem_changed: What could not be understood in the query; empty when all was.
    """

    # As object: a list would be copied item by item, which grows with the library.
    rows_read = Signal(object, object)
    read = Signal(object, bool)
    problem_changed = Signal(str)

    def __init__(self, studio: "Studio", tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._wish = Wish()
        self._shown: Wish | None = None
        self._ids: Sequence[ClipId] = ()
        self._whole = False
        self._added: set[ClipId] | None = set()
        self._problem = ""
        self.rows_shown = 16
        self.known_rows: Callable[[], Collection[ClipId]] = tuple
        self.painted: Callable[[], Awaitable[None]] | None = None
        self._changes = QTimer(self, singleShot=True, interval=_CHANGES_MS)
        self._changes.timeout.connect(self._start)

    @property
    def wish(self) -> Wish:
        return self._wish

    @property
    def is_current(self) -> bool:
        """Whether what was read last is of the list that is wished now."""
        return self._shown == self._wish

    @property
    def is_whole(self) -> bool:
        """Whether the list was read to its end."""
        return self._whole

    def set_query(self, query: str) -> None:
        """Reads what the query finds; what was still being read for an older one is stopped."""
        if query.strip() != self._wish.query:
            self._wish = replace(self._wish, query=query.strip())
            self._start()

    def set_wish(self, query: str, sort: Sort, smart: Smart) -> None:
        """Lists something else altogether, with one reading."""
        self._wish = Wish(query.strip(), sort, smart)
        self._start()

    def set_sort(self, sort: Sort) -> None:
        self._wish = replace(self._wish, sort=sort)
        self._start()

    def set_smart(self, smart: Smart) -> None:
        self._wish = replace(self._wish, smart=smart)
        self._start()

    def follow(self, change: LibraryChange) -> None:
        """Brings the list up to date after a change, with as little reading as it takes."""
        wish = self._wish
        if change.kind in {ChangeKind.DETAILS, ChangeKind.MEDIA} and not self._minds(change.kind):
            return
        if change.kind is ChangeKind.REMOVED and wish.smart is not Smart.TRASH:
            gone = change.clips
            self._tell([clip for clip in self._ids if clip not in gone], same_list=True)
            if not self._tasks.is_running(_NAME):
                return
        # None stands for changes that only a reading of the whole list can show.
        if change.kind is not ChangeKind.ADDED:
            self._added = None
        elif self._added is not None:
            self._added |= change.clips
        # Many changes in a row make one reading.
        if not self._changes.isActive():
            self._changes.start()

    def _minds(self, kind: ChangeKind) -> bool:
        """Whether details or media decide what is listed, or in which order."""
        wish = self._wish
        # A clip that was just heard stays in Unheard until the list is opened again: a row must
        # not vanish while it plays.
        if wish.smart is Smart.UNHEARD:
            return False
        if wish.query:
            return True
        if kind is ChangeKind.MEDIA:
            return wish.sort.key is SortKey.LENGTH or wish.smart is Smart.VIDEOS
        by_words = wish.sort.key in {SortKey.TITLE, SortKey.RATING}
        return by_words or wish.smart is Smart.FAVOURITES

    def _start(self) -> None:
        self._changes.stop()
        self._tasks.restart(_NAME, self._read())

    async def _read(self) -> None:
        wish = self._wish
        clips = self._studio.clips
        if wish != self._shown:
            # The screen first: a page costs the same whatever the library's size.
            filled = await clips.filled_page(
                wish.query,
                wish.sort,
                wish.smart,
                _FIRST_PAGE,
                self.rows_shown,
                self.known_rows(),
            )
            page = filled.page
            self._shown = wish
            self._whole = page.next is None
            self._say(page.problem)
            self.rows_read.emit(filled.rows, filled.peaks)
            self._tell(page.ids, same_list=False)
            if self._whole:
                self._added = set()
                return
            if self.painted is not None:
                await self.painted()
        elif self._whole and self._added and not wish.query and wish.sort == Sort():
            added = frozenset(self._added)
            page = await clips.page(wish.query, wish.sort, wish.smart, _FIRST_PAGE)
            joined = _joined(page.ids, self._ids, added)
            if joined is not None:
                self._added -= added
                self._tell(joined, same_list=True)
                return
        # Until it is read to its end, the next reading must not take the short way.
        self._whole, self._added = False, set()
        ids: list[ClipId] = await clips.ids(wish.query, wish.sort, wish.smart)
        self._whole = True
        self._tell(ids, same_list=True)

    def _tell(self, ids: Sequence[ClipId], *, same_list: bool) -> None:
        self._ids = ids
        self.read.emit(ids, same_list)

    def _say(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit(problem)


def _joined(
    top: list[ClipId], known: Sequence[ClipId], added: frozenset[ClipId]
) -> list[ClipId] | None:
    """The known list with what was added on its top; None when that is not all there is to it."""
    if not known or known[0] not in top:
        return None
    fresh = top.index(known[0])
    if top[fresh:] != list(known[: len(top) - fresh]) or not added <= set(top[:fresh]):
        return None
    return [*top[:fresh], *known]
