"""Listing of a folder's files by a pattern: a folder that cannot be read is not an empty one."""

import os
from pathlib import Path

import pytest

from producer_studio.library.path_confinement import list_matching


def test_only_matching_names_are_listed_in_order(tmp_path: Path) -> None:
    for name in ("library b.db", "library a.db", "other.db", ".library c.db"):
        (tmp_path / name).touch()
    assert [path.name for path in list_matching(tmp_path, "library *.db")] == [
        "library a.db", "library b.db",
    ]  # fmt: skip


def test_nothing_is_listed_without_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert list_matching(tmp_path / "none", "*") == list_matching(file, "*") == []


def test_a_folder_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "listdir", fail)
    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(OSError, match="Input/output error"):
        list_matching(tmp_path, "*.db")
