"""A sandbox and a program, fresh for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end2end.program import Program
from tests.end2end.sandbox_process import SandboxProcess, running_sandbox


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
