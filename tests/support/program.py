"""The real program as a process, in a home of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT_S = 300.0
KEY = "sk-test-7f3a9c"
"""Any key will do for the sandbox; the scan for leaked keys looks for this one."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, the JSON lines of stdout, and stderr."""

    code: int
    lines: list[dict[str, Any]]
    stderr: str

    def last(self) -> dict[str, Any]:
        return self.lines[-1]


class Program:
    """Runs `producer-studio` with settings, state and library under one folder.

    Args:
        home: Where everything of it lives.
        accounts: Names of accounts whose key is given through the environment.
    """

    def __init__(self, home: Path, accounts: tuple[str, ...] = ("test",)) -> None:
        self.home = home
        self.library = home / "library"
        self._prefix: tuple[str, ...] = ()
        self.environ = {
            **os.environ,
            "PRODUCER_STUDIO_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            # No keychain in tests: a bus that is nowhere.
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
            "PYTHONWARNINGS": "default",
        }
        for name in accounts:
            self.environ[f"PRODUCER_STUDIO_KEY_{re.sub(r'[^A-Z0-9]', '_', name.upper())}"] = KEY

    def with_prefix(self, *command: str) -> "Program":
        """The same program, run through another one such as `setpriv`."""
        other = copy(self)
        other._prefix = command
        return other

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """Starts a command whose output is on pipes."""
        return subprocess.Popen(
            [*self._prefix, sys.executable, "-m", "producer_studio", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.environ, **environ},
            start_new_session=True,
        )

    def run(self, *arguments: str, **environ: str) -> Ended:
        """Runs a command to its end; everything on stdout has to be JSON."""
        process = self.start(*arguments, "--json", **environ)
        try:
            stdout, stderr = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"{arguments} did not end:\n{stdout}\n{stderr}") from None
        return Ended(process.returncode, [json.loads(line) for line in stdout.splitlines()], stderr)

    def add_account(
        self, url: str, name: str = "test", poll_s: float = 0.1, service: str = "musicapi"
    ) -> None:
        ended = self.run(
            "accounts", "add", name, "--service", service, "--base-url", url, "--poll", str(poll_s)
        )
        assert ended.code == 0, ended.stderr

    def clips(self) -> list[dict[str, Any]]:
        ended = self.run("library", "search", "")
        assert ended.code == 0, ended.stderr
        return ended.lines

    def jobs(self) -> list[dict[str, Any]]:
        ended = self.run("jobs", "list", "--all")
        assert ended.code == 0, ended.stderr
        return ended.lines


def kill_all(process: "subprocess.Popen[str]") -> None:
    """Kills a started command and all that it has started, without a word to any of them."""
    if sys.platform == "win32":
        command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, check=False, capture_output=True)
    else:
        # It may have ended by itself, and all of its group with it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
