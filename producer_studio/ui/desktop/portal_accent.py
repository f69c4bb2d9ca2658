"""Accent colour of a Linux desktop, from its portal."""

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


async def follow_accent(bus: MessageBus, show: Callable[[QColor | None], object]) -> None:
    """Shows the accent colour now, and whenever the user chooses another one.

    Args:
        show: Called with None where the desktop has no accent colour.
    """

    def handle(message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or message.member != "SettingChanged":
            return
        if message.interface == _INTERFACE and message.body[:2] == [_GROUP, _KEY]:
            show(parse_accent(message.body[2:]))

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
        show(parse_accent(response.body))


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
