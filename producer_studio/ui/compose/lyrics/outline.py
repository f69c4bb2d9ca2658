"""Outline of the sections beside the lyrics; reordered by dragging or by keys."""

from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.compose.lyrics.section_actions import SectionActions, outline_step
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import KeyRepeatFilter, native_keys
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.overlay_scroll_bar import OverlayScrollBar

_WIDTH_PX = 112
_ROW_PX = 26
_CHEVRON = 12
_MARGIN = 6
_LINES_ROLE = int(Qt.ItemDataRole.UserRole)
_FOLD_ROLE = _LINES_ROLE + 1
_OWN_KEYS = frozenset({Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Backspace})
_UNNAMED = mark("No section")


class SectionOutline(QListWidget):
    """Shows the sections of the lyrics, and follows the cursor of the editor.

    Signals:
        rename_requested: Ask for another name of the section at this place.
        left: The user goes on in the text.
    """

    rename_requested = Signal(int)
    left = Signal()

    def __init__(self, style: Style, actions: SectionActions, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._actions = actions
        self._dragged: int | None = None
        self._dragged_from = 0
        self._repeat_filter = KeyRepeatFilter(self)
        self.setAccessibleName(tr("Outline of the lyrics"))
        self.setAccessibleDescription(
            tr(
                "Alt+Up and Alt+Down move a section, Ctrl+D copies it, Left folds and "
                "Right unfolds it."
            )
        )
        self.setProperty("role", "outline")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(0, 6, 0, 6)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_SectionDelegate(style, self))
        OverlayScrollBar(self)
        actions.changed.connect(self.show_sections)
        style.changed.connect(self._restyle)
        self._restyle()
        self.show_sections()

    def show_sections(self) -> None:
        """Shows the sections of the text as they are now."""
        if self.isHidden() or self._dragged is not None:
            return
        parts = self._actions.parts()
        while self.count() > len(parts):
            self.takeItem(self.count() - 1)
        while self.count() < len(parts):
            self.addItem(QListWidgetItem())
        for place, part in enumerate(parts):
            folded = self._actions.folding.is_folded(part)
            name = part.name or tr(_UNNAMED)
            lines = ntr("{count} line", "{count} lines", part.sung_lines)
            item = self.item(place)
            item.setText(name)
            item.setData(_LINES_ROLE, part.sung_lines)
            item.setData(_FOLD_ROLE, folded)
            item.setToolTip(f"{name}, {lines}")
            spoken = f"{name}, {lines}"
            if folded:
                spoken = tr("{name}, {lines}, folded", name=name, lines=lines)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        if parts:
            self.setCurrentRow(self._actions.current())

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.show_sections()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.currentRow()
        key = Qt.Key(event.key())
        step = outline_step(event)
        is_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if place < 0:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self._actions.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._actions.redo()
        elif step:
            self._actions.move(place, place + step)
        elif is_control and key == Qt.Key.Key_D:
            self._actions.duplicate(place)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._actions.folding.set_folded(place, key == Qt.Key.Key_Left)
        elif key == Qt.Key.Key_F2:
            self._repeat_filter.start(event)
            self.rename_requested.emit(place)
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._repeat_filter.start(event)
            self._actions.remove(place)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._repeat_filter.start(event)
            self._actions.go_to(place)
            self.left.emit()
        else:
            super().keyPressEvent(event)
            if self.currentRow() not in {place, -1}:
                self._actions.go_to(self.currentRow())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        row = self.indexAt(place).row()
        if event.button() is not Qt.MouseButton.LeftButton or row < 0:
            return
        if place.x() < _MARGIN + _CHEVRON + 4:
            self._actions.toggle_fold(row)
            return
        self._actions.go_to(row)
        self._dragged = self._dragged_from = row

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        if self._dragged is None or row < 0 or row == self._dragged:
            return
        self.insertItem(row, self.takeItem(self._dragged))
        self.setCurrentRow(row)
        self._dragged = row

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        dragged, self._dragged = self._dragged, None
        if dragged is not None and dragged != self._dragged_from:
            self._actions.move(self._dragged_from, dragged)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self.currentRow() if is_key else self.indexAt(event.pos()).row()
        if place < 0:
            return
        # The menu is that of the current section, whichever it was before.
        self._actions.go_to(place)
        menu = self.create_menu(place)
        below = self.visualItemRect(self.item(place)).bottomLeft() + QPoint(_MARGIN, 0)
        menu.popup(self.viewport().mapToGlobal(below) if is_key else event.globalPos())

    def sizeHint(self) -> QSize:
        """Returns no height: the text beside it determines the actual one."""
        return QSize(self.width(), 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def create_menu(self, place: int) -> Menu:
        """Creates the menu of a section; it is deleted when it is closed."""
        menu = Menu(self._style, self, name=tr("Section"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = self._actions
        part = actions.parts()[place]
        menu.add_item(
            tr("Rename…"), partial(self.rename_requested.emit, place), icon="pencil", shortcut="F2"
        )
        menu.add_item(
            tr("Duplicate"),
            partial(actions.duplicate, place),
            icon="copy",
            shortcut=native_keys("Ctrl+D"),
        )
        if part.name:
            is_folded = actions.folding.is_folded(part)
            menu.add_item(
                tr("Unfold") if is_folded else tr("Fold"),
                partial(actions.toggle_fold, place),
                icon="chevron-down" if is_folded else "chevron-right",
                shortcut=native_keys("Right" if is_folded else "Left"),
            )
        for text, step, keys in ((tr("Move up"), -1, "Alt+Up"), (tr("Move down"), 1, "Alt+Down")):
            menu.add_item(
                text,
                partial(actions.move, place, place + step),
                icon="chevron-up" if step < 0 else "chevron-down",
                shortcut=native_keys(keys),
            )
        menu.add_item(
            tr("Remove"),
            partial(actions.remove, place),
            icon="trash-2",
            shortcut=native_keys("Del"),
        )
        return menu

    def has_own_undo(self) -> bool:
        """Whether the text has steps that can be undone."""
        return self._actions.has_own_undo()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Keys that the window has shortcuts for, such as F2 and Ctrl+D.
            keys = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            is_own = plain == Qt.KeyboardModifier.NoModifier and event.key() in keys | _OWN_KEYS
            is_copy = plain == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_D
            steps = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            if is_own or is_copy or any(event.matches(one) for one in steps):
                event.accept()
                return True
        return super().event(event)

    def _restyle(self) -> None:
        self.setFixedWidth(self._style.px(_WIDTH_PX))
        self.setFont(self._style.font(12))
        self.scheduleDelayedItemsLayout()


class _SectionDelegate(QStyledItemDelegate):
    """Paints a row: chevron, name and the number of its lines."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, self._style.px(_ROW_PX))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        style, row = self._style, option.rect
        theme = style.theme
        painter.save()
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_current:
            painter.fillRect(row, theme.selection)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, theme.hover)
        lines = index.data(_LINES_ROLE)
        if lines:
            icon = "chevron-right" if index.data(_FOLD_ROLE) else "chevron-down"
            place = QRect(row.left() + _MARGIN, row.top(), _CHEVRON, row.height())
            style.icon(icon, "text3").paint(painter, place)
        painter.setFont(style.font(11))
        number = str(lines) if lines else ""
        inner = row.adjusted(_MARGIN + _CHEVRON + 4, 0, -_MARGIN - 2, 0)
        painter.setPen(theme.text3)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, number)
        inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(number) - 4)
        painter.setFont(style.font(12, 500))
        painter.setPen(theme.text1 if is_current else theme.text2)
        name = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()
