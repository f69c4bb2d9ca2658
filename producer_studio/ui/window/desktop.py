"""Everything that connects the window with the desktop around it."""

import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.ui.desktop.launcher_entry import QtLauncherEntry
from producer_studio.ui.desktop.notifications import NotificationClicks, TrayNotifications
from producer_studio.ui.widgets.window_activation import show_in_front
from producer_studio.ui.window.job_notifications import JobNotifications
from producer_studio.ui.window.media_controls import PlayerControls
from producer_studio.ui.window.session_bus import session_address

if TYPE_CHECKING:
    from producer_studio.domain.ids import ClipId
    from producer_studio.ui.desktop.now_playing_center import NowPlayingCenter
    from producer_studio.ui.desktop.smtc import Smtc
    from producer_studio.ui.window.window import MainWindow

log = logging.getLogger(__name__)


class DesktopIntegration(QObject):
    """Media controls, notifications and the icon of the desktop, while the window is open."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        studio = window.context.studio
        self._window = window
        self._controls = PlayerControls(
            studio, window.views, window.playback, window.player, window
        )
        self._jobs = JobNotifications(studio, window.notices, self)
        self._jobs.clips_requested.connect(self._show_clips)
        self._jobs.jobs_requested.connect(self._show_jobs)
        self._clicks = NotificationClicks(self)
        self._clicks.clicked.connect(self._jobs.on_clicked)

    async def run(self) -> None:
        """Connects to the desktop, and stays connected until it is cancelled."""
        try:
            if sys.platform == "linux":
                await self._run_on_bus()
            else:
                icon = self._window.window().windowIcon()
                self._jobs.set_desktop(TrayNotifications(icon, self._clicks), QtLauncherEntry())
                await self._run_media_controls()
        finally:
            self._controls.unsubscribe()
            self._jobs.unsubscribe()

    async def _run_media_controls(self) -> None:
        """Shows the player in the media controls of Windows or macOS until it is cancelled."""
        controls: Smtc | NowPlayingCenter | None = None
        if sys.platform == "win32":
            controls = self._controls.show_on_windows()
        elif sys.platform == "darwin":
            controls = self._controls.show_on_macos()
        try:
            await asyncio.Event().wait()
        finally:
            if controls is not None:
                controls.close()

    async def _run_on_bus(self) -> None:
        # Loaded after the first paint, and on Linux alone.
        from producer_studio.ui.desktop.bus_notifications import BusNotifications
        from producer_studio.ui.desktop.portal_accent import follow_accent
        from producer_studio.ui.desktop.session_bus import connect_session_bus, wait_until_ended
        from producer_studio.ui.desktop.unity_launcher import UnityLauncher

        bus = await connect_session_bus(session_address(os.environ))
        if bus is None:
            return
        try:
            notifications = BusNotifications(bus, self._clicks)
            await notifications.listen()
            self._jobs.set_desktop(notifications, UnityLauncher(bus))
            await self._controls.publish(bus)
            await follow_accent(bus, self._window.context.style.set_system_accent)
            await wait_until_ended(bus)
        except (OSError, EOFError) as error:
            log.warning("Session bus has ended: %s", error)
        finally:
            bus.disconnect()

    def _show_clips(self, clips: "list[ClipId]", activation_token: str) -> None:
        show_in_front(self._window, activation_token)
        self._window.library.select_clip(clips[0])

    def _show_jobs(self, activation_token: str) -> None:
        show_in_front(self._window, activation_token)
        self._window.library.focus_list()
