"""With the network gone the library is all there: found, shown and exported."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command_assertions import check_sentence, seconds_heard
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture(scope="module")
def alone(musician: Program, song: dict[str, Any], service: SandboxProcess) -> Program:
    """The musician with a song, whose service is gone."""
    assert song["path"]
    service.kill()
    return musician


def test_the_library_is_searched_and_shown(alone: Program, song: dict[str, Any]) -> None:
    (found,) = alone.run("library", "search", "harbour piano").lines
    assert song.items() <= found.items()
    assert alone.run("library", "search", "-piano").lines == []
    odd = alone.run("library", "search", "colour:blue harbour")
    check_sentence(odd, code=2, words="no field")
    assert odd.lines == []
    assert alone.run("library", "show", song["id"][:6]).lines == [found]
    assert alone.run("library", "fetch", song["id"]).lines == [song]


@pytest.mark.parametrize("file_format", ["mp3", "wav"])
def test_files_are_made(
    alone: Program, song: dict[str, Any], tmp_path: Path, file_format: str
) -> None:
    ended = alone.run("export", song["id"], "--format", file_format, "--to", str(tmp_path))
    assert ended.code == 0, ended.stderr
    assert seconds_heard(ended.last()["path"]) == pytest.approx(song["duration_s"], abs=0.1)


def test_what_needs_the_service_says_so(
    alone: Program, song: dict[str, Any], tmp_path: Path
) -> None:
    generated = alone.run(
        "generate", "--account", "test", "--op", "variation", "--source", song["id"]
    )
    check_sentence(generated, code=6, words="nothing was sent")
    by_service = alone.run(
        "export", song["id"], "--format", "mp3", "--by-service", "--to", str(tmp_path)
    )
    check_sentence(by_service, code=6, words="nothing was sent")
    assert not list(tmp_path.iterdir())
    assert alone.run("jobs", "resume").code == 0
    assert [job["state"] for job in alone.jobs()] == ["done", "failed", "failed"]


def test_the_original_is_played_from_disk_after_its_catalogue_was_lost(
    alone: Program, song: dict[str, Any]
) -> None:
    for file in alone.library.glob("library.db*"):
        file.unlink()
    ended = alone.run("library", "search", "harbour")
    check_sentence(ended, code=0, words="rebuilt: 1 clip")
    (found,) = ended.lines
    kept = ("id", "remote_id", "title", "sound", "lyrics", "path", "recipe", "seed", "model")
    assert {name: found[name] for name in kept} == {name: song[name] for name in kept}
    assert seconds_heard(found["path"]) == pytest.approx(song["duration_s"], abs=0.1)
