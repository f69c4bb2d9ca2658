"""Memory of one window over a soak: it runs beside the kills, and is never killed itself."""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

from tests.matrix.cell_runner import CREDITS
from tests.soak.audit import Reckoning, reckon
from tests.soak.service_faults import harmless_mischief
from tests.support.program import Program
from tests.support.sandbox_process import running_sandbox

_PROFILE = "musicapi-2026-02"
_MISCHIEF_EVERY_S = 15.0
_WARM = 0.2
"""The share of the samples, from the first on, in which caches are still being filled."""
_END_WITHIN_S = 180.0


@dataclass
class MemoryGrowth:
    """Samples of a window's memory, and what it was paid for.

    Attributes:
        samples: Time in seconds, PSS in KiB, and number of clips.
    """

    samples: list[tuple[float, int, int]] = field(default_factory=list)
    reckoning: Reckoning = field(default_factory=Reckoning)

    def report(self) -> str:
        """The slope over time and over the clips, without the first samples, as a sentence."""
        warm = self.samples[int(len(self.samples) * _WARM) :]
        if len(warm) < 3:
            return "memory of the window: too few samples for a slope"
        minutes = [at_s / 60 for at_s, _, _ in warm]
        pss = [float(kib) for _, kib, _ in warm]
        clips = [float(count) for _, _, count in warm]
        by_minute = linear_regression(minutes, pss).slope
        by_clip = linear_regression(clips, pss).slope if clips[-1] > clips[0] else 0.0
        return (
            f"memory of the window (PSS): {pss[0] / 1024:.0f} MiB at {clips[0]:.0f} clips, "
            f"{pss[-1] / 1024:.0f} MiB at {clips[-1]:.0f} clips, {minutes[-1] - minutes[0]:.1f} "
            f"minutes later; slope {by_minute:.0f} KiB a minute, {by_clip:.1f} KiB a clip"
        )


def watch_memory(
    root: Path, seed: int, go_on: Callable[[], bool], longest: float | None = None
) -> MemoryGrowth:
    """Lets a window make songs for as long as `go_on` says so, at a service with mishaps."""
    rng = random.Random(seed)
    growth = MemoryGrowth()
    program = Program(root, (_PROFILE,))
    with running_sandbox("--credits", CREDITS, longest=longest) as sandbox:
        ended = program.run(
            "accounts", "add", _PROFILE, "--service", "musicapi", "--profile", _PROFILE,
            "--base-url", sandbox.url, "--poll", "0.5",
        )  # fmt: skip
        assert ended.code == 0, ended.stderr
        with (root / "window.txt").open("w+", encoding="utf-8") as errors:
            window = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.window", _PROFILE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=program.environ,
            )
            reader = threading.Thread(target=_read, args=(window, growth), daemon=True)
            reader.start()
            while go_on() and window.poll() is None:
                sandbox.set_faults(harmless_mischief(rng))
                try:
                    window.wait(_MISCHIEF_EVERY_S)
                except subprocess.TimeoutExpired:
                    continue
            sandbox.set_faults([])
            assert window.stdin is not None
            window.stdin.close()
            code = _end(window)
            reader.join()
            errors.seek(0)
            written = errors.read()
        state = sandbox.state()
        growth.reckoning = reckon(
            _PROFILE, state["tasks"], state["ledger"], program.jobs(), program.clips()
        )
    if code or "Traceback" in written:
        growth.reckoning.problems.append(f"the window ended with {code}: {written[-3000:]}")
    return growth


def _end(window: "subprocess.Popen[str]") -> int:
    try:
        return window.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        window.kill()
        return window.wait()


def _read(window: "subprocess.Popen[str]", growth: MemoryGrowth) -> None:
    assert window.stdout is not None
    for line in window.stdout:
        if line.endswith("}\n"):
            sample = json.loads(line)
            growth.samples.append((sample["at_s"], sample["pss_kib"], sample["clips"]))
