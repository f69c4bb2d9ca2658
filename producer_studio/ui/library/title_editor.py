"""Editor for a clip's title inside a row or a card."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from producer_studio.translation import tr
from producer_studio.ui.widgets.line_edit import LineEdit

Index = QModelIndex | QPersistentModelIndex

_MAX_LENGTH = 200


class TitleEditor(LineEdit):
    """Line edit that sets the title once: a refresh of the row must not undo the user's edits."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._has_title = False
        self.setProperty("role", "field")
        self.setAccessibleName(tr("New title"))
        self.setMaxLength(_MAX_LENGTH)

    def set_initial_title(self, title: str) -> None:
        """Sets the title to edit; later calls change nothing."""
        if not self._has_title:
            self._has_title = True
            self.setText(title)


class TitleDelegate(QStyledItemDelegate):
    """Base of the delegates of the library: opens a `TitleEditor` and commits its text."""

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index
    ) -> QWidget:
        return TitleEditor(parent)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Qt calls this again whenever the model reports a change of the row.
        if isinstance(editor, TitleEditor):
            editor.set_initial_title(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        # A title that changed elsewhere meanwhile is not reset by an unmodified editor.
        if isinstance(editor, TitleEditor) and editor.isModified():
            current = model.index(index.row(), index.column())
            model.setData(current, editor.text(), Qt.ItemDataRole.EditRole)
