"""The window opens although the session bus accepts connections and never responds."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import LIMIT_S, Program

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="xvfb-run is missing: no display")
def test_a_silent_session_bus_does_not_hold_up_the_first_window(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    environ = {name: value for name, value in program.environ.items() if name != "QT_QPA_PLATFORM"}
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen(50)
        ended = subprocess.run(
            ["xvfb-run", "-a", sys.executable, "-m", "producer_studio", "--until-painted"],
            env={**environ, "PATH": os.environ["PATH"],
                 "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/bus"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (0, "painted\n"), ended.stderr
    assert "does not respond" in ended.stderr
