"""Locks between processes, and file systems that have none."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from producer_studio.domain.ids import JobId
from producer_studio.files.locks import FileLock, has_record_locks
from producer_studio.studio.jobs.claims import JobClaims

fcntl = pytest.importorskip("fcntl")

_TAKE = """
import sys
from pathlib import Path
from producer_studio.files.locks import FileLock
print(FileLock(Path(sys.argv[1])).acquire())
"""


def open_handles() -> int:
    """How many files this process has open; 0 where the system does not tell."""
    listed = Path("/proc/self/fd")
    return sum(1 for _ in listed.iterdir()) if listed.exists() else 0


def taken_elsewhere(path: Path) -> bool:
    command = [sys.executable, "-c", _TAKE, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"


def test_one_process_holds_it(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    assert lock.is_enforced
    assert not taken_elsewhere(tmp_path / "lock")
    lock.release()
    assert taken_elsewhere(tmp_path / "lock")


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.ENOLCK, errno.EINVAL, errno.ENOSYS])
def test_a_file_system_without_locks_is_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    monkeypatch.setattr(fcntl, "lockf", refuse)
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    assert not lock.is_enforced
    lock.release()

    claims = JobClaims(tmp_path / "jobs.lock")
    assert claims.acquire(JobId("0" * 32))
    claims.release(JobId("0" * 32))
    assert claims.acquire(JobId("0" * 32))
    claims.close()


def test_a_broken_disk_is_no_missing_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", fail)
    handles = open_handles()
    with pytest.raises(OSError, match="Input/output"):
        FileLock(tmp_path / "lock").acquire()
    assert open_handles() == handles


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.ENOLCK, False), (errno.ENOSYS, False), (errno.EAGAIN, True)]
)
def test_locks_that_a_disk_lacks_are_told_from_those_that_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: bool
) -> None:
    path = tmp_path / "opening.lock"
    path.touch()
    assert has_record_locks(path)

    def reject(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "lockf", reject)
    assert has_record_locks(path) is expected


@pytest.mark.skipif(sys.platform != "linux", reason="the open files of a process are in /proc")
def test_a_drive_that_is_gone_does_not_keep_the_program_from_closing(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "in-use.lock")
    assert lock.acquire()
    claims = JobClaims(tmp_path / "jobs.lock")
    assert claims.acquire(JobId("a" * 32))
    for handle in list(Path("/proc/self/fd").iterdir()):
        if handle.resolve() in {tmp_path / "in-use.lock", tmp_path / "jobs.lock"}:
            os.close(int(handle.name))  # then the next call for it is an error, as on such a drive
    lock.release()
    claims.close()
    assert lock.acquire()
    lock.release()
