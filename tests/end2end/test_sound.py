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
from tests.support.program import LIMIT_S, Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.sound_server import MISSING, RATE, Samples, listening, place_of

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{MISSING}: nothing to listen with")

SECONDS = 5.5
"""Twice that is more than the ten seconds after which a clip counts as heard."""
PLACE = 17.0
PIECE_S = 0.1
PIECES = 28
"""From one second after a place on, as long as is played from there for certain."""
LIKE = 0.95
EARLIER_S = 0.002
"""By how much a later piece may seem to come sooner: no more than the resampling's own error."""
LATE_S = 1.0
"""How late silences may make the last piece against the first."""
FEWEST = 4
SOUND = "jazz trio with upright bass, brushed drums and piano, warm and relaxed, 110 bpm"


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    """Its songs are long enough for what is played from the other place."""
    with running_sandbox(longest=PLACE + 2 * SECONDS) as process:
        yield process


def _play_aloud(program: Program, **environ: str) -> dict[str, object]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.audible_playback", str(SECONDS), str(PLACE)],
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


def _heard_at(clip: Samples, start_s: float, heard: Samples) -> tuple[float, int]:
    """When the clip's `start_s` sounded in what was heard, and how many pieces say so.

    A player that gets no processor for a while leaves a silence, wherever that falls, and what
    comes after it is late: so the clip is looked for in pieces too short for most silences to
    touch. Pieces of a song are like each other; many have to be found in their order, each as late
    as the one before it or a little later.
    """
    delays: list[float] = []
    for number in range(PIECES):
        place_s = start_s + number * PIECE_S
        piece = clip[round(place_s * RATE) : round((place_s + PIECE_S) * RATE)]
        at, likeness = place_of(piece, heard)
        if likeness > LIKE:
            delays.append(at / RATE - place_s)
    chains = [_in_order(delays[number:]) for number in range(len(delays))]
    longest = max(chains, key=len, default=[])
    return (start_s + longest[0], len(longest)) if longest else (0.0, 0)


def _in_order(delays: list[float]) -> list[float]:
    """The longest chain that begins with the first delay and never shrinks, within LATE_S."""
    chains: list[list[float]] = [delays[:1]]
    for delay in delays[1:]:
        if not -EARLIER_S <= delay - delays[0] <= LATE_S:
            continue
        before = [chain for chain in chains if delay - chain[-1] >= -EARLIER_S]
        chains.append([*max(before, key=len), delay])
    return max(chains, key=len)


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
    early_at_s, early = _heard_at(clip, 1.0, heard)
    late_at_s, late = _heard_at(clip, PLACE + 1.0, heard)
    # After SECONDS of the start came PLACE: both parts are one second into what was played then.
    between_s = late_at_s - early_at_s
    sys.stdout.write(f"{early} and {late} pieces of {PIECES}, {between_s:.3f} s apart\n")
    assert early >= FEWEST
    assert late >= FEWEST
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
