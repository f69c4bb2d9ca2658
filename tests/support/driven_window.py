"""A driven window as a process: what it tells, its children, and how it is ended."""

import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.support.program import Program

ROOT = Path(__file__).parents[2]
LIMIT_S = 300.0


class DrivenWindow:
    """Starts `window_driver` in a program's home and listens to it.

    Attributes:
        told: Every line so far.
        process: The window itself.
    """

    def __init__(self, program: Program, *wishes: str, **environ: str) -> None:
        self.told: list[dict[str, Any]] = []
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.window_driver", *wishes],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**program.environ, **environ},
        )
        self._readers = [
            threading.Thread(target=self._read_lines, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def until(self, event: str, limit_s: float = LIMIT_S, **facts: object) -> dict[str, Any]:
        """The next line with this event and these facts.

        Raises:
            AssertionError: The window ended before it, or did not come to it.
        """
        while True:
            try:
                line = self._lines.get(timeout=limit_s)
            except queue.Empty:
                raise AssertionError(
                    f"no {event} after {self.told[-5:]}: {self.errors()}"
                ) from None
            if line is None:
                raise AssertionError(f"ended before {event}: {self.told[-5:]} {self.errors()}")
            self.told.append(line)
            if line["event"] == event and facts.items() <= line.items():
                return line

    def linger(self, seconds: float) -> None:
        """Lets it live on for so long, or until it ends by itself."""
        readable = select.poll()
        descriptor = os.pidfd_open(self.process.pid)
        try:
            readable.register(descriptor, select.POLLIN)
            readable.poll(seconds * 1000)
        finally:
            os.close(descriptor)

    def offspring(self) -> list[int]:
        """The process ids of what it has started and what they have started."""
        return descendants(self.process.pid)

    def kill(self) -> list[int]:
        """SIGKILL for the window alone; the process ids of what it had started."""
        offspring = self.offspring()
        self.process.send_signal(signal.SIGKILL)
        self._collect()
        return offspring

    def end(self, limit_s: float = LIMIT_S) -> int:
        """Waits for it to end by itself; its exit code."""
        code = self.process.wait(limit_s)
        self._collect()
        return code

    def errors(self) -> str:
        return "".join(self._errors)

    def _collect(self) -> None:
        self.process.wait(LIMIT_S)
        for reader in self._readers:
            reader.join(LIMIT_S)
        while (line := self._lines.get()) is not None:
            self.told.append(line)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def _read_lines(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("}\n"):
                self._lines.put(json.loads(line))
        self._lines.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self._errors.extend(self.process.stderr)


def descendants(pid: int) -> list[int]:
    """Every process that stems from one, itself left out."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *descendants(child)]
    return found


def outlive(pids: Iterable[int], limit_s: float) -> list[int]:
    """Those that are still there after so many seconds."""
    left = []
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            ends = select.poll()
            ends.register(descriptor, select.POLLIN)
            if not ends.poll(limit_s * 1000):
                left.append(pid)
        finally:
            os.close(descriptor)
    return left
