"""Button with only an icon."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from producer_studio.ui.style.style import Style


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
