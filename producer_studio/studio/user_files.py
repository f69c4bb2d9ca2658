"""Work on files and folders that the user chose, with errors in the words of the program."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from producer_studio.domain.errors import StorageError
from producer_studio.files.user_disks import DiskUnresponsive, run_on_user_disk
from producer_studio.library.errors import system_error
from producer_studio.translation import mark

P = ParamSpec("P")
T = TypeVar("T")


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
