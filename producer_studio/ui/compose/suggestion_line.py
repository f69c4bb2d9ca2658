"""Suggestion with one action button."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label


class SuggestionLine(QWidget):
    """Card with a short message and one button, such as "Undo".

    It lies below the fields, where its appearance does not move them under the pointer.

    Signals:
        visibility_changing: It is about to be shown, or was hidden (bool).
    """

    visibility_changing = Signal(bool)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._callback: Callable[[], None] | None = None
        card = QFrame()
        card.setProperty("surface", "raised")
        self.message = label("", "value", wrap=True)
        self.action_button = QPushButton()
        self.action_button.setProperty("role", "chip")
        self.action_button.clicked.connect(self._on_action_clicked)
        self.close_button = IconButton(style, "x", "Dismiss", role="text3", size=14, box=22)
        self.close_button.clicked.connect(self.dismiss)
        row = QHBoxLayout(card)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(6)
        row.addWidget(self.message, 1)
        row.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        around = QVBoxLayout(self)
        around.setContentsMargins(16, 8, 16, 10)
        around.addWidget(card)
        self.hide()

    def show_suggestion(
        self,
        message: str,
        action_text: str = "",
        callback: Callable[[], None] | None = None,
        *,
        costs_credits: bool = False,
    ) -> None:
        """Shows a message and a button, in place of an earlier suggestion.

        Args:
            costs_credits: Whether the button costs credits.
        """
        set_guarded(self.action_button, costs_credits)
        self.message.setText(message)
        self.action_button.setText(action_text)
        self.action_button.setVisible(bool(action_text))
        self.action_button.setAccessibleDescription(message)
        self._callback = callback
        if self.isHidden():
            self.visibility_changing.emit(True)
        self.show()

    def dismiss(self) -> None:
        """Hides the suggestion."""
        self._callback = None
        if not self.isHidden():
            self.hide()
            self.visibility_changing.emit(False)

    def _on_action_clicked(self) -> None:
        act = self._callback
        self.dismiss()
        if act is not None:
            act()
