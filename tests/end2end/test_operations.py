"""Every operation through the command line: what the service saw, and what the library holds."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command_assertions import brought, check_sentence, seconds_heard
from tests.support.file_server import served
from tests.support.program import Ended, Program
from tests.support.sandbox_process import SandboxProcess

METAL = "heavy metal guitars with double kick drums, aggressive and fast 160 bpm, dark mood"
WORDS = "[Verse]\nOver the river and through the quiet streets we go again until the morning comes"

# options, the rest of the request's body (seed 002, sections 4 to 10), part of the recipe
ON_A_SOURCE: list[tuple[str, list[str], dict[str, Any], dict[str, Any]]] = [
    (
        "extend",
        ["--from", "5", "--sound", METAL],
        {"task_type": "extend_music", "sound": METAL, "starts_at": 5},
        {"starts_at_s": 5.0, "sound": METAL},
    ),
    (
        "cover",
        ["--sound", METAL, "--cover-strength", "0.8"],
        {"task_type": "cover_music", "sound": METAL, "cover_strength": 0.8},
        {"cover_strength": 0.8},
    ),
    (
        "replace",
        ["--from", "2", "--to", "6.5", "--lyrics", WORDS],
        {"task_type": "replace_music", "lyrics": WORDS, "starts_at": 2, "ends_at": 6.5},
        {"starts_at_s": 2.0, "ends_at_s": 6.5},
    ),
    (
        "swap-vocals",
        ["--lyrics", WORDS, "--weirdness", "0.2"],
        {"task_type": "swap_music_vocals", "lyrics": WORDS, "weirdness": 0.2},
        {"weirdness": 0.2},
    ),
    (
        "swap-sound",
        ["--sound", METAL, "--sound-strength", "1"],
        {"task_type": "swap_music_sound", "sound": METAL, "sound_strength": 1},
        {"sound_strength": 1.0},
    ),
    (
        "variation",
        ["--seed", "42", "--title", "Harbour again"],
        {"task_type": "music_variation", "seed": "42", "title": "Harbour again"},
        {"seed": "42"},
    ),
]


@pytest.mark.parametrize(
    ("operation", "options", "body", "recipe"), ON_A_SOURCE, ids=[one[0] for one in ON_A_SOURCE]
)
def test_an_operation_on_a_clip(
    musician: Program,
    calm: SandboxProcess,
    song: dict[str, Any],
    operation: str,
    options: list[str],
    body: dict[str, Any],
    recipe: dict[str, Any],
) -> None:
    ended = musician.run(
        "generate", "--account", "test", "--op", operation, "--source", song["id"][:8], *options
    )

    clip = brought(ended)
    (request,) = calm.requests("POST", "/create")
    assert request["body"] == {"clip_id": song["remote_id"], "mv": "FUZZ-2.0"} | body
    assert clip["parent"] == song["id"]
    assert clip["op"] == operation
    assert clip["recipe"]["source"] == song["id"]
    assert recipe.items() <= clip["recipe"].items()
    assert seconds_heard(clip["path"]) == pytest.approx(clip["duration_s"], abs=0.1)
    assert Path(clip["path"]).parent != Path(song["path"]).parent
    (shown,) = musician.run("library", "show", clip["id"]).lines
    assert clip.items() <= shown.items()


def test_an_upload_brings_what_was_on_the_web(
    musician: Program, calm: SandboxProcess, song: dict[str, Any], tmp_path: Path
) -> None:
    exported = musician.run("export", song["id"], "--format", "mp3", "--to", str(tmp_path))
    file = Path(exported.last()["path"])
    with served(tmp_path) as address:
        url = f"{address}/{file.rename(tmp_path / 'demo.mp3').name}"
        ended = musician.run("generate", "--account", "test", "--op", "upload", "--source", url)

    clip = brought(ended)
    (request,) = calm.requests("POST", "/upload")
    assert request["body"] == {"audio_url": url}
    assert clip["op"] == "upload"
    assert clip["parent"] is None
    assert seconds_heard(clip["path"]) == pytest.approx(song["duration_s"], abs=0.3)


def test_an_upload_that_the_service_cannot_reach_fails_after_acceptance(
    musician: Program, calm: SandboxProcess
) -> None:
    ended = musician.run(
        "generate", "--account", "test", "--op", "upload", "--source", "http://127.0.0.1:9/a.mp3"
    )
    check_sentence(ended, code=8, words="could not be reached")
    assert _charged(calm, ended.last()["task_id"]) == 0


def test_demo_studio_writes_lyrics_and_makes_videos(
    musician: Program, calm: SandboxProcess, song: dict[str, Any]
) -> None:
    musician.add_account(calm.url, "demo", service="demo")

    words = brought(
        musician.run("generate", "--account", "demo", "--op", "lyrics", "--sound", "a small boat")
    )
    assert calm.requests("POST", "/lyrics-create")[0]["body"] == {"prompt": "a small boat"}
    assert "[" in words["lyrics"]
    assert words["path"] is None
    assert words["media"] == "none"

    own = brought(_short(musician, "demo"))
    video = musician.run(
        "generate", "--account", "demo", "--op", "video", "--source", own["id"],
        "--preset", "player",
    )  # fmt: skip
    assert calm.requests("POST", "/video-clip")[0]["body"] == {
        "clip_id": own["remote_id"],
        "preset": "player",
    }
    assert brought(video)["id"] == own["id"]
    assert Path(brought(video)["video"]).read_bytes()[4:8] == b"ftyp"

    refused = musician.run("generate", "--account", "test", "--op", "lyrics", "--sound", "a boat")
    check_sentence(refused, code=2, words="does not write lyrics")


def test_the_service_makes_files_for_its_price(
    musician: Program, calm: SandboxProcess, song: dict[str, Any], tmp_path: Path
) -> None:
    for file_format in ("mp3", "wav"):
        before = _balance(calm)
        ended = musician.run(
            "export", song["id"], "--format", file_format, "--by-service", "--to", str(tmp_path)
        )
        assert ended.code == 0, ended.stderr
        assert before - _balance(calm) == 2
        assert calm.requests("POST", "/download")[-1]["body"] == {
            "clip_id": song["remote_id"],
            "format": file_format,
        }
        path = Path(ended.last()["path"])
        assert path.suffix == f".{file_format}"
        assert seconds_heard(path) == pytest.approx(song["duration_s"], abs=0.3)
    charged = [job["credits_charged"] for job in musician.jobs() if job["op"] == "export"]
    assert charged == [2.0, 2.0]
    refused = musician.run(
        "export", song["id"], "--format", "flac", "--by-service", "--to", str(tmp_path)
    )
    check_sentence(refused, code=2, words="MP3 and WAV only")


def _short(program: Program, account: str) -> Ended:
    return program.run("generate", "--account", account, "--sound", METAL, "--lyrics", WORDS)


def _balance(sandbox: SandboxProcess) -> int:
    """What is left on all keys together."""
    return sum(sandbox.state()["balances"].values())


def _charged(sandbox: SandboxProcess, task: str) -> int:
    """What a task has cost in the end: its charge and its refund together."""
    return sum(e["credits"] for e in sandbox.state()["ledger"] if e["task_id"] == task)
