"""Hands and eyes for the real window: finds by accessible name, clicks, types, photographs."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from producer_studio.ui.style.style import Look

Kind = TypeVar("Kind", bound=QWidget)

_LOOK_EVERY_S = 0.02
_THEMES = ("dark", "light")
_SHADE = QColor(0, 0, 0, 110)


class TourProblem(Exception):
    """A step did not come about."""


class Stage:
    """Everything is found by the words that a screen reader would say.

    Args:
        folder: Where pictures go.
        limit_s: How long anything is waited for, unless it takes long by nature; may be changed.
    """

    def __init__(self, window: QWidget, look: Look, folder: Path, *, limit_s: float = 90.0) -> None:
        self.limit_s = limit_s
        self._window = window
        self._look = look
        self._folder = folder
        self._pictures = 0

    def find(self, name: str, kind: type[Kind], within: QWidget | None = None) -> Kind:
        """The visible widget with this accessible name.

        Raises:
            TourProblem: There is none.
        """
        for widget in (within or self._window).findChildren(kind):
            if widget.accessibleName() == name and widget.isVisible():
                return widget
        raise TourProblem(f"There is no “{name}” to be seen.")

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Clicks with the left button.

        Raises:
            TourProblem: It is disabled, so a click would do nothing.
        """
        if not widget.isEnabled():
            raise TourProblem(f"“{widget.accessibleName()}” cannot be pressed.")
        place = at if at is not None else widget.rect().center()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def double_click(self, widget: QWidget, at: QPoint) -> None:
        none = Qt.KeyboardModifier.NoModifier
        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, none, at)

    def write(self, name: str, text: str) -> None:
        """Replaces the text of a field, as somebody who pastes does."""
        field = self.find(name, QWidget)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if text:
            QApplication.clipboard().setText(text)
            QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClick(field, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        else:
            QTest.keyClick(field, Qt.Key.Key_Delete)

    def choose(self, name: str, words: str) -> None:
        """Picks an entry of a combo box.

        Raises:
            TourProblem: There is no such entry.
        """
        box = self.find(name, QComboBox)
        place = box.findText(words)
        if place < 0:
            raise TourProblem(f"“{name}” does not offer “{words}”.")
        box.setCurrentIndex(place)

    async def come_to_front(self) -> None:
        """Makes the window the active one again after a dialog: shortcuts need that."""
        self._window.activateWindow()
        await self.until(self._window.isActiveWindow, "the window to be in front")

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Types a key into whatever has the focus."""
        joined = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            joined |= modifier
        # The stub says that there always is one.
        focused: QWidget | None = self._window.focusWidget()
        QTest.keyClick(self._window if focused is None else focused, key, joined)

    async def until(
        self, holds: Callable[[], object], what: str, limit_s: float | None = None
    ) -> None:
        """Returns once something is so; what is on the screen has no event to wait for.

        Raises:
            TourProblem: It did not come about in time.
        """
        limit_s = self.limit_s if limit_s is None else limit_s
        deadline = time.monotonic() + limit_s
        while not holds():
            if time.monotonic() > deadline:
                raise TourProblem(f"Waited {limit_s:.0f} s in vain: {what}.")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def picture(self, name: str, dialog: QWidget | None = None) -> None:
        """Saves how the window looks now, in both themes.

        Args:
            dialog: Shown above the middle of the window, where its own place is up to the desktop.
        """
        self._pictures += 1
        before = self._look.mode
        taken: list[QImage] = []
        for theme in _THEMES:
            self._look.set_mode(theme)
            await self.settle()
            target = self._folder / f"{self._pictures:02d}-{name}-{theme}.png"
            image = self._window.grab()
            if dialog is not None:
                _lay_over(image, dialog)
            taken.append(image.toImage())
            if not await asyncio.to_thread(taken[-1].save, str(target)):
                raise TourProblem(f"{target} could not be written.")
        if taken[0] == taken[1]:
            raise TourProblem(f"“{name}” looks the same in both themes.")
        self._look.set_mode(before)
        await self.settle()

    async def settle(self) -> None:
        """Gives layouts, hover and short animations time to come to rest."""
        await asyncio.sleep(self._look.motion_ms * 2 / 1000 + 0.1)


def _lay_over(image: QPixmap, dialog: QWidget) -> None:
    shot = dialog.grab()
    ratio = image.devicePixelRatio()
    width, height = image.width() / ratio, image.height() / ratio
    painter = QPainter(image)
    painter.fillRect(0, 0, round(width), round(height), _SHADE)
    painter.drawPixmap(
        QPoint(round((width - dialog.width()) / 2), round((height - dialog.height()) / 2)), shot
    )
    painter.end()
