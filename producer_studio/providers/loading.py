"""Loads the HTTP client when it is first needed, and no more of it than is needed."""

import sys
from typing import Any, cast


def load_httpx() -> None:
    """Imports httpx; 60 ms and more, so it is called in a thread, before any other import of it.

    Its command-line program is left out: that alone loads three other packages and takes longer
    than the rest, while it holds up the window. httpx itself goes on without it.
    """
    absent = cast("dict[str, Any]", sys.modules)
    absent.setdefault("httpx._main", None)
    import httpx  # noqa: F401 - start-up cost
