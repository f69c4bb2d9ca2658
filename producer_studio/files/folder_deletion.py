"""Deletion of folders whose remains do no harm."""

import shutil
from contextlib import suppress
from pathlib import Path


def delete_folder(folder: Path) -> None:
    """Deletes a folder as far as that is possible; errors of the disk are ignored.

    `shutil.rmtree` raises some of them even with `ignore_errors`.
    """
    with suppress(OSError):
        shutil.rmtree(folder, ignore_errors=True)
