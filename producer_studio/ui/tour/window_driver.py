"""UI driver for the real window: finds by accessible name, clicks, types, takes screenshots."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from producer_studio.ui.style.style import Style

Kind = TypeVar("Kind", bound=QWidget)

_POLL_INTERVAL_S = 0.02
_THEMES = ("dark", "light")
_SHADE_COLOUR = QColor(0, 0, 0, 110)


class TourError(Exception):
    """A step failed."""


class WindowDriver:
    """Controls the window through the accessible names of its widgets.

    Args:
        folder: Destination of the screenshots.
        timeout_s: Default timeout of every wait; may be changed.
    """

    def __init__(
        self, window: QWidget, style: Style, folder: Path, *, timeout_s: float = 90.0
    ) -> None:
        self.timeout_s = timeout_s
        self._window = window
        self._style = style
        self._folder = folder
        self._screenshot_count = 0

    def find(self, name: str, kind: type[Kind], within: QWidget | None = None) -> Kind:
        """Finds the visible widget with an accessible name.

        Raises:
            TourError: There is none.
        """
        for widget in (within or self._window).findChildren(kind):
            if widget.accessibleName() == name and widget.isVisible():
                return widget
        raise TourError(f"“{name}” is not visible.")

    def click(self, widget: QWidget, position: QPoint | None = None) -> None:
        """Clicks with the left button.

        Raises:
            TourError: It is disabled, so a click would do nothing.
        """
        if not widget.isEnabled():
            raise TourError(f"“{widget.accessibleName()}” cannot be pressed.")
        place = position if position is not None else widget.rect().center()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def double_click(self, widget: QWidget, position: QPoint) -> None:
        none = Qt.KeyboardModifier.NoModifier
        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, none, position)

    def set_text(self, name: str, text: str) -> None:
        """Replaces the text of a field, as by pasting."""
        field = self.find(name, QWidget)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if text:
            QApplication.clipboard().setText(text)
            QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClick(field, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        else:
            QTest.keyClick(field, Qt.Key.Key_Delete)

    def select_item(self, name: str, text: str) -> None:
        """Selects an entry of a combo box.

        Raises:
            TourError: There is no such entry.
        """
        box = self.find(name, QComboBox)
        index = box.findText(text)
        if index < 0:
            raise TourError(f"“{name}” has no choice “{text}”.")
        box.setCurrentIndex(index)

    async def activate_window(self) -> None:
        """Activates the window again after a dialog: shortcuts require it."""
        self._window.activateWindow()
        await self.wait_until(self._window.isActiveWindow, "the window to be in front")

    def press_key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Presses a key in the focused widget."""
        joined = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            joined |= modifier
        # The type stub claims that there is always one.
        focused: QWidget | None = self._window.focusWidget()
        QTest.keyClick(self._window if focused is None else focused, key, joined)

    async def wait_until(
        self, condition: Callable[[], object], description: str, timeout_s: float | None = None
    ) -> None:
        """Polls a condition until it holds; the state of the screen has no event to wait for.

        Raises:
            TourError: It did not hold before the timeout.
        """
        timeout_s = self.timeout_s if timeout_s is None else timeout_s
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                raise TourError(f"Timed out after {timeout_s:.0f} s, waiting for {description}.")
            await asyncio.sleep(_POLL_INTERVAL_S)

    async def save_screenshot(self, name: str, dialog: QWidget | None = None) -> None:
        """Saves screenshots of the window in both themes.

        Args:
            dialog: Drawn above the middle of the window, since its real position depends on the
                desktop.
        """
        self._screenshot_count += 1
        before = self._style.mode
        images: list[QImage] = []
        for theme in _THEMES:
            self._style.set_mode(theme)
            await self.settle()
            target = self._folder / f"{self._screenshot_count:02d}-{name}-{theme}.png"
            image = self._window.grab()
            if dialog is not None:
                _draw_over(image, dialog)
            images.append(image.toImage())
            if not await asyncio.to_thread(images[-1].save, str(target)):
                raise TourError(f"{target} could not be written.")
        if images[0] == images[1]:
            raise TourError(f"“{name}” looks the same in both themes.")
        self._style.set_mode(before)
        await self.settle()

    async def settle(self) -> None:
        """Waits for layouts, hover effects and short animations to finish."""
        await asyncio.sleep(self._style.motion_ms * 2 / 1000 + 0.1)


def _draw_over(image: QPixmap, dialog: QWidget) -> None:
    shot = dialog.grab()
    ratio = image.devicePixelRatio()
    width, height = image.width() / ratio, image.height() / ratio
    painter = QPainter(image)
    painter.fillRect(0, 0, round(width), round(height), _SHADE_COLOUR)
    painter.drawPixmap(
        QPoint(round((width - dialog.width()) / 2), round((height - dialog.height()) / 2)), shot
    )
    painter.end()
