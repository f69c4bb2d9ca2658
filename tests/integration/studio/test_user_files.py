"""Errors of disks that the user chose are told in words."""

import errno
import os
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.files.regular_files import open_regular
from producer_studio.studio.user_files import run_for_user_file
from tests.integration.studio.conftest import open_bench
from tests.support.dead_drive import unreadable

pytestmark = pytest.mark.anyio


async def test_a_folder_that_cannot_be_read_is_told_when_a_library_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "chosen"
    async with open_bench(tmp_path / "home") as bench:
        with (
            unreadable(chosen / "library.db", monkeypatch),
            pytest.raises(StorageError, match="cannot be read"),
        ):
            await bench.studio.libraries.contains_library(chosen)


async def test_any_error_of_the_system_is_told(tmp_path: Path) -> None:
    """A pipe is in the place of a file, for which no sentence of its own exists."""
    pipe = tmp_path / "song.wav"
    os.mkfifo(pipe)
    with pytest.raises(StorageError, match=os.strerror(errno.EINVAL)):
        await run_for_user_file(pipe, open_regular, pipe)
