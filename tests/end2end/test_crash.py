"""The program is struck down, and tells of it when it is started again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.driven_window import ROOT, DrivenWindow, outlive
from tests.support.program import KEY, LIMIT_S, Program
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signals that end a process like a crash"
)

SOUND = "calm ambient pads with soft piano, slow and dreamy, gentle strings in the background"
TITLE = "Nachtbus am Hafen"
STOPPED = "Producer Studio stopped unexpectedly last time."
DEMO_STOPPED = "Demo Studio stopped unexpectedly last time."


def opened_again(program: Program, *wishes: str) -> list[str]:
    """What the next window has to say in its corner."""
    window = DrivenWindow(program, "look", *wishes, "close")
    notices: list[str] = window.until("seen")["notices"]
    assert window.end() == 0, window.errors()
    return notices


def test_the_window_offers_the_report_of_its_crash_until_it_is_answered(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    window = program.start("window", PRODUCER_STUDIO_LOG="info")
    assert window.stderr is not None
    for line in window.stderr:
        if "Window is open" in line:
            break
    window.send_signal(signal.SIGABRT)
    window.communicate(timeout=LIMIT_S)
    assert window.returncode == -signal.SIGABRT

    (offer,) = opened_again(program)
    assert offer.startswith(STOPPED)
    (again,) = opened_again(program, "click", "Dismiss")
    assert again == offer, "an offer that was ignored does not come back"
    assert opened_again(program) == []
    (report,) = program.run("reports").lines
    assert (report["what"], report["ending"], report["answered"]) == ("window", "crashed", True)


def test_what_qt_ends_before_there_is_a_window_is_told_too(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    window = program.start("window", QT_QPA_PLATFORM="nowhere")
    window.communicate(timeout=LIMIT_S)
    assert window.returncode == -signal.SIGABRT
    text = program.run("reports", "show").last()["text"]
    assert "Fatal Python error: Aborted" in text
    assert "producer_studio/ui/window/startup_window.py" in text


def test_a_crash_amid_work_loses_nothing_and_tells_nothing_of_it(
    program: Program, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 3.0}])
    window = DrivenWindow(program, "sound", SOUND, "title", TITLE, "press", "taken", "stay")
    window.until("job", state="working")
    window.process.send_signal(signal.SIGSEGV)
    assert window.end() == -signal.SIGSEGV

    again = DrivenWindow(program, "settle", "look", "close")
    seen = again.until("seen")
    assert again.end() == 0, again.errors()
    assert seen["clips"] == 1
    assert seen["notices"][0].startswith(STOPPED)
    assert len(sandbox.requests("POST", "/create")) == 1
    text = program.run("reports", "show").last()["text"]
    assert "jobs      1 " in text
    assert "Fatal Python error: Segmentation fault" in text
    for private in (TITLE, "Nachtbus", "ambient", KEY, str(program.home), str(Path.home())):
        assert private not in text, text


def test_a_killed_window_is_no_crash(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    window = DrivenWindow(program, "stay")
    window.until("open")
    window.kill()
    assert opened_again(program) == []
    assert program.run("reports", "list").lines == []


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="others' children are waited for by it")
def test_demo_studio_has_a_report_of_its_own(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    window = DrivenWindow(program, "demo", "stay")
    window.until("open")
    demo = _wait_for_demo(window, program)
    os.kill(demo, signal.SIGSEGV)
    assert not outlive([demo], LIMIT_S)
    window.process.send_signal(signal.SIGTERM)
    assert window.end() == 0, window.errors()
    (offer,) = opened_again(program)
    assert offer.startswith(DEMO_STOPPED)


@pytest.fixture
def broken_installation(program: Program, tmp_path: Path) -> Program:
    """One whose library for keychains does not load, and complains in the user's own words."""
    del program.environ["PRODUCER_STUDIO_KEY_TEST"]
    return _broken(program, tmp_path / "broken", "keyring")


def _broken(program: Program, folder: Path, library: str) -> Program:
    (folder / library).mkdir(parents=True)
    words = f"words = {f'nothing for {TITLE} with {KEY}'!r}\nraise RuntimeError(words)\n"
    (folder / library / "__init__.py").write_text(words, "utf-8")
    program.environ["PYTHONPATH"] = str(folder)
    return program


def test_a_window_that_cannot_be_filled_leaves_a_report(tmp_path: Path) -> None:
    program = _broken(Program(tmp_path / "home", accounts=()), tmp_path / "broken", "qasync")
    window = program.start("window")
    _, stderr = window.communicate(timeout=LIMIT_S)
    assert window.returncode == 1
    (line,) = [one for one in stderr.splitlines() if "reports show" in one]
    assert "Traceback" not in stderr
    (report,) = program.run("reports").lines
    assert report["path"] in line
    del program.environ["PYTHONPATH"]
    (offer,) = opened_again(program)
    assert offer.startswith(STOPPED)


def test_a_command_that_breaks_says_in_one_line_where_its_report_lies(
    broken_installation: Program,
) -> None:
    ended = broken_installation.run("accounts", "credits", "test")
    assert ended.code == 1
    (line,) = ended.stderr.splitlines()
    assert "Traceback" not in line
    (report,) = broken_installation.run("reports").lines
    assert f"“producer-studio reports show {report['name']}”" in line
    assert report["path"] in line
    assert (report["what"], report["ending"]) == ("command", "stopped")
    shown = broken_installation.run("reports", "show", report["name"]).last()["text"]
    assert "doing     command accounts" in shown
    assert "producer_studio/settings/secrets.py" in shown
    assert "RuntimeError" in shown
    for private in (TITLE, "Nachtbus", KEY, str(broken_installation.home)):
        assert private not in shown + ended.stderr.replace(report["path"], "")

    assert broken_installation.run("reports", "remove").code == 2
    assert broken_installation.run("reports", "remove", report["name"]).code == 0
    assert broken_installation.run("reports", "list").lines == []
    assert broken_installation.run("reports", "show").code == 2


def test_without_a_terminal_nothing_is_lost(broken_installation: Program) -> None:
    """As an installed program that is started from a menu: nowhere to write to."""
    nowhere = '"$@" <&- >&- 2>&-'
    for arguments, code in (
        (("--version",), 0),
        (("window", "--until-painted"), 0),
        (("accounts", "credits", "test"), 1),
    ):
        ended = subprocess.run(
            ["/bin/sh", "-c", nowhere, "sh", sys.executable, "-m", "producer_studio", *arguments],
            env=broken_installation.environ,
            cwd=ROOT,
            timeout=LIMIT_S,
            check=False,
        )
        assert ended.returncode == code, arguments
    (report,) = broken_installation.run("reports").lines
    assert report["ending"] == "stopped"


def _wait_for_demo(window: DrivenWindow, program: Program) -> int:
    """The process id of the Demo Studio that answers."""
    address = program.home / "state" / "demo-studio" / "address.json"
    for _ in range(int(LIMIT_S / 0.02)):
        if address.exists():
            pid: int = json.loads(address.read_text("utf-8"))["pid"]
            return pid
        window.linger(0.02)
    raise AssertionError("Demo Studio did not start")
