"""What the player plays is what the clip's file holds, and where it says it is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from producer_studio.audio.decode import decode
from tests.end2end.listener import MISSING, RATE, Samples, listening, place_of
from tests.end2end.program import LIMIT_S, Program
from tests.end2end.sandbox_process import SandboxProcess, running_sandbox

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{MISSING}: nothing to listen with")

SECONDS = 4.0
PLACE = 17.0
SOUND = "jazz trio with upright bass, brushed drums and piano, warm and relaxed, 110 bpm"


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    """Its songs are whole ones: there is something to seek in."""
    with running_sandbox(longest=None) as process:
        yield process


def _play_aloud(program: Program, **environ: str) -> dict[str, object]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.end2end.play_aloud", str(SECONDS), str(PLACE)],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PRODUCER_STUDIO_HOME": str(program.home),
            **environ,
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    return told


def _part(whole: Samples, start_s: float, seconds: float = 0.5) -> Samples:
    return whole[round(start_s * RATE) : round((start_s + seconds) * RATE)]


def _clearest(clip: Samples, start_s: float, heard: Samples) -> tuple[float, float]:
    """When the clip's `start_s` sounded in what was heard, in seconds, and how like the clip.

    A busy machine drops samples now and then on their way to the listener, so that of some parts
    in a row the one that came through best counts.
    """
    found = []
    for number in range(4):
        at, likeness = place_of(_part(clip, start_s + number / 2), heard)
        found.append((likeness, at / RATE - number / 2))
    likeness, at_s = max(found)
    return at_s, likeness


def test_the_clip_is_heard_and_seeking_goes_where_it_should(
    program: Program, sandbox: SandboxProcess
) -> None:
    made = program.run("generate", "--account", "test", "--sound", SOUND, "--instrumental")
    assert made.code == 0, made.stderr
    with listening() as listener:
        listener.record()
        told = _play_aloud(program, **listener.environ)
        heard = listener.heard()

    assert told["note"] == ""
    path = Path(str(told["path"]))
    clip: Samples = np.concatenate([block.mean(axis=1) for block in decode(path)]).astype(
        np.float64
    )
    early_at_s, early = _clearest(clip, 1.0, heard)
    late_at_s, late = _clearest(clip, PLACE + 1.0, heard)
    # Other places of the same song stay below 0.7.
    assert early > 0.9
    assert late > 0.9
    # After SECONDS of the start came PLACE: both parts are one second into what was played then.
    between_s = late_at_s - early_at_s
    sys.stdout.write(f"likeness {early:.4f} and {late:.4f}, {between_s:.3f} s apart\n")
    # A busy machine asks for the other place later, never sooner.
    assert between_s > SECONDS - 0.75
    assert told["heard"] is True


def test_without_an_audio_device_it_says_so_and_goes_on(
    program: Program, sandbox: SandboxProcess
) -> None:
    made = program.run("generate", "--account", "test", "--sound", SOUND, "--instrumental")
    assert made.code == 0, made.stderr

    told = _play_aloud(program, PULSE_SERVER="unix:/nonexistent", PULSE_RUNTIME_PATH="/nonexistent")

    assert told["note"] == "No sound output. Connect headphones or speakers."
    assert PLACE + SECONDS <= float(str(told["paused_at"])) < PLACE + SECONDS + 2
