"""How often a file is tried, where it is one of many that the user has asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_max_failures: ContextVar[int | None] = ContextVar("max_failures", default=None)


@contextmanager
def limited_failures(count: int) -> Iterator[None]:
    """Ends each download of the current asyncio task after so many failures in a row.

    Otherwise a file that was paid for is tried without end, and all others wait for it.
    """
    token = _max_failures.set(count)
    try:
        yield
    finally:
        _max_failures.reset(token)


def is_exhausted(failures: int) -> bool:
    """Whether a download is not tried again after so many failures in a row."""
    limit = _max_failures.get()
    return limit is not None and failures >= limit
