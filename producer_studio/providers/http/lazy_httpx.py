"""Lazy import of httpx, without the parts that are not needed."""

import importlib
import importlib.util
import sys
from typing import Any, cast

_PRELOADED_MODULES = ("httpcore._backends.anyio", "anyio._backends._asyncio")
"""Modules that httpx would import at the first connection, on the event loop: 40 ms and more."""


def load_httpx() -> None:
    """Imports httpx; 60 ms and more, so it is called in a thread, before any other import of it.

    Its command-line program is omitted: that alone imports three other packages and takes longer
    than the rest, while it blocks the window. httpx itself works without it.
    """
    absent = cast("dict[str, Any]", sys.modules)
    absent.setdefault("httpx._main", None)
    if "sniffio" not in sys.modules and importlib.util.find_spec("sniffio") is None:
        # httpx tries to import it a dozen times per request, each time through all folders of
        # modules.
        absent["sniffio"] = None
    import httpx  # noqa: F401 - start-up cost

    for name in _PRELOADED_MODULES:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
