"""Settings files that are none."""

import os
import sys
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.settings.json_file import JsonFile
from tests.support.dead_drive import unreadable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "device", "folder"])
def test_what_is_no_file_is_named_and_neither_waited_for_nor_written(
    tmp_path: Path, kind: str
) -> None:
    """A pipe in the place of the preferences kept every command and the window from starting."""
    path = tmp_path / "preferences.json"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link to a pipe":
            os.mkfifo(tmp_path / "pipe")
            path.symlink_to(tmp_path / "pipe")
        case "device":
            path.symlink_to("/dev/zero")
        case _:
            path.mkdir()
    document = JsonFile(path)
    assert document.peek() == {}
    assert document.read() == {}
    assert str(path) in document.problem
    assert "defaults are used" in document.problem
    with pytest.raises(StorageError, match="could not be saved: it is not a file"):
        document.write({"theme": "dark"})
    assert os.path.lexists(path)


def test_a_file_without_end_is_kept_beside_new_settings(tmp_path: Path) -> None:
    """As a damaged disk may leave it; read whole, it took all memory there is."""
    path = tmp_path / "preferences.json"
    path.touch()
    os.truncate(path, 1 << 40)
    document = JsonFile(path)
    assert document.peek() == {}
    assert document.read() == {}
    [kept] = tmp_path.glob("preferences.broken-*.json")
    assert kept.name in document.problem
    document.write({"theme": "dark"})
    assert document.read() == {"theme": "dark"}


def test_a_file_that_could_not_be_read_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drive that failed once, or a program that held the file, cost all other settings."""
    document = JsonFile(tmp_path / "settings.json")
    document.write({"theme": "dark", "budget": 20})
    for read in (document.read, document.peek):
        with unreadable(document.path, monkeypatch):
            stored = read()
        with pytest.raises(StorageError, match="could not be saved: Input/output error"):
            document.write({**stored, "theme": "light"})
        assert read() == {"theme": "dark", "budget": 20}
    document.write({**document.read(), "theme": "light"})
    assert document.read() == {"theme": "light", "budget": 20}


def test_a_change_that_began_with_a_failed_read_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = JsonFile(tmp_path / "settings.json")
    document.write({"theme": "dark"})
    with document.exclusive():
        with unreadable(document.path, monkeypatch, ["open"]):
            stored = document.read()
        assert document.read() == {"theme": "dark"}
        with pytest.raises(StorageError, match="could not be saved"):
            document.write(stored)
    with document.exclusive():
        document.write({**document.read(), "budget": 20})
    assert document.read() == {"theme": "dark", "budget": 20}
