"""Monotonic clock that includes the time during which the computer is suspended."""

import sys
import time

if sys.platform == "linux":

    def boot_time_s() -> float:
        """Seconds since the computer was started, including suspended time."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

elif sys.platform == "darwin":

    def boot_time_s() -> float:
        """Seconds since the computer was started, including suspended time."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:

    def boot_time_s() -> float:
        """Seconds since the computer was started, including suspended time."""
        return time.monotonic()
