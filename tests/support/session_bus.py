"""A session bus of a test's own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

HAS_SESSION_BUS = shutil.which("dbus-daemon") is not None


@contextmanager
def running_session_bus() -> Iterator[tuple[str, int]]:
    """Runs a bus, and yields its address and its process id."""
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE
    )
    try:
        assert bus.stdout is not None
        yield bus.stdout.readline().decode().strip(), bus.pid
    finally:
        bus.kill()
        bus.communicate()
