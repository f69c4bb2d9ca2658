"""A remark with one thing to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label


class OfferLine(QWidget):
    """A small card such as "Settings of “Late Night” are on the desk. Undo"."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: Callable[[], None] | None = None
        card = QFrame()
        card.setProperty("surface", "raised")
        self.words = label("", "value", wrap=True)
        self.action = QPushButton()
        self.action.setProperty("role", "chip")
        self.action.clicked.connect(self._on_action)
        self.close_button = IconButton(look, "x", "Dismiss", role="text3", size=14, box=22)
        self.close_button.clicked.connect(lambda: self.withdraw())
        row = QHBoxLayout(card)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 11)
        around.addWidget(card)
        self.hide()

    def offer(
        self,
        words: str,
        action: str = "",
        act: Callable[[], None] | None = None,
        *,
        spends: bool = False,
    ) -> None:
        """Shows a sentence and a button; a newer offer takes the place of an older one.

        Args:
            spends: Whether the button costs credits.
        """
        set_guarded(self.action, spends)
        self.words.setText(words)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.action.setAccessibleDescription(words)
        self._act = act
        self.show()

    def withdraw(self, *, keep_room: bool = False) -> None:
        """Hides it.

        Args:
            keep_room: Whether the fields below stay where they are until the next offer, as while
                somebody types in one of them.
        """
        self._act = None
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(keep_room and not self.isHidden())
        self.setSizePolicy(policy)
        self.hide()

    def _on_action(self) -> None:
        act = self._act
        self.withdraw()
        if act is not None:
            act()
