"""Connection to the session bus of a Linux desktop, on the event loop.

Qt's own classes send a Python integer as one of 32 bits, where MPRIS wants one of 64.
"""

import asyncio
import logging
from contextlib import suppress

from dbus_fast import AuthError, BusType, InvalidAddressError
from dbus_fast.aio import MessageBus

log = logging.getLogger(__name__)

_TIMEOUT_S = 10.0


async def connect_session_bus(address: str) -> MessageBus | None:
    """Connects to a session bus; returns None where there is none or it does not respond.

    Args:
        address: Address such as `unix:path=/run/user/1000/bus`; empty if there is no bus.
    """
    if not address:
        return None
    try:
        bus = MessageBus(bus_address=address, bus_type=BusType.SESSION, auth_timeout=_TIMEOUT_S)
        try:
            return await asyncio.wait_for(bus.connect(), _TIMEOUT_S)
        except TimeoutError:
            with suppress(OSError):
                bus.disconnect()
            raise
    except (OSError, EOFError, AuthError, InvalidAddressError) as error:
        log.warning("Session bus cannot be used: %s", error)
        return None
