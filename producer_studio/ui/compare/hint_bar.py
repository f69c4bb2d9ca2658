"""Keys of a comparison, and buttons for what is done with the clip that is heard."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.text_format import format_time, literal_text

_GAP = 6
_HIDES = mark("R hides the names")
_LISTENING_KEYS = (mark("Space pauses"), mark("← → seek"), mark("L loops"))
_KEYS = (
    *_LISTENING_KEYS,
    mark("Shift+1…5 rates"),
    mark("Enter keeps"),
    mark("Del discards, with Shift all others"),
)
_ABX_KEYS = (
    mark("A, B and X switch at the same moment"),
    *_LISTENING_KEYS,
    mark("Shift+A or Shift+B answers"),
    mark("N: no difference"),
    mark("Esc ends the test"),
)


class HintBar(QWidget):
    """Says which keys there are, and has buttons for decisions and for showing the names."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._icon = QLabel(self)
        self.keys_label = label("", "caption", self, wrap=True)
        self.keep_button = self._add_button(
            tr("Keep"), native_keys("Enter"), tr("Keeps what is heard, as a favourite")
        )
        self.discard_button = self._add_button(
            tr("Discard"), native_keys("Del"), tr("Moves what is heard to the trash")
        )
        self.tie_button = self._add_button(tr("Tie"), "T", tr("All are equally good"))
        self.none_button = self._add_button(tr("No difference"), "N", tr("I hear no difference"))
        self.reveal_button = self._add_button(
            tr("Show the names"), "R", tr("Shows which take is which")
        )
        for button, icon in (
            (self.keep_button, "heart"),
            (self.discard_button, "trash-2"),
            (self.reveal_button, "eye"),
        ):
            style.set_icon(button, icon, "text2", 14)
        self._buttons = QWidget(self)
        row = FlowLayout(self._buttons, gap=_GAP)
        answers = (self.tie_button, self.none_button, self.reveal_button)
        for button in (self.keep_button, self.discard_button, *answers):
            row.addWidget(button)
        self._keys = QHBoxLayout()
        self._keys.setSpacing(7)
        self._keys.addWidget(self._icon)
        self._keys.addWidget(self.keys_label, 1)
        self.end_label = label("", "caption", self, wrap=True)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lines.setSpacing(8)
        self._lines.addLayout(self._keys, 1)
        self._lines.addWidget(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.end_label)
        column.addLayout(self._lines)
        style.changed.connect(self._update_icon)
        self._update_icon()

    def _add_button(self, name: str, key: str, tooltip: str) -> QPushButton:
        button = QPushButton(literal_text(f"{name} ({key})"), self)
        button.setToolTip(tooltip)
        button.setProperty("role", "chip")
        return button

    def show_state(self, count: int, *, blind: bool, abx: bool, end_s: float = 0.0) -> None:
        """Shows the keys for a number of rows; the buttons are for rows that are no test.

        Args:
            blind: Whether the names are hidden.
            abx: Whether the rows are A, B and X.
            end_s: Where all stop, in seconds; 0 if each plays to its own end.
        """
        self.end_label.setText(
            tr(
                "All stop at {time}, where the shortest ends: no end tells which it is.",
                time=format_time(end_s),
            )
        )
        self.end_label.setVisible(end_s > 0.0)
        if abx:
            keys: tuple[str, ...] = _ABX_KEYS
        else:
            switch = (tr("1–{count} switch at the same moment", count=count),) if count > 1 else ()
            hides = () if blind else (_HIDES,)
            keys = (*switch, *_KEYS, *hides)
        self.keys_label.setText(" · ".join(map(tr, keys)))
        self._buttons.setHidden(abx)
        self.reveal_button.setVisible(blind)
        for button in (self.tie_button, self.none_button):
            button.setVisible(count > 1)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Places the buttons below the keys where both do not fit in a line."""
        words = self.keys_label.fontMetrics().horizontalAdvance(self.keys_label.text())
        shown = [] if self._buttons.isHidden() else self._buttons.findChildren(QPushButton)
        buttons = sum(one.sizeHint().width() + _GAP for one in shown if not one.isHidden())
        fits = words + buttons + 48 <= self.width()
        self._buttons.setMinimumWidth(buttons if fits else 0)
        # Beside the first line of several.
        beside = Qt.AlignmentFlag.AlignVCenter if fits else Qt.AlignmentFlag.AlignTop
        self._keys.setAlignment(self._icon, beside)
        directions = QBoxLayout.Direction
        self._lines.setDirection(directions.LeftToRight if fits else directions.TopToBottom)

    def _update_icon(self) -> None:
        self._icon.setPixmap(self._style.pixmap("keyboard", "text3", 14))
