"""Plain files that tell everything about a clip."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ClipField
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library, MediaKind
from producer_studio.library.column_values import normalize_tags
from producer_studio.library.media_store import detect_suffix
from producer_studio.library.recovery.rebuild import RecoveredClip, recover_clip
from producer_studio.library.sidecar import (
    Sidecar,
    UnreadableSidecar,
    parse_sidecar,
    serialize_sidecar,
)
from tests.support.library_fixtures import START, MakeClip
from tests.unit.library.test_clip_sql import full_clip

pytestmark = pytest.mark.anyio

M4A = b"\x00\x00\x00\x20ftypM4A " + bytes(range(200))


async def bring(library: Library, clip: Clip, data: bytes, kind: MediaKind) -> Path:
    partial = library.media.partial_path(clip.id, kind)
    partial.write_bytes(data)
    path = await library.media.store_file(partial, clip, kind)
    assert not partial.exists()
    return path


async def test_a_folder_reads_without_the_program(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip("Night: rain?", lyrics="[Verse]\nRain\n", stars=3)
    await library.clips.add([clip])
    sound = await bring(library, clip, M4A, MediaKind.AUDIO)
    cover = await bring(library, clip, b"\x89PNG....", MediaKind.COVER)
    video = await bring(library, clip, b"\x00\x00\x00\x20ftypisom", MediaKind.VIDEO)
    export = await bring(library, clip, b"ID3....", MediaKind.EXPORT)
    folder = library.folder / "2026" / "02-01" / f"Night- rain- [{clip.id[:8]}]"
    assert {path.relative_to(folder).as_posix() for path in (sound, cover, video, export)} == {
        "Night- rain-.m4a",
        "cover.png",
        "Night- rain-.mp4",
        "Night- rain- (by service).mp3",
    }
    assert sound.read_bytes() == M4A
    assert (folder / "lyrics.txt").read_text() == "[Verse]\nRain\n"
    told = json.loads((folder / "recipe.json").read_text())
    assert (told["title"], told["stars"], told["recipe"]["sound"]) == (
        "Night: rain?",
        3,
        "warm lofi piano",
    )


async def test_the_recipe_follows_every_change(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip(lyrics="La")
    await library.clips.add([clip])
    folder = await library.clips.find_folder(clip.id)
    assert folder is not None
    sound = await bring(library, clip, M4A, MediaKind.AUDIO)
    await library.clips.update_fields(clip.id, path=sound, media=MediaState.READY, lyrics="")
    values = {ClipField.TITLE: "Other", ClipField.NOTES: "fine", ClipField.FAVOURITE: True}
    await library.clips.edit([clip.id], values)
    await library.clips.trash([clip.id])
    await library.clips.wait_for_sidecars()
    now = await library.clips.get(clip.id)
    [known] = await library.files.get([clip.id])
    assert recover_clip(folder) == RecoveredClip(now, folder, files=known.checksums)
    # The folder keeps its name: others may refer to the files in it.
    assert await library.clips.find_folder(clip.id) == folder
    assert not (folder / "lyrics.txt").exists()
    [kept] = (library.folder / "trash").glob("* lyrics.txt")
    assert kept.read_text() == "La\n"


async def test_a_folder_that_cannot_be_written_is_caught_up(
    library: Library, make_clip: MakeClip
) -> None:
    clip, other = make_clip(), make_clip()
    await library.clips.add([clip, other])
    folder = await library.clips.find_folder(clip.id)
    assert folder is not None
    kept = folder.with_name("kept")
    folder.rename(kept)
    folder.write_text("a file is in the way")
    await library.clips.edit([clip.id], {ClipField.STARS: 5})
    await library.clips.wait_for_sidecars()
    edited = await library.clips.get(clip.id)
    assert edited is not None
    assert edited.stars == 5
    folder.unlink()
    kept.rename(folder)
    await library.clips.edit([other.id], {ClipField.STARS: 1})
    await library.clips.wait_for_sidecars()
    assert recover_clip(folder) == RecoveredClip(edited, folder)


async def test_the_same_file_twice_is_one(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    first = await bring(library, clip, M4A, MediaKind.AUDIO)
    assert await bring(library, clip, M4A, MediaKind.AUDIO) == first
    assert not (library.folder / "trash").exists()
    assert await bring(library, clip, M4A + b"more", MediaKind.AUDIO) == first
    [old] = (library.folder / "trash").iterdir()
    assert old.read_bytes() == M4A
    assert first.read_bytes() == M4A + b"more"


async def test_equal_titles_and_ids_that_begin_alike_get_folders_of_their_own(
    library: Library, make_clip: MakeClip
) -> None:
    clips = [make_clip("Same").with_changes(id=ClipId(f"0123456789-{n}")) for n in range(3)]
    await library.clips.add(clips)
    folders = {await library.clips.find_folder(clip.id) for clip in clips}
    assert len(folders) == 3


def test_everything_goes_through_the_sidecar(tmp_path: Path) -> None:
    clip = full_clip(tmp_path)
    folder = tmp_path / "2026" / "x"
    text = serialize_sidecar(clip, folder)
    assert parse_sidecar(text.encode(), folder) == Sidecar(clip)
    assert json.loads(text)["path"] == "x.m4a"
    later = json.loads(text) | {"mood": "new in a later version"}
    later["measured"]["swing"] = 0.6
    assert parse_sidecar(json.dumps(later).encode(), folder) == Sidecar(clip, ("mood",))


@given(st.text(), st.text(), st.lists(st.text()))
def test_any_words_go_through_the_sidecar(title: str, lyrics: str, tags: list[str]) -> None:
    clip = Clip(
        id=ClipId("a"),
        title=title,
        lyrics=lyrics,
        tags=tuple(normalize_tags(tuple(tags))),
        recipe=Recipe(sound=title),
        created_at=START,
        added_at=START,
    )
    text = serialize_sidecar(clip, Path("/f"))
    assert parse_sidecar(text.encode(), Path("/f")) == Sidecar(clip)


def test_tags_are_cut_to_what_a_sidecar_is_read_with() -> None:
    tags = normalize_tags(("a" * 201, "a" * 300, "b", *(f"tag {n}" for n in range(600))))
    assert tags[:2] == ["a" * 200, "b"]
    assert len(tags) == 500


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000])
def test_an_unreadable_sidecar_is_named_so(text: str) -> None:
    with pytest.raises(UnreadableSidecar):
        parse_sidecar(text.encode(), Path("/f"))


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (M4A, ".m4a"),
        (b"\x00\x00\x00\x20ftypisom", ".mp4"),
        (b"RIFF\x00\x00\x00\x00WAVE", ".wav"),
        (b"RIFF\x00\x00\x00\x00WEBP", ".webp"),
        (b"\xff\xfb\x90\x00", ".mp3"),
        (b"ID3\x04", ".mp3"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"what is this", ".aac"),
        (b"", ".aac"),
    ],
)
def test_the_suffix_comes_from_the_first_bytes(tmp_path: Path, head: bytes, suffix: str) -> None:
    path = tmp_path / "x.AAC"
    path.write_bytes(head)
    assert detect_suffix(path) == suffix
