"""A lost catalogue and one odd `recipe.json`: the library opens, the rest of the clip is there."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.library import Library
from producer_studio.library.clip_parser import SIDECAR_KEYS
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.path_confinement import exists_without_following
from producer_studio.library.recovery.rebuild import recover_clip
from producer_studio.library.sidecar import SIDECAR_NAME, serialize_sidecar
from tests.support.library_fixtures import MakeClip
from tests.unit.library.test_clip_sql import full_clip

pytestmark = pytest.mark.anyio

ODD: dict[str, Any] = {
    "nothing": None,
    "yes": True,
    "zero": 0,
    "negative": -1,
    "endless": float("inf"),
    "no number": float("nan"),
    "huge": 10**30,
    "larger than any float": 10**400,
    "empty text": "",
    "text": "odd",
    "leads out": "../../../outside",
    "absolute": "/etc/passwd",
    "half a character": "\ud800",
    "with a zero byte": "a\0b",
    "list": [],
    "list of numbers": [1, 2],
    "list of objects": [{"account": 3}, {"at": "never"}],
    "object": {},
    "object of lists": {"duration_s": [], "audio": {}, "operation": 5, "seed": []},
}


def mutations() -> Iterator[Any]:
    for name in sorted(SIDECAR_KEYS):
        for kind, value in ODD.items():
            yield pytest.param(name, value, id=f"{name}-{kind}")


def lose_catalogue(folder: Path) -> None:
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Clip, dict[str, Any]]:
    """A clip's folder, the clip, and what its `recipe.json` says."""
    folder = tmp_path / "2026" / "x"
    folder.mkdir(parents=True)
    clip = full_clip(tmp_path)
    for path in (clip.path, clip.cover, clip.video):
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder, clip, json.loads(serialize_sidecar(clip, folder))


@pytest.mark.parametrize(("name", "value"), list(mutations()))
def test_an_odd_field_costs_itself_alone(
    written: tuple[Path, Clip, dict[str, Any]], name: str, value: object
) -> None:
    folder, clip, data = written
    (folder / SIDECAR_NAME).write_text(json.dumps(data | {name: value}), encoding="utf-8")
    found = recover_clip(folder)
    assert found is not None
    own = {"format": set(), "measured": {"measured"}}.get(name, {name})
    for item in fields(Clip):
        if item.name not in own:
            assert getattr(found.clip, item.name) == getattr(clip, item.name), item.name
    same_type(found.clip, clip)
    for path in (found.clip.path, found.clip.cover, found.clip.video):
        assert path is None or path.resolve().is_relative_to(folder.resolve())
    # It can be written, and read again.
    (folder / SIDECAR_NAME).write_text(serialize_sidecar(found.clip, folder), encoding="utf-8")
    again = recover_clip(folder)
    assert again is not None
    assert again.unread == ""


def same_type(found: Clip, usual: Clip) -> None:
    for part, whole in (
        (found, usual),
        (found.recipe, usual.recipe),
        (found.measured, usual.measured),
    ):
        for name, value in asdict(whole).items():
            got = getattr(part, name)
            if got is None or value is None:
                continue
            kind = (int, float) if isinstance(value, float) else type(getattr(whole, name))
            assert isinstance(got, kind), name


@pytest.mark.parametrize("name", sorted(SIDECAR_KEYS))
def test_a_missing_field_is_nothing_unread(
    written: tuple[Path, Clip, dict[str, Any]], name: str
) -> None:
    folder, clip, data = written
    del data[name]
    (folder / SIDECAR_NAME).write_text(json.dumps(data), encoding="utf-8")
    found = recover_clip(folder)
    assert found is not None
    assert found.unread == ("id" if name == "id" else "")
    assert found.clip.title == ("" if name == "title" else clip.title)


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_text("x")


def link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_nothing(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def make_huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 2**30)


def nest_deeply(path: Path) -> None:
    path.write_text('{"id": "a", "mood": ' + "[" * 200_000 + "]" * 200_000 + "}")


def write_no_utf8(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00 what \x80")


def write_nothing(path: Path) -> None:
    path.touch()


@pytest.mark.skipif(os.name == "nt", reason="pipes and links are made otherwise there")
@pytest.mark.parametrize(
    "make",
    [
        make_pipe, make_folder, link_to_device, link_to_nothing, make_huge, nest_deeply,
        write_no_utf8, write_nothing,
    ],
)  # fmt: skip
async def test_an_odd_file_is_named_and_kept_and_the_rest_opens(
    tmp_path: Path,
    make_clip: MakeClip,
    make: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR)
    library = await Library.open(tmp_path / "library")
    odd, good = make_clip("Odd", media=MediaState.NONE), make_clip("Good")
    await library.clips.add([odd])
    await library.clips.add([good])
    await library.close()
    lose_catalogue(library.folder)
    [recipe] = library.folder.glob("*/*/Odd*/recipe.json")
    recipe.unlink()
    (recipe.parent / "Odd.m4a").write_bytes(b"sound")
    make(recipe)
    library = await Library.open(library.folder)
    [notice] = library.notices
    assert "2 clips" in notice
    assert f"“{recipe.parent.relative_to(library.folder).as_posix()}”" in notice
    found = await library.clips.get_many(await library.clips.list_ids())
    assert {clip.title for clip in found} == {"Odd", "Good"}
    assert await library.clips.get(good.id) == good
    await library.close()
    assert exists_without_following(recipe.with_name("recipe (not readable).json"))
    assert json.loads(recipe.read_text(encoding="utf-8"))["title"] == "Odd"
    library = await Library.open(library.folder)
    assert library.notices == ()
    await library.close()


async def test_a_byte_order_mark_and_absurd_digits_spoil_nothing_else(
    written: tuple[Path, Clip, dict[str, Any]],
) -> None:
    folder, clip, data = written
    text = json.dumps(data | {"stars": 7777}).replace("7777", "9" * 5000)
    (folder / SIDECAR_NAME).write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = recover_clip(folder)
    assert found is not None
    assert found.unread == "stars"
    assert found.clip == clip.with_changes(stars=0)
