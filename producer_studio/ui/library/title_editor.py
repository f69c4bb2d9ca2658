"""Editor for a clip's title inside a row or a card."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex

_MAX_LENGTH = 200


class TitleEditor(QLineEdit):
    """Takes the title once, when it opens: a refresh of the row must not undo what is typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._has_title = False
        self.setProperty("role", "field")
        self.setAccessibleName("New title")
        self.setMaxLength(_MAX_LENGTH)

    def set_initial_title(self, title: str) -> None:
        """Shows the title to start from; later calls change nothing."""
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
        # Qt calls this again whenever the model says that the row has changed.
        if isinstance(editor, TitleEditor):
            editor.set_initial_title(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        # A title that somebody else has changed meanwhile is not set back by merely looking at it.
        if isinstance(editor, TitleEditor) and editor.isModified():
            current = model.index(index.row(), index.column())
            model.setData(current, editor.text(), Qt.ItemDataRole.EditRole)
