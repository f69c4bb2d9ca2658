"""Many commands one after the other in one process, because starting takes longer than refusing.

`python -m tests.support.command_batch` reads the arguments of a command from each line of standard
input, a JSON list, and answers with a line: its exit code, standard output and standard error.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from tests.support.program import Ended, Program

_ROOT = Path(__file__).parents[2]


class Batch:
    """The program of a home, for many commands."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, *arguments: str) -> Ended:
        """Runs a command to its end; everything on stdout has to be JSON."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([*arguments, "--json"]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the program died of {arguments}"
        code, stdout, stderr = json.loads(line)
        return Ended(code, [json.loads(one) for one in stdout.splitlines()], stderr)


class Quick(Program):
    """A program whose commands share a process; one that is given an environment of its own, or is
    run through another program, has a process of its own.

    Attributes:
        commands: The process; `batch` gives it.
    """

    commands: Batch

    def run(self, *arguments: str, **environ: str) -> Ended:
        if environ or self._prefix:
            return super().run(*arguments, **environ)
        return self.commands.run(*arguments)


@contextmanager
def batch(program: Program) -> Iterator[Batch]:
    """The process, for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.command_batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=program.environ,
        cwd=_ROOT,
    )
    try:
        yield Batch(process)
    finally:
        process.communicate(timeout=120)
    assert process.returncode == 0


@contextmanager
def quick(home: Path, accounts: tuple[str, ...] = ("test",)) -> Iterator[Quick]:
    """A program for many commands, as `Program`, for as long as the block lasts."""
    program = Quick(home, accounts)
    with batch(program) as program.commands:
        yield program


def main() -> int:
    from producer_studio.main import main as program  # pytest loads this file, too

    commands = os.fdopen(os.dup(0))
    # As for a program on its own: no command reads what is meant for this loop.
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    for line in commands:
        stdout, stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        with redirect_stdout(stdout), redirect_stderr(stderr):
            code = program(json.loads(line))
        told = []
        for stream in (stdout, stderr):
            stream.flush()
            told.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
        sys.stdout.write(json.dumps([int(code), *told]) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
