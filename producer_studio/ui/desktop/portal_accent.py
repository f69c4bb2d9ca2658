"""Accent colour of a Linux desktop, from its portal."""

import asyncio
import logging
from collections.abc import Callable

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from PySide6.QtGui import QColor

from producer_studio.ui.desktop.session_bus import receive_signals

log = logging.getLogger(__name__)

_PORTAL = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_INTERFACE = "org.freedesktop.portal.Settings"
_GROUP, _KEY = "org.freedesktop.appearance", "accent-color"


_INTERVAL_S = 0.25
"""Time between two changes that are shown: each paints all windows anew."""


async def follow_accent(bus: MessageBus, show: Callable[[QColor | None], object]) -> None:
    """Shows the accent colour now, and whenever the user chooses another one.

    Of changes that follow each other quickly only the last is shown.

    Args:
        show: Called with None where the desktop has no accent colour.
    """
    latest = _LatestColour(show)

    def handle(message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or message.member != "SettingChanged":
            return
        if message.interface == _INTERFACE and message.body[:2] == [_GROUP, _KEY]:
            latest.set(parse_accent(message.body[2:]))

    bus.add_message_handler(handle)
    rule = f"type='signal',sender='{_PORTAL}',interface='{_INTERFACE}',member='SettingChanged'"
    await receive_signals(bus, f"{rule},arg0='{_GROUP}',arg1='{_KEY}'")
    response = await bus.call(
        Message(
            destination=_PORTAL,
            path=_PATH,
            interface=_INTERFACE,
            member="ReadOne",
            signature="ss",
            body=[_GROUP, _KEY],
        )
    )
    if response.message_type is MessageType.METHOD_RETURN:
        latest.set(parse_accent(response.body))


class _LatestColour:
    """Shows the first colour at once, and of others the last one at the end of each interval."""

    def __init__(self, show: Callable[[QColor | None], object]) -> None:
        self._show = show
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: list[QColor | None] = []

    def set(self, colour: QColor | None) -> None:
        if self._timer is not None:
            self._waiting = [colour]
            return
        self._show(colour)
        self._timer = asyncio.get_running_loop().call_later(_INTERVAL_S, self._on_timeout)

    def _on_timeout(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, []
        for colour in waiting:
            self.set(colour)


def parse_accent(values: list[object]) -> QColor | None:
    """Reads red, green and blue from 0 to 1; None for other values, which mean no choice."""
    value = values[0] if values else None
    while isinstance(value, Variant):
        value = value.value
    if not isinstance(value, list | tuple) or len(value) != 3:
        return None
    if not all(isinstance(one, float) and 0.0 <= one <= 1.0 for one in value):
        return None
    return QColor.fromRgbF(*value)
