"""`producer-studio library check`, with sounds of known values."""

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import MEASURE_VERSION, AudioMeasurements
from producer_studio.domain.ids import ClipId
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.support.signals import Samples, tone
from tests.support.stem_song import add_clip

GOOD, BAD, OLD, GONE = (ClipId(f"{letter * 8}-1") for letter in "abcd")
COVER = b"\xff\xd8\xff\xc0\0\x11\x08" + (3000).to_bytes(2) * 2 + b"\x03" + b"\0" * 30


def good() -> Samples:
    """A second that ends softly."""
    return tone(1.0, level=0.5) * np.linspace(1, 0, 48_000)[:, np.newaxis] ** 2


def bad() -> Samples:
    """Silence of 0.7 s, a loud end, a run of clipped samples, and channels against each other."""
    body = tone(1.0, level=0.95) * [1.0, -0.9]
    body[1000:1010, 0] = 1.0
    return np.concatenate([np.zeros((33_600, 2)), body])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with a clip for every result, and an artist in the settings."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        studio.preferences.change(export_artist="Nora")
        library = studio._library
        await add_clip(library, good(), id=GOOD, title="Low tide")
        await add_clip(library, bad(), id=BAD, title="High tide")
        old = await add_clip(library, good(), id=OLD, title="Older")
        before = AudioMeasurements(duration_s=1.0)
        for clip_id in (GOOD, BAD, OLD):
            folder = await studio.clips.find_folder(clip_id)
            assert folder is not None
            (folder / "cover.jpg").write_bytes(COVER)
            await library.clips.update_fields(clip_id, cover=folder / "cover.jpg")
        await library.clips.update_fields(old.id, measured=before)
        await add_clip(library, None, id=GONE, title="Gone")
        await studio.close()

    asyncio.run(fill())
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *ids: str) -> tuple[int, list[dict[str, Any]]]:
    code = run(["library", "check", *ids, "--json"], ["not needed"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_clips_that_pass(capsys: pytest.CaptureFixture[str]) -> None:
    code, (told, measured) = check(capsys, GOOD, OLD)
    assert code == ExitCode.SUCCESS
    assert (told["clip"], told["title"], told["ready"]) == (GOOD, "Low tide", True)
    found = {one["check"]: one for one in told["checks"]}
    assert {one["verdict"] for one in found.values()} == {"passed", "information"}
    assert found["true-peak"]["value"] == pytest.approx(-6.02, abs=0.1)
    assert (found["true-peak"]["limit"], found["cover"]["value"]) == (-1.0, 3000)
    # It was measured by an earlier version, and is now.
    assert (measured["clip"], measured["ready"]) == (OLD, True)
    run(["library", "show", OLD, "--json"], ["not needed"])
    assert json.loads(capsys.readouterr().out)["measure_version"] == MEASURE_VERSION


def test_a_clip_with_problems(capsys: pytest.CaptureFixture[str]) -> None:
    code, (told,) = check(capsys, BAD)
    assert code == ExitCode.FAILURE
    found = {one["check"]: one for one in told["checks"] if one["verdict"] == "problem"}
    assert list(found) == ["head", "true-peak", "clipping", "end", "mono"]
    assert found["head"]["value"] == pytest.approx(0.7, abs=0.001)
    assert found["clipping"]["value"] == 1
    assert found["end"]["value"] == pytest.approx(-3.9, abs=0.1)
    left, right = bad().T
    width_db = 10 * np.log10(np.square(left - right).sum() / np.square(left + right).sum())
    assert found["mono"]["value"] == pytest.approx(width_db, abs=0.02)
    run(["library", "check", BAD], ["not needed"])
    told_text, error = capsys.readouterr()
    assert "bbbbbbbb  High tide: 5 problems" in told_text
    assert "producer-studio library edit bbbbbbbb --trim 0.6 1.7" in told_text
    assert "producer-studio library edit bbbbbbbb --fade-out 1.7" in told_text
    assert "It is not ready for release." in error


def test_the_edits_that_are_named_solve_their_problems(capsys: pytest.CaptureFixture[str]) -> None:
    made, named = BAD, re.compile("producer-studio library edit [a-z0-9]+ (.*)")
    for _ in range(3):
        run(["library", "check", made], ["not needed"])
        options = named.findall(capsys.readouterr().out)[0].split()
        run(["library", "edit", made, *options, "--json"], ["not needed"])
        made = json.loads(capsys.readouterr().out)["id"]
    _, (told,) = check(capsys, made)
    problems = [one["check"] for one in told["checks"] if one["verdict"] == "problem"]
    # Below full scale the clipped samples are not found any more; a new clip has no cover.
    assert problems == ["mono", "cover"]


def test_several_clips_of_which_one_has_no_sound(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["library", "check", GOOD, GONE], ["not needed"])
    told, error = capsys.readouterr()
    assert code == ExitCode.FAILURE
    assert "aaaaaaaa  Low tide: Ready for release" in told
    assert "not on this computer" in told
    assert "1 of 2 clips are not ready for release." in error
