"""Connection to the session bus of a Linux desktop, on the event loop.

Qt's own classes send a Python integer as one of 32 bits, where MPRIS wants one of 64.
"""

import asyncio
import logging
import socket
import struct
from contextlib import suppress

from dbus_fast import BusType, DBusFastError, Message
from dbus_fast.aio import MessageBus

log = logging.getLogger(__name__)

_BUS_NAME = "org.freedesktop.DBus"
_TIMEOUT_S = 10.0
_MAX_TEXT_LENGTH = 100_000
"""Characters of a text; a bus ends the connection of who sends much more."""

_MALFORMED = (ValueError, TypeError, LookupError, OverflowError, struct.error, DBusFastError)
"""Errors of the library for addresses, responses and messages that are none."""


async def connect_session_bus(address: str) -> MessageBus | None:
    """Connects to a session bus; returns None where there is none or it does not respond.

    Args:
        address: Address such as `unix:path=/run/user/1000/bus`; empty if there is no bus.
    """
    if not address:
        return None
    try:
        bus = _SessionBus(bus_address=address, bus_type=BusType.SESSION, auth_timeout=_TIMEOUT_S)
        try:
            return await asyncio.wait_for(bus.connect(), _TIMEOUT_S)
        except TimeoutError:
            with suppress(OSError):
                bus.disconnect()
            raise
    except (FileNotFoundError, ConnectionRefusedError):
        # As in a container: nothing is wrong with it.
        log.info("There is no session bus")
        return None
    except (OSError, EOFError, *_MALFORMED) as error:
        log.warning("Session bus cannot be used: %s", error)
        return None


async def wait_until_ended(bus: MessageBus) -> None:
    """Waits until a connection ends.

    Raises:
        OSError, EOFError: It ended by an error, such as a malformed message of the bus.
    """
    try:
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
    except _MALFORMED as error:
        raise ConnectionAbortedError(f"malformed message: {error}") from error


async def receive_signals(bus: MessageBus, rule: str) -> None:
    """Lets a connection receive signals from now on.

    Args:
        rule: Match rule, such as `type='signal',sender='org.freedesktop.Notifications'`.
    """
    await bus.call(
        Message(
            destination=_BUS_NAME,
            path="/org/freedesktop/DBus",
            interface=_BUS_NAME,
            member="AddMatch",
            signature="s",
            body=[rule],
        )
    )


def bus_text(text: str) -> str:
    """Returns a text that a bus accepts: of valid characters, without NUL, which would end it."""
    return text[:_MAX_TEXT_LENGTH].encode("utf-8", "replace").decode().replace("\0", "")


class _SessionBus(MessageBus):
    """Connection that waits for a slow bus, and ignores what is sent after its end.

    The library ends the connection when the bus takes nothing for a while, and raises an error to
    whoever sends meanwhile (https://github.com/altdesktop/python-dbus-next/issues/153).
    """

    async def connect(self) -> "_SessionBus":
        await super().connect()
        writer = self._writer
        if writer is not None and writer.sock is not None:
            writer.sock = _WaitingSocket(writer.sock)  # type: ignore[assignment]
        return self

    async def call(self, msg: Message) -> Message:
        if not self.connected:
            raise EOFError("the connection has ended")
        return await super().call(msg)

    def send(self, msg: Message) -> asyncio.Future[None]:  # type: ignore[override]
        if self.connected:
            return super().send(msg)
        sent = self._loop.create_future()
        sent.set_result(None)
        return sent


class _WaitingSocket:
    """Socket of which nothing is sent, in place of an error, while the other end takes nothing.

    The rest is sent when it is writable again. If the other end is closed, the reader learns that.
    """

    def __init__(self, wrapped: socket.socket) -> None:
        self._wrapped = wrapped

    def send(self, data: memoryview) -> int:
        try:
            return self._wrapped.send(data)
        except (BlockingIOError, BrokenPipeError, ConnectionResetError):
            return 0
