"""Flushing on file systems that cannot."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from producer_studio.files.atomic_write import sync_file, sync_folder
from producer_studio.library.media_store import write_text
from producer_studio.settings.json_file import JsonFile


def refusing(number: int, *, folders_only: bool) -> Callable[[int], None]:
    flush = os.fsync

    def refuse(handle: int) -> None:
        if not folders_only or stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        flush(handle)

    return refuse


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EBADF])
def test_a_folder_without_fsync_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", refusing(number, folders_only=True))

    sync_folder(tmp_path)
    JsonFile(tmp_path / "settings.json").write({"theme": "dark"})

    assert JsonFile(tmp_path / "settings.json").read() == {"theme": "dark"}


def test_a_folder_whose_disk_fails_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.EIO, folders_only=True))

    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)


def test_files_without_fsync_are_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOTSUP, folders_only=False))

    write_text(tmp_path / "recipe.json", "{}\n", durable=True)
    sync_file(tmp_path / "recipe.json")

    assert (tmp_path / "recipe.json").read_text() == "{}\n"


def test_a_full_disk_is_still_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC, folders_only=False))
    (tmp_path / "song").touch()

    with pytest.raises(OSError, match="No space"):
        sync_file(tmp_path / "song")
