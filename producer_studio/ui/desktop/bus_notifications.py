"""Notifications of Linux desktops, over the session bus.

Names and types are those of the Desktop Notifications Specification, version 1.3
(https://specifications.freedesktop.org/notification-spec/latest/).
"""

import asyncio
import html
import logging

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from producer_studio.translation import tr
from producer_studio.ui.desktop.notifications import NotificationClicks
from producer_studio.ui.desktop.session_bus import bus_text, receive_signals

log = logging.getLogger(__name__)

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_DESKTOP_ENTRY = "io.github.producer_studio.ProducerStudio"
_DEFAULT_ACTION = "default"
"""A click on the notification itself."""

_SYSTEM_TIMEOUT = -1
_MAX_SHOWN = 100


class BusNotifications:
    """Sends notifications to the desktop, and receives the clicks on them.

    Args:
        clicks: Object that reports them.
    """

    def __init__(self, bus: MessageBus, clicks: NotificationClicks) -> None:
        self._bus = bus
        self._clicks = clicks
        self._sender: str | None = None
        self._keys: dict[int, str] = {}
        self._tokens: dict[int, str] = {}
        self._capabilities: frozenset[str] | None = None
        self._sending: dict[str, asyncio.Task[None]] = {}

    async def listen(self) -> None:
        """Begins to receive clicks."""
        rule = f"type='signal',sender='{_SERVICE}',path='{_PATH}'"
        await receive_signals(self._bus, rule)
        self._bus.add_message_handler(self._on_message)

    def show(self, key: str, title: str, body: str) -> None:
        before = self._sending.get(key)
        task = asyncio.get_running_loop().create_task(
            self._send(before, key, title, body), name=f"notify about {key}"
        )
        self._sending[key] = task
        task.add_done_callback(lambda ended: self._on_sent(key, ended))

    async def _send(
        self, before: asyncio.Task[None] | None, key: str, title: str, body: str
    ) -> None:
        if before is not None:
            # Its number is needed to replace it.
            await asyncio.wait([before])
        if self._capabilities is None:
            reply = await self._call("GetCapabilities", "as")
            self._capabilities = frozenset() if reply is None else frozenset(reply.body[0])
        if "body-markup" in self._capabilities:
            body = html.escape(body, quote=False)
        replaced = next((number for number, own in self._keys.items() if own == key), 0)
        reply = await self._call(
            "Notify",
            "u",
            "susssasa{sv}i",
            "Producer Studio",
            replaced,
            _DESKTOP_ENTRY,
            bus_text(title),
            bus_text(body),
            [_DEFAULT_ACTION, tr("Show")],
            {
                "desktop-entry": Variant("s", _DESKTOP_ENTRY),
                "category": Variant("s", "transfer.complete"),
            },
            _SYSTEM_TIMEOUT,
        )
        if reply is not None:
            self._sender = reply.sender
            self._keys[reply.body[0]] = key
            while len(self._keys) > _MAX_SHOWN:
                self._forget(next(iter(self._keys)))

    async def _call(
        self, member: str, result: str, signature: str = "", *body: object
    ) -> Message | None:
        """Calls the service; None if it returns an error or anything but a `result`."""
        reply = await self._bus.call(
            Message(
                destination=_SERVICE,
                path=_PATH,
                interface=_SERVICE,
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        if reply.message_type is MessageType.ERROR:
            log.warning("The desktop shows no notifications: %s", reply.error_name)
            return None
        if reply.signature != result:
            log.warning("%s of the notification service returned “%s”", member, reply.signature)
            return None
        return reply

    def _on_sent(self, key: str, ended: asyncio.Task[None]) -> None:
        if self._sending.get(key) is ended:
            del self._sending[key]
        if not ended.cancelled() and isinstance(ended.exception(), (OSError, EOFError)):
            log.warning("Session bus has ended: %s", ended.exception())

    def _on_message(self, message: Message) -> None:
        # Anybody on the bus can send it a signal of this name.
        is_own = message.sender == self._sender and message.interface == _SERVICE
        if not is_own or not message.signature.startswith("u"):
            return
        number = message.body[0]
        if number not in self._keys:
            return
        if message.member == "ActivationToken" and message.signature == "us":
            self._tokens[number] = message.body[1]
        elif message.member == "ActionInvoked":
            self._clicks.clicked.emit(self._keys[number], self._tokens.get(number, ""))
        elif message.member == "NotificationClosed":
            self._forget(number)

    def _forget(self, number: int) -> None:
        self._keys.pop(number, None)
        self._tokens.pop(number, None)
