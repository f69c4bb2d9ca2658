"""A virtual X display outside the rooms, and pictures of it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where X keeps its sockets


@dataclass(frozen=True)
class Display:
    """Attributes:
    name: What DISPLAY has to say.
    """

    name: str


@contextmanager
def virtual_display() -> Iterator[Display]:
    """A display of 1600 × 1000 that ends with this.

    Its sockets are seen by nobody but the proof, which has mounts of its own.
    """
    SOCKETS.mkdir(mode=0o1777, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(SOCKETS)], check=True)
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-ac"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None  # noqa: S101 - asked for above
        yield Display(":" + server.stdout.readline().strip())
    finally:
        server.terminate()
        server.communicate(timeout=30)
        subprocess.run(["umount", "--lazy", str(SOCKETS)], check=False)
