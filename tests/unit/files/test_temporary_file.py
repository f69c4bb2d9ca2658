"""Part files of processes that live, and of those that were killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from producer_studio.files.atomic_write import delete_stale_temporary_files, temporary_file
from producer_studio.files.locks import FileLock

_WRITER = """
import sys, time
from pathlib import Path
from producer_studio.files.atomic_write import temporary_file
with temporary_file(Path(sys.argv[1]), ".wav") as path:
    path.write_bytes(b"half")
    print(path.name, flush=True)
    sys.stdin.read()
"""


def writer(folder: Path) -> "subprocess.Popen[str]":
    """A process that is in the middle of an export."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip().endswith(".part.wav")
    return process


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_only_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    with writer(tmp_path) as living, writer(tmp_path) as killed:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        with temporary_file(tmp_path, ".mp3") as own:
            assert delete_stale_temporary_files(tmp_path) == 1
            assert own.exists()
            assert len(names(tmp_path)) == 2
        living.communicate("")
    assert names(tmp_path) == []


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    others = [".DS_Store", f".{'0' * 31}.part.mp3", f"{'0' * 32}.part.mp3", "song.part", ".x.part"]
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / f".{'a' * 32}.part").mkdir()
    (tmp_path / f".{'b' * 32}.part.wav").symlink_to(tmp_path / "song.part")

    assert delete_stale_temporary_files(tmp_path) == 0

    assert len(names(tmp_path)) == len(others) + 2


def test_without_locks_only_old_parts_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_arguments: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    young, old = tmp_path / f".{'1' * 32}.part.mp3", tmp_path / f".{'2' * 32}.part.mp3"
    young.touch()
    old.touch()
    os.utime(old, (0, 0))

    assert delete_stale_temporary_files(tmp_path) == 1

    assert names(tmp_path) == [young.name]


def test_a_folder_that_is_gone_has_none(tmp_path: Path) -> None:
    assert delete_stale_temporary_files(tmp_path / "unplugged") == 0


@pytest.mark.skipif(os.name == "nt", reason="there the age decides, and a new file is young")
@pytest.mark.parametrize("locked", [False, True], ids=["deleted", "locked by a sweep"])
def test_a_file_swept_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    real_open = os.open
    swept: list[FileLock] = []

    def open_and_sweep(path: Path, flags: int, mode: int = 0o777) -> int:
        """Between the creation of the file and its lock, another thread sweeps."""
        handle = real_open(path, flags, mode)
        if not swept:
            swept.append(FileLock(path))
            if locked:
                assert swept[0].acquire()
            else:
                assert delete_stale_temporary_files(tmp_path) == 1
        return handle

    monkeypatch.setattr(os, "open", open_and_sweep)
    with temporary_file(tmp_path, ".mp3", mode=0o600) as part:
        monkeypatch.undo()
        swept[0].release()
        assert part.stat().st_mode & 0o077 == 0
        assert delete_stale_temporary_files(tmp_path) == 0
        assert names(tmp_path) == [part.name]
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="there the age decides, and a new file is young")
def test_a_file_swept_while_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = os.open
    swept: list[Path] = []

    def open_and_sweep(path: Path, flags: int, mode: int = 0o777) -> int:
        """A sweep that took the lock first deletes the file and lets go, after it was opened."""
        handle = real_open(path, flags, mode)
        if not swept and not flags & os.O_EXCL:
            swept.append(path)
            path.unlink()
        return handle

    monkeypatch.setattr(os, "open", open_and_sweep)
    with temporary_file(tmp_path, ".mp3") as part:
        monkeypatch.undo()
        assert part not in swept
        assert names(tmp_path) == [part.name]
        assert delete_stale_temporary_files(tmp_path) == 0


def test_what_sqlite_keeps_beside_a_database_goes_with_it(tmp_path: Path) -> None:
    """A kill while a backup is copied leaves its journal."""
    with temporary_file(tmp_path) as used:
        stale = tmp_path / f".{'ab' * 16}.part"
        names = [f"{path.name}{end}" for path in (used, stale) for end in ("-journal", "-wal")]
        for path in (stale, *(tmp_path / name for name in names)):
            path.touch()
        (tmp_path / "song.part-journal").touch()
        assert delete_stale_temporary_files(tmp_path) == 3
        assert {path.name for path in tmp_path.iterdir()} == {
            used.name, *names[:2], "song.part-journal",
        }  # fmt: skip
