"""Files of clips that leave the library together."""

import os
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.library import Library
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio


async def with_sound(library: Library, clip: Clip, name: str, content: bytes) -> Path:
    await library.clips.add([clip])
    folder = await library.clips.find_folder(clip.id)
    assert folder is not None
    path = folder / name
    path.write_bytes(content)
    await library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
    return path


async def test_each_file_is_there_under_a_name_of_its_own(
    library: Library, make_clip: MakeClip
) -> None:
    clips = [make_clip("Night rain") for _ in range(4)]
    names = ["Night rain.mp3", "night RAIN.mp3", "Night rain.mp3", "Night rain.wav"]
    own = [
        await with_sound(library, clip, name, name.encode())
        for clip, name in zip(clips, names, strict=True)
    ]
    ids = [clip.id for clip in clips]
    files = await library.clips.get_drag_files(ids)
    assert files[0] == own[0]
    assert files[3] == own[3]
    assert [path.parent for path in files] == [path.parent for path in own]
    assert [path.read_bytes() for path in files] == [path.read_bytes() for path in own]
    assert len({path.name.casefold() for path in files}) == 4
    assert files[2].name == f"Night rain [{ids[2][:8]}].mp3"
    # What refers to them finds them again.
    assert await library.clips.get_drag_files(ids) == files
    # A name for a file more, not another file.
    assert files[2].samefile(own[2])


async def test_takes_with_files_of_one_name_are_dragged_with_their_numbers(
    library: Library, make_clip: MakeClip
) -> None:
    """As those of earlier versions, whose service has named them."""
    clips = [make_clip(take=number, takes=3) for number in (1, 2, 3)]
    for clip in clips:
        await with_sound(library, clip, "Night rain.mp3", clip.id.encode())
    files = await library.clips.get_drag_files([clip.id for clip in clips])
    assert [path.name for path in files] == [
        "Night rain.mp3",
        "Night rain · take 2.mp3",
        "Night rain · take 3.mp3",
    ]


async def test_clips_without_sound_are_left_out_and_the_order_stays(
    library: Library, make_clip: MakeClip
) -> None:
    clips = [make_clip(f"{number}") for number in range(1100)]
    await library.clips.add(clips)
    first = await with_sound(library, make_clip("First"), "First.wav", b"1")
    last = make_clip("Last")
    second = await with_sound(library, last, "Last.wav", b"2")
    ids = await library.clips.list_ids()
    assert await library.clips.get_drag_files(ids) == [second, first]
    second.unlink()
    assert await library.clips.get_drag_files(ids) == [first]


async def test_a_file_of_the_user_in_the_place_of_the_second_name_stays(
    library: Library, make_clip: MakeClip
) -> None:
    one, two = make_clip("Rain"), make_clip("Rain")
    await with_sound(library, one, "Rain.mp3", b"one")
    path = await with_sound(library, two, "Rain.mp3", b"two")
    theirs = path.with_name(f"Rain [{two.id[:8]}].mp3")
    theirs.write_bytes(b"notes of the user")
    files = await library.clips.get_drag_files([one.id, two.id])
    assert theirs.read_bytes() == b"notes of the user"
    assert files[1].read_bytes() == b"two"
    assert files[1].name == f"Rain [{two.id[:8]}] (2).mp3"


async def test_a_disk_without_links_gets_copies(
    library: Library, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    one, two = make_clip("Rain"), make_clip("Rain")
    await with_sound(library, one, "Rain.mp3", b"one")
    own = await with_sound(library, two, "Rain.mp3", b"two")
    files = await library.clips.get_drag_files([one.id, two.id])
    assert files[1].read_bytes() == b"two"
    assert not files[1].samefile(own)
    assert await library.clips.get_drag_files([one.id, two.id]) == files
