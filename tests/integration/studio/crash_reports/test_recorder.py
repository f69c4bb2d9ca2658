"""Real processes that break, and what is found of them afterwards."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from producer_studio.files.locks import FileLock
from producer_studio.studio.crash_reports.crash_file import FACTS_BYTES, read_crash_files
from producer_studio.studio.crash_reports.store import (
    MAX_REPORTS,
    CrashReport,
    CrashReportStore,
    ProcessOutcome,
)
from producer_studio.studio.crash_reports.writer import CrashReportWriter

Child = Callable[..., "subprocess.CompletedProcess[str]"]
SECRET = "sk-live-4f9d8c7b6a5e4d3c"
TITLE = "Nachtbus am Hafen"


def reports(state: Path) -> list[CrashReport]:
    CrashReportWriter(state / "crashes", os.environ).collect_crashes()
    return list(CrashReportStore(state / "crashes").all())


def boxes(state: Path) -> list[Path]:
    return list((state / "crashes" / "running").iterdir())


def only(state: Path) -> tuple[CrashReport, str]:
    (report,) = reports(state)
    return report, CrashReportStore(state / "crashes").read_text(report)


def test_a_process_that_ends_as_it_should_leaves_nothing(state: Path, child: Child) -> None:
    assert child("recorder.set_facts(doing='window, open'); log.warning('busy')").returncode == 0
    assert boxes(state) == []
    assert reports(state) == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights of this kind are POSIX's")
def test_nobody_else_can_look_into_the_state(state: Path, child: Child) -> None:
    assert child("pass").returncode == 0
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ("faulthandler._sigsegv()", "Segmentation fault"),
        ("os.abort()", "Aborted"),
        ("import ctypes; ctypes.string_at(0)", "Segmentation fault"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other words for it")
def test_a_crash_is_told_at_the_next_start(state: Path, child: Child, code: str, sign: str) -> None:
    ended = child(
        f"""
        recorder.set_facts(doing="window, open", jobs="2 working")
        log.warning("the song %s waits", {TITLE!r})
        while "waits" not in open(recorder._crash_file._path, "rb").read().decode():
            threading.Event().wait(0.01)
        def strike(song):
            {code}
        strike({TITLE!r})
        """
    )
    assert ended.returncode < 0, ended.stderr
    assert boxes(state), "the box is to be found by whoever starts next"
    report, text = only(state)
    assert (report.component, report.outcome) == ("window", ProcessOutcome.CRASHED)
    assert f"Fatal Python error: {sign}" in text
    assert " in strike" in text
    assert "doing     window, open" in text
    assert "jobs      2 working" in text
    assert "the song … waits" in text
    assert TITLE not in text
    assert str(Path.home()) not in text
    assert boxes(state) == [], "a crash is told once"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_being_killed_is_no_crash(state: Path, child: Child) -> None:
    ended = child("log.warning('busy'); os.kill(os.getpid(), 9)")
    assert ended.returncode == -signal.SIGKILL
    assert len(boxes(state)) == 1
    assert reports(state) == []
    assert boxes(state) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_boxes_of_killed_commands_do_not_pile_up(state: Path, child: Child) -> None:
    child("os.abort()", what="command")
    (crashed,) = boxes(state)
    for number in range(8):
        # As if it had been killed: nothing behind the facts.
        (crashed.parent / f"{number}-1.box").write_bytes(b"\n" * FACTS_BYTES)
    assert child("pass", what="command").returncode == 0
    assert boxes(state) == []
    (report,) = CrashReportStore(state / "crashes").all()
    assert (report.component, report.outcome) == ("command", ProcessOutcome.CRASHED)


def test_the_box_of_a_running_process_is_left_alone(state: Path) -> None:
    folder = state / "crashes" / "running"
    folder.mkdir(parents=True)
    box = folder / "4711-1.box"
    box.write_bytes(b"\n" * FACTS_BYTES + b"Fatal Python error: Aborted\n")
    lock = FileLock(box)
    assert lock.acquire()
    assert reports(state) == []
    assert box.exists()
    lock.release()
    assert len(reports(state)) == 1
    assert not box.exists()


def test_what_others_wrote_into_a_box_is_not_passed_on(state: Path) -> None:
    folder = state / "crashes" / "running"
    folder.mkdir(parents=True)
    dump = (
        f"Fatal Python error: Aborted\n\n{TITLE} {SECRET}\nCurrent thread 0x00007f (most recent "
        f'call first):\n  File "/Users/Ada/{TITLE}/x.py", line 3 in sing\n'
    )
    (folder / "4711-1.box").write_bytes(b"\n" * FACTS_BYTES + dump.encode() + b"\xff\x00")
    _, text = only(state)
    assert SECRET not in text
    assert TITLE not in text
    assert "…/x.py:3 in sing" in text


def test_a_crash_that_cannot_be_written_down_waits(state: Path, child: Child) -> None:
    child("os.abort()")
    running = state / "crashes" / "running"

    def write() -> None:
        with read_crash_files(running) as found:
            raise OSError(f"The disk is full: {len(found)}.")

    with pytest.raises(OSError, match="full: 1"):
        write()
    assert len(reports(state)) == 1


def test_a_mistake_in_a_thread_is_written_down_and_the_process_goes_on(
    state: Path, child: Child
) -> None:
    ended = child(
        f"""
        def sing(song):
            raise ValueError(f"cannot sing the song {{song}} here")
        for _ in range(3):
            one = threading.Thread(target=sing, args=({TITLE!r},))
            one.start()
            one.join()
        print("went on")
        """
    )
    assert ended.stdout == "went on\n"
    assert ended.returncode == 0
    report, text = only(state)
    assert report.outcome is ProcessOutcome.CONTINUED
    assert "ValueError: cannot sing the song … here" in text
    assert TITLE not in text


@pytest.mark.parametrize(
    "code",
    [
        """
        class Song:
            def __del__(self):
                raise ValueError("cannot let go of it")
        song = Song()
        del song
        """,
        """
        import asyncio
        async def sing():
            raise ValueError("cannot let go of it")
        async def main():
            task = asyncio.ensure_future(sing())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        asyncio.run(main())
        import gc; gc.collect()
        """,
        """
        import asyncio
        async def main():
            loop = asyncio.get_running_loop()
            def sing():
                raise ValueError("cannot let go of it")
            loop.call_soon(sing)
            await asyncio.sleep(0)
        asyncio.run(main())
        """,
        """
        def sing():
            try:
                raise ValueError("cannot let go of it")
            except ValueError:
                log.exception("it broke")
        sing()
        """,
    ],
    ids=["unraisable", "task", "callback", "logged"],
)
def test_what_nobody_caught_is_written_down(state: Path, child: Child, code: str) -> None:
    ended = child(code)
    assert ended.returncode == 0, ended.stderr
    report, text = only(state)
    assert report.outcome is ProcessOutcome.CONTINUED
    assert "ValueError: cannot let go of it" in text


def test_one_that_stumbles_at_every_turn_fills_no_disk(state: Path, child: Child) -> None:
    ended = child(
        """
        def sing(number):
            raise ValueError
        for number in range(40):
            exec(chr(10) * number + "def again(): sing(0)")
            try:
                again()
            except ValueError:
                log.exception("it broke")
        """
    )
    assert ended.returncode == 0, ended.stderr
    assert 1 < len(reports(state)) < MAX_REPORTS


def test_known_faults_are_no_mistakes(state: Path, child: Child) -> None:
    ended = child(
        """
        from producer_studio.domain.errors import ServiceUnavailable
        try:
            raise ServiceUnavailable("It rests.")
        except ServiceUnavailable:
            log.exception("told")
        """
    )
    assert ended.returncode == 0, ended.stderr
    assert reports(state) == []


def test_secrets_of_the_environment_are_blanked_even_in_the_programs_words(
    state: Path, child: Child
) -> None:
    ended = child(
        f"""
        def sing():
            raise ValueError("the key is {SECRET} as always")
        try:
            sing()
        except ValueError as error:
            print(recorder.record_fatal(error).path)
        """,
        PRODUCER_STUDIO_KEY_MINE=SECRET,
    )
    assert ended.returncode == 0, ended.stderr
    text = Path(ended.stdout.strip()).read_text("utf-8")
    assert SECRET not in text
    assert "the key is *** as always" in text
    assert "from source" in text


def test_secrets_that_were_stored_or_looked_up_are_known(state: Path, child: Child) -> None:
    ended = child(
        f"""
        from producer_studio.settings.secrets import Secrets
        secrets = Secrets(dict(PRODUCER_STUDIO_KEY_MINE="looked-up-9"))
        secrets.get_key("mine")
        secrets.store_key("other", {SECRET!r})
        def sing():
            raise ValueError("one is {SECRET} and one is looked-up-9 so far")
        try:
            sing()
        except ValueError as error:
            print(recorder.record_fatal(error).path)
        """,
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
    )
    assert ended.returncode == 0, ended.stderr
    text = Path(ended.stdout.strip()).read_text("utf-8")
    assert "one is *** and one is *** so far" in text


def test_a_state_folder_that_takes_nothing_costs_the_report_alone(
    state: Path, child: Child
) -> None:
    state.parent.mkdir(exist_ok=True)
    state.write_text("no folder", "utf-8")
    ended = child(
        """
        recorder.set_facts(doing="window, open")
        try:
            raise ValueError("x")
        except ValueError as error:
            print(recorder.record_fatal(error))
        """
    )
    assert ended.stdout == "None\n", ended.stderr
    assert ended.returncode == 0
