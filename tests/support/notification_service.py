"""A desktop's notification service, on the session bus."""

from dataclasses import dataclass
from typing import Annotated

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_Texts = Annotated[list[str], DBusSignature("as")]


@dataclass(frozen=True)
class Shown:
    number: int
    title: str
    body: str
    replaced: int


class NotificationService(ServiceInterface):
    """Records what it is to show, and reports clicks."""

    def __init__(self, capabilities: list[str]) -> None:
        super().__init__(_NAME)
        self.shown: list[Shown] = []
        self._capabilities = capabilities

    async def publish(self, bus: MessageBus) -> None:
        bus.export(_PATH, self)
        await bus.request_name(_NAME)

    @dbus_method(name="GetCapabilities")
    def get_capabilities(self) -> _Texts:
        return self._capabilities

    @dbus_method(name="Notify")
    def notify(
        self,
        _app: DBusStr,
        replaced: DBusUInt32,
        _icon: DBusStr,
        title: DBusStr,
        body: DBusStr,
        _actions: _Texts,
        _hints: DBusDict,
        _timeout: DBusInt32,
    ) -> DBusUInt32:
        number = replaced or len(self.shown) + 1
        self.shown.append(Shown(number, title, body, replaced))
        return number

    @dbus_signal(name="ActivationToken")
    def send_token(
        self, number: int, token: str
    ) -> Annotated[tuple[int, str], DBusSignature("us")]:
        return number, token

    @dbus_signal(name="ActionInvoked")
    def send_click(self, number: int) -> Annotated[tuple[int, str], DBusSignature("us")]:
        return number, "default"
