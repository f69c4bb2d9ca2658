"""The library: smart lists, running jobs and the list of clips."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.clips import Counts, Smart, Sort
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.cover_cache import CoverShelf
from producer_studio.ui.clips.drag import ClipDrag
from producer_studio.ui.clips.menu import MenuWishes, clip_menu
from producer_studio.ui.library.clip_list_loader import Listing
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.library.column_headers import ColumnHeads
from producer_studio.ui.library.jobs_pane import JobsPane
from producer_studio.ui.library.row_layout import MARGIN
from producer_studio.ui.library.row_loader import RowReader
from producer_studio.ui.library.row_style import Brushes
from producer_studio.ui.library.smart_list_tabs import SmartTabs
from producer_studio.ui.library.trash_bar import TrashBar
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.count_text import clips_text
from producer_studio.ui.widgets.empty_state import EmptyState
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_GRID_MARGIN = 8


class LibraryPanel(QWidget):
    """Shows the library and tells the window what the user wants with it.

    Signals:
        selected: The selection changed (list of ids).
        activated: Play this clip (double-click, Enter, the mark on its cover).
        toggled: The mark on the cover of the clip in the player: play or pause.
        use_settings: Put this recipe into the form.
        operation_requested: An operation on a clip.
        export_requested: Export these clips.
        hits_changed: How many clips of the list are known, and whether these are all of them.
        search_problem: What the query said that cannot be understood; empty when all is well.
        clear_search_requested: The button of an empty answer.
    """

    # As object: a list would be copied item by item, which grows with the selection.
    selected = Signal(object)
    activated = Signal(str)
    toggled = Signal(str)
    use_settings = Signal(Recipe)
    operation_requested = Signal(Operation, str)
    export_requested = Signal(object)
    hits_changed = Signal(int, bool)
    search_problem = Signal(str)
    clear_search_requested = Signal()

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self._read_once = False
        self._last_place = 0
        self._enters_first = False
        self._restored: Sequence[ClipId] = ()
        self._trashed = 0
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.clip_actions = ClipActions(studio, tasks, self)
        self._covers = CoverShelf(self)
        self._brushes = Brushes(look, self._covers)
        self._table = ClipTable(self)
        self._listing = Listing(studio, tasks, self)
        self._reader = RowReader(studio, tasks, self._table, self)
        self.tabs = SmartTabs(look, self)
        self.as_list = IconButton(look, "list", "Show as list", self, checkable=True, box=26)
        self.as_grid = IconButton(look, "grid-2x2", "Show as grid", self, checkable=True, box=26)
        self.order = IconButton(look, "arrow-up-down", "Sort clips", self, box=26)
        self.order.hide()
        self.heads = ColumnHeads(look, self)
        self.jobs = JobsPane(studio, tasks, self._brushes, self)
        self.trash_bar = TrashBar(look, self)
        self.view = ClipView(self._table, self._brushes, self)
        self._drag = ClipDrag(studio, tasks, self._brushes, self.view)
        self._empty = EmptyState(look, "music", "", "", self)
        self._stack = QStackedWidget(self)
        for page in (self.view, self._empty):
            # Neither may hold the panel wider than the window wants it.
            page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            self._stack.addWidget(page)
        # The list is there also while it is empty, for whoever looks for it by name or with Tab;
        # what it says then lies over it.
        pages = self._stack.layout()
        assert isinstance(pages, QStackedLayout)  # noqa: S101 - that is how Qt makes it
        pages.setStackingMode(QStackedLayout.StackingMode.StackAll)
        self._empty.hide()
        self.as_list.setChecked(True)
        self._lay_out()
        self._connect()
        self._listing.known_rows = self._table.up_to_date
        self._listing.painted = self.view.painted
        self._listing.set_smart(Smart.ALL)
        self._count()

    # For the window

    def set_query(self, query: str) -> None:
        """Filters the list as the user types."""
        self._listing.rows_shown = self.view.screenful()
        self._enters_first = False
        self._listing.set_query(query)

    @property
    def smart(self) -> Smart:
        """The smart list that is shown."""
        return self._listing.wish.smart

    def restore(
        self, query: str, sort: Sort, smart: Smart, *, grid: bool, selection: Sequence[ClipId]
    ) -> None:
        """Shows what an earlier run showed; the clips are selected once the list has them."""
        self.heads.set_sort(sort)
        self.tabs.set_current(smart)
        self.set_grid(grid)
        self._restored = tuple(selection)
        self._listing.set_wish(query, sort, smart)

    def set_playing(self, clip: ClipId | None, playing: bool, position: float) -> None:
        """Marks what is in the player; `position` runs from 0 to 1."""
        self.view.set_playing(clip, runs=playing, at=position)

    def neighbour(self, clip: ClipId, step: int) -> ClipId | None:
        """The clip `step` places further down the list; None at its ends."""
        place = self._table.find(clip, self._last_place)
        if place is None:
            return None
        self._last_place = place
        wanted = place + step
        return self._table.ids[wanted] if 0 <= wanted < len(self._table.ids) else None

    def chosen(self) -> list[ClipId]:
        """The selected clips, in the list's order."""
        return self.view.chosen()

    def first(self) -> list[ClipId]:
        """The first clip of the list; empty when the list is."""
        return list(self._table.ids[:1])

    def choose(self, clip: ClipId) -> None:
        """Selects a clip and brings it into view; where the list lacks it, only says so."""
        if not self.view.choose(clip):
            self.selected.emit([clip])

    def focus_list(self) -> None:
        """Gives the keyboard to the list: to the first clip found, or the one that is selected."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._listing.is_current:
            # Faster than the list: the first row is that of the answer.
            self._enters_first = True
        elif self._listing.wish.query or not self.view.chosen():
            self.view.choose_first()

    def set_grid(self, grid: bool) -> None:
        """Shows the clips as cards with large covers, or as rows."""
        self.as_list.setChecked(not grid)
        self.as_grid.setChecked(grid)
        # With the cards' own margin, covers stand where the tabs above them do.
        side = _GRID_MARGIN if grid else 0
        self._stack.setContentsMargins(side, side // 2, side, 0)
        # Cards have no columns.
        self.heads.setVisible(not grid)
        self.order.setVisible(grid)
        self.view.set_grid(grid)

    def close_covers(self) -> None:
        """Waits for the picture that is being scaled; before the window goes."""
        self._covers.close()

    # Inside

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._stack and isinstance(event, QMoveEvent) and self.view.underMouse():
            # Jobs came or went above the list: what is under the pointer stays there.
            bar = self.view.verticalScrollBar()
            bar.setValue(bar.value() + event.pos().y() - event.oldPos().y())
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.jobs.fit()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(MARGIN, 14, MARGIN, 9)
        top.setSpacing(6)
        top.addWidget(self.tabs, 1)
        top.addWidget(self.order)
        self.order.clicked.connect(self._on_order)
        for button, grid in ((self.as_list, False), (self.as_grid, True)):
            button.clicked.connect(partial(self.set_grid, grid))
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.heads)
        column.addWidget(self.jobs)
        column.addWidget(self.trash_bar)
        column.addWidget(self._stack, 1)
        self._stack.installEventFilter(self)

    def _connect(self) -> None:
        listing, view = self._listing, self.view
        listing.rows_read.connect(self._reader.put)
        listing.read.connect(self._on_read)
        listing.problem_changed.connect(self.search_problem)
        self.tabs.chosen.connect(self._on_list_chosen)
        self.jobs.keyboard_freed.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.heads.sorted_by.connect(self._on_sorted)
        view.picked.connect(self.selected)
        view.opened.connect(self.activated)
        view.cover_pressed.connect(self._on_cover_pressed)
        view.starred.connect(lambda clip, stars: self.clip_actions.rate([clip], stars))
        view.menu_asked.connect(self._on_menu_asked)
        view.drag_asked.connect(self._drag.begin)
        view.trash_asked.connect(self._on_trash_asked)
        self._table.renamed.connect(self.clip_actions.rename)
        self._empty.pressed.connect(self._on_empty_pressed)
        self._look.changed.connect(self._on_look_changed)
        unsubscribe = self._studio.events.subscribe(LibraryChange, self._on_library_change)
        self.destroyed.connect(unsubscribe)
        view.rated.connect(self._rate_chosen)

    def _rate_chosen(self, stars: int) -> None:
        self.clip_actions.rate(self.view.chosen(), stars)

    def _count(self) -> None:
        self._tasks.restart("count the clips", self._studio.clips.counts(), done=self._on_counted)

    def _on_counted(self, counts: Counts) -> None:
        self._trashed = counts.trashed
        self.tabs.set_counts(counts)
        self._show_trash_bar()
        self._say_when_empty()

    def _on_list_chosen(self, smart: Smart) -> None:
        self._listing.set_smart(smart)
        self._show_trash_bar()

    def _show_trash_bar(self) -> None:
        is_trash = self._listing.wish.smart is Smart.TRASH
        self.trash_bar.show_count(self._trashed, is_trash=is_trash)

    def _on_read(self, ids: list[ClipId], same_list: bool) -> None:
        self._read_once = True
        self.view.show_ids(ids, same_list=same_list)
        self._say_when_empty()
        self.hits_changed.emit(len(ids), self._listing.is_whole)
        if self._restored:
            self._restore_selection()
        if self._enters_first:
            self._enters_first = False
            self.view.choose_first()

    def _restore_selection(self) -> None:
        restored = self._restored
        if self.view.chosen():
            # The user was faster.
            self._restored = ()
        elif self._listing.is_whole or set(self._table.ids).issuperset(restored):
            self._restored = ()
            self.view.choose_all(restored)

    def _say_when_empty(self) -> None:
        wish = self._listing.wish
        if self._table.ids or not self._read_once:
            self._stack.setCurrentWidget(self.view)
            self._empty.hide()
            self._describe("")
            return
        action = ""
        if wish.query:
            icon, title, text = "search", "Nothing found", f"No clip matches “{wish.query[:60]}”."
            action = "Clear search"
        elif wish.smart is Smart.ALL and self._trashed:
            icon, title, action = "trash-2", "Every clip is in the trash", "Show the trash"
            waits = "waits" if self._trashed == 1 else "wait"
            text = f"{clips_text(self._trashed)} {waits} there until you restore or delete them."
        else:
            icon, title, text = _EMPTY[wish.smart]
        self._empty.say(title, text, icon=icon, action=action)
        self._stack.setCurrentWidget(self._empty)
        self._describe(f"{title}. {text}")

    def _describe(self, words: str) -> None:
        """What a screen reader says after the list's name."""
        if self.view.accessibleDescription() != words:
            self.view.setAccessibleDescription(words)
        # Rows show where the keyboard is; without any, the list itself has to.
        self.view.setProperty("ringNone", not words)

    def _on_order(self) -> None:
        menu = Menu(self._look, self)
        self.heads.fill_menu(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.order.mapToGlobal(self.order.rect().bottomLeft()))

    def _on_sorted(self, sort: Sort) -> None:
        self._listing.set_sort(sort)

    def _on_library_change(self, change: LibraryChange) -> None:
        if change.kind is ChangeKind.EVERYTHING:
            self._table.mark_stale()
        else:
            self._table.mark_stale(change.clips)
        if change.kind is ChangeKind.MEDIA:
            for clip in change.clips:
                self._covers.forget(clip)
        self._listing.follow(change)
        self._count()

    def _on_cover_pressed(self, clip: ClipId) -> None:
        if clip == self.view.playing.clip:
            self.toggled.emit(clip)
        else:
            self.activated.emit(clip)

    def _on_menu_asked(self, at: QPoint) -> None:
        current = self.view.current()
        face = self._table.known(current) if current is not None else None
        if face is None:
            return
        ids = self.view.chosen() or [face.clip.id]
        wishes = MenuWishes(
            play=self.activated.emit,
            rename=self.view.rename,
            use_settings=self._on_use_settings,
            operate=self.operation_requested.emit,
            export=self.export_requested.emit,
        )
        trashed = self._listing.wish.smart is Smart.TRASH
        menu = clip_menu(
            self._look, self.clip_actions, wishes, ids, face.clip, self, trashed=trashed
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _on_use_settings(self, clip: Clip) -> None:
        self.use_settings.emit(clip.recipe)

    def _on_trash_asked(self) -> None:
        chosen = self.view.chosen()
        if self._listing.wish.smart is Smart.TRASH:
            self.clip_actions.delete(chosen)
        else:
            self.clip_actions.trash(chosen)

    def _on_empty_pressed(self) -> None:
        if self._listing.wish.query:
            self.clear_search_requested.emit()
        else:
            self.tabs.set_current(Smart.TRASH)
            self._on_list_chosen(Smart.TRASH)

    def _on_look_changed(self) -> None:
        self._brushes.renew()
        self.view.renew()
        self.jobs.renew()


_EMPTY = {
    Smart.ALL: (
        "music",
        "No clips yet",
        "Write a sound on the left and press Generate. What comes back stays here, on your disk.",
    ),
    Smart.FAVOURITES: ("heart", "No favourites yet", "Press the heart of a clip you like."),
    Smart.UNHEARD: ("ear", "All heard", "New clips wait here until you play them."),
    Smart.UPLOADS: ("upload", "No uploads", "Your own recordings appear here once uploaded."),
    Smart.LYRICS: ("file-text", "No lyrics yet", "Lyrics written by a service appear here."),
    Smart.VIDEOS: ("video", "No videos yet", "Clips with a music video appear here."),
    Smart.TRASH: ("trash-2", "The trash is empty", "Clips you throw away wait here."),
}
