"""Programs to be measured: started like the user's, with everything compiled beforehand."""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 600.0
_EVERYTHING = (
    "import producer_studio.app, producer_studio.audio.measure, producer_studio.audio.encode, "
    "producer_studio.settings.secrets, producer_studio.providers.musicapi.responses; "
    "from producer_studio.providers.http.client_factory import load_httpx; load_httpx(); "
    "import tests.performance.busy_window, PySide6.QtMultimedia, PySide6.QtDBus"
)


@dataclass(frozen=True, slots=True)
class Lap:
    """One run up to its first line of output: seconds by the clock, and of both cores."""

    wall_s: float
    cpu_s: float


class Programs:
    """Starts programs with a home, and a place for compiled modules, of their own.

    Args:
        scratch: A folder for the compiled modules and the program's home.
        platform: Qt's platform plug-in.
    """

    def __init__(self, scratch: Path, platform: str = "offscreen") -> None:
        self.home = scratch / "home"
        # A shell that forbids compiled modules would measure the compiler.
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        self.environ = {
            **kept,
            "PYTHONPYCACHEPREFIX": str(scratch / "compiled"),
            "PRODUCER_STUDIO_HOME": str(self.home),
            "QT_QPA_PLATFORM": platform,
            # No keychain and no accessibility bus: both would be of the desktop, not of us.
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        }

    def warm(self) -> None:
        """Compiles everything that a run will import, as the first run of a user does."""
        self.answer("-c", f"{_EVERYTHING}; print('{{}}')")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts this Python with arguments; output on pipes."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def lap(self, word: str, *arguments: str) -> Lap:
        """Times a program until it prints a line with `word`, and lets it end."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        with self.start(*arguments) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            while line and line.strip() != word:
                line = process.stdout.readline()
            wall = time.perf_counter() - begun
            process.communicate(timeout=LIMIT_S)
        if not line:
            raise RuntimeError(f"{' '.join(arguments)} never said {word!r}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Lap(wall, used)

    def answer(self, *arguments: str) -> dict[str, Any]:
        """Runs a program to its end and gives the JSON object of its last line."""
        run = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if run.returncode or not run.stdout.strip():
            raise RuntimeError(f"{' '.join(arguments)} ended with {run.returncode}:\n{run.stderr}")
        answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
        return answer
