"""Style of the application: current theme, fonts, icons and style sheet."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QFont, QFontDatabase, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QPushButton,
    QStyleFactory,
    QWidget,
)

from producer_studio.ui.style.accent import with_accent
from producer_studio.ui.style.focus_ring import FocusRing
from producer_studio.ui.style.icons import IconCache
from producer_studio.ui.style.reduced_motion import ReducedMotion
from producer_studio.ui.style.theme import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from collections.abc import Callable

FONT_FAMILY = "Inter"
THEME_MODES = ("system", "dark", "light")
_MOTION_QUERY_DELAY_MS = 1500
"""Delay before the motion preference is queried, in ms: the query loads a library."""
TEXT_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5)
_PLACEHOLDER = re.compile(r"\{([a-z]\w*(?:/\d+)?)\}")
_FONT_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf", "Inter-Bold.ttf")


class Style(QObject):
    """The single source of colours, fonts and icons; passed to every widget.

    `changed` is emitted after the application applied a new theme or text size; custom-painted
    widgets call `update` then. Icons set by `set_icon` follow the theme.
    """

    changed = Signal()

    def __init__(self, app: QApplication, resources: Path) -> None:
        """Prepares the style; nothing changes before `apply`."""
        super().__init__(app)
        self._app = app
        self._resources = resources
        self._icons = IconCache(resources / "icons")
        self._template = ""
        self._mode = "system"
        self._scale = 1.0
        self._theme = DARK
        self._icon_setters: dict[int, Callable[[], None]] = {}
        self._ring: FocusRing | None = None
        self._window: QWidget | None = None
        # Whether the application still has a style sheet from before a change.
        self._is_stale = False
        self._reduced_motion = ReducedMotion(self)
        self._system_accent: QColor | None = None
        self._uses_system_accent = False
        if sys.platform in {"win32", "darwin"}:
            # Before the own palette takes its place.
            self._system_accent = app.palette().color(QPalette.ColorRole.Accent)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def mode(self) -> str:
        """The requested mode: system, dark or light."""
        return self._mode

    @property
    def text_scale(self) -> float:
        return self._scale

    @property
    def motion_ms(self) -> int:
        """Duration of a transition in ms: 120, or 0 when the system requests reduced motion."""
        return 0 if self._reduced_motion.is_reduced else 120

    def apply(
        self, mode: str = "system", text_scale: float = 1.0, *, uses_system_accent: bool = False
    ) -> None:
        """Applies the style to the application, before the first window is created."""
        self._uses_system_accent = uses_system_accent
        self._mode = mode if mode in THEME_MODES else "system"
        self._scale = _clamp_scale(text_scale)
        if self._template:
            self._refresh()
            return
        for name in _FONT_FILES:
            QFontDatabase.addApplicationFont(str(self._resources / "fonts" / name))
        self._template = (self._resources / "styles" / "studio.qss").read_text(encoding="utf-8")
        self._app.setStyle(QStyleFactory.create("Fusion"))
        self._app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._ring = FocusRing(self, self._app)
        QTimer.singleShot(_MOTION_QUERY_DELAY_MS, self._reduced_motion.query_system)
        self._refresh()

    def set_mode(self, mode: str) -> None:
        """Follows the system's theme, or stays dark or light.

        Raises:
            ValueError: The mode is not one of `THEME_MODES`.
        """
        if mode not in THEME_MODES:
            raise ValueError(mode)
        if mode != self._mode or self._is_stale:
            self._mode = mode
            self._refresh()

    def set_uses_system_accent(self, uses: bool) -> None:
        """Uses the desktop's accent colour, where it has one, or the studio's own."""
        if uses != self._uses_system_accent:
            self._uses_system_accent = uses
            self._refresh()

    def set_system_accent(self, colour: QColor | None) -> None:
        """Sets the desktop's accent colour; None where it has none."""
        if colour != self._system_accent:
            self._system_accent = colour
            if self._uses_system_accent:
                self._refresh()

    def set_text_scale(self, scale: float) -> None:
        """Scales all text; 0.8 to 2."""
        if _clamp_scale(scale) != self._scale or self._is_stale:
            self._scale = _clamp_scale(scale)
            self._refresh()

    def px(self, size: float) -> int:
        """Returns a length that scales with the text, in logical pixels."""
        return max(1, round(size * self._scale))

    def font(self, size: float = 13, weight: int = 400) -> QFont:
        """Returns Inter with tabular figures; `size` in pixels at text size 100 %."""
        font = QFont(FONT_FAMILY)
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight(weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        # Subpixel positions preserve the letter spacing of the design at small sizes.
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def colour(self, token: str) -> QColor:
        """Returns the current theme's colour of a token; "bad/12" has 12 % opacity."""
        return self._theme.colour(token)

    def pixmap(
        self, name: str, role: str = "text2", size: int = 16, *, filled: bool = False
    ) -> QPixmap:
        """Returns an icon for a painter at the highest device pixel ratio."""
        colour = self._theme.colour(role)
        ratio = self._app.devicePixelRatio()
        return self._icons.pixmap(name, colour, size, ratio, filled=filled)

    def icon(
        self,
        name: str,
        role: str = "text2",
        size: int = 16,
        *,
        filled: bool = False,
        gap: int = 0,
    ) -> QIcon:
        """Returns an icon in the current theme's colours; `set_icon` also follows later themes.

        `gap` is empty space to its right, in pixels.
        """
        # One pixmap for the highest device pixel ratio: Qt scales it down for the others.
        ratio = self._app.devicePixelRatio()
        icon = QIcon()
        for mode, colour in (
            (QIcon.Mode.Normal, self._theme.colour(role)),
            (QIcon.Mode.Disabled, self._theme.colour("text3/55")),
        ):
            drawn = self._icons.pixmap(name, colour, size, ratio, filled=filled, gap=gap)
            icon.addPixmap(drawn, mode)
            if mode is QIcon.Mode.Normal:
                icon.addPixmap(drawn, QIcon.Mode.Selected)
        return icon

    def set_icon(
        self,
        control: QAbstractButton | QAction,
        name: str,
        role: str = "text2",
        size: int = 16,
        *,
        filled: bool = False,
    ) -> None:
        """Sets the icon of a button or an action, and updates it when the theme changes."""
        key = id(control)
        # Qt leaves four pixels between icon and text; the design has seven.
        gap = 3 if isinstance(control, QPushButton) and control.text() else 0
        if isinstance(control, QAbstractButton):
            control.setIconSize(QSize(size + gap, size))
        if key not in self._icon_setters:
            control.destroyed.connect(lambda: self._icon_setters.pop(key, None))

        def apply_icon() -> None:
            control.setIcon(self.icon(name, role, size, filled=filled, gap=gap))

        self._icon_setters[key] = apply_icon
        apply_icon()

    def set_window(self, window: QWidget) -> None:
        """Restyles this window and its dialogs from now on, instead of the whole application.

        Qt restyles each widget once for itself and once for each of its ancestors when the
        application's style sheet changes, and twice when a window's does. Windows that are created
        after a change without this one as their parent have the style from before it.
        """
        self._window = window
        window.destroyed.connect(self._on_window_destroyed)

    def restyle(self, widget: QWidget) -> None:
        """Applies the style sheet again after one of the widget's roles has changed."""
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()

    def style_sheet(self) -> str:
        """Returns the style sheet for the current theme and text size."""
        return _PLACEHOLDER.sub(lambda found: self._token_value(found.group(1)), self._template)

    def _token_value(self, token: str) -> str:
        if token == "styles":  # noqa: S105 - a placeholder in the style sheet
            return (self._resources / "styles").as_posix()
        if token == "theme":  # noqa: S105
            return self._theme.name
        if token[0] in "fh" and token[1:].isdigit():
            return f"{self.px(int(token[1:]))}px"
        colour = self._theme.colour(token)
        if colour.alpha() == 255:
            return colour.name()
        return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alpha()})"

    def _refresh(self) -> None:
        self._theme = {"dark": DARK, "light": LIGHT}.get(self._mode) or self._system_theme()
        if self._uses_system_accent and self._system_accent is not None:
            self._theme = with_accent(self._theme, self._system_accent)
        self._app.setPalette(self._theme.palette())
        self._app.setFont(self.font())
        if self._window is None:
            self._app.setStyleSheet(self.style_sheet())
            self._is_stale = False
        else:
            self._window.setStyleSheet(self.style_sheet())
        for apply_icon in tuple(self._icon_setters.values()):
            apply_icon()
        self.changed.emit()

    def _on_window_destroyed(self) -> None:
        self._window = None
        # Not restyled now, while its children are being destroyed.
        self._is_stale = True

    def _system_theme(self) -> Theme:
        scheme = self._app.styleHints().colorScheme()
        return LIGHT if scheme is Qt.ColorScheme.Light else DARK

    def _on_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system" and self._system_theme() is not self._theme:
            self._refresh()


def _clamp_scale(scale: float) -> float:
    return min(2.0, max(0.8, scale))
