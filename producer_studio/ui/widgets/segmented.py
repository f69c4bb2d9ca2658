"""Segmented control."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.checked_state import connect_choice, set_checked
from producer_studio.ui.widgets.focus_order import keep_focus_on_choice
from producer_studio.ui.widgets.text_format import literal_text


class Segmented(QFrame):
    """Two to five exclusive options in one frame; `option_chosen` carries the key."""

    option_chosen = Signal(str)

    def __init__(
        self,
        style: Style,
        name: str,
        options: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        """Creates the options from (key, label) pairs; the first is selected."""
        super().__init__(parent)
        self._style = style
        self.setProperty("surface", "raised")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for key, word in options:
            button = QPushButton(literal_text(word), self)
            button.setProperty("role", "segment")
            button.setProperty("ringRadius", 6)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAutoExclusive(True)  # exclusive through the group; set for screen readers
            button.setAccessibleName(word)
            connect_choice(button, partial(self.option_chosen.emit, key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._buttons[options[0][0]].setChecked(True)
        keep_focus_on_choice(self._group)

    def value(self) -> str:
        """Key of the selected option."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def set_value(self, key: str) -> None:
        """Selects an option without emitting a signal.

        Raises:
            KeyError: There is no such option.
        """
        set_checked(self._buttons[key], True)
