"""Paths on disks that may not respond, such as a network drive that is not connected."""

import threading
from pathlib import Path

_TIMEOUT_S = 2.0


def resolve_in_time(path: Path, timeout_s: float = _TIMEOUT_S) -> Path | None:
    """Resolves the links of a path; returns None if its disk does not respond in time.

    Blocking. The thread that waits for the disk goes on, and does not keep the process from ending.
    """
    resolved = []

    def resolve() -> None:
        try:
            resolved.append(path.resolve())
        except (OSError, RuntimeError):
            # Links in a circle; whatever opens the path reports it.
            resolved.append(path.absolute())

    thread = threading.Thread(target=resolve, name="resolve", daemon=True)
    thread.start()
    thread.join(timeout_s)
    return resolved[0] if resolved else None
