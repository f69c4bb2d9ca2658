"""Cards: rounded frames, also as buttons."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label, paragraph


class Hairline(QFrame):
    """Separator line, horizontal or vertical."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("role", "hairline")
        self.setProperty("upright", vertical)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class Card(QFrame):
    """Frame with a hairline and rounded corners; `accented` gives it an accent border."""

    def __init__(
        self, parent: QWidget | None = None, *, surface: str = "card", has_accent: bool = False
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", surface)
        self.setProperty("accented", has_accent)


_SIZE_EVENTS = frozenset({QEvent.Type.LayoutRequest, QEvent.Type.Polish, QEvent.Type.StyleChange})


class CardButton(QPushButton):
    """Card that is one button, with a layout of its own in it."""

    def __init__(self, name: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setProperty("ringRadius", 10)
        # Cards in a row have the same width, independent of their texts.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return inside.sizeHint() if inside is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        inside = self.layout()
        return inside.minimumSize() if inside is not None else super().minimumSizeHint()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in _SIZE_EVENTS:
            self._update_minimum_height()
        return handled

    def _update_minimum_height(self) -> None:
        """Replaces the style sheet's minimum height of one line, which takes precedence over the
        layout's: cards in a list would be squeezed before the list scrolls.
        """
        inside = self.layout()
        if inside is not None and not inside.hasHeightForWidth():
            self.setMinimumHeight(inside.minimumSize().height())


class ButtonCard(CardButton):
    """Card with a title, a description and a chevron that is one button."""

    def __init__(self, style: Style, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(title, text, parent)
        self._style = style
        self._chevron = QLabel(self)
        name, words = label(title, "strong", self), paragraph(text, "secondary", self)
        for part in (self._chevron, name, words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(self._chevron)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 13, 13, 13)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(words)
        column.addStretch(1)
        style.changed.connect(self._update_icon)
        self._update_icon()

    def _update_icon(self) -> None:
        self._chevron.setPixmap(self._style.pixmap("chevron-right", "text2"))
