"""A rounded button with an icon, a strong word and a quiet one."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.label import label

_GAP = 6


class Pill(QPushButton):
    """Shows a state in the top bar and does something about it when pressed."""

    def __init__(
        self, look: Look, icon: str, name: str, parent: QWidget | None = None, *, menu: bool = False
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self.setProperty("role", "pill")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._picture = QLabel(self)
        self._strong = label("", "strong", self)
        self._quiet = label("", "muted", self)
        self._quiet.setContentsMargins(_GAP, 0, 0, 0)
        self._chevron = QLabel(self)
        self._chevron.setContentsMargins(_GAP, 0, 0, 0)
        self._chevron.setVisible(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 11, 0)
        row.setSpacing(0)
        row.addWidget(self._picture)
        row.addSpacing(7)
        row.addWidget(self._strong)
        row.addWidget(self._quiet)
        row.addWidget(self._chevron)
        for part in (self._picture, self._strong, self._quiet, self._chevron):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        look.changed.connect(self._draw)
        self._draw()

    def say(self, strong: str, quiet: str) -> None:
        """Both words; the quiet one may be empty."""
        self._strong.setText(strong)
        self._quiet.setText(quiet)
        self._quiet.setVisible(bool(quiet))
        self.setAccessibleDescription(f"{strong} {quiet}".strip())
        self.updateGeometry()

    def words(self) -> tuple[str, str]:
        return self._strong.text(), self._quiet.text()

    def sizeHint(self) -> QSize:
        inside = self.layout()
        width = inside.sizeHint().width() if inside is not None else 0
        return QSize(width, self._look.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _draw(self) -> None:
        self._picture.setPixmap(self._look.pixmap(self._icon, "text2"))
        self._chevron.setPixmap(self._look.pixmap("chevron-down", "text2", 14))
        self.updateGeometry()
