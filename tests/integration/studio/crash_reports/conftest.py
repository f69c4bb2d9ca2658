"""What tests of reports need."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def caught() -> Callable[[Callable[[], object]], BaseException]:
    """Calls something and gives back what it raised."""

    def catch(broken: Callable[[], object]) -> BaseException:
        try:
            broken()
        except BaseException as error:  # noqa: BLE001 - whatever it is
            return error
        raise AssertionError("it went well")

    return catch


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of a user whom nobody has to know by name."""
    return tmp_path / "state"


@pytest.fixture
def child(state: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs Python code in a process of its own that a recorder watches."""

    def run(code: str, what: str = "window", **environ: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", f"{_WATCHED}{textwrap.indent(textwrap.dedent(code), '    ')}"],
            env={**os.environ, "STATE": str(state), "WHAT": what, **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


_WATCHED = """
import faulthandler, logging, os, sys, threading
from pathlib import Path
from producer_studio.studio.crash_reports.recorder import CrashRecorder, set_log_levels
set_log_levels(logging.CRITICAL)
log = logging.getLogger("producer_studio.somewhere")
with CrashRecorder(Path(os.environ["STATE"]), os.environ["WHAT"], os.environ) as recorder:
"""
