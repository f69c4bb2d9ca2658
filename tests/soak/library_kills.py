"""Kills of a program that edits a library or exports from it, and what they may leave."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from producer_studio.audio.measure import measure
from producer_studio.audio.tags import read_recipe
from producer_studio.library.sidecar import SIDECAR_NAME
from tests.support.program import LIMIT_S, Program, kill_all

_LONGEST_S = 1.0
_FORMATS = ("mp3", "wav", "flac", "m4a")
_OFF_BY_S = 0.3


class LibraryKills:
    """Kills edits and exports of one library, and judges what is there afterwards.

    Args:
        folder: For the exported files; empty.

    Attributes:
        edits: How many programs were killed while they edited.
        exports: The same of exports.
        problems: Whatever is not as it should be, as sentences.
    """

    def __init__(self, program: Program, folder: Path, rng: random.Random) -> None:
        self._program = program
        self._folder = folder
        self._rng = rng
        self.edits = 0
        self.exports = 0
        self.problems: list[str] = []

    def edit(self) -> None:
        """Kills a row of edits, undo and redo: each is made for all clips or for none."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.editing", str(self._rng.randrange(10**6))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._program.environ,
            start_new_session=True,
        )
        assert process.stdout is not None
        ready = process.stdout.readline()
        self._kill(process)
        self.edits += 1
        if ready.strip() != "ready":
            self.problems.append("an edit of all clips did not come to its end")
            return
        seen = {(clip["stars"], *clip["tags"]) for clip in self._program.clips()}
        if len(seen) != 1 or any(f"tag {stars}" != tag for stars, tag in seen):
            self.problems.append(f"a killed edit of all clips left {sorted(seen)}")

    def export(self, clips: list[dict[str, Any]]) -> None:
        """Kills an export: a file under its final name is whole."""
        ids = [clip["id"] for clip in clips]
        wanted = self._rng.choice(_FORMATS)
        process = self._program.start(
            "export", *ids, "--format", wanted, "--to", str(self._folder), "--json"
        )
        wait_for_part(process, self._folder)
        self._kill(process)
        self.exports += 1
        longest = max(clip["duration_s"] for clip in clips)
        shortest = min(clip["duration_s"] for clip in clips)
        for path in self._folder.iterdir():
            if path.name.startswith("."):
                continue
            if not path.stat().st_size or not _is_whole(path, shortest, longest):
                self.problems.append(f"a killed export left {path.name}, which is not whole")
            path.unlink()

    def settle(self, clip: dict[str, Any]) -> None:
        """Judges what the next ordinary export and the next start leave of all kills."""
        ended = self._program.run(
            "export", clip["id"], "--format", "mp3", "--to", str(self._folder)
        )
        assert ended.code == 0, ended.stderr
        names = [path.name for path in self._folder.iterdir()]
        if len(names) != 1 or names[0].startswith("."):
            self.problems.append(f"after the exports there are {sorted(names)}")
        for shown in self._program.clips():
            self._judge_sidecar(shown)

    def _judge_sidecar(self, clip: dict[str, Any]) -> None:
        if clip["path"] is None:
            return
        written = json.loads((Path(clip["path"]).parent / SIDECAR_NAME).read_text("utf-8"))
        if any(written[name] != clip[name] for name in ("title", "stars", "tags")):
            self.problems.append(f"{SIDECAR_NAME} of clip {clip['id']} is of before a kill")

    def _kill(self, process: "subprocess.Popen[str]") -> None:
        try:
            process.wait(self._rng.uniform(0.0, _LONGEST_S))
        except subprocess.TimeoutExpired:
            kill_all(process)
        _, stderr = process.communicate(timeout=LIMIT_S)
        assert "Traceback" not in stderr, stderr


def wait_for_part(process: "subprocess.Popen[str]", folder: Path) -> None:
    """Waits until the export has begun to write, or is over."""
    while process.poll() is None:
        if folder.is_dir() and any(".part" in path.name for path in folder.iterdir()):
            return
        time.sleep(0.01)  # no event of another process's folder to wait for


def _is_whole(path: Path, shortest_s: float, longest_s: float) -> bool:
    length_s = measure(path).sound.duration_s
    is_long_enough = shortest_s - _OFF_BY_S < length_s < longest_s + _OFF_BY_S
    return is_long_enough and read_recipe(path) is not None
