"""Detects the system's preference for reduced motion."""

import sys
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

_PORTAL = "org.freedesktop.portal.Desktop"
_PORTAL_PATH = "/org/freedesktop/portal/desktop"
_SETTINGS_INTERFACE = "org.freedesktop.portal.Settings"
# Group, key, and the value that requests reduced motion.
_PORTAL_SETTINGS = (
    ("org.freedesktop.appearance", "reduced-motion", 1),
    ("org.gnome.desktop.interface", "enable-animations", False),
)


class ReducedMotion(QObject):
    """Queries the desktop portal on Linux and `defaults` on macOS asynchronously.

    Motion is not reduced until there is a response, or if there is none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_reduced = False
        self._pending_queries: list[QObject] = []

    @property
    def is_reduced(self) -> bool:
        return self._is_reduced

    def query_system(self) -> None:
        """Starts the query; `changed` is emitted if the result differs from the current value."""
        if sys.platform == "win32":
            self._set_reduced(not _has_windows_animations())
        elif sys.platform == "darwin":
            self._query_defaults()
        else:
            self._query_portal()

    def _query_portal(self) -> None:
        # Takes a few milliseconds to import, and is queried only after the window is shown.
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        for group, key, less in _PORTAL_SETTINGS:
            call = QDBusMessage.createMethodCall(
                _PORTAL, _PORTAL_PATH, _SETTINGS_INTERFACE, "ReadOne"
            )
            call.setArguments([group, key])
            watcher = QDBusPendingCallWatcher(bus.asyncCall(call), self)
            watcher.finished.connect(
                lambda answered, less=less: self._on_portal_response(
                    answered.reply().arguments(), less
                )
            )
            self._pending_queries.append(watcher)

    def _on_portal_response(self, response: list[Any], less: object) -> None:
        value = response[0] if response else None
        variant = getattr(value, "variant", None)
        if variant is not None:
            value = variant()
        # The text of an error has another type, so an unknown key changes nothing.
        if type(value) is type(less) and value == less:
            self._set_reduced(reduced=True)

    def _query_defaults(self) -> None:
        process = QProcess(self)
        self._pending_queries.append(process)
        process.finished.connect(
            lambda: self._set_reduced(bytes(process.readAllStandardOutput().data()).strip() == b"1")
        )
        process.start("defaults", ["read", "com.apple.universalaccess", "reduceMotion"])

    def _set_reduced(self, reduced: bool) -> None:
        if reduced != self._is_reduced:
            self._is_reduced = reduced
            self.changed.emit()


def _has_windows_animations() -> bool:
    import ctypes  # exists everywhere, but is needed on Windows alone

    asked = ctypes.c_int(1)
    get_client_area_animation = 0x1042
    # Accessed by name: the type stubs of other platforms do not have it.
    user32 = getattr(ctypes, "windll").user32  # noqa: B009
    user32.SystemParametersInfoW(get_client_area_animation, 0, ctypes.byref(asked), 0)
    return bool(asked.value)
