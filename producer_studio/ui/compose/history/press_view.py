"""View of the history: cards, of which the selected one has buttons."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView, QWidget

from producer_studio.domain.ids import PressId
from producer_studio.translation import tr
from producer_studio.ui.compose.history.press_delegate import (
    CARD_GAP,
    MARGIN,
    PADDING,
    PIN_SIZE,
    PressDelegate,
    card_height,
    line_rects,
)
from producer_studio.ui.compose.history.press_table import PressTable
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.overlay_scroll_bar import OverlayScrollBar
from producer_studio.ui.widgets.text_format import literal_text

_PIN_BOX = 24
_BUTTON_GAP = 8
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_CLEAR_AND_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect


class PressView(QTableView):
    """List of presses. No operation depends on the number of rows.

    Signals:
        restore_requested: Show the form of a press again (id).
        repeat_requested: The same with a new seed (id).
        preset_requested: Save its form as a preset (id).
        pin_requested: Pin or unpin a press (id, whether to pin it).
        sweep_requested: Show the grid of a sweep (id).
    """

    restore_requested = Signal(str)
    repeat_requested = Signal(str)
    preset_requested = Signal(str)
    pin_requested = Signal(str, bool)
    sweep_requested = Signal(str)

    def __init__(self, style: Style, table: PressTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._table = table
        self._expanded = QPersistentModelIndex()
        self._placement = Debounce(self._place_buttons, 0, self, restarts=False)
        self._set_up()
        self.setModel(table)
        self.setItemDelegate(PressDelegate(style, table, self))
        self._buttons = QWidget(self.viewport())
        self._flow = FlowLayout(self._buttons, gap=_BUTTON_GAP)
        self.restore_button = self._create_button(tr("Restore"), tr("Restore this form"))
        self.repeat_button = self._create_button(
            tr("Again, new seed"), tr("Restore with a new seed")
        )
        self.preset_button = self._create_button(
            tr("Save as preset"), tr("Save this form as a preset")
        )
        self.sweep_button = self._create_button(tr("Grid"), tr("Show the grid of this sweep"))
        self.sweep_button.setToolTip(tr("States, stars and clips by axis"))
        self.restore_button.setToolTip(tr("Shows the whole form again (Enter)"))
        self.repeat_button.setToolTip(
            tr("Shows the whole form again, with new seeds; sends nothing")
        )
        self.pin_button = IconButton(
            style, "pin", tr("Pin"), self.viewport(), size=PIN_SIZE, box=_PIN_BOX
        )
        OverlayScrollBar(self)
        self._connect()
        self._restyle()

    def selected_press(self) -> PressId | None:
        """Returns the selected press."""
        rows = self.selectionModel().selectedIndexes()
        return self._table.id_at(rows[0].row()) if rows else None

    def select_press(self, press: PressId) -> bool:
        """Selects a press and scrolls to it; False when it is not in the list."""
        row = self._table.row_of(press)
        if row is None:
            return False
        index = self._table.index(row, 0)
        self.selectionModel().setCurrentIndex(index, _CLEAR_AND_SELECT)
        self.scrollTo(index)
        return True

    def select_first(self) -> None:
        """Selects the first press of the list, if it has one."""
        if self._table.ids and self.selected_press() is None:
            self.select_press(self._table.ids[0])

    def keyboardSearch(self, _text: str) -> None:  # noqa: N802 - Qt's name
        """Does nothing: it would read every row. The search field finds presses."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press = self.selected_press()
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER and modifiers == Qt.KeyboardModifier.NoModifier:
            if press is not None and not event.isAutoRepeat():
                self.restore_requested.emit(press)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._placement.trigger()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self._placement.trigger()

    def _set_up(self) -> None:
        self.setAccessibleName(tr("History of presses"))
        self.setProperty("ringNone", True)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.hide()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setStyleSheet("QTableView { selection-background-color: transparent; }")

    def _create_button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(literal_text(text), self._buttons)
        button.setProperty("role", "chip")
        button.setAccessibleName(name)
        self._flow.addWidget(button)
        return button

    def _connect(self) -> None:
        self._style.changed.connect(self._restyle)
        self.doubleClicked.connect(lambda _index: self._emit_selected(self.restore_requested))
        self.restore_button.clicked.connect(lambda: self._emit_selected(self.restore_requested))
        self.repeat_button.clicked.connect(lambda: self._emit_selected(self.repeat_requested))
        self.preset_button.clicked.connect(lambda: self._emit_selected(self.preset_requested))
        self.sweep_button.clicked.connect(lambda: self._emit_selected(self.sweep_requested))
        self.pin_button.clicked.connect(self._on_pin_clicked)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._place_buttons())
        table = self._table
        for changed in (table.modelReset, table.rowsInserted, table.rowsRemoved, table.dataChanged):
            changed.connect(lambda *_: self._placement.trigger())

    def _emit_selected(self, signal: SignalInstance) -> None:
        press = self.selected_press()
        if press is not None:
            signal.emit(press)

    def _on_pin_clicked(self) -> None:
        index = self.currentIndex()
        row = self._table.press_row(index.row()) if index.isValid() else None
        if row is not None:
            self.pin_requested.emit(row.id, not row.is_pinned)

    def _restyle(self) -> None:
        header = self.verticalHeader()
        header.setMinimumSectionSize(24)
        header.setDefaultSectionSize(card_height(self._style) + CARD_GAP)
        self._expanded = QPersistentModelIndex()
        self._placement.trigger()

    def _place_buttons(self) -> None:
        """Gives the selected card space for its buttons, and moves them there."""
        rows = self.selectionModel().selectedIndexes()
        index = rows[0] if rows else QModelIndex()
        if self._expanded.isValid() and self._expanded.row() != index.row():
            height = card_height(self._style) + CARD_GAP
            self.verticalHeader().resizeSection(self._expanded.row(), height)
        self._expanded = QPersistentModelIndex(index)
        self._buttons.setVisible(index.isValid())
        self.pin_button.setVisible(index.isValid())
        if not index.isValid():
            return
        shown = self._table.press_row(index.row())
        self.sweep_button.setVisible(shown is not None and shown.is_sweep)
        width = self.viewport().width() - 2 * (MARGIN + PADDING)
        height = self._flow.heightForWidth(width)
        above = card_height(self._style)
        wanted = above + height + PADDING + CARD_GAP
        if self.verticalHeader().sectionSize(index.row()) != wanted:
            self.verticalHeader().resizeSection(index.row(), wanted)
            self.scrollTo(index)
        row: QRect = self.visualRect(index)
        left = row.left() + MARGIN + PADDING
        self._buttons.setGeometry(left, row.top() + above, width, height)
        words = line_rects(self._style, row)[1]
        top = words.center().y() - _PIN_BOX // 2
        self.pin_button.move(words.right() - _PIN_BOX + (_PIN_BOX - PIN_SIZE) // 2, top)
        is_pinned = shown is not None and shown.is_pinned
        self.pin_button.set_icon("pin", "accent" if is_pinned else "text2", filled=is_pinned)
        self.pin_button.set_name(tr("Unpin") if is_pinned else tr("Pin"))
