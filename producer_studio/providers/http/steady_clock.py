"""Clock that no correction of the computer's time moves, and that goes on while it sleeps."""

import sys
import time

if sys.platform == "linux":

    def boot_time_s() -> float:
        """Seconds since the computer was started, its sleep included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

elif sys.platform == "darwin":

    def boot_time_s() -> float:
        """Seconds since the computer was started, its sleep included."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:

    def boot_time_s() -> float:
        """Seconds since the computer was started, its sleep included."""
        return time.monotonic()
