"""A disk that does not respond."""

import errno
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

LIMIT_S = 120.0


@contextmanager
def unresponsive(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lets no look-up below a folder return before the end of the block."""
    released = threading.Event()

    def waiting(function: Callable[..., Any]) -> Callable[..., Any]:
        def look(path: Any, *arguments: Any, **options: Any) -> Any:
            if not isinstance(path, int) and os.fsdecode(path).startswith(str(folder)):
                released.wait(LIMIT_S)
            return function(path, *arguments, **options)

        return look

    with monkeypatch.context() as patches:
        for name in ("lstat", "stat", "statvfs"):
            if hasattr(os, name):
                patches.setattr(os, name, waiting(getattr(os, name)))
        try:
            yield folder
        finally:
            released.set()


@contextmanager
def disconnected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lets every call for a path below a folder fail, as below a network folder that is gone."""

    def failing(function: Callable[..., Any]) -> Callable[..., Any]:
        def look(path: Any, *arguments: Any, **options: Any) -> Any:
            if not isinstance(path, int) and os.fsdecode(path).startswith(str(folder)):
                raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN), os.fsdecode(path))
            return function(path, *arguments, **options)

        return look

    with monkeypatch.context() as patches:
        for name in ("stat", "lstat", "scandir", "listdir", "mkdir", "open", "readlink"):
            patches.setattr(os, name, failing(getattr(os, name)))
        yield folder


@contextmanager
def unreadable(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    calls: Sequence[str] = ("stat", "lstat", "scandir", "listdir", "mkdir", "open"),
) -> Iterator[Path]:
    """Lets calls for one path fail as for a place of the disk that cannot be read.

    Args:
        calls: Names of the functions of `os` that fail.
    """

    def failing(function: Callable[..., Any]) -> Callable[..., Any]:
        def look(asked: Any, *arguments: Any, **options: Any) -> Any:
            if not isinstance(asked, int) and os.fsdecode(asked) == str(path):
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
            return function(asked, *arguments, **options)

        return look

    with monkeypatch.context() as patches:
        for name in calls:
            patches.setattr(os, name, failing(getattr(os, name)))
        yield path
