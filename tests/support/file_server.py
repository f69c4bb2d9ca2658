"""A folder's files on the web of this computer."""

from contextlib import AbstractContextManager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from tests.support.loopback_server import QuietHandler, serving


class _FileHandler(QuietHandler, SimpleHTTPRequestHandler):
    pass


def served(folder: Path) -> AbstractContextManager[str]:
    """The address of the folder, on a free port."""
    return serving(partial(_FileHandler, directory=str(folder)))
