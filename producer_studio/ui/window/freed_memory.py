"""Memory that was freed: what the allocator keeps of it."""

import sys

_TRIM_THRESHOLD = -1
_ARENA_MAX = -8
"""Parameters of `mallopt`, from `malloc.h`."""

_KEPT_BYTES = 128 * 1024
_ARENAS = 2


def return_freed_memory() -> bool:
    """Makes the allocator return freed memory to the system from now on.

    By default glibc keeps about as much as the largest list needed while it was loaded, and for
    each thread. On another system nothing is changed.

    Returns:
        Whether the allocator knows these parameters.
    """
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # start-up cost

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)) and bool(mallopt(_ARENA_MAX, _ARENAS))
