"""Checks of paths: yes, no, or an error of the drive."""

import errno
import os
from pathlib import Path

import pytest

from producer_studio.files.path_checks import is_file, is_folder, path_exists


def test_files_folders_and_nothing(tmp_path: Path) -> None:
    file, link, lost = tmp_path / "file", tmp_path / "link", tmp_path / "lost"
    file.touch()
    link.symlink_to(file)
    lost.symlink_to(tmp_path / "nothing")
    checks = {path.name: (path_exists(path), is_file(path), is_folder(path)) for path in (
        tmp_path, file, link, lost, file / "below", Path("null\0character"),
    )}  # fmt: skip
    assert checks == {
        tmp_path.name: (True, False, True),
        "file": (True, True, False),
        "link": (True, True, False),
        "lost": (False, False, False),
        "below": (False, False, False),
        "null\0character": (False, False, False),
    }


@pytest.mark.parametrize("check", [path_exists, is_file, is_folder])
def test_an_error_of_the_drive_is_no_answer(
    check: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr(os, "stat", fail)
    assert callable(check)
    with pytest.raises(OSError, match="Input/output error"):
        check(tmp_path)
