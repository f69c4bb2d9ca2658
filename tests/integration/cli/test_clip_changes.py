"""`producer-studio library set`, `trash` and `purge`."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.ids import ClipId, new_job_id
from producer_studio.domain.job import Job
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.support.signals import tone
from tests.support.stem_song import add_clip

ONE, OTHER = ClipId("aaaaaaaa-1"), ClipId("bbbbbbbb-2")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with two clips."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        for clip_id in (ONE, OTHER):
            await add_clip(
                studio._library, tone(0.5), id=clip_id, title="Low tide", tags=("Sea", "old")
            )
        await studio.close()

    asyncio.run(fill())
    return tmp_path


def _library(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[Any]]:
    code = run(["library", *arguments, "--json"], ["not needed"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_values_are_changed_and_told_with_those_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, told = _library(
        capsys, "set", "aaaaaaaa", OTHER, "--stars", "4", "--tag", "+new", "--tag", "-OLD",
        "--tag", "sea", "--note", "for the EP", "--favourite", "--title", "High tide",
    )  # fmt: skip
    assert code == ExitCode.SUCCESS
    assert [one["id"] for one in told] == [ONE, OTHER]
    for one in told:
        assert one["tags"] == ["Sea", "new"]
        assert (one["stars"], one["favourite"], one["title"]) == (4, True, "High tide")
        assert one["before"] == {
            "title": "Low tide", "tags": ["Sea", "old"], "stars": 0, "favourite": False,
            "notes": "",
        }  # fmt: skip
    code, told = _library(capsys, "set", ONE, "--stars", "4")
    assert (code, told) == (ExitCode.SUCCESS, [])


def test_clips_of_a_query_get_titles_from_a_template_and_several_tags(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, told = _library(
        capsys, "set", "--find", "tag:sea", "--title-template", "{title} {n}", "--tag", "+a b",
        "-old", "--add-note", "for the EP",
    )  # fmt: skip
    assert code == ExitCode.SUCCESS
    assert [one["title"] for one in told] == ["Low tide 01", "Low tide 02"]
    assert [one["tags"] for one in told] == [["Sea", "a b"]] * 2
    assert {one["notes"] for one in told} == {"for the EP"}
    assert _library(capsys, "set", "--find", "stars:nine", "--stars", "1")[0] == ExitCode.USAGE


def test_a_tag_is_renamed_and_removed_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    _library(capsys, "trash", ONE)
    assert _library(capsys, "tag", "rename", "SEA", "ocean")[1] == [
        {"tag": "SEA", "name": "ocean", "clips": 2}
    ]
    assert _library(capsys, "tag", "remove", "old")[1][0]["clips"] == 2
    _, (clip,) = _library(capsys, "show", OTHER)
    assert clip["tags"] == ["ocean"]
    assert _library(capsys, "tag", "rename", "ocean", " ")[0] == ExitCode.USAGE


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("--tag", "+"), ("--stars", "6"), ("--stars", "1", "cccccccc"),
        ("--find", "sea", "--stars", "1"), ("--title", "a", "--title-template", "b"),
        ("--title-template", "{nothing}"), ("--note", "a", "--add-note", "b"),
    ],
)  # fmt: skip
def test_nothing_is_changed_by_a_mistake(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _library(capsys, "set", ONE, *arguments) == (ExitCode.USAGE, [])
    _, (clip,) = _library(capsys, "show", ONE)
    assert (clip["stars"], clip["tags"]) == (0, ["Sea", "old"])


def test_a_clip_goes_to_the_trash_and_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert _library(capsys, "trash", "aaaaaaaa")[0] == ExitCode.SUCCESS
    assert [one["id"] for one in _library(capsys, "search")[1]] == [OTHER]
    assert _library(capsys, "trash", "bbbbbbbb", "--undo")[0] == ExitCode.USAGE
    assert _library(capsys, "trash", "aaaaaaaa", "--undo")[0] == ExitCode.SUCCESS
    assert {one["id"] for one in _library(capsys, "search")[1]} == {ONE, OTHER}


def test_only_what_is_in_the_trash_is_deleted_and_only_if_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _library(capsys, "purge", OTHER, "--yes") == (ExitCode.USAGE, [])
    _, (trashed,) = _library(capsys, "trash", ONE)
    code, (told,) = _library(capsys, "purge")
    assert (code, told["clips"], told["deleted"]) == (ExitCode.SUCCESS, 1, False)
    assert told["bytes"] > 0
    assert Path(trashed["path"]).exists()
    code, (told,) = _library(capsys, "purge", "--yes")
    assert (code, told["clips"], told["deleted"]) == (ExitCode.SUCCESS, 1, True)
    assert not Path(trashed["path"]).exists()
    assert [one["id"] for one in _library(capsys, "search")[1]] == [OTHER]


def test_a_clip_for_which_a_service_makes_a_file_is_not_deleted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def request_video() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        recipe = Recipe(operation=Operation.VIDEO, source=ONE)
        await studio._library.jobs.write(Job(id=new_job_id(), recipe=recipe))
        await studio.close()

    asyncio.run(request_video())
    _, (trashed,) = _library(capsys, "trash", ONE)
    code, (told,) = _library(capsys, "purge", "--yes")
    assert (code, told["clips"]) == (ExitCode.FAILURE, 0)
    assert Path(trashed["path"]).exists()


def test_an_empty_query_does_not_change_the_whole_library(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["library", "set", "--find", " ", "--stars", "1"], ["not needed"]) == ExitCode.USAGE
    assert "is empty" in capsys.readouterr().err
    assert [one["stars"] for one in _library(capsys, "search")[1]] == [0, 0]
    assert len(_library(capsys, "search", "date:>2000")[1]) == 2


def test_a_search_with_a_wrong_field_lists_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "search", "tga:sea"], ["not needed"]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert (out, "There is no field “tga”" in err) == ("", True)


def test_a_short_id_is_found_in_and_outside_the_trash(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "purge", "aaaaaaaa", "--yes"], ["not needed"]) == ExitCode.USAGE
    assert "“Low tide” is not in the trash." in capsys.readouterr().err
    assert _library(capsys, "trash", "aaaaaaaa")[0] == ExitCode.SUCCESS
    code, told = _library(capsys, "show", "aaaaaaaa")
    assert (code, told[0]["id"]) == (ExitCode.SUCCESS, ONE)
