"""Two processes that ask for the same thing at the same moment buy it once."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from producer_studio.domain.errors import DuplicateRequest
from producer_studio.domain.recipe import Recipe
from tests.integration.studio.conftest import (
    ACCOUNT,
    WORDS,
    StudioBench,
    environ_for,
)
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

ROUNDS = 8

RIVAL = """
import asyncio, os, sys
from producer_studio.domain.errors import DuplicateRequest
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

async def main():
    given = dict(os.environ)
    studio = await Studio.open(default_paths(given), given, [sys.executable, "-c", ""])
    print("ready", flush=True)
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        recipe = Recipe(operation=Operation.LYRICS, prompt=line)
        try:
            await studio.jobs.submit([recipe], "test", refuse_duplicates=True)
            print("sent", flush=True)
        except DuplicateRequest:
            print("refused", flush=True)
        await studio.jobs.wait_until_idle()
    await studio.close()

asyncio.run(main())
"""


class Rival:
    """Another process with the same library, which presses at a word."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RIVAL],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | environ_for(home),
        )
        assert self.read() == "ready"

    def read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    async def answer(self) -> str:
        return await asyncio.to_thread(self.read)


@contextmanager
def rival_of(bench: StudioBench) -> Iterator[Rival]:
    rival = Rival(bench.home)
    try:
        yield rival
    finally:
        rival.process.communicate("\n", 60)


async def press(bench: StudioBench, recipe: Recipe) -> str:
    try:
        await bench.studio.jobs.submit([recipe], ACCOUNT, refuse_duplicates=True)
    except DuplicateRequest:
        return "refused"
    return "sent"


async def test_the_same_press_in_two_processes_is_sent_once(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    outcomes = []
    with rival_of(bench) as rival:
        for number in range(ROUNDS):
            words = f"a lighthouse that keeps the last ship number {number} waiting"
            rival.ask(words)
            own = await press(bench, WORDS.with_changes(prompt=words))
            outcomes.append({own, await rival.answer()})
    await bench.studio.jobs.wait_until_idle()
    assert outcomes == [{"sent", "refused"}] * ROUNDS
    assert len(sandbox.requests("POST", "/lyrics-create")) == ROUNDS
