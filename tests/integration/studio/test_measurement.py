import asyncio
import gc
import math
import os
import struct
import sys
import warnings
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.studio.events import Events
from producer_studio.studio.measurement import Measurer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def measurer() -> AsyncIterator[Measurer]:
    made = Measurer(Events())
    yield made
    await made.close()


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    samples = [int(16_000 * math.sin(at * 440 * math.tau / 22_050)) for at in range(22_050 * 2)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


async def test_a_sound_is_measured_in_another_process(measurer: Measurer, tone: Path) -> None:
    measured = await measurer.measure(tone)
    assert measured.sound.duration_s == pytest.approx(2.0)
    assert measured.sound.peak_dbfs == pytest.approx(20 * math.log10(16_000 / 32_768), abs=0.1)
    assert len(measured.peaks) == 2048
    assert max(measured.peaks) > 100
    assert measured.suffix == ".wav"


async def test_faults_come_back_as_they_are(measurer: Measurer, tmp_path: Path) -> None:
    page = tmp_path / "page.m4a"
    page.write_bytes(b"<html>not here</html>" * 50)
    with pytest.raises(MediaRejected):
        await measurer.measure(page)
    with pytest.raises(StorageError):
        await measurer.measure(tmp_path / "nowhere.m4a")


async def test_many_at_once_get_their_own_answers(
    measurer: Measurer, tone: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.m4a"
    page.write_bytes(b"<html>not here</html>" * 50)
    answers = await asyncio.gather(
        *(measurer.measure(path) for path in (tone, page, tone)), return_exceptions=True
    )
    assert [isinstance(answer, MediaRejected) for answer in answers] == [False, True, False]


async def test_a_dead_process_is_replaced(measurer: Measurer, tone: Path) -> None:
    await measurer.measure(tone)
    process = measurer._process
    assert process is not None
    process.kill()
    sound = (await measurer.measure(tone)).sound
    assert sound.duration_s == pytest.approx(2.0)
    assert process.returncode is not None


async def test_a_cancelled_wait_does_not_shift_the_answers(
    measurer: Measurer, tone: Path, tmp_path: Path
) -> None:
    await measurer.measure(tone)
    waiting = asyncio.create_task(measurer.measure(tmp_path / "nowhere.m4a"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    sound = (await measurer.measure(tone)).sound
    assert sound.duration_s == pytest.approx(2.0)


async def test_the_process_goes_when_it_has_rested(tone: Path) -> None:
    measurer = Measurer(Events(), idle_timeout_s=0.01)
    await measurer.measure(tone)
    process = measurer._process
    assert process is not None
    assert await asyncio.wait_for(process.wait(), 10) == 0
    await measurer.close()


async def test_a_file_that_is_never_read_is_given_up(tone: Path) -> None:
    """As on a drive that does not answer: the process hangs, and is replaced."""
    measurer = Measurer(Events(), timeout_s=1e-6)
    with pytest.raises(MediaRejected, match="does not respond"):
        await measurer.measure(tone)
    assert measurer._process is None
    await measurer.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
async def test_a_pipe_is_not_waited_for(measurer: Measurer, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "song.wav")
    with pytest.raises(StorageError, match="cannot be read"):
        await measurer.measure(tmp_path / "song.wav")


ITS_CHILD_HAS_THE_OUTPUT = """#!{python}
import subprocess, sys
subprocess.Popen([{python!r}, "-c", "import time; time.sleep(20)"])
"""


def test_a_stopped_process_leaves_nothing_unclosed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a child of it has its output open, and the loop ends right after it."""
    program = tmp_path / "python"
    program.write_text(ITS_CHILD_HAS_THE_OUTPUT.format(python=sys.executable))
    program.chmod(0o755)

    async def start_and_close() -> None:
        made = Measurer(Events())
        monkeypatch.setattr(sys, "executable", str(program))
        await made._running_process()
        await made.close()

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(start_and_close())
        gc.collect()
    assert [str(one.message) for one in warned] == []
