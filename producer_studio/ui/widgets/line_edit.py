"""Single-line text fields: no dropped files, and the start of a long text unless it is edited."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from producer_studio.ui.widgets.dropped_files import has_files


class LineEdit(QLineEdit):
    """`QLineEdit` that takes dropped texts and links, and leaves files to the window around it."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)


def show_text(edit: QLineEdit, text: str) -> None:
    """Sets the text of a field and scrolls to its start.

    `QLineEdit.setText` leaves the cursor at the end, and a long title without its beginning.
    """
    edit.setText(text)
    edit.home(False)


class LineEditScroller(QObject):
    """Scrolls every text field to its start when the focus moves on inside of its window.

    Another window that is opened or activated leaves the cursor where it is.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(old, QLineEdit) and now is not None and now.window() is old.window():
            old.home(False)
