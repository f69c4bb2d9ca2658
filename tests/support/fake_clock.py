"""Programs whose wall clock is not that of the computer, by libfaketime."""

import os
from pathlib import Path

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def clock_moved(days: int) -> dict[str, str]:
    """The environment of a program whose clock has been moved since; its timers go on as before."""
    return {
        "LD_PRELOAD": os.fspath(FAKETIME or ""),
        "FAKETIME": f"{days:+d}d",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
