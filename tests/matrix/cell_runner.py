"""Runs a cell of the matrix through the real program, and judges both ends of the wire."""

import shutil
from pathlib import Path
from typing import Any

from tests.matrix.cells import FILE, SOUND, SOURCE, WORDS, Cell, Dialect, Source
from tests.support.command_assertions import seconds_heard
from tests.support.program import Ended, Program
from tests.support.sandbox_process import SandboxProcess

CREDITS = "100000"
SHORT = ("--sound", SOUND, "--lyrics", WORDS, "--title", "Harbour", "--seed", "7")


class Bench:
    """One account of a dialect at a running sandbox, with the clips that operations work on.

    Args:
        file_url: The public address of a sound file.
    """

    def __init__(
        self, program: Program, sandbox: SandboxProcess, dialect: Dialect, file_url: str
    ) -> None:
        self.program = program
        self.dialect = dialect
        self.account = dialect.profile
        self._sandbox = sandbox
        self._file_url = file_url
        self._clips: dict[Source, dict[str, Any]] = {}
        ended = program.run(
            "accounts", "add", self.account, "--service", dialect.service,
            "--profile", dialect.profile, "--base-url", sandbox.url + dialect.prefix,
            "--poll", "0.1",
        )  # fmt: skip
        assert ended.code == 0, ended.stderr

    def source(self, kind: Source) -> dict[str, Any] | None:
        """The clip that operations of this kind work on; made when it is first needed."""
        if not kind:
            return None
        if kind not in self._clips:
            ended = self.generate(
                *(SHORT if kind == "made" else ("--op", "upload", "--source", self._file_url))
            )
            assert ended.code == 0, ended.stderr
            self._clips[kind] = ended.last()["clips"][0]
        return self._clips[kind]

    def generate(self, *options: str) -> Ended:
        return self.program.run("generate", "--again", "--account", self.account, *options)

    def try_out(self, cell: Cell, folder: Path) -> None:
        """Does what the cell says; every expectation that is not met raises AssertionError.

        Args:
            folder: Empty; for exported files.
        """
        source = self.source(cell.source)
        before = len(self._requests(cell))
        ended = self._asked(cell, source, folder)
        assert ended.code == 0, ended.stderr

        seen = self._requests(cell)[before:]
        assert [one["body"] for one in seen] == [self._filled(cell.body, source)]
        self._judge_charge(ended)
        {
            "clip": self._judge_clips,
            "stems": self._judge_stems,
            "words": self._judge_words,
            "video": self._judge_video,
            "file": self._judge_file,
        }[cell.brings](cell, ended, source)

    def _asked(self, cell: Cell, source: dict[str, Any] | None, folder: Path) -> Ended:
        if cell.operation == "export":
            assert source is not None
            wanted = str(self._filled(cell.body, source).get("format", "wav"))
            return self.program.run(
                "export", source["id"], "--by-service", "--format", wanted, "--to", str(folder)
            )
        options = list(cell.options)
        if cell.operation == "upload":
            options += ["--source", self._file_url]
        elif source is not None:
            options += ["--source", source["id"]]
        return self.generate("--op", cell.operation, *options)

    def _requests(self, cell: Cell) -> list[dict[str, Any]]:
        path = self.dialect.prefix + cell.path
        return [one for one in self._sandbox.requests("POST", path) if one["path"] == path]

    def _filled(self, body: dict[str, Any], source: dict[str, Any] | None) -> dict[str, Any]:
        known = {SOURCE: source and source["remote_id"], FILE: self._file_url}
        return {
            name: known.get(value, value) if isinstance(value, str) else value
            for name, value in body.items()
        }

    def _judge_charge(self, ended: Ended) -> None:
        """The service took one task, charged it once, and did not give the credits back."""
        jobs = [job for job in self.program.jobs() if job["account"] == self.account]
        task_id = jobs[-1]["task_id"]
        assert jobs[-1]["state"] == "done", jobs[-1]
        moves = [
            entry["reason"]
            for entry in self._sandbox.state()["ledger"]
            if entry["task_id"] == task_id
        ]
        assert moves == ["charge"], (ended.lines, moves)

    def _judge_clips(self, cell: Cell, ended: Ended, source: dict[str, Any] | None) -> None:
        clips = ended.last()["clips"]
        assert clips
        for clip in clips:
            assert clip["op"] == cell.operation
            assert clip["account"] == self.account
            assert clip["parent"] == (source["id"] if source else None)
            assert clip["remote_id"]
            assert seconds_heard(clip["path"]) > 1
            assert clip.items() <= self._shown(clip).items()

    def _judge_stems(self, cell: Cell, ended: Ended, source: dict[str, Any] | None) -> None:
        assert source is not None
        clips = ended.last()["clips"]
        names = [clip["stem"] for clip in clips]
        assert len(clips) >= 2, names
        assert all(names), names
        assert len(set(names)) == len(names), names
        for clip in clips:
            assert clip["op"] == cell.operation
            assert clip["parent"] == source["id"]
            length = seconds_heard(clip["path"])
            assert abs(length - source["duration_s"]) < 0.5, (clip["stem"], length)
            assert clip.items() <= self._shown(clip).items()

    def _judge_words(self, cell: Cell, ended: Ended, _source: dict[str, Any] | None) -> None:
        (clip,) = ended.last()["clips"]
        assert clip["op"] == cell.operation
        assert clip["media"] == "none"
        assert "[" in clip["lyrics"]
        assert clip.items() <= self._shown(clip).items()

    def _judge_video(self, _cell: Cell, ended: Ended, source: dict[str, Any] | None) -> None:
        assert source is not None
        (clip,) = ended.last()["clips"]
        assert clip["id"] == source["id"]
        assert Path(clip["video"]).read_bytes()[4:8] == b"ftyp"

    def _judge_file(self, cell: Cell, ended: Ended, source: dict[str, Any] | None) -> None:
        assert source is not None
        path = Path(ended.last()["path"])
        assert path.suffix == f".{cell.variant}"
        assert abs(seconds_heard(path) - source["duration_s"]) < 0.5

    def _shown(self, clip: dict[str, Any]) -> dict[str, Any]:
        """The clip as the library tells it to the next program."""
        return self.program.run("library", "show", clip["id"]).last()


def sound_file(folder: Path, bench_clip: dict[str, Any]) -> Path:
    """A copy of a clip's file under a name of its own, to be served to the services."""
    target = folder / f"reference{Path(bench_clip['path']).suffix}"
    shutil.copyfile(bench_clip["path"], target)
    return target
