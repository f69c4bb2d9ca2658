"""History panel: search field and list of presses, in place of the form."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import PressId
from producer_studio.domain.press import Press
from producer_studio.translation import mark, tr
from producer_studio.ui.compose.history.press_loader import PressLoader
from producer_studio.ui.compose.history.press_table import PressTable
from producer_studio.ui.compose.history.press_view import PressView
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.empty_state import EmptyState
from producer_studio.ui.widgets.icon_edit import IconEdit

_SEARCH_DELAY_MS = 120
_MARGIN = 16
_UNREADABLE = mark("This entry of the history cannot be read.")


class HistoryPanel(QWidget):
    """Lists every press, and requests the form of one.

    Signals:
        press_chosen: Show the form of a `Press`, and whether with a new seed.
        preset_requested: Save the form of a `Press` as a preset.
        sweep_requested: Show the grid of a sweep (id).
    """

    press_chosen = Signal(object, bool)
    preset_requested = Signal(object)
    sweep_requested = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self.table = PressTable(self)
        self.view = PressView(context.style, self.table, self)
        self.loader = PressLoader(context.studio, context.tasks, self.table, self)
        self.search = IconEdit(context.style, "search", tr("Search history"), self)
        self.search.edit.setPlaceholderText(tr("Search what you asked for"))
        self._empty = EmptyState(context.style, "clock", "", "", self)
        self._selected: PressId | None = None
        self._shown_query = ""
        self._debounce = Debounce(self._on_query_changed, _SEARCH_DELAY_MS, self)
        self._build()
        self.search.edit.textChanged.connect(lambda _text: self._debounce.trigger())
        self.search.edit.installEventFilter(self)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.list_changing.connect(self._remember_selection)
        self.view.restore_requested.connect(
            partial(self._read, use=lambda press: self.press_chosen.emit(press, False))
        )
        self.view.repeat_requested.connect(
            partial(self._read, use=lambda press: self.press_chosen.emit(press, True))
        )
        self.view.preset_requested.connect(partial(self._read, use=self.preset_requested.emit))
        self.view.pin_requested.connect(self._on_pin_requested)
        self.view.sweep_requested.connect(self.sweep_requested)

    def close_loader(self) -> None:
        """Unsubscribes from the studio's events."""
        self._debounce.close()
        self.loader.close()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.loader.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.loader.set_active(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self.view.select_first()
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.edit.text():
                self.search.edit.clear()
                return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        top = QVBoxLayout()
        top.setContentsMargins(_MARGIN, 12, _MARGIN, 12)
        top.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(self._pages, 1)

    def _on_query_changed(self) -> None:
        self.loader.set_query(self.search.edit.text())

    def _remember_selection(self) -> None:
        self._selected = self.view.selected_press()

    def _on_loaded(self) -> None:
        if self.loader.query != self._shown_query:
            # What was found begins at the top, wherever the list was before.
            self._shown_query = self.loader.query
            self._selected = None if self._shown_query else self._selected
            self.view.scrollToTop()
        if self._selected is not None and self.view.selected_press() != self._selected:
            self.view.select_press(self._selected)
        if self.loader.query:
            self._empty.set_content(tr("Nothing found"), tr("No press has all of these words."))
        else:
            text = tr("Each press of Generate is kept here, with everything that was in the form.")
            self._empty.set_content(tr("No presses yet"), text)
        self._pages.setCurrentIndex(0 if self.table.ids else 1)

    def _read(self, press: str, *, use: Callable[[Press], object]) -> None:
        self._tasks.restart(
            "read a press",
            self._studio.history.get(PressId(press)),
            on_result=partial(self._on_read, use=use),
        )

    def _on_read(self, press: Press | None, *, use: Callable[[Press], object]) -> None:
        if press is None:
            self._tasks.report_error(StorageError(_UNREADABLE))
        else:
            use(press)

    def _on_pin_requested(self, press: str, pinned: bool) -> None:
        self._tasks.start(
            f"pin {press}",
            self._studio.history.set_pinned(PressId(press), pinned=pinned),
            is_change=True,
        )
