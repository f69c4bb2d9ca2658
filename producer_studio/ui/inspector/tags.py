"""A clip's tags and measurements as small chips, and a place to write another tag."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.ui.inspector.flow import FlowLayout
from producer_studio.ui.inspector.words import STAYS_OPEN
from producer_studio.ui.look import Look
from producer_studio.ui.widgets.badge import Badge, badge_size, draw_badge
from producer_studio.ui.widgets.menu import Menu

_LONGEST = 60


def measurements(clip: Clip) -> list[str]:
    """Such as "84 BPM" and "F minor"; what was not found is left out."""
    sound = clip.measured
    found = [f"{sound.bpm:.0f} BPM"] if sound.bpm else []
    return [*found, sound.key] if sound.key else found


class TagChip(QAbstractButton):
    """A badge that can be pressed; without a word it shows a plus."""

    def __init__(self, look: Look, text: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setText(text)
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 5)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        size = badge_size(self._look, self.text())
        return size if self.text() else QSize(27, size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() or self.isDown():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.hover)
            painter.drawRoundedRect(self.rect(), 5, 5)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        draw_badge(painter, self._look, self.rect(), shown, outlined=True)
        if not self.text():
            icon = self._look.pixmap("plus", "text2", 12)
            painter.drawPixmap((self.width() - 12) // 2, (self.height() - 12) // 2, icon)
        painter.end()


class TagRow(QWidget):
    """Signals:
    changed: The user added or removed a tag (all tags as they should be now).
    search_requested: Find the clips with a tag (a query).
    """

    changed = Signal(list)
    search_requested = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._tags: list[str] = []
        self._flow = FlowLayout(self)
        self._shown: list[QWidget] = []
        self.plus = TagChip(look, "", "Add a tag", self)
        self.plus.setToolTip("Add a tag")
        self.plus.clicked.connect(self._on_plus)
        self.field = QLineEdit(self)
        self.field.setAccessibleName("New tag")
        self.field.setPlaceholderText("New tag")
        self.field.setProperty("role", "quiet")
        self.field.setMaxLength(_LONGEST)
        self.field.setFixedWidth(96)
        self.field.hide()
        self.field.returnPressed.connect(self._on_return)
        self.field.installEventFilter(self)

    def show_clip(self, clip: Clip) -> None:
        """Shows another clip, or the same one changed."""
        self._show(clip.tags, measurements(clip))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if isinstance(event, QFocusEvent) and event.lostFocus():
                if event.reason() not in STAYS_OPEN:
                    self.finish()
            elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                if event.type() is QEvent.Type.KeyPress:
                    self.field.clear()
                    self.plus.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _show(self, tags: Sequence[str], facts: Sequence[str]) -> None:
        self._tags = list(tags)
        while self._flow.count():
            self._flow.takeAt(0)
        for widget in self._shown:
            widget.hide()
            widget.deleteLater()
        self._shown = []
        for tag in tags:
            chip = TagChip(self._look, tag, f"Tag {tag}", self)
            chip.clicked.connect(partial(self._on_chip, tag))
            chip.installEventFilter(_Remover(self, tag, chip))
            self._shown.append(chip)
        self._shown += [Badge(self._look, fact, self, outlined=True) for fact in facts]
        for widget in (*self._shown, self.plus, self.field):
            self._flow.addWidget(widget)
        for widget in self._shown:
            widget.show()
        self.updateGeometry()

    def remove(self, tag: str) -> None:
        """Takes a tag away."""
        self._change([kept for kept in self._tags if kept != tag])

    def _change(self, tags: list[str]) -> None:
        facts = [badge.text() for badge in self._shown if isinstance(badge, Badge)]
        self._show(tags, facts)
        self.changed.emit(tags)

    def _on_chip(self, tag: str) -> None:
        menu = Menu(self._look, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        quoted = f'tag:"{tag}"' if " " in tag else f"tag:{tag}"
        menu.add(
            "Find clips with this tag", partial(self.search_requested.emit, quoted), icon="search"
        )
        menu.add("Remove tag", partial(self.remove, tag), icon="x")
        sender = next(chip for chip in self._shown if chip.accessibleName() == f"Tag {tag}")
        menu.popup(sender.mapToGlobal(sender.rect().bottomLeft()))

    def _on_plus(self) -> None:
        self.plus.hide()
        self.field.show()
        self.field.setFocus()

    def _on_return(self) -> None:
        self._take_word()

    def _take_word(self) -> None:
        words = [" ".join(word.split()) for word in self.field.text().split(",")]
        self.field.clear()
        fresh = [word for word in words if word and word not in self._tags]
        if fresh:
            self._change([*self._tags, *dict.fromkeys(fresh)])

    def finish(self) -> None:
        """Adds the tag that is being typed, and closes the field."""
        self._take_word()
        self._close_field()

    def _close_field(self) -> None:
        self.field.hide()
        self.plus.show()


class _Remover(QObject):
    """Delete or Backspace on a tag takes it away."""

    def __init__(self, row: TagRow, tag: str, chip: QWidget) -> None:
        super().__init__(chip)
        self._row = row
        self._tag = tag

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
        ):
            self._row.remove(self._tag)
            return True
        return super().eventFilter(watched, event)
