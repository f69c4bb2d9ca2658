"""`producer-studio library verify`."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.library.media_store import MediaKind
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

NO_DEMO = ["not needed"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))
    return tmp_path


def test_exit_code_and_events_tell_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    async def fill() -> Path:
        studio = await Studio.open(default_paths(os.environ), os.environ, NO_DEMO)
        clip = Clip(id=ClipId("aaaaaaaa-1"), title="Low tide")
        await studio._library.clips.add([clip])
        partial = studio._library.media.partial_path(clip.id, MediaKind.AUDIO)
        partial.write_bytes(b"RIFF....WAVE")
        path = await studio._library.media.store_file(partial, clip, MediaKind.AUDIO)
        await studio._library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
        await studio.close()
        return path

    sound = asyncio.run(fill())
    assert run(["library", "verify", "--json"], NO_DEMO) == ExitCode.SUCCESS
    done = json.loads(capsys.readouterr().out)
    assert (done["event"], done["checked"], done["files"]) == ("done", 1, 2)
    (sound.parent / "note.txt").write_text("of the user")
    assert run(["library", "verify"], NO_DEMO) == ExitCode.SUCCESS
    assert f"{sound.parent.name}/note.txt  foreign" in capsys.readouterr().out
    sound.write_bytes(b"RIFF....WAVF")
    assert run(["library", "verify", "--json"], NO_DEMO) == ExitCode.FAILURE
    changed, _, done = map(json.loads, capsys.readouterr().out.splitlines())
    assert (changed["state"], changed["role"], changed["clip"], changed["repaired"]) == (
        "changed",
        "sound",
        "aaaaaaaa-1",
        None,
    )
    assert (done["changed"], done["foreign"], done["unrepaired"]) == (1, 1, 1)
    assert run(["library", "verify", "--repair"], NO_DEMO) == ExitCode.FAILURE
    assert "No service has given an address" in capsys.readouterr().out
    assert sound.read_bytes() == b"RIFF....WAVF"
