"""What a running command tells, line by line, and killing it at one of its lines."""

import json
import subprocess
from typing import Any

from tests.support.program import kill_all


def next_told(process: "subprocess.Popen[str]") -> dict[str, Any] | None:
    """The next event on stdout; None when the command has ended."""
    assert process.stdout is not None
    line = process.stdout.readline()
    told: dict[str, Any] | None = json.loads(line) if line else None
    return told


def wait_for(process: "subprocess.Popen[str]", event: str, times: int = 1) -> dict[str, Any]:
    """The event when it is told for the so-manieth time; events before are left out.

    Raises:
        AssertionError: The command ended without it.
    """
    while (told := next_told(process)) is not None:
        times -= told["event"] == event
        if not times:
            return told
    assert process.stderr is not None
    raise AssertionError(f"no “{event}”: {process.stderr.read()}")


def kill_at(process: "subprocess.Popen[str]", event: str, times: int = 1) -> dict[str, Any]:
    """SIGKILL as soon as the event is told; what it said."""
    told = wait_for(process, event, times)
    kill_all(process)
    process.communicate()
    return told
