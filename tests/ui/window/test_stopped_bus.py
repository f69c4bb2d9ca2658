"""A session bus that stops responding while the window is open."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtDBus import QDBusConnection
from PySide6.QtTest import QTest

from producer_studio.ui.external_programs import _show_over_dbus
from producer_studio.ui.video.screen_inhibitor import create_screen_inhibitor
from tests.support.program import LIMIT_S
from tests.support.session_bus import HAS_SESSION_BUS, running_session_bus

_ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(not HAS_SESSION_BUS, reason="dbus-daemon is missing")
def test_neither_the_file_manager_nor_the_screen_holds_up_the_window() -> None:
    with running_session_bus() as (address, bus):
        ended = subprocess.run(
            [sys.executable, "-m", "tests.ui.window.test_stopped_bus", str(bus)],
            cwd=_ROOT,
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


def _use_stopped_bus(bus: int) -> None:
    assert QDBusConnection.sessionBus().isConnected()
    failures: list[str] = []
    inhibitor = create_screen_inhibitor("linux")
    os.kill(bus, signal.SIGSTOP)
    try:
        inhibitor.begin()
        inhibitor.end()
        inhibitor.begin()
        _show_over_dbus(Path(__file__), lambda: failures.append("file manager"))
        QTest.qWait(100)
        # No answer is awaited.
        assert failures == []
    finally:
        os.kill(bus, signal.SIGCONT)
    # There is no file manager on this bus.
    while not failures:
        QTest.qWait(10)
    inhibitor.end()


if __name__ == "__main__":
    application = QCoreApplication([])
    _use_stopped_bus(int(sys.argv[1]))
