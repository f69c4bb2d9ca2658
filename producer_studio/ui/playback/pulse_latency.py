"""Buffer of a stream at PulseAudio."""

import os
from pathlib import Path

_VARIABLE = "PULSE_LATENCY_MSEC"
_LATENCY_MS = 50
"""Qt asks for 16 ms: then its thread has to be in time every 5 ms, and on a busy machine is not."""

_LOADED_FILES = Path("/proc/self/maps")


def set_pulse_latency() -> None:
    """Sets the latency of streams that are opened from now on, unless the user has set one.

    The client library of PulseAudio reads it from the environment when a stream is opened. Call it
    before other threads run, which may read the environment at the same time.
    """
    os.environ.setdefault(_VARIABLE, str(_LATENCY_MS))


def pulse_latency_s() -> float | None:
    """Returns the latency of an open stream in seconds; None if it is not one of PulseAudio."""
    try:
        loaded = _LOADED_FILES.read_text(errors="replace")
        # Qt prefers PipeWire where its library is found.
        is_pulse = "libpulse.so" in loaded and "libpipewire-" not in loaded
        return float(os.environ[_VARIABLE]) / 1000 if is_pulse else None
    except (OSError, KeyError, ValueError):
        return None
