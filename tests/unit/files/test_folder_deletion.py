"""Folders whose remains do no harm."""

import errno
import os
from pathlib import Path

import pytest

from producer_studio.files.folder_deletion import delete_folder


def test_a_folder_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    delete_folder(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
    delete_folder(tmp_path / "a")


@pytest.mark.parametrize("call", ["lstat", "open", "fstat", "rmdir", "scandir"])
def test_errors_of_the_disk_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    (tmp_path / "a").mkdir()

    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patches:
        patches.setattr(os, call, fail)
        delete_folder(tmp_path / "a")
