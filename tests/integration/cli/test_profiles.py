"""`producer-studio profiles` and `export --profile`."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.library.media_store import MediaKind
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.support.tone import write_tone


@pytest.fixture(autouse=True)
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clip:
    """The only clip of a library."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path / "home"))
    clip = Clip(id=new_clip_id(), title="Low tide", bpm_override=84.0, key_override="F minor")

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        library = studio._library
        await library.clips.add([clip])
        partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
        write_tone(partial, 1.0)
        path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
        await library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
        await studio.close()

    asyncio.run(fill())
    return clip


def results(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run([*arguments, "--json"], ["not needed"]) == ExitCode.SUCCESS, capsys.readouterr()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_own_profile_is_added_changed_used_and_deleted(
    capsys: pytest.CaptureFixture[str], clip: Clip, tmp_path: Path
) -> None:
    folder = tmp_path / "radio"
    (added,) = results(
        capsys, "profiles", "add", "Radio", "--like", "daw", "--to", str(folder),
        "--loudness", "-16", "--rate", "48000", "--with", "daw, lyrics", "--tag", "album=Tides",
    )  # fmt: skip
    assert added["message"] == "Profile “Radio” saved."
    results(capsys, "profiles", "change", "radio", "--bits", "16", "--with", "none")
    (shown,) = results(capsys, "profiles", "show", "RADIO")
    assert shown["summary"] == "WAV 16 bit, 48 kHz, −16.0 LUFS"
    assert (shown["tags"], shown["folder"], shown["built_in"]) == (
        {"album": "Tides"}, str(folder), False,
    )  # fmt: skip
    (done,) = results(capsys, "export", clip.id, "--profile", "radio")
    assert done["path"] == str(folder / "Low tide - 84 BPM - F minor.wav")
    (done,) = results(capsys, "export", clip.id, "--profile", "radio", "--format", "flac")
    assert done["path"] == str(folder / "Low tide - 84 BPM - F minor.flac")
    results(capsys, "profiles", "rename", "radio", "FM")
    assert [one["name"] for one in results(capsys, "profiles", "list")] == [
        "Release", "DAW", "Share", "FM",
    ]  # fmt: skip
    results(capsys, "profiles", "delete", "fm")
    assert len(results(capsys, "profiles", "list")) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("export", "CLIP"), "Use --profile NAME or --format FORMAT."),
        (("export", "CLIP", "--profile", "Share"), "Use --to DIR"),
        (("export", "CLIP", "--profile", "Vinyl"), "There is no profile called “Vinyl”."),
        (("profiles", "delete", "Share"), "comes with the program"),
        (("profiles", "add", "X", "--loudness", "loud"), "A loudness is between −40 and −5 LUFS"),
        (("profiles", "add", "X", "--with", "magic"), "“magic” is none of check, cover"),
        (("profiles", "add", "X", "--tag", "mood=calm"), "Write a tag as NAME=TEXT"),
        (("profiles", "add", "X", "--name", "{colour}"), "{colour} is unknown."),
    ],
)
def test_a_mistake_is_explained(
    capsys: pytest.CaptureFixture[str], clip: Clip, arguments: tuple[str, ...], message: str
) -> None:
    given = [clip.id if one == "CLIP" else one for one in arguments]
    assert run(given, ["not needed"]) == ExitCode.USAGE
    assert message in capsys.readouterr().err
