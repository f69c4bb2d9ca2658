"""Button that shows the takes of a press as one group, or one by one."""

from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style

_NAME = mark("Group takes")
_TEXT_MIN_WIDTH = 700
"""Narrower lists show the icon alone, for the tabs' sake."""


class GroupTakesButton(QPushButton):
    """Checked while takes are grouped."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__("", parent)
        self._style = style
        self.setProperty("role", "tab")
        self.setCheckable(True)
        self.setChecked(True)
        self.setAccessibleName(tr(_NAME))
        self.setToolTip(tr("Show the takes of one song as a group"))
        self._show_text(tr(_NAME))

    def fit(self, list_width: int) -> None:
        """Shows the text beside the icon if a list of this width has room for it."""
        has_room = list_width >= _TEXT_MIN_WIDTH * self._style.text_scale
        text = tr(_NAME) if has_room else ""
        if text != self.text():
            self._show_text(text)

    def _show_text(self, text: str) -> None:
        self.setText(text)
        # Again: the gap beside the icon depends on the text.
        self._style.set_icon(self, "layers", "text2", 16)
