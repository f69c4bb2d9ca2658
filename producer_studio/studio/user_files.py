"""Work on files and folders that the user chose, with errors in the words of the program."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from producer_studio.domain.errors import ServiceError, StorageError
from producer_studio.files.user_disks import DiskUnresponsive, run_on_user_disk
from producer_studio.library.errors import system_error
from producer_studio.translation import mark

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)

_FILE_ERRORS = (
    OSError, FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError,
    PermissionError,
)  # fmt: skip
"""Types of errors of files. Other subclasses of OSError come from sockets and processes."""


async def run_for_user_file(
    path: Path, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Calls a function that blocks, as `run_on_user_disk`.

    Raises:
        StorageError: The disk does not respond, and the function was not called; or the function
            raised an OSError.
        Exception: As the function.
    """
    try:
        return await run_on_user_disk(path, function, *args, **kwargs)
    except DiskUnresponsive as error:
        raise StorageError(
            mark("The disk of “{path}” does not respond. Nothing was changed.", path=path),
            service_words=str(error),
        ) from error
    except OSError as error:
        raise system_error(error) from error


def find_known_error(error: BaseException) -> ServiceError | None:
    """Returns an error with a message for the user; None if it comes from a bug.

    An error of a file, such as one of a drive, has a message, and is logged here. Of a group it is
    the first error, if each of them has one.
    """
    match error:
        case ServiceError():
            return error
        case OSError() if type(error) in _FILE_ERRORS:
            _log.warning("An error of the system in a task", exc_info=error)
            return _file_error(error)
        case BaseExceptionGroup():
            found = [find_known_error(one) for one in error.exceptions]
            return None if None in found else found[0]
        case _:
            return None


def _file_error(error: OSError) -> StorageError:
    reason = error.strerror or mark("unknown")
    if not error.filename:
        text = mark("The system reported an error of a file or disk: {reason}.", reason=reason)
    else:
        path = Path(os.fsdecode(error.filename))
        text = mark("The system reported an error of “{path}”: {reason}.", path=path, reason=reason)
    return StorageError(text, service_words=str(error))
