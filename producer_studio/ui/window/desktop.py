"""Everything that connects the window with the desktop around it."""

import logging
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.ui.window.media_controls import PlayerControls
from producer_studio.ui.window.session_bus import session_address

if TYPE_CHECKING:
    from producer_studio.ui.window.window import MainWindow

log = logging.getLogger(__name__)


class DesktopIntegration(QObject):
    """Media controls of the desktop, while the window is open."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._controls = PlayerControls(
            window.context.studio, window.views, window.playback, window.player, window
        )

    async def run(self) -> None:
        """Connects to the desktop, and stays connected until it is cancelled."""
        if sys.platform != "linux":
            return
        # Loaded after the first paint, and on Linux alone.
        from producer_studio.ui.desktop.session_bus import connect_session_bus

        bus = await connect_session_bus(session_address(os.environ))
        if bus is None:
            return
        try:
            await self._controls.publish(bus)
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        except (OSError, EOFError) as error:
            log.warning("Session bus has ended: %s", error)
        finally:
            self._controls.unsubscribe()
            bus.disconnect()
