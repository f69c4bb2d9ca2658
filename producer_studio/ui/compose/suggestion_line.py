"""Suggestion with one action button."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label


class SuggestionLine(QWidget):
    """Card with a short message and one button, such as "Undo"."""

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
        self.close_button.clicked.connect(lambda: self.dismiss())
        row = QHBoxLayout(card)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(6)
        row.addWidget(self.message, 1)
        row.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 11)
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
        self.show()

    def dismiss(self, *, keep_space: bool = False) -> None:
        """Hides the suggestion.

        Args:
            keep_space: Whether the fields below stay in position until the next suggestion, as
                while the user types in one of them.
        """
        self._callback = None
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(keep_space and not self.isHidden())
        self.setSizePolicy(policy)
        self.hide()

    def _on_action_clicked(self) -> None:
        act = self._callback
        self.dismiss()
        if act is not None:
            act()
