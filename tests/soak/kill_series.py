"""One row of kills: a library, a sandbox of its own, and accounts of all profiles."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.matrix.cell_runner import CREDITS, Bench
from tests.matrix.cells import DIALECTS
from tests.matrix.reference import write_reference
from tests.soak.audit import Reckoning, reckon
from tests.soak.library_kills import LibraryKills
from tests.soak.requests import Deed, Deeds
from tests.soak.service_faults import AWAY, mischief
from tests.support.fake_clock import FAKETIME, clock_moved
from tests.support.file_server import served
from tests.support.program import KEY, Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox

LONGEST_LIFE_S = 4.0
"""Of a run that is killed, beside twice the time that a program takes to start."""
LONG_LIFE_S = 60.0
LEFT_ALONE = 0.15
"""The share of the runs that are not killed."""
RESUME_EVERY = 4
EDIT_EVERY = 7
EXPORT_EVERY = 5
_DAYS = (3, -2)
"""By which a clock is wrong at some of the resumes."""


class Lane:
    """Kills the studio again and again.

    Attributes:
        killed_at: How often a run was killed after which event.
        runs: How many programs were started at the services.
        library_kills: Of programs that edit or export.
    """

    def __init__(
        self,
        root: Path,
        sandbox: SandboxProcess,
        publish: Callable[[str], str],
        rng: random.Random,
    ) -> None:
        self._sandbox = sandbox
        self._rng = rng
        self._program = Program(root / "home", tuple(one.profile for one in DIALECTS))
        # With it the studio may ask for the list of past tasks.
        self._program.environ["PRODUCER_STUDIO_PLATFORM_TOKEN_ACEDATA"] = f"platform-{KEY}"
        sources = {}
        file_url = publish("reference")
        for dialect in DIALECTS:
            source = Bench(self._program, sandbox, dialect, file_url).source("made")
            assert source is not None
            sources[dialect.profile] = source
        self._sources = list(sources.values())
        own_exports = root / "own exports"
        own_exports.mkdir()
        self.library_kills = LibraryKills(self._program, own_exports, rng)
        exported = root / "exported"
        exported.mkdir()
        self._start_s = self._time_to_start()
        self._deeds = Deeds(rng, sources, publish, str(exported))
        self._before = {task["id"] for task in sandbox.state()["tasks"]}
        self.killed_at: Counter[str] = Counter()
        self.runs = 0
        self._rounds = 0

    def round(self) -> None:
        """One deed with its mischief, killed at some moment; now and then something else, too."""
        self._sandbox.set_faults(mischief(self._rng))
        self._live(self._deeds.next())
        self._rounds += 1
        if self._rounds % RESUME_EVERY == 0:
            self._start_s = self._time_to_start()
            self._resume()
        if self._rounds % EXPORT_EVERY == 0:
            self.library_kills.export(self._sources)
        if self._rounds % EDIT_EVERY == 0:
            self.library_kills.edit()

    def settle(self) -> dict[str, Reckoning]:
        """Calms the services, lets the studio go on to the end, and reckons by profile."""
        self._sandbox.set_faults([])
        resumed = self._program.run("jobs", "resume")
        assert resumed.code in {0, 7, 8}, resumed.stderr
        self.library_kills.settle(self._sources[0])
        state = self._sandbox.state()
        tasks = [task for task in state["tasks"] if task["id"] not in self._before]
        jobs = [job for job in self._program.jobs() if job["task_id"] not in self._before]
        clips = self._program.clips()
        return {
            one.profile: reckon(one.profile, tasks, state["ledger"], jobs, clips)
            for one in DIALECTS
        }

    def _time_to_start(self) -> float:
        begun = time.monotonic()
        self._program.jobs()
        return time.monotonic() - begun

    def _live(self, deed: Deed) -> None:
        self._run(deed.operation, (*deed.arguments, "--json"))

    def _resume(self) -> None:
        """Resumes; sometimes days later by the clock, with no network at the first looks."""
        moved: dict[str, str] = {}
        if FAKETIME is not None and self._rng.random() < 0.5:
            moved = clock_moved(self._rng.choice(_DAYS))
            self._sandbox.set_faults(AWAY)
        self._run("resume", ("jobs", "resume", "--json"), **moved)

    def _run(self, what: str, arguments: tuple[str, ...], **environ: str) -> None:
        self.runs += 1
        process = self._program.start(*arguments, **environ)
        spared = self._rng.random() < LEFT_ALONE
        longest_s = LONGEST_LIFE_S + 2 * self._start_s
        life_s = LONG_LIFE_S if spared else self._rng.uniform(0.2, longest_s)
        try:
            stdout, stderr = process.communicate(timeout=life_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            self.killed_at[_last_event(stdout)] += 1
        else:
            self.killed_at["(came to its end)"] += 1
        assert "Traceback" not in stderr, f"{what}: {stderr}"


def _last_event(stdout: str) -> str:
    lines = [line for line in stdout.splitlines() if line.endswith("}")]
    return lines[-1].split('"')[3] if lines else "nothing told yet"


@contextmanager
def open_lane(root: Path, seed: int, longest: float | None) -> Iterator[Lane]:
    web = root / "web"
    web.mkdir(parents=True)
    reference = write_reference(web)
    with (
        running_sandbox("--credits", CREDITS, longest=longest) as sandbox,
        served(web) as address,
    ):

        def publish(name: str) -> str:
            file = reference.with_stem(name)
            if file != reference:
                file.hardlink_to(reference)
            return f"{address}/{file.name}"

        yield Lane(root, sandbox, publish, random.Random(seed))


def soak(
    root: Path, seed: int, go_on: Callable[[], bool], longest: float | None = None
) -> tuple[Lane, dict[str, Reckoning]]:
    """Runs rounds for as long as `go_on` says so, with songs of at most `longest` seconds."""
    with open_lane(root, seed, longest) as lane:
        while go_on():
            lane.round()
        return lane, lane.settle()
