"""Number and progress on the icon in the docks of Linux desktops.

The interface is that of Unity, which KDE's task manager, Ubuntu's dock and others read, too
(https://wiki.ubuntu.com/Unity/LauncherAPI).
"""

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

_APPLICATION = "application://io.github.producer_studio.ProducerStudio.desktop"
_PATH = "/io/github/producer_studio/launcher"


class UnityLauncher:
    """Sends number and progress as a signal; nobody has to listen."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    def show(self, count: int, progress: float | None) -> None:
        shown = {
            "count": Variant("x", count),
            "count-visible": Variant("b", count > 0),
            "progress": Variant("d", progress or 0.0),
            "progress-visible": Variant("b", progress is not None),
        }
        signal = Message(
            message_type=MessageType.SIGNAL,
            path=_PATH,
            interface="com.canonical.Unity.LauncherEntry",
            member="Update",
            signature="sa{sv}",
            body=[_APPLICATION, shown],
        )
        # Sent later if the bus does not take it now; nobody awaits that.
        self._bus.send(signal)
