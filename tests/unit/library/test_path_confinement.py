"""What is at a path: a file, a folder, nothing, or an error of the drive."""

from collections.abc import Callable
from pathlib import Path

import pytest

from producer_studio.library.clip_folders import find_unread_folders, iter_clip_folders
from producer_studio.library.path_confinement import (
    exists_without_following,
    is_plain_file,
    is_plain_folder,
)
from tests.support.dead_drive import unreadable

CHECKS = (is_plain_file, is_plain_folder, exists_without_following)


def test_links_are_neither_files_nor_folders(tmp_path: Path) -> None:
    file, link, lost = tmp_path / "file", tmp_path / "link", tmp_path / "lost"
    file.touch()
    link.symlink_to(file)
    lost.symlink_to(tmp_path / "nothing")
    assert [tuple(check(path) for check in CHECKS) for path in (tmp_path, file, link, lost)] == [
        (False, True, True),
        (True, False, True),
        (False, False, True),
        (False, False, True),
    ]


@pytest.mark.parametrize("name", ["nothing", "file/below", "null\0character", "x" * 300])
def test_names_of_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert not any(check(tmp_path / name) for check in CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_an_error_of_the_drive_is_no_answer(
    check: Callable[[Path], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unreadable(tmp_path, monkeypatch), pytest.raises(OSError, match="Input/output error"):
        check(tmp_path)


def test_a_folder_that_the_drive_cannot_tell_about_is_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = tmp_path / "2026" / "02-01"
    songs = [day / "Night rain [1]", day / "Night train [2]"]
    for song in songs:
        song.mkdir(parents=True)
    with unreadable(songs[0], monkeypatch):
        assert list(iter_clip_folders(tmp_path)) == songs
        assert find_unread_folders(tmp_path) == [songs[0]]
    with unreadable(day, monkeypatch):
        assert day in find_unread_folders(tmp_path)
