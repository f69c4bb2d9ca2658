"""Digit keys of the top row, on every keyboard layout."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

# The keys right of the one under Escape, in their order: "1" on most layouts, "&" on a French one,
# and with Shift "!" on a German one. Only their position is the same everywhere.
_TOP_ROW_CODES = {
    # Codes of X11 and Wayland: the kernel's key code plus 8.
    "evdev": (19, 10, 11, 12, 13, 14, 15, 16, 17, 18),
    "win32": (0x0B, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A),
    "darwin": (0x1D, 0x12, 0x13, 0x14, 0x15, 0x17, 0x16, 0x1A, 0x1C, 0x19),
}


def top_row_digit(event: QKeyEvent) -> int | None:
    """Returns the digit of a key, with or without Shift; None for any other key.

    A key that types a digit counts as that digit at any position; other keys count by position.
    """
    if event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
        return None
    typed = event.key() - Qt.Key.Key_0
    if 0 <= typed <= 9:
        return typed
    places = _top_row_codes()
    # macOS has no scan codes: its virtual keys are positions.
    place = event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()
    return places.index(place) if place in places else None


def _top_row_codes() -> tuple[int, ...]:
    if sys.platform in {"darwin", "win32"}:
        return _TOP_ROW_CODES[sys.platform]
    return _TOP_ROW_CODES["evdev"]
