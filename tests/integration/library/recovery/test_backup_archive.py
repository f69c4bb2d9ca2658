"""Backups with media hold everything, and are restored without overwriting anything."""

import zipfile
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.library import Library, MediaKind
from producer_studio.library.recovery.backup_archive import ArchivingCancelled
from producer_studio.library.recovery.backup_restore import restore_backup
from producer_studio.library.recovery.requested_rebuild import rebuild_library
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio
SOUND = b"RIFF....WAVE" + bytes(500)


async def stored(library: Library, make_clip: MakeClip) -> Clip:
    clip = make_clip(lyrics="La", stars=3)
    await library.clips.add([clip])
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO)
    partial.write_bytes(SOUND)
    path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
    changed = await library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
    await library.clips.wait_for_sidecars()
    assert changed is not None
    return changed


async def back_up(library: Library, target: Path) -> int:
    return await library.back_up_to(target, with_media=True, is_cancelled=lambda: False)


async def test_a_library_is_made_anew_from_its_backup(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = await stored(library, make_clip)
    archive = tmp_path / "all.zip"
    assert await back_up(library, archive) == 3
    await library.close()
    other = tmp_path / "other"
    result = restore_backup(other, archive)
    assert (result.backup, result.clips, result.replaced_database) == (archive, 1, None)
    restored = await Library.open(other)
    try:
        assert not restored.notices
        found = await restored.clips.get(clip.id)
        assert found is not None
        assert found.stars == 3
        assert found.path is not None
        assert found.path.read_bytes() == SOUND
        [item] = await restored.files.get([clip.id])
        inspected = await restored.files.inspect(item, lambda: False)
        assert not inspected.problems
    finally:
        await restored.close()
    assert not list(other.glob(".*.part"))


async def test_files_that_were_changed_are_kept_and_newer_ones_stay(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = await stored(library, make_clip)
    archive = tmp_path / "all.zip"
    await back_up(library, archive)
    newer = await stored(library, make_clip)
    await library.close()
    assert clip.path is not None
    clip.path.write_bytes(b"changed")
    assert restore_backup(library.folder, archive).clips == 2
    assert clip.path.read_bytes() == SOUND
    [kept] = (library.folder / "trash").iterdir()
    assert kept.read_bytes() == b"changed"
    assert newer.path is not None
    assert newer.path.read_bytes() == SOUND


async def test_a_backup_never_overwrites_and_leaves_nothing_when_stopped(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    await stored(library, make_clip)
    folder = tmp_path / "backups here"
    folder.mkdir()
    (folder / "mine.zip").write_text("of the user")
    with pytest.raises(StorageError, match="exists already"):
        await back_up(library, folder / "mine.zip")
    assert (folder / "mine.zip").read_text() == "of the user"
    with pytest.raises(ArchivingCancelled):
        await library.back_up_to(folder / "other.zip", with_media=True, is_cancelled=lambda: True)
    with pytest.raises(StorageError, match="does not exist"):
        await back_up(library, tmp_path / "nowhere" / "other.zip")
    assert [path.name for path in folder.iterdir()] == ["mine.zip"]


async def test_hostile_names_and_a_damaged_archive_are_refused(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    await stored(library, make_clip)
    archive = tmp_path / "all.zip"
    await back_up(library, archive)
    await library.close()
    with zipfile.ZipFile(archive, "a") as added:
        added.writestr("2026/../../out.txt", "out")
        added.writestr("library.lock/x/y", "not a year")
    other = tmp_path / "other"
    assert "newer" not in restore_backup(other, archive).text
    assert not (tmp_path / "out.txt").exists()
    assert not (other / "library.lock").exists()
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as made:
        made.writestr("readme.txt", "no library")
    with pytest.raises(StorageError, match="is no backup of this program"):
        restore_backup(tmp_path / "third", empty)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(StorageError, match="ZIP file whose end is missing"):
        restore_backup(tmp_path / "third", cut)
    damaged = tmp_path / "damaged.zip"
    content = bytearray(archive.read_bytes())
    content[5_000] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(StorageError, match="a part of it cannot be read"):
        restore_backup(tmp_path / "third", damaged)
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(bare, "w"):
        pass
    with pytest.raises(StorageError, match="is no backup of this program"):
        restore_backup(tmp_path / "third", bare)


async def test_a_backup_that_was_packed_again_is_refused_whole(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    """Restored without its compressed files, it would lose songs and call that a success."""
    clip = await stored(library, make_clip)
    archive = tmp_path / "all.zip"
    await back_up(library, archive)
    await library.close()
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(packed, "w") as new:
        for info in old.infolist():
            kind = zipfile.ZIP_DEFLATED if info.filename.endswith(".wav") else zipfile.ZIP_STORED
            new.writestr(info.filename, old.read(info), kind)
        assert any(info.compress_type == zipfile.ZIP_DEFLATED for info in new.infolist())
    assert clip.path is not None
    other = tmp_path / "other"
    with pytest.raises(StorageError, match="without compression"):
        restore_backup(other, packed)
    assert not (other / "library.db").exists()


async def test_a_rebuild_keeps_the_old_database_and_needs_the_library_closed(
    library: Library, make_clip: MakeClip
) -> None:
    clip = await stored(library, make_clip)
    with pytest.raises(StorageError, match="is open"):
        rebuild_library(library.folder)
    await library.close()
    result, kept = rebuild_library(library.folder)
    assert result.clips == 1
    assert kept is not None
    assert kept.name.startswith("library replaced ")
    again = await Library.open(library.folder)
    try:
        assert not again.notices
        assert await again.clips.get(clip.id) == clip
    finally:
        await again.close()
