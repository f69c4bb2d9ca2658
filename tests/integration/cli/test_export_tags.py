"""`producer-studio library tags`: what exported files are tagged with."""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import av
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
def clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Clip]:
    """The two clips of a library, and an artist in the settings."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path / "home"))
    made = [Clip(id=new_clip_id(), title=title, lyrics="la") for title in ("One", "Two")]

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        library = studio._library
        for clip in made:
            await library.clips.add([clip])
            partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
            write_tone(partial, 1.0)
            path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
            await library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
        studio.preferences.change(export_artist="Settings", export_genre="Lofi")
        await studio.close()

    asyncio.run(fill())
    return made


def results(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run([*arguments, "--json"], ["not needed"]) == ExitCode.SUCCESS, capsys.readouterr()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_tags_of_clips_go_before_those_of_the_settings(
    capsys: pytest.CaptureFixture[str], clips: list[Clip], tmp_path: Path
) -> None:
    ids = [clip.id for clip in clips]
    lyrics = tmp_path / "words.txt"
    lyrics.write_text("[00:00.20]As sung\n")
    (changed,) = results(
        capsys, "library", "tags", *ids, "--artist", " Jo Sea ", "--album", "Tides", "--year",
        "2027", "--comment", "Hello", "--lyrics-file", str(lyrics),
    )  # fmt: skip
    assert changed["changed"]
    results(capsys, "library", "tags", ids[1], ids[0], "--number-from", "7")
    results(capsys, "library", "tags", ids[1], "--artist", "")
    one, two = results(capsys, "library", "tags", *ids)
    assert (one["artist"], one["album"], one["track"], one["year"]) == ("Jo Sea", "Tides", 8, 2027)
    assert (two["artist"], two["track"], two["genre"]) == ("Settings", 7, "Lofi")
    (found,) = results(capsys, "library", "search", 'artist:"jo sea" album:tid')
    assert found["id"] == ids[0]
    (done,) = results(
        capsys, "export", ids[0], "--format", "flac", "--with", "lyrics", "--to", str(tmp_path)
    )
    with av.open(done["path"]) as file:
        tags = {key.lower(): value for key, value in file.metadata.items()}
    assert (tags["artist"], tags["album"], tags["track"], tags["date"]) == (
        "Jo Sea", "Tides", "8", "2027",
    )  # fmt: skip
    assert (tags["genre"], tags["comment"], tags["lyrics"]) == ("Lofi", "Hello", "As sung")
    assert Path(done["path"]).with_suffix(".lrc").read_text().endswith("[00:00.20]As sung\n")


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="no ffprobe")
@pytest.mark.parametrize("form", ["mp3", "wav", "flac", "m4a"])
def test_another_program_reads_the_track_number(
    capsys: pytest.CaptureFixture[str], clips: list[Clip], tmp_path: Path, form: str
) -> None:
    results(capsys, "library", "tags", clips[0].id, "--track", "12")
    (done,) = results(capsys, "export", clips[0].id, "--format", form, "--to", str(tmp_path))
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", done["path"]]
    shown = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    tags = {key.lower(): value for key, value in shown["format"]["tags"].items()}
    assert tags["track"] == "12"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--track", "0"), "“0” is not a number from 1 to 999"),
        (("--year", "soon"), "“soon” is not a number from 1 to 9999"),
    ],
)
def test_a_wrong_number_changes_nothing(
    capsys: pytest.CaptureFixture[str], clips: list[Clip], options: tuple[str, str], message: str
) -> None:
    given = ["library", "tags", clips[0].id, "--artist", "Jo", *options]
    assert run(given, ["not needed"]) == ExitCode.USAGE
    assert message in capsys.readouterr().err
    (shown,) = results(capsys, "library", "tags", clips[0].id)
    assert shown["artist"] == "Settings"
