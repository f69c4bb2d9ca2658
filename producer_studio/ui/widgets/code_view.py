"""Read-only view of a text in the system's fixed-width font."""

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from producer_studio.ui.style.style import Style


class CodeView(QPlainTextEdit):
    """Text to read and copy; Tab leaves it.

    Args:
        name: Accessible name.
    """

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        style.changed.connect(self._apply_style)
        self._apply_style()

    def _apply_style(self) -> None:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        families = ", ".join(f'"{one}"' for one in fixed.families() or ["monospace"])
        self.setStyleSheet(
            f"QPlainTextEdit {{ font-family: {families}; font-size: {self._style.px(12)}px;"
            " padding: 8px 10px; }"
        )
        self.document().setDefaultFont(QFont(fixed.family(), -1))
