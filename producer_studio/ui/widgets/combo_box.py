"""Combo box in the style of the window."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QWidget

from producer_studio.ui.widgets.menu import POPUP_FLAGS, clip_corners
from producer_studio.ui.widgets.screen_reader import AccessibilityFactory

_RADIUS = 8


class ComboBox(QComboBox):
    """Combo box with a styled list, which ignores the mouse wheel."""

    def __init__(self, name: str, parent: QWidget | None = None, *, small: bool = False) -> None:
        AccessibilityFactory.install()
        super().__init__(parent)
        self.setAccessibleName(name)
        # A click does not move the focus: see the style sheet on buttons.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if small:
            self.setProperty("fit", "small")
        view = QListView(self)
        view.setUniformItemSizes(True)
        self.setView(view)
        view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        popup = view.window()
        popup.setWindowFlags(POPUP_FLAGS)
        # Below the rounded corners of the list; transparent, they would be black: see fill_corners.
        popup.setBackgroundRole(QPalette.ColorRole.Mid)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        super().showPopup()
        clip_corners(self.view().window(), _RADIUS)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _on_selection_changed(self) -> None:
        # Keys and the mouse select the item that they make the current one, which is known after
        # their event. A screen reader's action only selects, which chooses nothing in Qt.
        QTimer.singleShot(0, self, self._choose_selected)

    def _choose_selected(self) -> None:
        view = self.view()
        selected = view.selectionModel().selectedIndexes()
        if len(selected) == 1 and selected[0] != view.currentIndex():
            view.setCurrentIndex(selected[0])
            self.hidePopup()
            self.setCurrentIndex(selected[0].row())
            self.activated.emit(selected[0].row())
