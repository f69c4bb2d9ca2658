"""Chip of a word for the sound, and a flow of such chips that the arrow keys move through."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from producer_studio.translation import Message, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.flow_layout import FlowLayout

_PAD = 8
_ICON = 12
_ICON_GAP = 5
_WORD_GAP = 6
_RADIUS = 6.0
_GAP = 6
_ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})


class WordChip(QAbstractButton):
    """Word in the language of the window, with the English one that it stands for.

    Checked: the sound has the word.

    Signals:
        arrow_pressed: An arrow key was pressed (`Qt.Key`).
    """

    arrow_pressed = Signal(object)

    def __init__(self, style: Style, word: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.word = str(word)
        self.label = tr(word)
        is_same = _plain(self.label) == _plain(self.word)
        self.english = "" if is_same else self.word
        self.setCheckable(True)
        self.setAccessibleName(", ".join(filter(None, (self.label, self.english))))
        self.setProperty("ringRadius", int(_RADIUS))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        style.changed.connect(self.updateGeometry)

    def matches(self, typed: str) -> bool:
        """Whether a search finds it, by its translation or in English."""
        folded = typed.casefold()
        return folded in self.label.casefold() or folded in self.word.casefold()

    def sizeHint(self) -> QSize:
        width = 2 * _PAD + _ICON + _ICON_GAP + self._advance(self.label, 12)
        if self.english:
            width += _WORD_GAP + self._advance(self.english, 11)
        return QSize(round(width + 1), self._style.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, style = self._style.theme, self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_strong = self.isChecked() or self.underMouse()
        painter.setPen(QPen(theme.accent if self.isChecked() else theme.line, 1))
        if self.isChecked():
            painter.setBrush(style.colour("selection"))
        elif self.underMouse():
            painter.setBrush(theme.hover)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        icon = style.pixmap(
            "check" if self.isChecked() else "plus",
            "accent" if self.isChecked() else "text3",
            _ICON,
        )
        left = float(_PAD)
        painter.drawPixmap(QPointF(left, (self.height() - _ICON) // 2), icon)
        left += _ICON + _ICON_GAP
        painter.setFont(style.font(12))
        base = (self.height() + QFontMetricsF(style.font(12)).capHeight()) / 2
        painter.setPen(theme.text1 if is_strong else theme.text2)
        painter.drawText(QPointF(left, base), self.label)
        if self.english:
            left += self._advance(self.label, 12) + _WORD_GAP
            painter.setFont(style.font(11))
            painter.setPen(theme.text3)
            painter.drawText(QPointF(left, base), self.english)
        painter.end()

    def event(self, event: QEvent) -> bool:
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            # Else shortcuts of the window seek.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.arrow_pressed.emit(key)
        else:
            super().keyPressEvent(event)

    def _advance(self, text: str, size: int) -> float:
        return QFontMetricsF(self._style.font(size)).horizontalAdvance(text)


def _plain(text: str) -> str:
    """Returns a text without what does not make it another word: "Indie-Pop" is "indie pop"."""
    return text.casefold().replace("-", "").replace(" ", "")


class WordChips(QWidget):
    """Flow of chips; one of them is reached by Tab, the others by the arrow keys.

    Signals:
        word_toggled: A word was chosen or taken back by the user.
        left: The arrow keys leave the flow: true at its end, false at its beginning.
    """

    word_toggled = Signal(str, bool)
    left = Signal(bool)

    def __init__(self, style: Style, name: str, words: Iterable[Message], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        flow = FlowLayout(self, gap=_GAP)
        self.chips = [WordChip(style, word, self) for word in words]
        for chip in self.chips:
            chip.toggled.connect(lambda on, word=chip.word: self.word_toggled.emit(word, on))
            chip.arrow_pressed.connect(lambda key, chip=chip: self._move(chip, key))
            flow.addWidget(chip)
        self._set_tab_stop(None)
        style.changed.connect(flow.invalidate)

    def filter(self, typed: str) -> int:
        """Shows the chips that a search finds; returns their number."""
        for chip in self.chips:
            chip.setVisible(chip.matches(typed))
        self._set_tab_stop(None)
        return len(self.shown())

    def shown(self) -> list[WordChip]:
        """Returns the chips that are not filtered out."""
        return [chip for chip in self.chips if not chip.isHidden()]

    def focus_chip(self, chip: WordChip) -> None:
        """Moves the focus to a chip, which Tab reaches from then on."""
        self._set_tab_stop(chip)
        chip.setFocus(Qt.FocusReason.TabFocusReason)

    def _set_tab_stop(self, stop: WordChip | None) -> None:
        shown = self.shown()
        stop = stop or (shown[0] if shown else None)
        for chip in self.chips:
            policy = Qt.FocusPolicy
            chip.setFocusPolicy(policy.StrongFocus if chip is stop else policy.ClickFocus)

    def _move(self, chip: WordChip, key: Qt.Key) -> None:
        shown = self.shown()
        place = shown.index(chip)
        target = self._neighbour(shown, place, key)
        if target is not None:
            self.focus_chip(target)
        else:
            self.left.emit(key in {Qt.Key.Key_Right, Qt.Key.Key_Down})

    @staticmethod
    def _neighbour(shown: list[WordChip], place: int, key: Qt.Key) -> WordChip | None:
        """Returns the next chip in a direction: above and below the nearest one of the line."""
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            place += -1 if key == Qt.Key.Key_Left else 1
            return shown[place] if 0 <= place < len(shown) else None
        own = shown[place].geometry()
        lines = sorted({chip.y() for chip in shown})
        line = lines.index(own.y()) + (-1 if key == Qt.Key.Key_Up else 1)
        if not 0 <= line < len(lines):
            return None
        near = [chip for chip in shown if chip.y() == lines[line]]
        return min(near, key=lambda chip: abs(chip.geometry().center().x() - own.center().x()))
