"""Checksums of files are stored when the files arrive, and survive what the library survives."""

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId
from producer_studio.library import Library, MediaKind, file_sql
from producer_studio.library.connection import connect, transaction
from producer_studio.library.recovery.backup_restore import restore_backup
from producer_studio.library.sidecar import SIDECAR_NAME, parse_sidecar, serialize_sidecar
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio

M4A = b"\x00\x00\x00\x20ftypM4A " + bytes(range(200))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(90)


async def bring(library: Library, clip: Clip, data: bytes, kind: MediaKind) -> Path:
    partial = library.media.partial_path(clip.id, kind)
    partial.write_bytes(data)
    return await library.media.store_file(partial, clip, kind)


async def recorded(library: Library, clip: ClipId) -> dict[str, FileChecksum]:
    [found] = await library.files.get([clip])
    return {one.name: one for one in found.checksums}


def checksum(name: str, data: bytes) -> FileChecksum:
    return FileChecksum(name, hashlib.sha256(data).hexdigest(), len(data))


async def test_each_arriving_file_is_recorded_in_row_and_recipe(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await bring(library, clip, M4A, MediaKind.AUDIO)
    await bring(library, clip, PNG, MediaKind.COVER)
    export = await bring(library, clip, b"RIFF....WAVE", MediaKind.EXPORT)
    await library.clips.wait_for_sidecars()
    expected = {
        "Night rain.m4a": checksum("Night rain.m4a", M4A),
        "cover.png": checksum("cover.png", PNG),
        export.name: checksum(export.name, b"RIFF....WAVE"),
    }
    assert await recorded(library, clip.id) == expected
    written = json.loads((export.parent / SIDECAR_NAME).read_text("utf-8"))
    assert written["files"]["cover.png"] == {
        "sha256": hashlib.sha256(PNG).hexdigest(),
        "size_bytes": len(PNG),
    }


async def test_a_file_that_takes_the_place_of_another_is_recorded_anew(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await bring(library, clip, M4A, MediaKind.AUDIO)
    await bring(library, clip, M4A + b"more", MediaKind.AUDIO)
    assert await recorded(library, clip.id) == {
        "Night rain.m4a": checksum("Night rain.m4a", M4A + b"more")
    }


async def test_names_that_lead_out_of_the_folder_are_left_out(
    library: Library, make_clip: MakeClip
) -> None:
    """The rows of a library from somebody else would have any file of the user read."""
    clip = make_clip()
    await library.clips.add([clip])
    names = ("../up.wav", "/etc/passwd", "C:\\up.wav", "", "in.wav")
    rows = [checksum(name, M4A) for name in names]
    await library.context.database.write(file_sql.write_checksums, clip.id, rows)
    assert list(await recorded(library, clip.id)) == ["in.wav"]


async def test_a_rebuilt_database_has_the_checksums_of_the_recipes(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await bring(library, clip, M4A, MediaKind.AUDIO)
    await library.close()
    for path in library.folder.glob("library.db*"):
        path.unlink()
    rebuilt = await Library.open(library.folder)
    try:
        assert await recorded(rebuilt, clip.id) == {
            "Night rain.m4a": checksum("Night rain.m4a", M4A)
        }
    finally:
        await rebuilt.close()


async def test_a_damaged_database_has_newer_checksums_than_a_stale_recipe(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await bring(library, clip, M4A, MediaKind.AUDIO)
    await library.close()
    newer = checksum("Night rain.m4a", M4A + b"more")
    path = library.folder / "library.db"
    with closing(connect(path, writes=True)) as db, transaction(db):
        # As a kill between the change and the writing of recipe.json leaves it.
        file_sql.write_checksums(db, clip.id, [newer])
        db.execute("DROP INDEX clips_by_title")
    rebuilt = await Library.open(library.folder)
    try:
        assert "rebuilt" in " ".join(rebuilt.notices)
        assert await recorded(rebuilt, clip.id) == {"Night rain.m4a": newer}
    finally:
        await rebuilt.close()


async def test_files_of_before_are_found_and_recorded_once(
    library: Library, make_clip: MakeClip
) -> None:
    clip, other = make_clip(), make_clip()
    await library.clips.add([clip, other])
    sound = await bring(library, clip, M4A, MediaKind.AUDIO)
    cover = await bring(library, clip, PNG, MediaKind.COVER)
    await library.clips.update_fields(
        clip.id, path=sound, cover=cover, media=MediaState.READY, sha256="a" * 64, size_bytes=5
    )
    await library.files.forget(clip.id, sound.name)
    await library.files.forget(clip.id, cover.name)
    assert [one for _, one in await library.files.list_unrecorded(2**62, 9)] == [clip.id]
    [item] = await library.files.get([clip.id])
    found = await library.files.find_unrecorded(item, lambda: False)
    # The sound was measured when it arrived: a file that has changed since is not believed.
    known = FileChecksum(sound.name, "a" * 64, 5)
    assert sorted(found, key=lambda one: one.name) == [known, checksum("cover.png", PNG)]
    await library.files.add_missing({clip.id: found})
    await library.files.add_missing({clip.id: [checksum(sound.name, b"later")]})
    assert (await recorded(library, clip.id))[sound.name] == known
    assert not await library.files.list_unrecorded(2**62, 9)


async def test_a_deleted_clip_has_no_checksums(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await bring(library, clip, M4A, MediaKind.AUDIO)
    await library.clips.trash([clip.id])
    await library.clips.delete([clip.id])
    await library.files.add_missing({clip.id: [checksum("a.m4a", M4A)]})
    with closing(connect(library.folder / "library.db")) as db:
        assert db.execute("SELECT count(*) FROM files").fetchone()[0] == 0


def test_checksums_of_a_foreign_recipe_are_checked(make_clip: MakeClip, tmp_path: Path) -> None:
    text = serialize_sidecar(make_clip(), tmp_path, [checksum("a.mp3", M4A)])
    data = json.loads(text)
    good = data["files"]["a.mp3"]
    data["files"] |= {
        "../out.mp3": good,
        "in/side.mp3": good,
        "wrong.mp3": good | {"sha256": "xyz"},
        "size.mp3": good | {"size_bytes": -1},
        "none.mp3": 5,
    }
    found = parse_sidecar(json.dumps(data).encode(), tmp_path)
    assert [one.name for one in found.files] == ["a.mp3"]
    assert not found.unread


async def test_checksums_of_the_current_database_stay_when_a_backup_is_restored(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await bring(library, clip, M4A, MediaKind.AUDIO)
    backup = await library.back_up()
    await bring(library, clip, M4A + b"more", MediaKind.AUDIO)
    await library.close()
    restore_backup(library.folder, backup)
    restored = await Library.open(library.folder)
    try:
        assert (await recorded(restored, clip.id))["Night rain.m4a"] == checksum(
            "Night rain.m4a", M4A + b"more"
        )
    finally:
        await restored.close()
