"""The screen, which stays on while a video plays."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest

from producer_studio.ui.video.screen_inhibitor import ScreenInhibitor, create_screen_inhibitor
from tests.support.program import LIMIT_S
from tests.ui.video.conftest import VideoBench

_ROOT = Path(__file__).parents[3]
_SESSION = """
python=$0
$python -m tests.support.screen_saver_service > "$1" & service=$!
until grep -q ready "$1"; do sleep 0.05; done
$python -m tests.ui.video.test_screen "$1"
kill $service
"""


class CountingInhibitor:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def begin(self) -> None:
        self.asked.append("begin")

    def end(self) -> None:
        self.asked.append("end")


@pytest.fixture
def screen(video: VideoBench, monkeypatch: pytest.MonkeyPatch) -> CountingInhibitor:
    made = CountingInhibitor()
    monkeypatch.setattr(video.panel, "_screen_inhibitor", made)
    return made


def test_it_stays_on_while_pictures_go_on(video: VideoBench, screen: CountingInhibitor) -> None:
    video.watch(video.clips[0])
    video.bench.until(lambda: screen.asked == ["begin"])
    video.open_full_screen()
    assert screen.asked == ["begin"]
    video.bench.press(video.window.player.toggle)
    assert screen.asked == ["begin", "end"]
    video.bench.press(video.window.player.toggle)
    assert screen.asked == ["begin", "end", "begin"]
    video.bench.press(lambda: video.window.player.seek(19.8))
    video.bench.until(lambda: screen.asked[3:] == ["end"])
    video.bench.press(video.window.player.toggle)
    video.bench.press(video.panel.leave)
    assert screen.asked[4:] == ["begin", "end"]
    # The song goes on, without pictures.
    assert video.player.is_playing


def test_it_may_go_off_when_no_picture_can_be_shown_any_more(
    video: VideoBench, screen: CountingInhibitor
) -> None:
    video.watch(video.clips[0])
    video.bench.until(lambda: screen.asked == ["begin"])
    video.bench.press(lambda: video.panel.frames.failed.emit("This video cannot be shown."))
    assert video.player.is_playing
    assert screen.asked == ["begin", "end"]


@pytest.mark.skipif(
    not shutil.which("dbus-run-session"), reason="dbus-run-session is missing: no session bus"
)
def test_the_desktop_is_asked_over_the_session_bus(tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.touch()
    ended = subprocess.run(
        ["dbus-run-session", "--", "bash", "-ec", _SESSION, sys.executable, str(told)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    lines = [line.split(" ", 2) for line in told.read_text().splitlines()]
    assert [line[0] for line in lines] == ["ready", "inhibit", "release", "inhibit", "release"]
    assert {line[2] for line in lines if line[0] == "inhibit"} == {
        "Producer Studio A video is playing."
    }
    assert [line[1] for line in lines[1::2]] == [line[1] for line in lines[2::2]]


def test_nothing_happens_without_a_session_bus() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.ui.video.test_screen"],
        cwd=_ROOT,
        env={
            "PATH": "/nowhere",
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus",
            "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for caffeinate")
def test_on_macos_a_child_process_keeps_it_on(
    qapp: QCoreApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    command = tmp_path / "caffeinate"
    command.write_text(
        f'#!/bin/sh\necho "$$ $*" > {told}.new\nmv {told}.new {told}\nexec sleep 60\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    inhibitor = create_screen_inhibitor("darwin")
    inhibitor.begin()
    while not told.exists():
        QTest.qWait(10)
    pid, *arguments = told.read_text().split()
    assert arguments == ["-d", "-w", str(os.getpid())]
    inhibitor.end()
    while Path(f"/proc/{pid}").exists():
        QTest.qWait(10)
    command.unlink()
    inhibitor.begin()
    QTest.qWait(10)
    inhibitor.end()


def test_on_windows_the_state_of_the_thread_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[int] = []
    kernel = SimpleNamespace(SetThreadExecutionState=states.append)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    inhibitor = create_screen_inhibitor("win32")
    inhibitor.begin()
    inhibitor.end()
    assert states == [0x80000003, 0x80000000]


def _lines(told: Path, word: str) -> int:
    return sum(line.startswith(word) for line in told.read_text().splitlines())


def _ask_twice(inhibitor: ScreenInhibitor, told: Path | None) -> None:
    for number in (1, 2):
        inhibitor.begin()
        while told is not None and _lines(told, "inhibit") < number:
            QTest.qWait(10)
        inhibitor.end()
        while told is not None and _lines(told, "release") < number:
            QTest.qWait(10)


if __name__ == "__main__":
    application = QCoreApplication([])
    _ask_twice(create_screen_inhibitor(), Path(sys.argv[1]) if len(sys.argv) > 1 else None)
