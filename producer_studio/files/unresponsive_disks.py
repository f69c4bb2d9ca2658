"""Paths on disks that may not respond, such as a network drive that is not connected."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from producer_studio.files.path_checks import is_folder

T = TypeVar("T")

_TIMEOUT_S = 2.0
_AT_ONCE_S = 0.1


def call_in_time(function: Callable[[], T], timeout_s: float = _TIMEOUT_S) -> T:
    """Calls a function that looks at a disk, in a thread of its own; blocking, but not for ever.

    The thread that waits for the disk goes on, and does not keep the process from ending: a signal
    could not interrupt a call of the main thread.

    Raises:
        TimeoutError: The disk did not respond in time.
        Exception: As the function.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def call() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - raised in the calling thread
            errors.append(error)

    thread = threading.Thread(target=call, name="disk-look-up", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]


def first_folder_at_hand(*folders: Path | str) -> str:
    """Returns the first folder that exists and responds at once; the home folder if none does.

    For file dialogs, which look at their first folder in the thread of the window. Empty names are
    skipped.
    """
    for folder in filter(None, map(str, folders)):
        with suppress(OSError):
            if call_in_time(partial(is_folder, Path(folder)), _AT_ONCE_S):
                return folder
    return str(Path.home())


def resolve_in_time(path: Path, timeout_s: float = _TIMEOUT_S) -> Path | None:
    """Resolves the links of a path; returns None if its disk does not respond in time.

    Blocking; see `call_in_time`.
    """

    def resolve() -> Path:
        try:
            return path.resolve()
        except (OSError, RuntimeError, ValueError):
            # Links in a circle, or a NUL; whatever opens the path reports it.
            return path.absolute()

    try:
        return call_in_time(resolve, timeout_s)
    except TimeoutError:
        return None
