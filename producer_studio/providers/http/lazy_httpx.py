"""Loads the HTTP client when it is first needed, and no more of it than is needed."""

import importlib
import importlib.util
import sys
from typing import Any, cast

_PRELOADED_MODULES = ("httpcore._backends.anyio", "anyio._backends._asyncio")
"""What httpx would load at the first connection, on the event loop: 40 ms and more."""


def load_httpx() -> None:
    """Imports httpx; 60 ms and more, so it is called in a thread, before any other import of it.

    Its command-line program is left out: that alone loads three other packages and takes longer
    than the rest, while it holds up the window. httpx itself goes on without it.
    """
    absent = cast("dict[str, Any]", sys.modules)
    absent.setdefault("httpx._main", None)
    if "sniffio" not in sys.modules and importlib.util.find_spec("sniffio") is None:
        # httpx looks for it a dozen times a request, each time through all folders of modules.
        absent["sniffio"] = None
    import httpx  # noqa: F401 - start-up cost

    for name in _PRELOADED_MODULES:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
