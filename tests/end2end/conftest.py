"""Sandboxes and programs: fresh for a test, or shared by the tests of one file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_batch import quick
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox

SHORT_SONG = (
    "--sound", "gentle lofi beat with soft piano and brushed drums, mellow late night mood, 90 bpm",
    "--lyrics", "[Verse]\nQuiet harbour lights are calling us tonight over the dark water",
)  # fmt: skip
"""Words for `generate` that make a short clip, so that rendering it takes little time."""


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    with running_sandbox() as process:
        yield process


@pytest.fixture
def program(tmp_path: Path, sandbox: SandboxProcess) -> Program:
    """A program with one account, "test", at the sandbox."""
    made = Program(tmp_path / "home")
    made.add_account(sandbox.url)
    return made


@pytest.fixture(scope="module")
def service() -> Iterator[SandboxProcess]:
    """One sandbox for the tests of a file; each test begins without faults."""
    with running_sandbox("--credits", "100000") as process:
        yield process


@pytest.fixture
def calm(service: SandboxProcess) -> SandboxProcess:
    """The file's sandbox, with what earlier tests asked of it forgotten."""
    service.control("reset", {})
    return service


@pytest.fixture(scope="module")
def musician(
    tmp_path_factory: pytest.TempPathFactory, service: SandboxProcess
) -> Iterator[Program]:
    """One program for the tests of a file, in a home that many programs stumble over."""
    with quick(tmp_path_factory.mktemp("home") / "Zoë's Musik 音楽") as made:
        made.add_account(service.url)
        yield made


@pytest.fixture(scope="module")
def song(musician: Program) -> dict[str, Any]:
    """A clip in the musician's library."""
    ended = musician.run("generate", "--account", "test", *SHORT_SONG, "--title", "Harbour")
    assert ended.code == 0, ended.stderr
    clip: dict[str, Any] = ended.last()["clips"][0]
    return clip
