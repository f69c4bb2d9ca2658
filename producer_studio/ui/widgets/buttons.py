"""Buttons with an icon."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label


class IconButton(QToolButton):
    """Square icon button; its name is the tooltip and the accessible name.

    Args:
        style: Source of colours and icons.
        icon: Lucide name.
        name: Tooltip and accessible name.
        role: Colour token of the icon.
        size: Edge of the icon in logical pixels.
        box: Edge of the button.
        filled: Whether the icon's closed shapes are filled.
    """

    def __init__(
        self,
        style: Style,
        icon: str,
        name: str,
        parent: QWidget | None = None,
        *,
        role: str = "text2",
        size: int = 16,
        box: int = 28,
        filled: bool = False,
        checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._icon_spec = (icon, role, size, filled)
        self.setIconSize(QSize(size, size))
        self.setFixedSize(box, box)
        self.setCheckable(checkable)
        self.setProperty("ringRadius", 6)
        self.set_name(name)
        style.set_icon(self, icon, role, size, filled=filled)

    def set_name(self, name: str) -> None:
        """Sets another name, such as Pause while playing."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def set_icon(self, icon: str, role: str | None = None, *, filled: bool | None = None) -> None:
        """Sets another icon, colour or filling; omitted values stay."""
        _, old_role, size, old_filled = self._icon_spec
        wanted = (icon, role or old_role, size, old_filled if filled is None else filled)
        if wanted != self._icon_spec:
            self._icon_spec = wanted
            self._style.set_icon(self, wanted[0], wanted[1], size, filled=wanted[3])


_GAP = 6


class PillButton(QPushButton):
    """Button of the top bar that shows a state; pressing it opens an action for that state."""

    def __init__(
        self,
        style: Style,
        icon: str,
        name: str,
        parent: QWidget | None = None,
        *,
        menu: bool = False,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._icon = icon
        self.setProperty("role", "pill")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._icon_label = QLabel(self)
        self._primary_label = label("", "strong", self)
        self._secondary_label = label("", "muted", self)
        self._secondary_label.setContentsMargins(_GAP, 0, 0, 0)
        self._chevron = QLabel(self)
        self._chevron.setContentsMargins(_GAP, 0, 0, 0)
        self._chevron.setVisible(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 11, 0)
        row.setSpacing(0)
        row.addWidget(self._icon_label)
        row.addSpacing(7)
        row.addWidget(self._primary_label)
        row.addWidget(self._secondary_label)
        row.addWidget(self._chevron)
        for part in (self._icon_label, self._primary_label, self._secondary_label, self._chevron):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        style.changed.connect(self._update_icons)
        self._update_icons()

    def set_texts(self, primary: str, secondary: str) -> None:
        """Sets both texts; the secondary one may be empty."""
        self._primary_label.setText(primary)
        self._secondary_label.setText(secondary)
        self._secondary_label.setVisible(bool(secondary))
        self.setAccessibleDescription(f"{primary} {secondary}".strip())
        self.updateGeometry()

    def texts(self) -> tuple[str, str]:
        return self._primary_label.text(), self._secondary_label.text()

    def sizeHint(self) -> QSize:
        inside = self.layout()
        width = inside.sizeHint().width() if inside is not None else 0
        return QSize(width, self._style.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _update_icons(self) -> None:
        self._icon_label.setPixmap(self._style.pixmap(self._icon, "text2"))
        self._chevron.setPixmap(self._style.pixmap("chevron-down", "text2", 14))
        self.updateGeometry()
