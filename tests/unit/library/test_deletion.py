"""Deletion for good: what the user confirmed goes, and nothing beside it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library, SmartList
from producer_studio.library.deletion import move_to_deleting
from producer_studio.library.internal_files import DELETING
from tests.support.dead_drive import unreadable
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio

SOUND = b"sound" * 1000


async def in_trash(library: Library, make_clip: MakeClip, title: str = "Night rain") -> Clip:
    clip = make_clip(title)
    await library.clips.add([clip])
    (await folder_of(library, clip) / "song.m4a").write_bytes(SOUND)
    await library.clips.trash([clip.id])
    await library.clips.wait_for_sidecars()
    return clip


async def folder_of(library: Library, clip: Clip) -> Path:
    folder = await library.clips.find_folder(clip.id)
    assert folder is not None
    return folder


def place_elsewhere(library: Library, clip: Clip, folder: str) -> None:
    with closing(sqlite3.connect(library.folder / "library.db")) as db, db:
        # Without the triggers' functions only this column can be changed from outside.
        db.execute(
            "UPDATE details SET folder = ? WHERE seq = (SELECT seq FROM clips WHERE id = ?)",
            (folder, clip.id),
        )


async def test_row_and_files_go_and_the_size_is_told(library: Library, make_clip: MakeClip) -> None:
    clip, other = await in_trash(library, make_clip), make_clip("Night train")
    await library.clips.add([other])
    await library.clips.set_peaks(clip.id, b"1")
    folder = await folder_of(library, clip)
    size = await library.clips.trash_size_bytes([clip.id])
    assert size == sum(path.stat().st_size for path in folder.iterdir()) > len(SOUND)
    deleted = await library.clips.delete([clip.id, other.id])
    assert (deleted.clips, deleted.freed_bytes) == ((clip.id,), size)
    assert (deleted.remaining, deleted.untouched_folders) == ((), ())
    assert await library.clips.get(clip.id) is None
    assert await library.clips.get_peaks([clip.id]) == {}
    assert await library.clips.list_ids("night") == [other.id]
    assert not folder.exists()
    assert list((library.folder / DELETING).iterdir()) == []


async def test_what_is_not_in_the_trash_stays(library: Library, make_clip: MakeClip) -> None:
    clip = await in_trash(library, make_clip)
    await library.clips.restore([clip.id])
    assert await library.clips.trash_size_bytes([clip.id]) == 0
    assert (await library.clips.delete([clip.id])).clips == ()
    assert (await folder_of(library, clip) / "song.m4a").read_bytes() == SOUND


@pytest.mark.parametrize("operation", [Operation.VIDEO, Operation.EXPORT, Operation.UPLOAD])
async def test_a_clip_stays_until_a_service_has_finished_a_file_for_it(
    library: Library, make_clip: MakeClip, operation: Operation
) -> None:
    clip, other = await in_trash(library, make_clip), await in_trash(library, make_clip, "Other")
    recipe = Recipe(operation=operation, source=clip.id)
    job = Job(id=new_job_id(), state=JobState.WORKING, recipe=recipe, task_id=TaskId("t"))
    await library.jobs.write(job)
    deleted = await library.clips.delete([clip.id, other.id])
    assert (deleted.clips, deleted.in_use) == ((other.id,), (clip.id,))
    assert (await folder_of(library, clip) / "song.m4a").read_bytes() == SOUND
    await library.jobs.write(job.with_changes(state=JobState.DONE))
    assert (await library.clips.delete([clip.id])).clips == (clip.id,)


async def test_links_are_deleted_and_not_followed(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.wav").write_bytes(SOUND)
    inside, linked = await in_trash(library, make_clip), await in_trash(library, make_clip)
    (await folder_of(library, inside) / "away").symlink_to(outside)
    (await folder_of(library, inside) / "precious.wav").symlink_to(outside / "precious.wav")
    folder = await folder_of(library, linked)
    folder.rename(tmp_path / "moved away")
    folder.symlink_to(tmp_path / "moved away")
    deleted = await library.clips.delete([inside.id, linked.id])
    assert len(deleted.clips) == 2
    assert (outside / "precious.wav").read_bytes() == SOUND
    assert (tmp_path / "moved away" / "song.m4a").read_bytes() == SOUND
    assert not folder.is_symlink()


@pytest.mark.parametrize(
    "place", ["../elsewhere", "2026/../../elsewhere", "backups", "2026", "2026/02-01", "."]
)
async def test_a_folder_outside_is_left_alone_and_named(
    library: Library, make_clip: MakeClip, tmp_path: Path, place: str
) -> None:
    clip = await in_trash(library, make_clip)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.wav").write_bytes(SOUND)
    own = await folder_of(library, clip)
    place_elsewhere(library, clip, place)
    assert await library.clips.trash_size_bytes([clip.id]) == 0
    deleted = await library.clips.delete([clip.id])
    assert deleted.clips == (clip.id,)
    assert len(deleted.untouched_folders) == 1
    assert deleted.freed_bytes == 0
    assert (elsewhere / "precious.wav").read_bytes() == SOUND
    assert (own / "song.m4a").read_bytes() == SOUND


async def test_a_year_that_is_a_link_is_left_alone(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = await in_trash(library, make_clip)
    folder = await folder_of(library, clip)
    folder.parent.rename(tmp_path / "other drive")
    folder.parent.symlink_to(tmp_path / "other drive")
    deleted = await library.clips.delete([clip.id])
    assert deleted.untouched_folders == (folder,)
    assert (folder / "song.m4a").read_bytes() == SOUND


async def test_a_folder_of_two_clips_is_left_alone(library: Library, make_clip: MakeClip) -> None:
    clip, keeps = await in_trash(library, make_clip), make_clip()
    await library.clips.add([keeps])
    place_elsewhere(
        library, keeps, (await folder_of(library, clip)).relative_to(library.folder).as_posix()
    )
    folder = await folder_of(library, keeps)
    assert (await library.clips.delete([clip.id])).untouched_folders == (folder,)
    assert (folder / "song.m4a").read_bytes() == SOUND


async def test_nothing_goes_through_a_link_in_the_place_of_our_own_folder(
    library: Library, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = await in_trash(library, make_clip)
    (tmp_path / "trap").mkdir()
    (library.folder / DELETING).symlink_to(tmp_path / "trap")
    with pytest.raises(StorageError):
        await library.clips.delete([clip.id])
    await library.clips.finish_interrupted_deletion()
    assert list((tmp_path / "trap").iterdir()) == []
    assert await library.clips.list_ids(smart=SmartList.TRASH) == [clip.id]
    assert (await folder_of(library, clip) / "song.m4a").read_bytes() == SOUND


async def test_a_killed_deletion_is_finished(library: Library, make_clip: MakeClip) -> None:
    clip = await in_trash(library, make_clip)
    folder = await folder_of(library, clip)
    (library.folder / DELETING).mkdir()
    folder.rename(library.folder / DELETING / "half done")
    await library.clips.finish_interrupted_deletion()
    assert list((library.folder / DELETING).iterdir()) == []
    # Its row is still there, and goes with the next try.
    assert (await library.clips.delete([clip.id])).clips == (clip.id,)


async def restore_elsewhere(library: Library, *clips: Clip) -> None:
    """Restores clips from the trash as another process does."""
    other = await Library.open(library.folder)
    await other.clips.restore([clip.id for clip in clips])
    await other.clips.wait_for_sidecars()
    await other.close()


async def test_clips_that_another_program_restores_meanwhile_keep_their_files(
    library: Library, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [await in_trash(library, make_clip, title) for title in ("Rain", "Snow")]
    folders = [await folder_of(library, clip) for clip in clips]
    rename = Path.rename

    def rename_and_restore(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        if path == folders[1]:
            # This is a thread for files, without a loop of its own.
            asyncio.run(restore_elsewhere(library, *clips))
        return moved

    monkeypatch.setattr(Path, "rename", rename_and_restore)
    assert (await library.clips.delete([clip.id for clip in clips])).clips == ()
    assert [(folder / "song.m4a").read_bytes() for folder in folders] == [SOUND, SOUND]
    assert [(folder / "recipe.json").is_file() for folder in folders] == [True, True]
    assert list((library.folder / DELETING).iterdir()) == []


async def test_a_killed_deletion_gives_a_restored_clip_its_files_back(
    library: Library, make_clip: MakeClip
) -> None:
    restored, confirmed = await in_trash(library, make_clip), await in_trash(library, make_clip)
    folders = [await folder_of(library, clip) for clip in (restored, confirmed)]
    for clip, folder in zip((restored, confirmed), folders, strict=True):
        move_to_deleting(library.folder, folder, clip.id)
    await library.clips.restore([restored.id])
    await library.clips.wait_for_sidecars()
    await library.clips.finish_interrupted_deletion()
    assert (folders[0] / "song.m4a").read_bytes() == SOUND
    assert not folders[1].exists()
    assert list((library.folder / DELETING).iterdir()) == []


async def test_two_programs_do_not_delete_at_once(library: Library, make_clip: MakeClip) -> None:
    clip = await in_trash(library, make_clip)
    other = await Library.open(library.folder)
    assert other.context.deleter._lock.acquire()
    with pytest.raises(StorageError, match="Another program"):
        await library.clips.delete([clip.id])
    await other.close()
    other.context.deleter._lock.release()
    assert (await library.clips.delete([clip.id])).clips == (clip.id,)


async def test_a_folder_in_use_keeps_its_clip(
    library: Library, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, free = await in_trash(library, make_clip), await in_trash(library, make_clip)
    folder = await folder_of(library, used)
    rename = Path.rename

    def refused(path: Path, target: Path) -> Path:
        if path == folder:
            raise PermissionError(13, "in use, as Windows says")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    deleted = await library.clips.delete([used.id, free.id])
    assert (deleted.clips, deleted.remaining) == ((free.id,), (used.id,))
    assert await library.clips.list_ids(smart=SmartList.TRASH) == [used.id]
    assert (folder / "song.m4a").read_bytes() == SOUND


async def test_a_deletion_of_many_goes_part_by_part(library: Library, make_clip: MakeClip) -> None:
    many = [make_clip(f"Take {number}") for number in range(230)]
    await library.clips.add(many)
    ids = [clip.id for clip in many]
    await library.clips.trash(ids)
    # Their files are still being written, and do not bring a folder back.
    deleted = await library.clips.delete(ids)
    assert set(deleted.clips) == set(ids)
    await library.clips.wait_for_sidecars()
    assert (await library.clips.count_smart_lists()).trashed == 0
    assert not list(library.folder.glob("2026/*/*"))


@pytest.mark.parametrize("part", ["2026", "2026/02-01", "clip"])
async def test_a_clip_whose_folder_the_drive_cannot_tell_about_stays(
    library: Library, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    clip = await in_trash(library, make_clip)
    folder = await folder_of(library, clip)
    with unreadable(folder if part == "clip" else library.folder / part, monkeypatch):
        deleted = await library.clips.delete([clip.id])
    assert (deleted.clips, deleted.remaining) == ((), (clip.id,))
    assert await library.clips.get(clip.id) is not None
    assert (folder / "song.m4a").read_bytes() == SOUND


async def test_a_deletion_that_fails_midway_moves_no_folder(
    library: Library, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [await in_trash(library, make_clip, title) for title in ("One", "Two")]
    folders = [await folder_of(library, clip) for clip in clips]
    (library.folder / "elsewhere").mkdir()
    rename = Path.rename

    def rename_once(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        # Another program puts a link in the place of the folder.
        place = library.folder / DELETING
        if path == folders[0]:
            rename(place, library.folder / "away")
            place.symlink_to(library.folder / "away")
        return moved

    monkeypatch.setattr(Path, "rename", rename_once)
    with pytest.raises(StorageError, match="is in the way"):
        await library.clips.delete([clip.id for clip in clips])
    assert [(folder / "song.m4a").read_bytes() for folder in folders] == [SOUND, SOUND]


async def test_rows_that_are_gone_are_told_although_a_download_cannot_be_deleted(
    library: Library, make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = await in_trash(library, make_clip)
    folder = await folder_of(library, clip)
    with unreadable(library.folder / "partial", monkeypatch):
        deleted = await library.clips.delete([clip.id])
    assert deleted.clips == (clip.id,)
    assert not folder.exists()
    assert not list((library.folder / DELETING).iterdir())
