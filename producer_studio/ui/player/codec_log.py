"""Keeps the codecs that Qt brings along from writing about every file they open."""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

import PySide6

_ERRORS_ONLY = 16
"""AV_LOG_ERROR of FFmpeg's libavutil; its own default tells about each stream."""


def silence_codecs() -> None:
    """Sets the level in the library that Qt has loaded, as Qt has no switch for it.

    Call it once there is a QMediaPlayer. Programs with a window on the other systems have no
    terminal that it would write to.
    """
    if sys.platform != "linux":
        return
    for library in (Path(PySide6.__file__).parent / "Qt" / "lib").glob("libavutil.so.*"):
        # Several names for one library lie there, and only one of them is in use.
        with contextlib.suppress(OSError):
            loaded = ctypes.CDLL(str(library), mode=os.RTLD_NOLOAD | os.RTLD_NOW)
            loaded.av_log_set_level(_ERRORS_ONLY)
