"""Silences the log of the FFmpeg codecs that Qt ships, which write about every file they open."""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

import PySide6

_ERRORS_ONLY = 16
"""AV_LOG_ERROR of FFmpeg's libavutil; its default level writes about each stream."""


def silence_codecs() -> None:
    """Sets the log level in the libavutil that Qt has loaded, as Qt has no setting for it.

    Call it once there is a QMediaPlayer. On the other systems programs with a window have no
    terminal for that output.
    """
    if sys.platform != "linux":
        return
    for library in (Path(PySide6.__file__).parent / "Qt" / "lib").glob("libavutil.so.*"):
        # One library has several names here, and only one of them is loaded.
        with contextlib.suppress(OSError):
            loaded = ctypes.CDLL(str(library), mode=os.RTLD_NOLOAD | os.RTLD_NOW)
            loaded.av_log_set_level(_ERRORS_ONLY)
