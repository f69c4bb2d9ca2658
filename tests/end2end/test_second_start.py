"""A second start on the same library hands over to the window that is open."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from producer_studio.audio.tags import TagSet, write_tags
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from tests.support.program import LIMIT_S, Program
from tests.support.tone import write_tone

T = TypeVar("T")


def wait_for(look: Callable[[], T | None], window: subprocess.Popen[str]) -> T:
    """What there is to see, as soon as it is there; the window has to live until then."""
    descriptor = os.pidfd_open(window.pid)
    ended = select.poll()
    ended.register(descriptor, select.POLLIN)
    try:
        while (seen := look()) is None:
            assert not ended.poll(50), "the window ended before"
    finally:
        os.close(descriptor)
    return seen


def draft(library: Path) -> dict[str, object] | None:
    async def read() -> dict[str, object] | None:
        opened = await Library.open(library)
        try:
            return await opened.drafts.load("compose")
        finally:
            await opened.close()

    return asyncio.run(read())


@pytest.mark.skipif(sys.platform != "linux", reason="follows the window by pidfd_open")
@pytest.mark.parametrize("together", [False, True])
def test_files_reach_the_desk_of_the_one_window(tmp_path: Path, together: bool) -> None:
    program = Program(tmp_path / "Zoë", accounts=())
    song = tmp_path / "a song.wav"
    write_tone(song, 1)
    write_tags(song, TagSet(recipe=Recipe(sound="slow felt piano", title="Harbour").to_json()))
    first = program.start("window", *([str(song)] if together else []))
    places = program.home / "state" / "windows"
    wait_for(lambda: next(places.glob("*.json"), None), first)
    second = program.start("window", *([] if together else [str(song)]))
    told, errors = second.communicate(timeout=LIMIT_S)
    assert (second.returncode, errors) == (0, "")
    assert "brought to the front" in told
    kept = wait_for(lambda: draft(program.library), first)
    first.send_signal(signal.SIGTERM)
    _, errors = first.communicate(timeout=LIMIT_S)
    assert first.returncode == 0, errors
    assert (kept["title"], kept["sound"]) == ("Harbour", "slow felt piano")
