"""Time of a server (Date header), and a monotonic clock that includes the computer's suspension."""

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

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


_MAX_AGE_S = 7 * 86_400.0
_FIRST_IMPOSSIBLE_YEAR = 9_000


class ServerClock:
    """Server's clock, extrapolated from its last response; independent of the computer's clock.

    Attributes:
        readings: Number of responses with a date.
    """

    def __init__(self) -> None:
        self._last: tuple[datetime, float] | None = None
        self.readings = 0

    def record(self, headers: Mapping[str, str]) -> None:
        """Sets the clock from a response."""
        said, known = parse_server_time(headers), self.now()
        # The later one: a cache on the path may repeat a response with its old date.
        if said is not None:
            self.readings += 1
            said += timedelta(seconds=stored_age_s(headers))
        if said is not None and (known is None or said > known):
            self._last = said, boot_time_s()

    def now(self) -> datetime | None:
        """Returns the server's time; None before its first response with a date."""
        if self._last is None:
            return None
        moment, boot_s = self._last
        return moment + timedelta(seconds=boot_time_s() - boot_s)


def parse_server_time(headers: Mapping[str, str]) -> datetime | None:
    """Parses the time of a response by its server's own clock; None when missing or invalid."""
    said = parse_http_date(headers.get("date", ""))
    # Nothing can be added to the last date that Python has.
    return said if said is not None and said.year < _FIRST_IMPOSSIBLE_YEAR else None


def stored_age_s(headers: Mapping[str, str]) -> float:
    """Returns the seconds for which a cache has stored a response (Age, RFC 9111); 0 if none."""
    value = headers.get("age", "").strip()
    return min(float(value), _MAX_AGE_S) if value.isascii() and value.isdigit() else 0.0


def parse_http_date(value: str) -> datetime | None:
    """Parses a date in the format of HTTP headers; None for anything else."""
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
